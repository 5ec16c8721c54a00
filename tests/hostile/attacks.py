"""Servers that answer so as to exhaust whoever asked: each speaks on one connection until it is hung up on."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]

MEGABYTE = 1_000_000
BOMB_MEGABYTES = 100
DRIP_SECONDS = 0.02


def _deflated(bits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    parts = [packer.compress(bytes(MEGABYTE)) for _megabyte in range(BOMB_MEGABYTES)]
    return b"".join([*parts, packer.flush()])


def _head(*headers: str, length: int | None = None) -> bytes:
    sized = [] if length is None else [f"Content-Length: {length}"]
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/xml", *sized, *headers, "", ""]).encode()


def _body(encoding: str, body: bytes) -> Speak:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(f"Content-Encoding: {encoding}", length=len(body)) + body)
        await writer.drain()

    return speak


def _endless(start: bytes, again: bytes) -> Speak:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(0)

    return speak


def _drip(start: bytes, again: Iterator[bytes]) -> Speak:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        for drop in again:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(DRIP_SECONDS)

    return speak


def _forever(drop: bytes) -> Iterator[bytes]:
    while True:
        yield drop


def _redirect(status: int, location: str) -> Speak:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    return speak


async def _silence(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def bombs() -> dict[str, Speak]:
    """Return what grows when it is decoded, or has no end."""
    plain, wrapped, raw = _deflated(31), _deflated(15), _deflated(-15)
    chunked = "Transfer-Encoding: chunked"
    block = b"x" * 65_536
    chunk = b"10000\r\n" + block + b"\r\n"
    return {
        "gzip": _body("gzip", plain),
        "x-gzip": _body("x-gzip", plain),
        "gzip in many members": _body("gzip", gzip.compress(bytes(MEGABYTE), 9) * BOMB_MEGABYTES),
        "gzip of gzip": _body("gzip", gzip.compress(plain, 9)),
        "gzip, gzip": _body("gzip, gzip", gzip.compress(plain, 9)),
        "deflate": _body("deflate", wrapped),
        "raw deflate": _body("deflate", raw),
        "brotli": _body("br", b"\x1b" + bytes(range(256)) * 4000),
        "zstd": _body("zstd", b"\x28\xb5\x2f\xfd" + bytes(MEGABYTE)),
        "compress": _body("compress", b"\x1f\x9d" + bytes(MEGABYTE)),
        "gzip in chunks": _endless(_head("Content-Encoding: gzip", chunked) + _chunk(plain), b"1\r\n\0\r\n"),
        "gzip as transfer": _endless(_head("Transfer-Encoding: gzip, chunked") + _chunk(plain), b"1\r\n\0\r\n"),
        "empty blocks": _endless(_head("Content-Encoding: deflate"), b"\x00\x00\x00\xff\xff" * 10_000),
        "ten gigabytes": _endless(_head(length=10**10), block),
        "no length": _endless(_head(), block),
        "endless chunks": _endless(_head(chunked), chunk),
        "endless tiny chunks": _endless(_head(chunked), b"1\r\nx\r\n" * 5_000),
        "one huge chunk": _endless(_head(chunked) + b"fffffffffffffff\r\n", block),
        "endless chunk size": _endless(_head(chunked), b"0" * 65_536),
        "endless chunk extension": _endless(_head(chunked) + b"5;", block),
        "endless trailers": _endless(_head(chunked) + b"0\r\n", b"X-More: yes\r\n" * 1_000),
    }


def headers() -> dict[str, Speak]:
    """Return what never comes to its body, or leads from place to place."""
    start = b"HTTP/1.1 200 OK\r\n"
    return {
        "endless status line": _endless(b"HTTP/1.1 200 ", b"O" * 65_536),
        "endless headers": _endless(start, b"".join(b"X-%d: y\r\n" % n for n in range(1_000))),
        "one endless header": _endless(start + b"X-Long: ", b"y" * 65_536),
        "one endless name": _endless(start, b"X" * 65_536),
        "endless folds": _endless(start + b"X-Folded: a\r\n", b" b\r\n" * 1_000),
        "endless blank lines": _endless(b"", b"\r\n" * 1_000),
        "endless 100": _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        "endless 103": _endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" * 100),
        "redirect to itself": _redirect(302, "/again"),
        "redirect to a longer place": _redirect(307, "/" + "long" * 1_900),
        "redirect in a loop": _redirect(308, "?next=/?next="),
    }


def drips() -> dict[str, Speak]:
    """Return what lets a reader wait between any two bytes, and only a deadline ends."""
    start = b"HTTP/1.1 200 OK\r\n"
    return {
        "silence": _silence,
        "a dripping status line": _drip(b"", iter([bytes([byte]) for byte in b"HTTP/1.1 200 " + b"O" * 10_000])),
        "dripping headers": _drip(start, (b"X-%d: y\r\n" % n for n in range(100_000))),
        "a dripping header": _drip(start + b"X-Long: ", _forever(b"y")),
        "a dripping body": _drip(_head(length=MEGABYTE), _forever(b"x")),
        "dripping chunks": _drip(_head("Transfer-Encoding: chunked"), _forever(b"1\r\nx\r\n")),
        "a dripping bomb": _drip(_head("Content-Encoding: gzip"), _forever(gzip.compress(bytes(1000)))),
        "dripping 100": _drip(b"", _forever(b"HTTP/1.1 100 Continue\r\n\r\n")),
    }


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


@asynccontextmanager
async def attacker(speak: Speak) -> AsyncIterator[str]:
    """Serve one attack on loopback, and say where: `host:port`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speaking = asyncio.ensure_future(_after_the_request(reader, writer, speak))
        connections.add(speaking)
        try:
            await speaking
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass  # the victim hung up, or the test is over: both are how it should end
        finally:
            connections.discard(speaking)
            writer.transport.abort()

    connections: set[asyncio.Future[None]] = set()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for speaking in connections:
            speaking.cancel()
        server.close()
        await server.wait_closed()


async def _after_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, speak: Speak) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await speak(writer)
