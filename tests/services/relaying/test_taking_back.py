"""A yes that is taken back, in whatever way and at whatever moment, leaves nothing on the blog."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import TemporaryError, UnknownResultError
from bot.services.members.privacy import Privacy
from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import World, author, writer

Step = Callable[[World], Awaitable[object]]


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish()
    return world


async def deleted(world: World) -> None:
    """The message was deleted, and Discord says so."""
    del world.chat.replies[500]
    await world.relays.message_deleted(500)


async def deleted_unseen(world: World) -> None:
    """The message was deleted, and the event never came: the bot finds out when it looks before it acts."""
    del world.chat.replies[500]


async def taken_off(world: World) -> None:
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())


async def everything_taken_back(world: World) -> None:
    await Privacy(world.begin, world.clock, world.randomness, world._wake).withdraw_all(writer())


async def forgotten(world: World) -> None:
    await Privacy(world.begin, world.clock, world.randomness, world._wake).forget(writer())


async def picked(world: World) -> None:
    await world.pick(world.reply(), writer())


async def sent(world: World) -> None:
    await world.send(await world.relay())


async def decided(world: World) -> None:
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())


async def tried_in_vain(world: World) -> None:
    world.blog.faults.before("create_comment", TemporaryError("The blog is away."))
    await world.run()
    world.blog.faults.forget()


async def half_sent(world: World) -> None:
    world.blog.faults.after("create_comment", UnknownResultError("The answer was lost."))
    await world.run()
    world.blog.faults.forget()


async def found(world: World) -> None:
    world.wait(minutes=10)
    await world.run()


MOMENTS: tuple[Step, ...] = (picked, sent, decided, tried_in_vain, half_sent, found)
EVENTS: tuple[Step, ...] = (deleted, deleted_unseen, taken_off, everything_taken_back, forgotten)


def cases() -> list[tuple[int, Step]]:
    """Return every event at every moment at which it can happen, the moment as how many steps came before it."""
    return [
        (number, event)
        for number in range(1, len(MOMENTS) + 1)
        for event in EVENTS
        # Unseen and on the blog already: that is found by reading the thread, after an absence.
        if not (event is deleted_unseen and MOMENTS[number - 1] in (half_sent, found))
    ]


@pytest.mark.parametrize(
    ("steps", "event"), cases(), ids=[f"{event.__name__}-after-{MOMENTS[n - 1].__name__}" for n, event in cases()]
)
async def test_a_yes_taken_back_leaves_nothing_on_the_blog(world: World, steps: int, event: Step) -> None:
    """T14: the writer deletes, withdraws or asks to be forgotten, at six moments between the pick and the page."""
    for step in MOMENTS[:steps]:
        await step(world)
    before = len(world.blog.drafts)
    await event(world)
    for step in MOMENTS[steps:]:
        if step in (tried_in_vain, half_sent, found):
            await step(world)
    for _hour in range(3):
        world.wait(hours=1)
        await world.run()

    assert world.blog.visible() == []
    assert len(world.blog.drafts) == before, "nothing is sent after the yes was taken back"
