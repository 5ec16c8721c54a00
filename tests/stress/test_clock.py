"""The clock jumps by a day, both ways, and to 1970. What was decided stays decided; nothing waits for long."""

import asyncio
import contextlib
import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import TemporaryError, UnknownResultError
from bot.domain.models import Entry
from db import ledger
from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.services.announcing.polling import Polling, a_feed, an_entry
from tests.services.relay_world import World, author

DAY = timedelta(days=1)
JUMPS = 20


@pytest.mark.parametrize("seed", range(3))
async def test_jumping_clock_announces_each_post_exactly_once(begin: Begin, clock: TestClock, seed: int) -> None:
    """F26: 20 jumps between polls, by a day or to the epoch and back."""
    polling = Polling(begin, clock)
    await a_feed(begin)
    entries: list[Entry] = [an_entry(1)]
    polling.reader.show(*entries)
    await polling.poll_feeds.poll_due()
    chance = random.Random(seed)
    true_now = clock.now
    for number in range(2, 2 + JUMPS):
        true_now += timedelta(seconds=600)
        clock.now = true_now + chance.choice([DAY, -DAY, timedelta(), true_now.replace(year=1970) - true_now])
        entries.insert(0, an_entry(number, published_at=true_now))
        polling.reader.show(*entries)
        asked = len(polling.reader.asked)
        await polling.poll_feeds.poll_due()
        await polling.poll_feeds.poll_due()
        if len(polling.reader.asked) == asked:  # the clock stands still or runs late: a poll is due once it is right
            clock.now = max(true_now, clock.now) + timedelta(seconds=600)
            await polling.poll_feeds.poll_due()
        assert len(polling.reader.asked) > asked

    assert polling.wishes.announced == [f"Post {number}" for number in range(2, 2 + JUMPS)]


@pytest.mark.parametrize("jump", [DAY, -DAY, datetime(1970, 1, 2, tzinfo=UTC) - datetime(2026, 3, 1, tzinfo=UTC)])
@pytest.mark.parametrize("moment", ["before the yes", "before the decision", "before the call", "after the call"])
async def test_jump_at_any_moment_of_a_relay_changes_nothing_decided(
    begin: Begin, clock: TestClock, randomness: CountingRandomness, jump: timedelta, moment: str
) -> None:
    """F26: a day ahead, a day back, and to 1970."""
    world = World(begin, clock, randomness)
    await world.furnish()

    async def at(name: str) -> None:
        if name == moment:
            clock.now += jump

    runner = world.runner()
    await at("before the yes")
    await world.agreed()
    await at("before the decision")
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    await at("before the call")
    await runner.drain()
    await at("after the call")
    for _minute in range(5):
        world.wait(minutes=1)
        await runner.drain()

    assert await world.state() == "published"
    assert len(world.blog.comments) == 1


async def test_row_that_waits_is_looked_at_when_the_clock_was_set_back(
    begin: Begin, clock: TestClock, randomness: CountingRandomness
) -> None:
    """Else it would wait for the day that the clock was ahead."""
    world = World(begin, clock, randomness)
    await world.furnish()
    clock.now += DAY
    await world.approved()
    world.blog.faults.before("read_post", TemporaryError("The blog is away."))
    runner = world.runner()
    await runner.drain()
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert row.due_at is not None
    assert row.due_at > clock.now

    clock.now -= DAY
    await runner.drain()

    assert await world.state() == "published"


async def test_half_sent_comment_is_waited_for_in_full_when_the_clock_was_set_back(
    begin: Begin, clock: TestClock, randomness: CountingRandomness
) -> None:
    """F26: how long ago it was sent is not known any more, and nothing is looked at in a circle."""
    world = World(begin, clock, randomness)
    await world.furnish()
    clock.now += 3 * DAY
    await world.approved()
    world.blog.faults.before("create_comment", UnknownResultError("lost"))
    runner = world.runner()
    await runner.drain()

    clock.now -= 3 * DAY
    await runner.drain()
    assert world.blog.faults.count("create_comment") == 1
    world.wait(minutes=2)
    await runner.drain()
    assert len(world.blog.comments) == 1


async def test_start_looks_at_once_at_what_a_clock_that_ran_ahead_put_off(
    begin: Begin, clock: TestClock, randomness: CountingRandomness
) -> None:
    """The clock was mended while the bot was away."""
    world = World(begin, clock, randomness)
    await world.furnish()
    clock.now += DAY
    await world.approved()
    clock.now -= DAY

    runner, ticks = world.runner(), asyncio.Event()
    running = asyncio.create_task(runner.run_forever())
    async with asyncio.timeout(60):
        while not world.blog.comments:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ticks.wait(), 0.01)
    runner.stop()
    await running
