from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from yarl import URL

from bot.domain.errors import BackchannelError, GoneError, TemporaryError
from bot.domain.ports import FeedAnswer, FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.unit.feeds.snapshots import SAMPLES

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = (SAMPLES / "same_titles.xml").read_bytes()


@dataclass
class SmallServer:
    """Serves one feed the way it is told to, and remembers what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = FEED
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    honours_validators: bool = True

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append({name.lower(): value for name, value in request.headers.items()})
        # The server's time stands in Date; aiohttp fills it in only where it is missing.
        headers = {"Date": format_datetime(NOW, usegmt=True), "Content-Type": "application/rss+xml", **self.headers}
        etag = self.headers.get("ETag")
        if self.honours_validators and etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"Date": headers["Date"]})
        return web.Response(status=self.status, body=self.body, headers=headers)

    async def move(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), headers={"Location": "/feed/"})


@pytest.fixture
async def server() -> AsyncIterator[SmallServer]:
    server = SmallServer()
    application = web.Application()
    application.router.add_get("/feed/", server.answer)
    application.router.add_get("/moved/{status}", server.move)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def fetcher(server: SmallServer, parser: Parser) -> AsyncIterator[Fetcher]:
    place = URL(server.url)
    client = WebClient(allowed=AllowedHosts.parse([f"{place.host}:{place.port}"]))
    yield Fetcher(client, parser, now=lambda: NOW)
    await client.close()


def ago(**span: float) -> str:
    return format_datetime(NOW - timedelta(**span), usegmt=True)


def next_request(url: str, answer: FeedAnswer) -> FeedRequest:
    return FeedRequest(url=url, etag=answer.etag, last_modified=answer.last_modified, body_hash=answer.body_hash)


async def test_a_feed_is_read_with_its_title_and_validators(server: SmallServer, fetcher: Fetcher) -> None:
    server.headers = {"ETag": '"one"', "Last-Modified": ago(hours=1)}

    answer = await fetcher.read(FeedRequest(url=server.url))

    assert [entry.post_id for entry in answer.entries or ()] == [9, 7]
    assert (answer.title, answer.etag, answer.last_modified) == ("Allotment 12", '"one"', ago(hours=1))
    assert answer.moved_to is None


async def test_an_unchanged_feed_is_asked_for_conditionally_and_not_read(server: SmallServer, fetcher: Fetcher) -> None:
    server.headers = {"ETag": '"one"', "Last-Modified": ago(hours=1)}
    first = await fetcher.read(FeedRequest(url=server.url))

    second = await fetcher.read(next_request(server.url, first))

    assert server.asked[1]["if-none-match"] == '"one"'
    assert server.asked[1]["if-modified-since"] == ago(hours=1)
    assert second.entries is None
    assert next_request(server.url, second) == next_request(server.url, first)


async def test_the_same_bytes_never_reach_the_parser(server: SmallServer, fetcher: Fetcher, parser: Parser) -> None:
    server.honours_validators = False
    first = await fetcher.read(FeedRequest(url=server.url))
    await parser.close()

    second = await fetcher.read(next_request(server.url, first))

    assert second.entries is None
    assert second.body_hash == first.body_hash
    assert parser.pid is None


@pytest.mark.parametrize(
    ("last_modified", "is_kept"),
    [
        (ago(seconds=0), False),
        (ago(seconds=2), False),
        (ago(seconds=-30), False),
        (ago(seconds=3), True),
        ("not a date", True),
    ],
)
async def test_validators_of_the_last_two_seconds_are_dropped(
    server: SmallServer, fetcher: Fetcher, last_modified: str, *, is_kept: bool
) -> None:
    server.headers = {"ETag": '"one"', "Last-Modified": last_modified}

    answer = await fetcher.read(FeedRequest(url=server.url))

    assert (answer.etag is not None) is is_kept
    assert (answer.last_modified is not None) is is_kept


async def test_a_second_post_within_the_same_second_is_seen(server: SmallServer, fetcher: Fetcher) -> None:
    server.headers = {"ETag": '"of this second"', "Last-Modified": ago(seconds=0)}
    first = await fetcher.read(FeedRequest(url=server.url))
    server.body = FEED.replace(b"<item>", b"<item><guid>new</guid></item><item>", 1)

    second = await fetcher.read(next_request(server.url, first))

    assert len(second.entries or ()) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, TemporaryError), (410, GoneError), (401, TemporaryError), (403, TemporaryError), (500, TemporaryError)],
)
async def test_errors_are_one_sentence(
    server: SmallServer, fetcher: Fetcher, status: int, error: type[BackchannelError]
) -> None:
    server.status, server.body = status, b"secret words of the server"

    with pytest.raises(error) as raised:
        await fetcher.read(FeedRequest(url=server.url))

    assert str(raised.value).endswith(".")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("120", timedelta(minutes=2)),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_told_to_the_schedule(
    server: SmallServer, fetcher: Fetcher, status: int, asked: str, kept: timedelta | None
) -> None:
    server.status, server.headers = status, {"Retry-After": asked} if asked else {}

    with pytest.raises(TemporaryError) as raised:
        await fetcher.read(FeedRequest(url=server.url))

    assert raised.value.retry_after == kept


async def test_a_login_page_is_no_feed(server: SmallServer, fetcher: Fetcher) -> None:
    """F33: although its status says 200."""
    server.body, server.headers = b"<!DOCTYPE html><html>Log in</html>", {"Content-Type": "text/html"}

    with pytest.raises(TemporaryError, match="another kind of page"):
        await fetcher.read(FeedRequest(url=server.url))


async def test_a_304_nobody_asked_for_is_an_error(server: SmallServer, fetcher: Fetcher) -> None:
    """F33: nothing was compared, so nothing is unchanged."""
    server.status, server.body = 304, b""

    with pytest.raises(TemporaryError):
        await fetcher.read(FeedRequest(url=server.url))


async def test_too_large_a_feed_is_not_read_to_its_end(server: SmallServer, fetcher: Fetcher) -> None:
    server.body = b" " * 6_000_000

    with pytest.raises(TemporaryError, match="more than is read"):
        await fetcher.read(FeedRequest(url=server.url))


@pytest.mark.parametrize(("status", "is_told"), [(301, True), (308, True), (302, False), (307, False)])
async def test_only_a_permanent_redirect_moves_the_feed(
    server: SmallServer, fetcher: Fetcher, status: int, *, is_told: bool
) -> None:
    answer = await fetcher.read(FeedRequest(url=server.url.replace("/feed/", f"/moved/{status}")))

    assert answer.moved_to == (server.url if is_told else None)
    assert len(answer.entries or ()) == 2
