"""Two hundred feeds that drip, hang or cost much, and one that does not: it is polled in its own time."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from aiohttp import web

from bot.chance import SystemRandomness, utc_now
from bot.domain.ports import FeedAnswer, FeedReader, FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.services.announcing.poll_feeds import FEEDS_AT_ONCE, MOST_UNDER_WAY, PollFeeds
from db.engine import Begin
from db.models import Feed
from tests.hostile.attacks import attacker, drips
from tests.services.announcing.polling import FakeDescriber, FakeReader, FakeWishes, an_entry, subscribe
from tests.unit.feeds.documents import a_document
from tests.unit.feeds.documents import a_feed as a_feed_document
from tests.unit.net.web import Site, TableResolver, a_site

HOSTS = 200


class Watched:
    """Reads feeds, and counts the slow ones that were begun and that ended."""

    def __init__(self, reader: FeedReader) -> None:
        self._reader = reader
        self.begun = self.ended = 0

    async def read(self, request: FeedRequest) -> FeedAnswer:
        if request.url.endswith("/feed/"):
            return await self._reader.read(request)
        self.begun += 1
        try:
            return await self._reader.read(request)
        except Exception:
            self.ended += 1
            raise


async def follow(begin: Begin, *urls: str, guild_id: int) -> None:
    async with begin() as tx:
        for url in urls:
            feed = Feed(url=url, is_baselined=True)
            tx.add(feed)
            await tx.flush()
            await subscribe(tx, feed.id, guild_id=guild_id)


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    parser = Parser()
    yield parser
    await parser.close()


@asynccontextmanager
async def polled(begin: Begin, reader: FeedReader, wishes: FakeWishes) -> AsyncIterator[asyncio.Task[None]]:
    """Poll what is due, again and again, until the block ends."""
    polls = PollFeeds(
        begin,
        reader,
        wishes,
        FakeDescriber(),
        clock=utc_now,
        randomness=SystemRandomness(),
        interval_seconds=0.1,
        wait_scale=0.2,
    )
    polling = asyncio.create_task(polls.poll_due())
    try:
        yield polling
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


@pytest.fixture
async def drip() -> AsyncIterator[list[str]]:
    """Two hundred hosts, each as `host:port`, which answer everything with a body that drips."""
    async with attacker(drips()["a dripping body"]) as place:
        yield [f"n{n}.drip.example:{place.partition(':')[2]}" for n in range(HOSTS)]


@pytest.fixture
async def good() -> AsyncIterator[Site]:
    posts = itertools.count(2)

    async def answer(_request: web.Request) -> web.Response:
        """Show one more post than the last time."""
        newest = next(posts)
        items = [f"<guid>{n}</guid><title>Post {n}</title>" for n in range(newest, max(0, newest - 3), -1)]
        return web.Response(text=a_feed_document(*items), content_type="application/rss+xml")

    async with a_site(answer) as site:
        yield site


@pytest.fixture
async def client(drip: list[str], good: Site) -> AsyncIterator[WebClient]:
    client = WebClient(
        allowed=AllowedHosts.parse([good.place, *drip]),
        resolver=TableResolver({host.partition(":")[0]: [["127.0.0.1"]] for host in drip}),
    )
    yield client
    await client.close()


@pytest.mark.parametrize("guild_of_the_good", [1, 2], ids=["the same guild", "another guild"])
async def test_a_good_feed_is_announced_in_its_time_beside_two_hundred_dripping_hosts(
    begin: Begin, client: WebClient, parser: Parser, drip: list[str], good: Site, guild_of_the_good: int
) -> None:
    """T5: not one of the dripping answers has ended by the time the good feed was polled three times."""
    reader, wishes = Watched(Fetcher(client, parser, now=utc_now, deadline_seconds=100)), FakeWishes()
    await follow(begin, *(f"http://{host}/" for host in drip), guild_id=1)
    await follow(begin, f"{good.url}/feed/", guild_id=guild_of_the_good)
    async with polled(begin, reader, wishes) as polling:
        while len(wishes.announced) < 3 or reader.begun < HOSTS:
            await asyncio.sleep(0.01)
            assert not polling.done()
        assert reader.ended == 0


class Hanging(FakeReader):
    """Answers only what it was told to show; everything else it is asked for never ends."""

    async def read(self, request: FeedRequest) -> FeedAnswer:
        if request.url in self.shows:
            return await super().read(request)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def test_however_many_feeds_of_a_guild_hang_another_guilds_feed_is_taken_up(begin: Begin) -> None:
    """T5: also when there are more of them than are ever polled at once."""
    reader, wishes = Hanging(), FakeWishes()
    hanging = range(MOST_UNDER_WAY + FEEDS_AT_ONCE)
    await follow(begin, *(f"https://n{number}.hang.example/" for number in hanging), guild_id=1)
    await follow(begin, "https://good.example/feed/", guild_id=2)
    reader.show(an_entry(1), url="https://good.example/feed/")
    async with polled(begin, reader, wishes) as polling:
        while len(reader.asked) < 3:
            await asyncio.sleep(0.01)
            assert not polling.done()
    assert wishes.announced == ["Post 1"]


async def test_costly_feeds_of_a_guild_keep_another_guilds_feed_waiting_for_two_of_them_at_most(parser: Parser) -> None:
    """T6: the cell reads one document at a time, and guilds take turns."""
    costly = a_document(a_feed_document(*[f"<guid>{n}</guid><title>x</title>" for n in range(1_000)]))
    good = a_document(a_feed_document("<guid>1</guid><title>Post</title>"))
    order: list[int] = []

    async def read(guild_id: int) -> None:
        document = costly if guild_id == 1 else good
        assert (await parser.parse(replace(document, guild_id=guild_id))).entries
        order.append(guild_id)

    await asyncio.gather(*(read(1) for _ in range(10)), read(2), read(3))

    assert order == [1, 1, 2, 3, *[1] * 8]
