"""Feeds made to break their reader: the cell takes the blow, the loop and the other feeds do not."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.errors import TemporaryError
from bot.feeds.parser import Parser
from bot.feeds.reading import read_feed as read_feed_with
from bot.feeds.recent import RecentEntries
from bot.feeds.screening import RefusedError
from bot.feeds.wire import Document, Refusal
from tests.unit.feeds.documents import a_document, a_feed, read_feed, refusal_of
from tests.unit.feeds.snapshots import SAMPLES

GOOD = a_document((SAMPLES / "wordpress.xml").read_bytes())
LAG_P99_SECONDS = 0.1
OTHERS_LATE_SECONDS = 12.0
"""What the cell gives one document at most, and a little."""
STEP_SECONDS = 0.005

SAMPLE_FILES = sorted(SAMPLES.glob("*.xml"))


def costly() -> dict[str, bytes]:
    """Return documents that cost far more to read than to send."""
    many = b" ".join(b"a%d='%s'" % (n, b"x" * 90) for n in range(100_000))
    inside = b"<rss version='2.0'><channel><title>t</title><item><guid>1</guid>%b</item></channel></rss>"
    return {
        "a hundred thousand items": a_feed(*["<guid>1</guid>"] * 100_000).encode(),
        "a hundred thousand nested elements": a_feed("<a>" * 100_000 + "</a>" * 100_000).encode(),
        "a hundred thousand elements not closed": a_feed("<a>" * 100_000).encode(),
        "ten megabytes of attributes": inside % (b"<a " + many + b"/>"),
        "one attribute of ten megabytes": inside % (b"<a b='" + b"x" * 10_000_000 + b"'/>"),
        "a title of ten megabytes": inside % (b"<title>" + b"x & y " * 1_700_000 + b"</title>"),
        "ten megabytes of entities": inside % (b"<title>" + b"&amp;" * 2_000_000 + b"</title>"),
        "nested markup in a post": inside % (b"<description><![CDATA[" + b"<div>" * 300_000 + b"]]></description>"),
        "a million namespaces": inside % b"".join(b"<x%d:a xmlns:x%d='u%d'/>" % (n, n, n) for n in range(60_000)),
        "loose markup": b"<rss version='2.0'><channel><title>x & y" + b"<b><i><p>" * 300_000 + b"</channel></rss>",
        "half a tag": inside % (b"<description>" + b"<" * 3_000_000),
        "dates without end": inside % (b"<pubDate>" + b"1 Jan 2026 " * 300_000 + b"</pubDate>"),
    }


@dataclass
class Lag:
    """How much later than asked for the event loop came back."""

    seconds: list[float] = field(default_factory=list)

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[len(self.seconds) * 99 // 100]


@asynccontextmanager
async def watched() -> AsyncIterator[Lag]:
    lag = Lag()

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(STEP_SECONDS)
            lag.seconds.append(time.monotonic() - before - STEP_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        yield lag
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    parser = Parser()
    yield parser
    await parser.close()


async def suffer(parser: Parser, names: list[str]) -> None:
    """Read the costly documents and, beside them, a good feed again and again."""
    documents = {name: body for name, body in costly().items() if name in names}
    assert len(documents) == len(names)
    longest = 0.0
    async with watched() as lag:
        for name, body in documents.items():
            reading = asyncio.create_task(parser.parse(a_document(body)))
            while not reading.done():
                started_at = time.monotonic()
                assert (await parser.parse(GOOD)).entries
                longest = max(longest, time.monotonic() - started_at)
            error = reading.exception()
            assert error is None or isinstance(error, TemporaryError), name
    assert lag.p99 < LAG_P99_SECONDS
    assert longest < OTHERS_LATE_SECONDS


async def test_the_loop_and_other_feeds_go_on_while_one_is_costly(parser: Parser) -> None:
    """T6."""
    await suffer(parser, ["a hundred thousand items", "a hundred thousand nested elements", "nested markup in a post"])


@pytest.mark.slow
async def test_the_loop_and_other_feeds_go_on_whatever_is_read(parser: Parser) -> None:
    """T6."""
    await suffer(parser, list(costly()))


@pytest.mark.parametrize("name", ["a hundred thousand items", "a hundred thousand nested elements"])
def test_what_counts_too_much_is_refused_unread(name: str) -> None:
    """T6."""
    assert refusal_of(costly()[name]) is Refusal.TOO_MUCH


def test_ten_megabytes_of_attributes_are_refused_unread() -> None:
    """T6."""
    assert refusal_of(costly()["ten megabytes of attributes"]) is Refusal.TOO_MUCH


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.slow)])
async def test_a_child_killed_again_and_again_loses_no_document(parser: Parser, kills: int) -> None:
    """F35, T6: a hundred times with `make hostile`."""
    async with watched() as lag:
        for number in range(kills):
            assert (await parser.parse(GOOD)).entries
            pid = parser.pid
            assert pid is not None
            reading = asyncio.create_task(parser.parse(GOOD))
            await asyncio.sleep(0.0005 * (number % 20))
            os.kill(pid, signal.SIGKILL)
            assert (await reading).entries
    assert lag.p99 < LAG_P99_SECONDS


def entries_of(body: bytes) -> int | None:
    """Return how many entries are read, or None for a refusal."""
    try:
        return len(read_feed_with(a_document(body), RecentEntries()).entries)
    except RefusedError:
        return None


@pytest.mark.parametrize("sample", SAMPLE_FILES, ids=lambda path: path.stem)
def test_a_feed_cut_off_at_any_hundredth_is_whole_or_refused(sample: Path) -> None:
    body = sample.read_bytes()
    whole = entries_of(body)

    assert {entries_of(body[: len(body) * share // 100]) for share in range(100)} <= {None, whole}


CHARSETS = ["utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-16", "utf-16-be", "utf-32", "koi8-r", "shift_jis"]
CHARSETS += ["gb18030", "euc-kr", "cp037", "utf-7", "hz", "unicode_escape", "punycode", "rot13", "zlib", "no-such"]


@pytest.mark.parametrize("declared", CHARSETS)
def test_a_wrong_charset_is_read_or_refused_and_breaks_nothing(declared: str) -> None:
    feed = f'<?xml version="1.0" encoding="{declared}"?>{a_feed("<guid>1</guid><title>Été 海 мир</title>")}'
    for said in ("text/xml", "application/xml", f"application/rss+xml; charset={declared}", "text/html; charset=utf-7"):
        for actual in ("utf-8", "utf-16", "utf-32", "windows-1251", "gb18030", "cp037", "utf-7"):
            body = feed.encode(actual, "xmlcharrefreplace")
            with suppress(RefusedError):
                assert len(read_feed(a_document(body, content_type=said)).entries) <= 1


BILLION = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
ENTITIES = {
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY e0 "lol">{BILLION}]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY e8 "{"x" * 100_000}">]>',
    "parameter": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p; <!ENTITY e8 "x">]>',
    "file": '<!DOCTYPE rss [<!ENTITY e8 SYSTEM "file:///etc/hostname">]>',
    "recursive": '<!DOCTYPE rss [<!ENTITY e8 "&e7;"><!ENTITY e7 "&e8;">]>',
    "public": '<!DOCTYPE rss PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd">',
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp037"]


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-7", "unicode_escape"])
@pytest.mark.parametrize("name", ENTITIES)
def test_no_document_type_is_read_in_whatever_encoding(name: str, encoding: str) -> None:
    """T3."""
    rest = f"{ENTITIES[name]}{a_feed('<guid>1</guid><title>&e8;&e8;&e8;</title>')}"
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = _encoded(declaration, rest, encoding)
    started_at = time.process_time()

    for said in ("application/xml", f"application/xml; charset={encoding}", "text/xml", ""):
        assert refusal_of_document(a_document(body, content_type=said)) in (Refusal.DOCTYPE, Refusal.NOT_A_FEED)

    assert time.process_time() - started_at < 0.4


def _encoded(declaration: str, rest: str, encoding: str) -> bytes:
    if encoding == "utf-7":
        return declaration.encode() + rest.replace("<!", "+ADwAIQ-").encode()
    if encoding == "unicode_escape":
        return declaration.encode() + rest.replace("<!", "\\x3c\\x21").encode()
    return (declaration + rest).encode(encoding)


def refusal_of_document(document: Document) -> Refusal | None:
    try:
        read_feed(document)
    except RefusedError as error:
        return error.refusal
    return None
