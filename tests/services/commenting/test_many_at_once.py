"""Many replies for one blog that takes few of them, or none."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import TemporaryError
from bot.domain.messages import Action
from bot.domain.models import Comment, CommentDraft
from bot.domain.relays import RelayState
from db import ledger, relays
from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlog
from tests.services.relay_world import BLOG_URL, THREAD, World, author, wanted_message, writer

APART = timedelta(seconds=15)
"""WordPress takes no second comment of one author role within this time."""
MOST_CALLS = 2


class FloodedBlog(FakeBlog):
    """A blog with WordPress' flood control, as it is for a user who does not moderate."""

    clock: TestClock
    stored_at: list[datetime]

    async def create_comment(self, draft: CommentDraft) -> Comment:
        if self.stored_at and self.clock() - self.stored_at[-1] < APART:
            self._start("create_comment")
            raise TemporaryError("You are posting too quickly.", retry_after=timedelta(seconds=16))
        comment = await super().create_comment(draft)
        self.stored_at.append(self.clock())
        return comment


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish()
    return world


async def agreed(world: World, times: int) -> None:
    """Have so many replies wait for the author, each of another member and written over hours."""
    for number in range(times):
        world.wait(minutes=2)
        who = replace(writer(), user_id=1_000 + number)
        shown = await world.pick(world.reply(500 + number, f"Thought {number}", writer_id=who.user_id), who)
        await world.press(shown, Action.SEND, who)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("times", [12, pytest.param(100, marks=pytest.mark.slow)])
async def test_approvals_at_once_are_all_posted_as_the_blogs_flood_control_allows(world: World, times: int) -> None:
    """F11: more than fifteen seconds apart, nobody sees an error, and the blog is asked about twice for each."""
    blog = FloodedBlog(posts=world.blog.posts)
    blog.clock, blog.stored_at = world.clock, []
    world.blogs.blogs[BLOG_URL] = blog
    await agreed(world, times)
    for number in range(times):
        relay = await world.relay(500 + number)
        await world.relays.publish(relay.id, relay.guard, author())
    began = world.clock()

    await run_through_time(world)

    assert len(blog.visible()) == len(blog.stored_at) == times
    assert all(later - earlier >= APART for earlier, later in pairwise(blog.stored_at))
    assert blog.stored_at[-1] - began <= timedelta(seconds=20 * times + 120)
    assert blog.faults.count("create_comment") <= 3 * times
    assert {await world.state(500 + number) for number in range(times)} == {RelayState.PUBLISHED}


async def run_through_time(world: World) -> None:
    """Let the runner work until nothing is due any more."""
    runner = world.runner()
    while True:
        await runner.drain()
        async with world.begin() as tx:
            due_at = await ledger.next_due_at(tx)
        if due_at is None:
            return
        world.clock.now = max(world.clock.now, due_at)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("times", [40, pytest.param(1_000, marks=pytest.mark.slow)])
async def test_password_that_is_refused_costs_one_call_however_many_replies_wait(world: World, times: int) -> None:
    """F12: the blog is paused, its owner is told once, everything waits and is posted once it is mended."""
    await agreed(world, times)
    for number in range(times):
        relay = await world.relay(500 + number)
        await world.relays.publish(relay.id, relay.guard, author())
    world.blog.refuses_password = True
    begun = len(world.blog.faults.calls)

    await world.run()
    world.wait(hours=7)
    await world.run()

    assert len(world.blog.faults.calls) - begun <= MOST_CALLS
    [alert] = await world.rows(ledger.Purpose.BLOG_ALERT)
    assert "no longer accepts" in wanted_message(alert).text

    world.blog.refuses_password = False
    async with world.begin() as tx:
        place = await relays.place_of_thread(tx, THREAD)
        assert place is not None
        place.blog.state = "ok"
        await relays.wake_blog(tx, place.blog.id, world.clock())
    await run_through_time(world)
    assert len(world.blog.visible()) == times
