"""A right that is lost between the click and the effect: nothing happens, and the author is told in one sentence."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.messages import Action
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from db import ledger
from tests.services.relay_world import (
    AUTHOR,
    QUEUE_CHANNEL,
    THREAD,
    World,
    author,
    button,
    shown_text,
)
from tests.services.relaying.test_edits import edit, publish_edit, the_text
from tests.services.relaying.test_removals import four_on_the_blog, question

NOT_CARRIED_OUT = "was not carried out: whoever decided it no longer speaks for the blog"


async def loses_right(world: World) -> None:
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run()


async def told(world: World) -> str:
    return "\n".join(shown_text(message) for message in world.chat.messages_in(QUEUE_CHANNEL))


async def _bin(world: World) -> None:
    shown = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.bin(*button(shown, Action.BIN), author())


async def _undo(world: World) -> None:
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, author())


async def _spam(world: World) -> None:
    shown = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.mark_as_spam(*button(shown, Action.SPAM), author())


async def _edit(world: World) -> None:
    await edit(world, "Second")
    await publish_edit(world)


@pytest.mark.parametrize("decide", [_bin, _undo, _spam, _edit])
async def test_what_was_decided_about_a_comment_is_left_undone(
    world: World, decide: Callable[[World], Awaitable[None]]
) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.published(content="First")
    await world.run()
    await decide(world)
    await loses_right(world)

    assert the_text(world) == "<p>First</p>"
    assert await world.state() == RelayState.PUBLISHED
    assert NOT_CARRIED_OUT in await told(world)
    assert not [call for call in world.blog.faults.calls if call in {"bin_comment", "edit_comment"}]

    world.give_rights(AUTHOR)
    await _bin(world)
    await world.run()
    assert world.blog.visible() == []
    assert [comment.status for comment in world.blog.comments.values()] == [CommentStatus.TRASH]


async def test_a_writer_takes_off_what_an_author_without_the_right_could_not(world: World) -> None:
    await world.published(content="First")
    await _undo(world)
    await loses_right(world)
    await world.relays.message_deleted(500)
    await world.run()
    assert world.blog.visible() == []


async def test_many_that_vanished_stay_when_whoever_let_them_go_lost_the_right(world: World) -> None:
    await four_on_the_blog(world)
    await world.relays.removals.thread_deleted(THREAD)
    await world.relays.removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())
    world.give_rights(AUTHOR, may_manage_guild=False)
    world.wait(minutes=1)
    assert await world.relays.expire() == 0
    await world.run()

    assert len(world.blog.visible()) == 4
    text = (await question(world)).text
    assert "4 messages were deleted" in text
    assert "Whoever decided it no longer speaks for the blog" in text

    world.give_rights(AUTHOR)
    await world.relays.removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())
    world.wait(minutes=1)
    assert await world.relays.expire() == 4
    await world.run()
    assert world.blog.visible() == []
    assert (await world.rows(ledger.Purpose.REMOVAL_QUESTION))[0].message_id is not None
