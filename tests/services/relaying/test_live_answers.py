"""The answer to a writer's click tells what became of it, for as long as Discord lets it be edited."""

import pytest

from bot.domain.messages import Action, OutgoingMessage
from bot.services.relaying.live_answers import KEPT_SECONDS
from tests.services.relay_world import World, author, other, shown_text, writer


class Shown:
    """A private answer in Discord; `is_gone` when its reader closed it."""

    def __init__(self) -> None:
        self.messages: list[OutgoingMessage] = []
        self.is_gone = False

    async def __call__(self, message: OutgoingMessage) -> bool:
        if not self.is_gone:
            self.messages.append(message)
        return not self.is_gone


@pytest.fixture
async def shown(world: World) -> Shown:
    """What the writer who pressed Send is shown later."""
    shown = Shown()
    answer = await world.press(await world.pick(world.reply(), writer()), Action.SEND, writer())
    world.relays.live.keep((await world.relay()).id, writer(), answer, shown)
    return shown


async def test_each_change_is_told_once(world: World, shown: Shown) -> None:
    await world.relays.expire()
    assert shown.messages == []
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    for _time in range(3):
        await world.relays.expire()
    assert ["It is on Winter Blog" in shown_text(message) for message in shown.messages] == [True]


async def test_what_is_told_later_is_found_by_the_menu_only(world: World, shown: Shown) -> None:
    relay = await world.relay()
    world.wait(seconds=KEPT_SECONDS + 1)
    await world.relays.refuse(relay.id, relay.guard, author())
    await world.relays.expire()
    assert shown.messages == []


async def test_an_answer_that_was_closed_is_tried_once(world: World, shown: Shown) -> None:
    shown.is_gone = True
    relay = await world.relay()
    await world.relays.refuse(relay.id, relay.guard, author())
    await world.relays.expire()
    shown.is_gone = False
    await world.relays.undo(relay.id, relay.guard, author())
    await world.relays.expire()
    assert shown.messages == []


async def test_somebody_elses_answer_never_tells_where_it_stands(world: World) -> None:
    preview = await world.pick(world.reply(), writer())
    shown, relay = Shown(), await world.relay()
    world.relays.live.keep(relay.id, other(), preview, shown)
    await world.send(relay)
    await world.relays.expire()
    assert shown.messages == []


async def test_a_preview_that_is_still_to_be_sent_stays(world: World) -> None:
    preview = await world.pick(world.reply(), writer())
    shown = Shown()
    world.relays.live.keep((await world.relay()).id, writer(), preview, shown)
    await world.relays.expire()
    assert shown.messages == []
