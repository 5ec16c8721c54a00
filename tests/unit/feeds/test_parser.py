import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from bot.domain.errors import TemporaryError
from bot.feeds.parser import Parser
from bot.feeds.wire import Document
from tests.unit.feeds.snapshots import SAMPLES

DEEP_HTML = "<div>" * 200_000


def a_document(body: bytes) -> Document:
    return Document(url="https://blog.example/feed/", content_type="text/xml", body=body)


def a_sample() -> Document:
    return a_document((SAMPLES / "same_titles.xml").read_bytes())


def a_costly_document() -> Document:
    """Well-formed and within every count, but dear to parse: loose markup of millions of tags."""
    return a_document(b"<rss version='2.0'><channel><title>x & y" + b"<b><i><p>" * 500_000 + b"</channel></rss>")


def environment_of(pid: int | None) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def is_running(pid: int | None) -> bool:
    return Path(f"/proc/{pid}").exists()


async def parses(parser: Parser) -> bool:
    return len((await parser.parse(a_sample())).entries) == 2


async def test_the_child_is_started_at_the_first_document_and_kept(parser: Parser) -> None:
    assert parser.pid is None

    assert await parses(parser)
    pid = parser.pid
    assert await parses(parser)

    assert parser.pid == pid
    assert pid != os.getpid()


async def test_a_child_killed_while_idle_is_replaced_and_no_feed_fails(parser: Parser) -> None:
    assert await parses(parser)
    pid = parser.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    assert await parses(parser)

    assert parser.pid != pid


async def test_a_child_killed_at_work_is_replaced_and_the_document_read(parser: Parser) -> None:
    """F35: the loop and the other feeds notice nothing."""
    assert await parses(parser)
    pid = parser.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    reading = asyncio.create_task(parses(parser))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)

    assert await reading


async def test_a_document_that_takes_too_long_costs_the_child_and_nothing_else() -> None:
    parser = Parser(deadline_seconds=0.5)
    with pytest.raises(TemporaryError, match="too large or too entangled"):
        await parser.parse(a_costly_document())
    assert parser.pid is None
    await parser.close()


async def test_the_cell_itself_ends_a_document_that_takes_too_much_time_or_memory() -> None:
    """T6."""
    parser = Parser(deadline_seconds=60)
    started_at = time.monotonic()
    try:
        with pytest.raises(TemporaryError):
            await parser.parse(a_costly_document())
        assert time.monotonic() - started_at < 40
        assert await parses(parser)
    finally:
        await parser.close()


async def test_the_event_loop_goes_on_while_a_document_is_read() -> None:
    parser = Parser(deadline_seconds=1)
    longest = 0.0
    reading = asyncio.create_task(parser.parse(a_costly_document()))
    while not reading.done():
        before = time.monotonic()
        await asyncio.sleep(0.001)
        longest = max(longest, time.monotonic() - before)
    await parser.close()

    assert isinstance(reading.exception(), TemporaryError)
    assert longest < 0.5


async def test_cancelling_a_document_leaves_no_answer_for_the_next(parser: Parser) -> None:
    assert await parses(parser)
    reading = asyncio.create_task(parser.parse(a_costly_document()))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert await parses(parser)


async def test_many_documents_at_once_get_their_own_answers(parser: Parser) -> None:
    samples = sorted(SAMPLES.glob("*.xml"))
    answers = await asyncio.gather(*(parser.parse(a_document(sample.read_bytes())) for sample in samples))
    again = [await parser.parse(a_document(sample.read_bytes())) for sample in samples]

    assert list(answers) == again


async def test_deep_markup_in_a_post_is_survived(parser: Parser) -> None:
    body = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item><guid>1</guid>"
        f"<content:encoded><![CDATA[{DEEP_HTML}]]></content:encoded></item></channel></rss>"
    )

    assert [entry.guid for entry in (await parser.parse(a_document(body.encode()))).entries] == ["1"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<!DOCTYPE html><html></html>", "another kind of page"),
        (b"<!DOCTYPE rss><rss/>", "document type"),
        (b"<rss version='2.0'><channel><item><guid>1</gu", "broke off"),
        (b"<rss version='2.0'><channel>" + b"<item></item>" * 9000 + b"</channel></rss>", "too large"),
    ],
)
async def test_refusals_are_one_sentence(parser: Parser, body: bytes, sentence: str) -> None:
    with pytest.raises(TemporaryError, match=sentence) as refused:
        await parser.parse(a_document(body))

    assert str(refused.value).endswith(".")


async def test_the_child_knows_nothing_of_our_environment(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    assert await parses(parser)

    assert b"canary" not in environment_of(parser.pid)


async def test_closing_ends_the_child(parser: Parser) -> None:
    assert await parses(parser)
    pid = parser.pid

    await parser.close()

    assert not is_running(pid)
    assert parser.pid is None
