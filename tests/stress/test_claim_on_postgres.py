"""The claim on PostgreSQL ends with its connection, and whoever held it hears of that."""

import asyncio
from collections.abc import Iterator

import pytest

from db import claim as claims
from db.claim import PostgresClaim, claim_to
from tests.stress import postgres
from tests.stress.postgres import Server

pytestmark = pytest.mark.slow  # each case starts the whole bot


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres.running() as server:
        yield server


async def test_only_one_bot_holds_a_postgres_and_another_takes_over(server: Server) -> None:
    first, second = claim_to(server.url), claim_to(server.url)
    assert isinstance(first, PostgresClaim)
    assert await first.try_take()
    assert not await second.try_take()
    assert not await second.try_take()

    await first.release()

    assert await claims.take(second, asyncio.Event())
    await second.release()


async def test_bot_whose_connection_broke_hears_that_its_claim_is_gone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F8: without this it would work on beside the bot that took over."""
    monkeypatch.setattr(claims, "PULSE_SECONDS", 0.1)
    holder = claim_to(server.url)
    assert await holder.try_take()
    losing = asyncio.create_task(holder.lost())

    await asyncio.to_thread(server.restart)

    async with asyncio.timeout(60):
        await losing
    await holder.release()
    after = claim_to(server.url)
    assert await after.try_take()
    await after.release()
