"""A PostgreSQL that is restarted under the bot: every connection is cut, whatever it was in the middle of."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.messages import Action
from db import ledger
from db.engine import Store
from db.migrate import upgrade
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import World, actions, button, writer
from tests.stress import postgres
from tests.stress.postgres import Server

MESSAGES = range(500, 540)
pytestmark = pytest.mark.slow  # each restart takes about a second


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres.running() as server:
        upgrade(server.url, now=datetime.now(UTC))
        yield server


@pytest.fixture
async def store(server: Server) -> AsyncIterator[Store]:
    store = Store(server.url)
    yield store
    await store.close()


async def test_connection_that_a_restart_cut_is_nobodys_error(server: Server, store: Store) -> None:
    """F8: whoever presses after it notices nothing."""
    async with store.begin() as tx:
        await tx.execute(text("SELECT 1"))

    await asyncio.to_thread(server.restart)

    async with store.begin() as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar() == 1


@pytest.mark.timeout(900)
async def test_restarts_in_the_middle_of_everything_lose_and_double_nothing(
    server: Server, store: Store, clock: TestClock, randomness: CountingRandomness
) -> None:
    """F8: what was under way is taken up again from what is written down."""
    world = World(store.begin, clock, randomness)
    await world.furnish(policy="direct")
    confirmed: set[int] = set()
    async with restarting(server):
        for message_id in MESSAGES:
            world.wait(minutes=3)
            await until_it_works(partial(_send, world, message_id, confirmed))
            await until_it_works(world.run)
    for _look in range(30):
        await world.release()
        await world.run()
        async with world.begin() as tx:
            due_at = await ledger.next_due_at(tx)
        if due_at is None:
            break
        world.clock.now = max(world.clock.now, due_at)

    assert confirmed == set(MESSAGES)
    written = Counter(comment.content_raw for comment in world.blog.comments.values())
    assert written == Counter(f"<p>Thought {message_id}</p>" for message_id in confirmed)


@asynccontextmanager
async def restarting(server: Server) -> AsyncIterator[None]:
    """Restart the server again and again as long as the block lasts."""
    chance, is_over = random.Random(7), asyncio.Event()

    async def restart() -> None:
        while not is_over.is_set():
            await asyncio.to_thread(server.restart)
            try:
                await asyncio.wait_for(is_over.wait(), 0.5 + 2 * chance.random())
            except TimeoutError:
                continue

    task = asyncio.create_task(restart())
    try:
        yield
    finally:
        is_over.set()
        await task


async def until_it_works(do: Callable[[], Awaitable[None]]) -> None:
    """Do something again until no restart comes in between, as a person or the next sweep does."""
    is_done = False
    while not is_done:
        try:
            await do()
            is_done = True
        except* DBAPIError:
            is_done = False


async def _send(world: World, message_id: int, confirmed: set[int]) -> None:
    shown = await world.pick(world.reply(message_id, f"Thought {message_id}"), writer())
    if Action.SEND.value in actions(shown):
        relay_id, guard = button(shown, Action.SEND)
        shown = await world.relays.send(relay_id, guard, writer(), world.interaction())
    assert Action.TAKE_OFF.value in actions(shown), shown
    confirmed.add(message_id)
