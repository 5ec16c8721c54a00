"""The door for machines: whoever knocks, and whatever they say, feeds are polled a little earlier and nothing else."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Table, func, select, update

from bot.watch import NUDGE_SECONDS, Watch
from db.base import Base
from db.engine import Begin
from db.models import Feed
from tests.conftest import TestClock
from tests.services.announcing.polling import a_feed

FORGED = 1_000
URLS = ("https://evil.example/feed/", "http://127.0.0.1/feed/", "https://blog.example/feed/")
PING = (
    '<?xml version="1.0"?>{doctype}<methodCall><methodName>{method}</methodName><params>'
    "<param><value><string>{title}</string></value></param><param><value><string>{url}</string></value></param>"
    "</params></methodCall>"
)
WEBSUB = '{{"hub.mode": "publish", "hub.topic": "{url}", "hub.challenge": "{title}"}}'


@pytest.fixture
async def door(begin: Begin, clock: TestClock) -> AsyncIterator[str]:
    await a_feed(begin, is_baselined=True, next_poll_at=clock() + timedelta(hours=1))
    async with Watch(begin, clock, lambda: True).serve("127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def forged(number: int) -> bytes:
    """Return what somebody may send who is no blog: a ping or a push for any address, whole or cut off."""
    chance = random.Random(number)
    doctype = chance.choice(["", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'])
    method = chance.choice(["weblogUpdates.ping", "weblogUpdates.extendedPing", "system.multicall", "@everyone"])
    form = chance.choice([PING, PING, WEBSUB])
    body = form.format(doctype=doctype, method=method, title=f"Post {number}", url=chance.choice(URLS)).encode()
    return body[: chance.choice([len(body), len(body), chance.randrange(len(body))])]


async def everything(begin: Begin) -> dict[str, list[Any]]:
    """Return all rows of all tables, but for when feeds are polled next."""
    async with begin() as tx:
        tables: list[Table] = Base.metadata.sorted_tables
        return {
            table.name: [
                tuple(row) for row in await tx.execute(select(*(c for c in table.columns if c.name != "next_poll_at")))
            ]
            for table in tables
        }


async def is_due(begin: Begin, clock: TestClock) -> bool:
    async with begin() as tx:
        return bool(await tx.scalar(select(func.count(Feed.id)).where(Feed.next_poll_at <= clock())))


async def put_off(begin: Begin, clock: TestClock) -> None:
    async with begin() as tx:
        await tx.execute(update(Feed).values(next_poll_at=clock() + timedelta(hours=1)))


async def knock(session: aiohttp.ClientSession, door: str, body: bytes, **headers: str) -> int:
    async with session.post(f"{door}/ping", data=body, headers=headers) as response:
        await response.read()
        return response.status


async def test_a_thousand_forged_knocks_change_nothing_but_when_feeds_are_polled(
    door: str, begin: Begin, clock: TestClock, session: aiohttp.ClientSession
) -> None:
    """T20: what they name is not read; a signature or a date in a header makes none of them better."""
    before = await everything(begin)

    for number in range(FORGED):
        headers = {"X-Hub-Signature": f"sha256={number:064x}"} if number % 2 else {"X-Signature-Ed25519": "00" * 64}
        assert await knock(session, door, forged(number), **headers) == 200

    assert await everything(begin) == before
    assert await is_due(begin, clock)


async def test_a_thousand_replayed_knocks_have_the_feeds_polled_once_in_each_half_minute(
    door: str, begin: Begin, clock: TestClock, session: aiohttp.ClientSession
) -> None:
    """T20."""
    polls = 0
    for number in range(FORGED):
        assert await knock(session, door, forged(1)) == 200
        if await is_due(begin, clock):
            polls += 1
            await put_off(begin, clock)
        if number % 100 == 99:
            clock.move(seconds=NUDGE_SECONDS)

    assert polls == FORGED // 100


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
async def test_a_knock_by_another_method_is_none(
    door: str, begin: Begin, clock: TestClock, session: aiohttp.ClientSession, method: str
) -> None:
    """T20: also the challenge by which a hub would ask whether we subscribed."""
    async with session.request(method, f"{door}/ping?hub.mode=subscribe&hub.challenge=x") as response:
        assert response.status == 405
        assert "challenge" not in await response.text()
    assert not await is_due(begin, clock)


@pytest.mark.parametrize(
    "path", ["/", "/ping/", "/ping/x", "/websub", "/callback", "/interactions", "/xmlrpc.php", "/.env"]
)
async def test_there_is_no_other_door(door: str, session: aiohttp.ClientSession, path: str) -> None:
    """T20: no callback of a hub and none of Discord's interactions over HTTP."""
    async with session.post(door + path, data=b"{}") as response:
        assert response.status == 404


async def test_who_keeps_on_talking_at_the_door_keeps_nobody_else_out(
    door: str, begin: Begin, clock: TestClock, session: aiohttp.ClientSession
) -> None:
    """T20: a body that never ends is not waited for, and truncated requests are none."""
    port = int(door.rpartition(":")[2])
    talkers = [await asyncio.open_connection("127.0.0.1", port) for _talker in range(50)]
    for number, (_reader, writer) in enumerate(talkers):
        writer.write([b"POST /ping HT", b"POST /ping HTTP/1.1\r\nHost: x\r\nX: ", b"\x16\x03\x01\x02\x00"][number % 3])
        await writer.drain()

    assert await knock(session, door, b"") == 200

    assert await is_due(begin, clock)
    for _reader, writer in talkers:
        writer.close()
        await writer.wait_closed()


async def test_a_knock_is_answered_before_its_endless_body_has_ended(door: str) -> None:
    """T20."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(door.rpartition(":")[2]))
    writer.write(b"POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n")

    assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    writer.close()
    await writer.wait_closed()
