"""Draws the small blog's one picture, a bed of seedlings at dusk, as a PNG; no file and no library needed."""

import struct
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int]

PICTURE_ALT = "Rows of seedlings in a bed at dusk, the sun low behind them"

WIDTH, HEIGHT = 640, 360
HORIZON = 150
SUN = (500, 108, 46)
SKY_TOP, SKY_LOW = (58, 92, 120), (236, 190, 140)
SOIL_FAR, SOIL_NEAR = (120, 86, 60), (66, 44, 32)
LEAF, LEAF_LIT, DISC = (56, 118, 70), (104, 158, 88), (250, 226, 168)
ROWS = ((178, 5, 40), (214, 8, 58), (262, 12, 80), (326, 17, 112))
"""Each row of seedlings: how far down it stands, how large its leaves are, how far apart."""


def png(rows: Sequence[bytes]) -> bytes:
    """Return a PNG of rows of RGB bytes, all of one length."""
    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    lines = b"".join(b"\0" + row for row in rows)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def seedlings() -> bytes:
    """Return the picture."""
    rows = [bytearray(bytes(_ground(y)) * WIDTH) for y in range(HEIGHT)]
    _paint_sun(rows)
    for down, size, apart in ROWS:
        for middle in range(apart // 2 - down % apart, WIDTH + apart, apart):
            _paint_seedling(rows, middle, down, size)
    return png([bytes(row) for row in rows])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _ground(y: int) -> Colour:
    if y < HORIZON:
        return _between(SKY_TOP, SKY_LOW, y / HORIZON)
    furrow = 0.08 if (y - HORIZON) % 18 < 3 else 0.0
    return _between(SOIL_FAR, SOIL_NEAR, min(1.0, (y - HORIZON) / (HEIGHT - HORIZON) + furrow))


def _paint(row: bytearray, start: int, end: int, colour: Colour) -> None:
    start, end = max(0, start), min(WIDTH, end)
    if start < end:
        row[start * 3 : end * 3] = bytes(colour) * (end - start)


def _paint_sun(rows: list[bytearray]) -> None:
    middle, height, radius = SUN
    for y in range(height - radius, HORIZON):
        half = round(max(0, radius**2 - (y - height) ** 2) ** 0.5)
        _paint(rows[y], middle - half, middle + half, DISC)


def _paint_seedling(rows: list[bytearray], middle: int, down: int, size: int) -> None:
    """Paint a stem and two leaves that lean outwards."""
    half = max(1, size // 6)
    for y in range(down - size * 2, down):
        _paint(rows[y], middle - half, middle + half + 1, LEAF)
    for side, colour in ((-1, LEAF), (1, LEAF_LIT)):
        for y in range(down - size * 3, down - size):
            for across in range(-size, size + 1):
                above = (down - y) - size * 2 - side * across * 0.4
                if (across / size) ** 2 + (above / (size * 0.5)) ** 2 < 1:
                    _paint(rows[y], middle + side * size + across, middle + side * size + across + 1, colour)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
