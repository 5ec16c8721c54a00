from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.watch import NUDGE_SECONDS, Watch
from db.engine import Begin
from db.models import Feed, LedgerRow
from tests.conftest import TestClock


class Gateway:
    """Says whether Discord is there."""

    is_there = True

    def __call__(self) -> bool:
        return self.is_there


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def door(begin: Begin, clock: TestClock, gateway: Gateway) -> AsyncIterator[str]:
    async with begin() as tx:
        tx.add(Feed(url="https://blog.example/feed/", next_poll_at=clock() + timedelta(hours=1), failures=2))
        tx.add(
            LedgerRow(
                kind="message",
                purpose="announcement",
                subscription_id=1,
                key="k",
                due_at=clock() - timedelta(seconds=90),
                created_at=clock(),
            )
        )
    async with Watch(begin, clock, gateway).serve("127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


async def next_poll(begin: Begin) -> object:
    async with begin() as tx:
        return (await tx.get_one(Feed, 1)).next_poll_at


async def test_health_is_200_with_discord_and_503_without(door: str, gateway: Gateway) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{door}/healthz") as response:
            assert response.status == 200
            told = await response.json()
        assert (told["discord"], told["due"], told["oldest_due_seconds"], told["failing_feeds"]) == (True, 1, 90.0, 1)
        gateway.is_there = False
        async with session.get(f"{door}/healthz") as response:
            assert response.status == 503


async def test_metrics_are_one_gauge_a_number(door: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{door}/metrics") as response:
        text = await response.text()
    assert "backchannel_ledger_due 1\n" in text
    assert "backchannel_feeds_failing 1\n" in text
    assert "backchannel_discord_connected 1\n" in text


async def test_knock_has_the_feeds_polled_at_once_but_not_again_and_again(
    door: str, begin: Begin, clock: TestClock
) -> None:
    async with aiohttp.ClientSession() as session:

        async def knock() -> None:
            async with session.post(f"{door}/ping", data=b"<methodCall>whatever</methodCall>") as response:
                assert response.status == 200
                assert "<boolean>0</boolean>" in await response.text()

        await knock()
        assert await next_poll(begin) == clock()
        async with begin() as tx:
            (await tx.get_one(Feed, 1)).next_poll_at = clock() + timedelta(hours=1)
        await knock()
        assert await next_poll(begin) == clock() + timedelta(hours=1)
        clock.move(seconds=NUDGE_SECONDS)
        await knock()
        assert await next_poll(begin) == clock()
