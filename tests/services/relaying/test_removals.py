"""Messages that vanish together: few leave the blog at once, many are held and asked about once."""

import pytest
from sqlalchemy import select

from bot.domain.messages import Action, OutgoingMessage
from bot.domain.relays import RelayState
from db import ledger
from db.answer_models import Suggestion
from tests.services.relay_world import (
    AUTHOR,
    CHANNEL,
    GUILD,
    QUEUE_CHANNEL,
    THREAD,
    World,
    actions,
    author,
    button,
    other,
    wanted_message,
    writer,
)


async def four_on_the_blog(world: World, first: int = 500) -> list[int]:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    message_ids = list(range(first, first + 4))
    for message_id in message_ids:
        await world.published(message_id, content=f"Reply {message_id}")
    await world.run()
    return message_ids


async def question(world: World) -> OutgoingMessage:
    [row] = await world.rows(ledger.Purpose.REMOVAL_QUESTION)
    return wanted_message(row)


def notices(world: World) -> list[OutgoingMessage]:
    return [m for m in world.chat.messages_in(QUEUE_CHANNEL) if "deleted on Discord" in m.text or "leave" in m.text]


async def test_three_that_a_moderator_deleted_leave_the_blog_at_once(world: World) -> None:
    message_ids = await four_on_the_blog(world)
    await world.relays.removals.messages_deleted(message_ids[:3])
    await world.run()
    assert len(world.blog.visible()) == 1
    assert await world.rows(ledger.Purpose.REMOVAL_QUESTION) == []
    assert (await world.relay(500)).reason == "purged"


async def test_what_stays_of_a_purged_reply_that_was_answered_blames_nobody(world: World) -> None:
    """Discord does not tell who purged it."""
    await world.published(500)
    await world.published(501, content="Yes!", replied_to_message_id=500)
    await world.relays.removals.messages_deleted([500])
    await world.run()
    assert [comment.content_raw for comment in world.blog.visible()] == ["Removed.", "<p>Yes!</p>"]


@pytest.mark.parametrize("how", ["bulk", "thread", "channel"])
async def test_more_than_three_are_held_and_the_author_is_asked_once(world: World, how: str) -> None:
    message_ids = await four_on_the_blog(world)
    removals = world.relays.removals
    for _again in range(2):
        if how == "bulk":
            await removals.messages_deleted(message_ids)
        elif how == "thread":
            await removals.thread_deleted(THREAD)
        else:
            await removals.channel_deleted(CHANNEL)
        await world.run()

    assert len(world.blog.visible()) == 4
    assert [actions(m) for m in notices(world)] == [["takealloff", "keepall"]]
    assert "4 messages" in (await question(world)).text


async def test_a_purge_in_several_events_counts_as_one(world: World) -> None:
    message_ids = await four_on_the_blog(world)
    await world.relays.removals.messages_deleted(message_ids[:2])
    await world.relays.removals.messages_deleted(message_ids[2:])
    await world.run()
    assert len(world.blog.visible()) == 2
    assert "2 messages" in (await question(world)).text


async def test_the_authors_word_takes_them_off_after_a_minute(world: World) -> None:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    removal_id, guard = button(await question(world), Action.TAKE_ALL_OFF)

    answer = await world.relays.removals.take_off(removal_id, guard, author())
    await world.relays.expire()
    await world.run()
    assert "4 replies leave" in answer.text
    assert len(world.blog.visible()) == 4

    world.wait(seconds=61)
    await world.relays.expire()
    await world.run()
    assert world.blog.visible() == []
    assert await world.state(500) == RelayState.REMOVED
    assert all(consent.withdrawn_at is not None for consent in await world.consents())
    undo = await world.relays.removals.undo(removal_id, guard, author())
    assert "cannot be undone" in undo.text


async def test_undo_within_the_minute_has_them_wait_again(world: World) -> None:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    removals = world.relays.removals
    taken = await removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())
    again = await removals.undo(*button(taken, Action.UNDO_ALL), author())
    world.wait(hours=1)
    await world.relays.expire()
    await world.run()
    assert len(world.blog.visible()) == 4
    assert actions(again) == ["takealloff", "keepall"]


async def test_what_the_author_keeps_stays_and_can_be_thought_over(world: World) -> None:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    kept = await world.relays.removals.keep(*button(await question(world), Action.KEEP_ALL), author())
    await world.run()
    assert len(world.blog.visible()) == 4
    assert f"<@{AUTHOR}>" in kept.text
    again = await world.relays.removals.undo(*button(kept, Action.UNDO_ALL), author())
    assert actions(again) == ["takealloff", "keepall"]


async def test_a_stale_button_does_nothing_and_shows_how_it_stands(world: World) -> None:
    first = await four_on_the_blog(world)
    await world.relays.removals.messages_deleted(first)
    stale = await question(world)
    await world.published(600, content="One more")
    await world.relays.removals.messages_deleted([600])

    shown = await world.relays.removals.take_off(*button(stale, Action.TAKE_ALL_OFF), author())

    assert "5 messages" in shown.text
    world.wait(hours=1)
    await world.relays.expire()
    await world.run()
    assert len(world.blog.visible()) == 5


async def test_nobody_but_the_author_decides(world: World) -> None:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    removal_id, guard = button(await question(world), Action.TAKE_ALL_OFF)

    refused = await world.relays.removals.take_off(removal_id, guard, other())
    elsewhere = await world.relays.removals.take_off(removal_id, guard, author(guild_id=99))
    world.give_rights(AUTHOR, may_manage_guild=False)
    lost = await world.relays.removals.take_off(removal_id, guard, author())

    assert "Only the blog's author" in refused.text
    assert "no longer there" in elsewhere.text
    assert "Only the blog's author" in lost.text
    assert "4 messages" in (await question(world)).text


async def test_the_next_purge_after_an_answer_is_a_message_of_its_own(world: World) -> None:
    await world.relays.removals.messages_deleted(await four_on_the_blog(world))
    await world.run()
    await world.relays.removals.keep(*button(await question(world), Action.KEEP_ALL), author())
    await world.run()
    await world.relays.removals.messages_deleted(await four_on_the_blog(world, 700))
    await world.run()
    assert [actions(m) for m in notices(world)] == [["undoall"], ["takealloff", "keepall"]]


async def test_what_nobody_agreed_to_is_simply_forgotten(world: World) -> None:
    await world.pick(world.reply(), writer())
    await world.relays.removals.thread_deleted(THREAD)
    assert await world.state() == RelayState.WITHDRAWN


@pytest.mark.parametrize("how", ["bulk", "thread", "channel"])
async def test_suggestions_go_with_their_messages(world: World, how: str) -> None:
    await world.pick(world.reply(500, "Suggested"), other())
    assert "suggest 1 reply" in (await world.relays.queue(GUILD, author())).text
    removals = world.relays.removals
    if how == "bulk":
        await removals.messages_deleted([500])
    elif how == "thread":
        await removals.thread_deleted(THREAD)
    else:
        await removals.channel_deleted(CHANNEL)
    await world.run()
    assert "suggest" not in (await world.relays.queue(GUILD, author())).text
    async with world.begin() as tx:
        assert [one.source for one in await tx.scalars(select(Suggestion))] == [""]
    assert not [m for m in world.chat.messages_in(AUTHOR + 1_000_000) if "suggest" in m.text]


async def test_many_that_vanish_where_the_blog_was_removed_stay_and_nobody_is_asked(world: World) -> None:
    message_ids = await four_on_the_blog(world)
    await world.change(removed_at=world.clock())
    await world.relays.removals.messages_deleted(message_ids)
    await world.run()
    assert len(world.blog.visible()) == 4
    assert await world.rows(ledger.Purpose.REMOVAL_QUESTION) == []

    relay = await world.relay(500)
    await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()
    assert len(world.blog.visible()) == 3


async def test_a_purge_while_an_earlier_one_is_carried_out_is_still_asked_about(world: World) -> None:
    removals = world.relays.removals
    await removals.messages_deleted(await four_on_the_blog(world))
    await world.run()
    await removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())
    await removals.messages_deleted(await four_on_the_blog(world, 700))
    world.wait(minutes=2)
    await world.relays.expire()
    await world.run()

    assert len(world.blog.visible()) == 4
    assert actions(notices(world)[-1]) == ["takealloff", "keepall"]
    await removals.take_off(*button(await question(world), Action.TAKE_ALL_OFF), author())
    world.wait(minutes=2)
    await world.relays.expire()
    await world.run()
    assert world.blog.visible() == []


async def test_an_earlier_purge_thought_over_again_hides_no_later_question(world: World) -> None:
    removals = world.relays.removals
    await removals.messages_deleted(await four_on_the_blog(world))
    await world.run()
    kept = await removals.keep(*button(await question(world), Action.KEEP_ALL), author())
    await removals.messages_deleted(await four_on_the_blog(world, 700))
    later = button(await question(world), Action.KEEP_ALL)
    again = await removals.undo(*button(kept, Action.UNDO_ALL), author())

    assert actions(again) == ["takealloff", "keepall"]
    assert button(await question(world), Action.KEEP_ALL) == later
    await removals.keep(*later, author())
    assert button(await question(world), Action.KEEP_ALL) == button(again, Action.KEEP_ALL)
