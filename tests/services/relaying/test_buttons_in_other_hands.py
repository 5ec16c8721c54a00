"""Every button in the wrong hands, and under a blog that was removed: nothing changes, and one sentence says why."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.errors import UserError
from bot.domain.messages import Action, OutgoingMessage
from bot.domain.models import Actor
from db import ledger
from db.base import Base
from tests.services.relay_world import (
    AUTHOR,
    QUEUE_CHANNEL,
    THREAD,
    World,
    author,
    button,
    other,
    said,
    wanted_message,
    writer,
)
from tests.services.relaying.test_edits import NOON, edit
from tests.services.relaying.test_removals import four_on_the_blog, question

ELSEWHERE = 11
SENTENCES = {
    "Only the writer of that message can answer.",
    "Only the blog's author can decide that: whoever manages the server, or has the author's role.",
    "That is no longer there.",
}
REMOVED = "This blog is no longer announced here, so nothing goes to it from this thread."

Door = Callable[[World, int, str, Actor], Awaitable[OutgoingMessage]]


async def _change(world: World, relay_id: int, _guard: str, who: Actor) -> OutgoingMessage:
    """Open the form; and send it, as somebody does who made the request by hand."""
    with pytest.raises(UserError) as refused:
        await world.relays.draft(relay_id, who)
    answer = await said(world.relays.change(relay_id, who, text="Mine now", name="Me"))
    assert answer.text == str(refused.value)
    return answer


DOORS: Mapping[Action, Door] = {
    Action.SEND: lambda world, row, guard, who: world.relays.send(row, guard, who, world.interaction()),
    Action.CHANGE: _change,
    Action.CANCEL: lambda world, *press: world.relays.cancel(*press),
    Action.SEE: lambda world, *press: world.relays.see(*press),
    Action.NO: lambda world, *press: world.relays.decline(*press, is_for_good=False),
    Action.NEVER: lambda world, *press: world.relays.decline(*press, is_for_good=True),
    Action.TAKE_OFF: lambda world, *press: world.relays.take_off(*press),
    Action.EDIT_SEND: lambda world, row, guard, who: world.relays.edits.send(row, guard, who, world.interaction()),
    Action.EDIT_KEEP: lambda world, *press: world.relays.edits.leave(*press),
    Action.PUBLISH: lambda world, *press: world.relays.publish(*press),
    Action.REFUSE: lambda world, *press: world.relays.refuse(*press),
    Action.UNDO: lambda world, *press: world.relays.undo(*press),
    Action.EDIT_PUBLISH: lambda world, *press: world.relays.edits.publish(*press),
    Action.EDIT_REFUSE: lambda world, *press: world.relays.edits.refuse(*press),
    Action.APPROVE: lambda world, *press: world.relays.moderation.approve(*press),
    Action.SPAM: lambda world, *press: world.relays.moderation.mark_as_spam(*press),
    Action.BIN: lambda world, *press: world.relays.moderation.bin(*press),
    Action.TRUST: lambda world, *press: world.relays.moderation.trust(*press),
    Action.BLOCK: lambda world, *press: world.relays.moderation.block(*press),
    Action.FORGET_STANCE: lambda world, *press: world.relays.moderation.forget_stance(*press),
    Action.STOP_THREAD: lambda world, *press: world.relays.moderation.stop_thread(*press),
    Action.RESUME_THREAD: lambda world, *press: world.relays.moderation.resume_thread(*press),
    Action.TAKE_ALL_OFF: lambda world, *press: world.relays.removals.take_off(*press),
    Action.KEEP_ALL: lambda world, *press: world.relays.removals.keep(*press),
    Action.UNDO_ALL: lambda world, *press: world.relays.removals.undo(*press),
    Action.ASK_WRITER: lambda world, row, guard, who: world.relays.suggestions.ask(
        row, guard, who, interaction_id=world.interaction()
    ),
    Action.DISMISS: lambda world, *press: world.relays.suggestions.dismiss(*press),
}
WRITERS = frozenset(
    {
        Action.SEND,
        Action.CHANGE,
        Action.CANCEL,
        Action.SEE,
        Action.NO,
        Action.NEVER,
        Action.TAKE_OFF,
        Action.EDIT_SEND,
        Action.EDIT_KEEP,
    }
)
A_WRITERS_NO = frozenset(
    {Action.CANCEL, Action.NO, Action.NEVER, Action.TAKE_OFF, Action.EDIT_KEEP, Action.SEE, Action.CHANGE}
)
"""These send nothing to a blog, and a no counts also where the blog was removed."""


async def previewed(world: World) -> list[OutgoingMessage]:
    return [await world.pick(world.reply(), writer())]


async def asked(world: World) -> list[OutgoingMessage]:
    await world.pick(world.reply(), author())
    return [wanted_message(await world.row(ledger.Purpose.QUESTION))]


async def agreed(world: World) -> list[OutgoingMessage]:
    shown = await world.agreed()
    return [shown, wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))]


async def published(world: World) -> list[OutgoingMessage]:
    await world.published()
    menu = await world.relays.moderation.menu(500, THREAD, author())
    return [menu, wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))]


async def held(world: World) -> list[OutgoingMessage]:
    await world.change(policy="direct")
    await world.agreed()
    await world.run()
    return [wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))]


async def trusted_and_stopped(world: World) -> list[OutgoingMessage]:
    await world.published()
    menu = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.trust(*button(menu, Action.TRUST), author())
    await world.relays.moderation.stop_thread(*button(menu, Action.STOP_THREAD), author())
    return [await world.relays.moderation.menu(500, THREAD, author())]


async def edited(world: World) -> list[OutgoingMessage]:
    await world.published(content="First")
    await edit(world, "Second")
    return [wanted_message(await world.row(ledger.Purpose.EDIT_CARD))]


async def edit_asked(world: World) -> list[OutgoingMessage]:
    await world.published(content="First")
    await edit(world, None)
    question = wanted_message(await world.row(ledger.Purpose.EDIT_QUESTION))
    edited = world.reply(content="Second", edited_at=NOON + timedelta(minutes=2))
    return [question, await world.pick(edited, writer())]


async def vanished(world: World) -> list[OutgoingMessage]:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    return [await question(world)]


async def leaving(world: World) -> list[OutgoingMessage]:
    await vanished(world)
    return [await world.relays.removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())]


async def suggested(world: World) -> list[OutgoingMessage]:
    await world.pick(world.reply(), other())
    return [await world.relays.suggestions.show(author())]


SCENES = {
    scene.__name__: scene
    for scene in (
        previewed,
        asked,
        agreed,
        published,
        held,
        trusted_and_stopped,
        edited,
        edit_asked,
        vanished,
        leaving,
        suggested,
    )
}
LINKS_TO_MENUS = frozenset({Action.MORE})


async def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is stored."""
    async with world.begin() as tx:
        return {
            table.name: sorted((tuple(row) for row in await tx.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
        }


def presses(shown: list[OutgoingMessage]) -> dict[Action, tuple[int, str]]:
    """Return the buttons of these messages."""
    found = {Action(pressed.custom_id.split(":")[1]) for one in shown for pressed in one.buttons if pressed.custom_id}
    return {
        action: next(button(one, action) for one in shown if f":{action.value}:" in str(one.buttons))
        for action in found - LINKS_TO_MENUS
    }


def wrong_hands(action: Action) -> dict[str, Actor]:
    """Return everybody who must not press this."""
    if action in WRITERS:
        return {"author": author(), "other": other(), "elsewhere": replace(writer(), guild_id=ELSEWHERE)}
    return {
        "writer": writer(),
        "other": other(),
        "elsewhere": replace(author(), guild_id=ELSEWHERE),
        "pretender": replace(other(), may_manage_guild=True),  # a right that Discord does not confirm
    }


@pytest.mark.parametrize("scene", SCENES)
async def test_a_button_in_other_hands_changes_nothing_and_says_so(world: World, scene: str) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    buttons = presses(await SCENES[scene](world))
    world.chat.members[(ELSEWHERE, AUTHOR)] = world.chat.members[(world_guild(), AUTHOR)]
    before = await everything(world)

    for action, (row_id, guard) in buttons.items():
        for who, actor in wrong_hands(action).items():
            answer = await said(DOORS[action](world, row_id, guard, actor))
            assert (answer.text in SENTENCES, answer.card, answer.buttons) == (True, None, ()), (action, who, answer)
    assert await everything(world) == before


@pytest.mark.parametrize("scene", SCENES)
async def test_a_button_whose_presser_lost_the_role_changes_nothing_and_says_so(world: World, scene: str) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    buttons = presses(await SCENES[scene](world))
    world.give_rights(AUTHOR, may_manage_guild=False)
    before = await everything(world)

    for action in buttons.keys() - WRITERS:
        answer = await DOORS[action](world, *buttons[action], author())
        assert (answer.text in SENTENCES, answer.buttons) == (True, ()), (action, answer)
    assert await everything(world) == before


@pytest.mark.parametrize("scene", SCENES)
async def test_a_button_of_a_removed_blog_changes_nothing_and_says_so(world: World, scene: str) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    buttons = presses(await SCENES[scene](world))
    await world.change(removed_at=world.clock())
    before = await everything(world)

    for action in buttons.keys() - A_WRITERS_NO:
        answer = await DOORS[action](world, *buttons[action], writer() if action in WRITERS else author())
        assert (answer.text, answer.card, answer.buttons) == (REMOVED, None, ()), (action, answer)
    assert await everything(world) == before


def world_guild() -> int:
    return author().guild_id


def test_every_button_about_a_reply_is_tried() -> None:
    elsewhere = {
        "announce lead drop again heldannounce heldremember connect removeblog",  # posts and blogs
        "answer pingme pingnot suggestions",  # about whoever presses
        "myconsents withdrawall neverask askagain forget forgetyes",
        "more",  # opens the menu, which asks for the right itself
    }
    others = {word for words in elsewhere for word in words.split()}
    assert {action.value for action in Action} == {action.value for action in DOORS} | others
