"""Processor time of one relay, from the click to the comment, beside one POST to the same blog and one commit.

Authors send messages of their own: one click each. The bot is a process of its own, and so is its rival.
Everything that a relay leads to counts: the rights read afresh, the comment, the reaction and the thread's line.
"""

import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp

from bot.demo import stage as stages
from bot.demo.loopback.world.models import Channel
from bot.demo.loopback.world.permissions import Permission
from bot.demo.stage import RealBlog, Stage

ROUNDS = 3
RELAYS = 30
"""In a round; a member may send so many in an hour."""
SETTLE_SECONDS = 2.0
"""For the thread's line, which waits a little to gather what comes together."""
TICKS = os.sysconf("SC_CLK_TCK")
TEXT = "I use **bubble wrap** on two bent willow rods. Looks odd, works fine! Number {number}."
SETTINGS = {"POLL_INTERVAL_SECONDS": "1", "WAIT_SCALE": "0.1", "LOG_LEVEL": "info"}


@dataclass(frozen=True, slots=True)
class Limit:
    """What a POST and a commit need to know."""

    url: str
    username: str
    password: str
    post_id: int


def bare(limit: Limit, pipe: Connection) -> None:
    """In a process of its own: make as many comments as we are asked for, and tell what each cost in ms."""
    asyncio.run(_bare(limit, pipe))


async def _bare(limit: Limit, pipe: Connection) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        database = sqlite3.connect(Path(scratch) / "bare.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE done (id INTEGER PRIMARY KEY, comment_id INTEGER)")
        async with aiohttp.ClientSession(auth=aiohttp.BasicAuth(limit.username, limit.password)) as session:
            while first := await asyncio.to_thread(pipe.recv):
                before = time.process_time()
                for number in range(first, first + RELAYS):
                    form = {"post": limit.post_id, "content": f"By hand. {TEXT.format(number=number)}"}
                    async with session.post(limit.url, json=form, raise_for_status=True) as response:
                        made = await response.json()
                    database.execute("INSERT INTO done (comment_id) VALUES (?)", (made["id"],))
                pipe.send((time.process_time() - before) * 1000 / RELAYS)
        database.close()


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, its ended children not counted."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def relay(stage: Stage, thread: Channel, *, first: int) -> None:
    """Have messages relayed, one after the other, of an author who sent none before: there is a limit for each."""
    guild = stage.author.guild
    role = stage.discord.world.add_role(guild, f"Authors {first}", Permission.MANAGE_GUILD)
    author = stage.discord.member(guild, f"Author {first}", roles=[role])
    for number in range(first, first + RELAYS):
        said = await author.say(thread, TEXT.format(number=number))
        await author.use_menu("Send to blog", thread, said)
        message = stage.discord.world.message(thread.id, said)
        await stage.discord.until(lambda message=message: message.reactions, timeout=60)
    await asyncio.sleep(SETTLE_SECONDS)


async def ours(stage: Stage, thread: Channel, *, first: int) -> float:
    """Return what a relay costs the bot in ms, without what it costs to stand there as long."""
    pid = stage.bot.pid
    before, began_at = cpu_seconds(pid), time.monotonic()
    await relay(stage, thread, first=first)
    busy, seconds = cpu_seconds(pid) - before, time.monotonic() - began_at
    before = cpu_seconds(pid)
    await asyncio.sleep(seconds)
    return (busy - (cpu_seconds(pid) - before)) * 1000 / RELAYS


async def the_thread(stage: Stage) -> tuple[int, Channel]:
    """Publish a post, and return it with its thread once the bot has opened it."""
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("The first peas are up", "<p>Eleven days in the ground.</p>")
    thread = await stage.discord.until(lambda: stage.discord.world.threads(stage.author.guild), timeout=60)
    return post_id, thread[0]


def limit_of(blog: RealBlog, post_id: int) -> Limit:
    """Return what the bare client needs."""
    return Limit(f"{blog.url}/wp-json/wp/v2/comments", blog.username, blog.application_password, post_id)


async def measure() -> None:
    """Relay in turn and print medians and the ratio."""
    costs: list[tuple[float, float]] = []
    async with stages.set_up(settings=SETTINGS) as stage:
        assert stage.small_blog is not None
        post_id, thread = await the_thread(stage)
        here, there = get_context("spawn").Pipe()
        client = get_context("spawn").Process(target=bare, args=(limit_of(stage.blog, post_id), there), daemon=True)
        client.start()
        await relay(stage, thread, first=0)  # the first ones fill caches
        before = len(stage.discord.requests), len(stage.small_blog.faults.calls)
        for number in range(1, ROUNDS + 1):
            here.send(number * RELAYS)
            least = await asyncio.to_thread(here.recv)
            costs.append((least, await ours(stage, thread, first=number * RELAYS)))
        here.send(0)
        await asyncio.to_thread(client.join)
        calls = len(stage.discord.requests) - before[0], len(stage.small_blog.faults.calls) - before[1]
    for place, name in enumerate(("one POST and one commit", "backchannel")):
        sys.stdout.write(f"relay, {name}: {statistics.median(pair[place] for pair in costs):.2f} ms CPU\n")
    asked = [count / RELAYS / ROUNDS for count in calls]
    sys.stdout.write(f"a relay made {asked[0]:.1f} calls to Discord and {asked[1]:.1f} to the blog\n")
    ratio = statistics.median(mine / least for least, mine in costs)
    sys.stdout.write(f"RATIO relay {ratio:.2f} (goal 3)\n")


if __name__ == "__main__":
    asyncio.run(measure())
