"""Processor time of polling unchanged and changed feeds, beside a bare aiohttp client asking the same server."""

import asyncio
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import update

from bot.chance import SystemRandomness, utc_now
from bot.domain.models import Entry
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.logs import set_up_logs
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.services.announcing.announcements import Announcements
from bot.services.announcing.poll_feeds import PollFeeds
from db.engine import Store
from db.migrate import upgrade
from db.models import Feed, StoredBlog, Subscription

FEEDS = 200
ROUNDS = 3
AT_ONCE = 50
TICKS = os.sysconf("SC_CLK_TCK")
PARAGRAPH = "<p>" + "Forty degrees in the middle of the heap, and it smells of forest. " * 70 + "</p>"


def feed(number: int, version: int) -> bytes:
    """Return a feed of ten items with some 5 KB each; each version has one new item."""
    items = "".join(
        f"<item><title>Post {post} of blog {number}</title><link>http://blog{number}.example/{post}/</link>"
        f'<guid isPermaLink="false">http://blog{number}.example/?p={post}</guid>'
        f"<pubDate>Mon, 02 Mar 2026 {post % 24:02d}:00:00 +0000</pubDate>"
        f"<content:encoded><![CDATA[{PARAGRAPH}]]></content:encoded></item>"
        for post in range(version + 9, version - 1, -1)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Blog {number}</title>{items}</channel></rss>"
    ).encode()


def serve(pipe: Connection) -> None:
    """Serve the feeds in a process of their own; `/next` makes every feed change."""
    version = 1

    async def answer(request: web.Request) -> web.Response:
        nonlocal version
        if request.path == "/next":
            version += 1
            return web.Response()
        number, etag = int(request.match_info["number"]), f'"{version}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=feed(number, version), content_type="application/rss+xml", headers={"ETag": etag})

    async def main() -> None:
        application = web.Application()
        application.router.add_get("/next", answer)
        application.router.add_get("/feed/{number}", answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


class Nothing:
    """A blog that tells nothing beyond its feed."""

    async def describe(self, feed_id: int, entry: Entry) -> Entry:
        """Return the entry as it was."""
        return entry


def cpu_seconds(child: int | None) -> float:
    """Return the processor time of this process and of the parsing child."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    of_child = 0.0
    if child is not None:
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        of_child = (int(fields[11]) + int(fields[12])) / TICKS
    return usage.ru_utime + usage.ru_stime + of_child


class Bare:
    """The least that polling can cost: a conditional GET, and nothing done with the answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._etags: dict[int, str] = {}

    async def poll(self) -> None:
        """Ask for every feed once."""
        places = asyncio.Semaphore(AT_ONCE)
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._get(session, places, number) for number in range(FEEDS)))

    async def _get(self, session: aiohttp.ClientSession, places: asyncio.Semaphore, number: int) -> None:
        headers = {"If-None-Match": self._etags[number]} if number in self._etags else {}
        url = f"http://127.0.0.1:{self._port}/feed/{number}"
        async with places, session.get(url, headers=headers) as response:
            await response.read()
            self._etags[number] = response.headers["ETag"]


async def seed(store: Store, port: int) -> None:
    """Put one guild with one subscription to every feed into the store."""
    now = utc_now()
    async with store.begin() as tx:
        for number in range(FEEDS):
            url = f"http://127.0.0.1:{port}/feed/{number}"
            tx.add(Feed(id=number + 1, url=url, next_poll_at=now))
            tx.add(StoredBlog(id=number + 1, guild_id=1, feed_id=number + 1, url=url, created_at=now))
        await tx.flush()
        for number in range(FEEDS):
            tx.add(Subscription(blog_id=number + 1, guild_id=1, channel_id=number + 1, created_at=now))


async def make_due(store: Store) -> None:
    """Have every feed polled now."""
    async with store.begin() as tx:
        await tx.execute(update(Feed).values(next_poll_at=datetime.now(UTC) - timedelta(seconds=1)))


async def measured(what: Callable[[], Awaitable[None]], parser: Parser) -> float:
    """Return the processor time of a call in ms a feed."""
    child = parser.pid
    before = cpu_seconds(child)
    await what()
    return (cpu_seconds(parser.pid if child is None else child) - before) * 1000 / FEEDS


async def measure(port: int, directory: Path) -> None:
    """Poll in turn and print medians and ratios."""
    database_url = f"sqlite+aiosqlite:///{directory / 'bench.db'}"
    upgrade(database_url, now=utc_now())
    store, parser = Store(database_url), Parser()
    web_client = WebClient(allowed=AllowedHosts.parse([f"127.0.0.1:{port}"]))
    chance = SystemRandomness()
    ours = PollFeeds(
        store.begin,
        Fetcher(web_client, parser, now=utc_now),
        Announcements(utc_now, chance),
        Nothing(),
        clock=utc_now,
        randomness=chance,
        interval_seconds=300,
    )
    bare = Bare(port)
    await seed(store, port)
    await bare.poll()
    await ours.poll_due()
    costs: dict[tuple[str, str], list[float]] = {}
    async with aiohttp.ClientSession() as session:
        for _round in range(ROUNDS):
            for phase in ("unchanged", "changed"):
                if phase == "changed":
                    async with session.get(f"http://127.0.0.1:{port}/next"):
                        pass
                await make_due(store)
                costs.setdefault((phase, "bare aiohttp"), []).append(await measured(bare.poll, parser))
                costs.setdefault((phase, "backchannel"), []).append(await measured(ours.poll_due, parser))
    for (phase, name), values in costs.items():
        sys.stdout.write(f"poll, {phase} feed, {name}: {statistics.median(values):.2f} ms CPU a feed\n")
    for phase, goal in (("unchanged", 2), ("changed", 5)):
        pairs = zip(costs[phase, "backchannel"], costs[phase, "bare aiohttp"], strict=True)
        ratio = statistics.median(one / other for one, other in pairs)
        sys.stdout.write(f"RATIO poll {phase} {ratio:.2f} (goal {goal})\n")
    await parser.close()
    await web_client.close()
    await store.close()


def main() -> None:
    """Start the server and measure."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as scratch, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            set_up_logs(level="info", log_format="console", secrets=(), stream=nowhere)
            asyncio.run(measure(here.recv(), Path(scratch)))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
