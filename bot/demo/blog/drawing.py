"""Draws the small blog's one picture, a bed of seedlings at dusk, as a PNG; no file and no library needed."""

import struct
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int]

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
    return png([b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _colour(x: int, y: int) -> Colour:
    if leaf := _leaf(x, y):
        return leaf
    if y < HORIZON:
        sun_x, sun_y, radius = SUN
        if (x - sun_x) ** 2 + (y - sun_y) ** 2 < radius**2:
            return DISC
        return _between(SKY_TOP, SKY_LOW, y / HORIZON)
    furrow = 0.08 if (y - HORIZON) % 18 < 3 else 0.0
    return _between(SOIL_FAR, SOIL_NEAR, min(1.0, (y - HORIZON) / (HEIGHT - HORIZON) + furrow))


def _leaf(x: int, y: int) -> Colour | None:
    for down, size, apart in ROWS:
        along = (x + down) % apart - apart // 2
        up = down - y
        if 0 <= up < size * 2 and abs(along) <= max(1, size // 6):
            return LEAF
        for side in (-1, 1):
            across, above = along - side * size, up - size * 2
            if (across / size) ** 2 + ((above - side * across * 0.4) / (size * 0.5)) ** 2 < 1:
                return LEAF_LIT if side > 0 else LEAF
    return None


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
