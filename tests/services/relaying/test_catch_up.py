"""What happened in the threads while the bot was away."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.errors import NoAccessError, PermanentError, TemporaryError
from bot.domain.models import Reply
from bot.domain.relays import RelayState
from bot.services.relaying.catch_up import CatchUp
from db import ledger
from db.engine import Begin, Transaction
from db.models import Announcement
from tests.services.relay_world import QUEUE_CHANNEL, THREAD, World, actions, author, other, shown_text, writer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND_THREAD = 31


def catching_up(world: World) -> CatchUp:
    return CatchUp(world.begin, world.chat, world.relays, world.clock, world.randomness, lambda: None)


async def come_back(world: World) -> None:
    await catching_up(world).session_began()
    await world.run()


async def direct(world: World, *message_ids: int) -> None:
    """Have these messages be on a blog that shows everything at once."""
    await world.change(policy="direct")
    world.blog.default_status = world.blog.approved_status
    for message_id in message_ids:
        await world.agreed(message_id, content=f"Reply {message_id}")
    await world.run()


async def test_what_was_edited_meanwhile_reaches_the_blog(world: World) -> None:
    await direct(world, 500, 501)
    world.reply(500, "Edited", edited_at=NOON + timedelta(minutes=1))
    await come_back(world)
    assert sorted(c.content_raw for c in world.blog.visible()) == ["<p>Edited</p>", "<p>Reply 501</p>"]
    await come_back(world)
    assert world.blog.faults.count("edit_comment") == 1


async def test_what_was_deleted_meanwhile_leaves_the_blog(world: World) -> None:
    await direct(world, 500, 501)
    del world.chat.replies[500]
    await come_back(world)
    assert [c.content_raw for c in world.blog.visible()] == ["<p>Reply 501</p>"]
    assert await world.state(500) == RelayState.REMOVED


async def test_a_deletion_is_found_also_where_the_blog_was_removed_since(world: World) -> None:
    await direct(world, 500, 501)
    await world.change(removed_at=world.clock())
    del world.chat.replies[500]
    world.reply(501, "Edited", edited_at=NOON + timedelta(minutes=1))
    await come_back(world)
    assert [c.content_raw for c in world.blog.visible()] == ["<p>Reply 501</p>"]


async def test_nobody_is_told_of_threads_of_a_removed_blog(world: World) -> None:
    await direct(world, 500)
    await world.change(removed_at=world.clock())
    del world.chat.replies[500]
    world.chat.faults.before("read_replies", NoAccessError("50001"))
    await come_back(world)
    assert await world.rows(ledger.Purpose.CATCH_UP_NOTE) == []
    assert len(world.blog.visible()) == 1


async def test_many_that_vanished_meanwhile_are_asked_about(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await direct(world, 500, 501, 502, 503)
    for message_id in (500, 501, 502, 503):
        del world.chat.replies[message_id]
    for _time in range(2):
        await come_back(world)
    assert len(world.blog.visible()) == 4
    notices = [m for m in world.chat.messages_in(QUEUE_CHANNEL) if "takealloff" in actions(m)]
    assert len(notices) == 1


async def test_what_vanished_meanwhile_is_counted_over_all_threads_of_a_blog(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await direct(world, 500, 501)
    await a_second_thread(world)
    await world.change(policy="direct")
    for message_id in (600, 601):
        await world.agreed(message_id, content=f"Reply {message_id}", channel_id=SECOND_THREAD)
    await world.run()
    for message_id in (500, 501, 600, 601):
        del world.chat.replies[message_id]
    await come_back(world)

    assert len(world.blog.visible()) == 4
    notices = [m for m in world.chat.messages_in(QUEUE_CHANNEL) if "takealloff" in actions(m)]
    assert ["4 messages were deleted" in m.text for m in notices] == [True]
    await come_back(world)
    assert len(world.blog.visible()) == 4


async def a_second_thread(world: World) -> None:
    async with world.begin() as tx:
        first = (await tx.scalars(select(Announcement))).one()
        tx.add(
            Announcement(
                subscription_id=first.subscription_id,
                post_row_id=first.post_row_id,
                turn=1,
                state="announced",
                guard="00000001",
                channel_id=first.channel_id,
                message_id=SECOND_THREAD,
                thread_id=SECOND_THREAD,
                created_at=world.clock(),
            )
        )


async def test_a_long_thread_is_read_only_where_replies_are(world: World) -> None:
    await direct(world, 500, 5_000, 5_001)
    for message_id in range(600, 4_900, 10):
        world.reply(message_id, "talk")
    del world.chat.replies[5_000]
    before = world.chat.faults.count("read_replies")
    await come_back(world)
    assert world.chat.faults.count("read_replies") == before + 2
    assert len(world.blog.visible()) == 2


@pytest.mark.parametrize("error", [NoAccessError("50001"), PermanentError("10003", reason="channel_deleted")])
async def test_lost_access_changes_nothing_and_is_told_once(world: World, error: Exception) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await direct(world, 500)
    caught = catching_up(world)
    world.chat.faults.before("read_replies", error, error)
    await caught.session_began()
    await caught.go_on()
    await caught.session_began()
    await world.run()

    assert len(world.blog.visible()) == 1
    assert [m.text for m in world.chat.messages_in(QUEUE_CHANNEL) if "cannot read the thread" in m.text]
    assert len(world.chat.messages_in(QUEUE_CHANNEL)) == 1
    world.wait(hours=2)
    del world.chat.replies[500]
    await caught.go_on()
    await world.run()
    assert world.blog.visible() == []
    assert world.chat.messages_in(QUEUE_CHANNEL) == []


async def test_a_thread_that_could_not_be_read_is_read_by_the_next_sweep_or_process(world: World) -> None:
    await direct(world, 500)
    world.chat.faults.before("read_replies", TemporaryError("no answer"))
    del world.chat.replies[500]
    await catching_up(world).session_began()
    assert await catching_up(world).go_on() == 1
    assert await catching_up(world).go_on() == 0
    await world.run()
    assert world.blog.visible() == []


async def test_a_writer_whose_press_reached_nobody_is_asked_again_once(world: World) -> None:
    await world.pick(world.reply(), author())
    await world.run()
    await catching_up(world).go_on()
    for _absence in range(2):
        world.wait(hours=1)
        await come_back(world)

    questions = [sent for sent in world.chat.messages.values() if "see" in actions(sent.message)]
    assert [sent.is_deleted for sent in questions] == [True, False]


def interrupted(begin: Begin, number: int, act: Callable[[], Awaitable[None]]) -> Begin:
    """Return a store that does something just before the transaction of this number."""
    opened = itertools.count(1)

    @asynccontextmanager
    async def interrupting() -> AsyncIterator[Transaction]:
        if next(opened) == number:
            await act()
        async with begin() as tx:
            yield tx

    return interrupting


@pytest.mark.parametrize("number", range(1, 11))
async def test_a_question_that_is_sent_while_it_is_asked_again_is_not_left_behind(world: World, number: int) -> None:
    """F1: the runner of the new life sends it at whatever moment."""
    await world.pick(world.reply(), author())
    await catching_up(world).go_on()
    world.wait(hours=1)
    begin = interrupted(world.begin, number, world.run)
    await CatchUp(begin, world.chat, world.relays, world.clock, world.randomness, lambda: None).session_began()
    await world.run()

    questions = [sent for sent in world.chat.messages.values() if "see" in actions(sent.message)]
    assert [sent.is_deleted for sent in questions][-1] is False
    assert sum(not sent.is_deleted for sent in questions) == 1


async def test_an_author_is_asked_again_once_about_all_that_waits(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    for message_id in (500, 501):
        await world.agreed(message_id)
    await world.run()
    await catching_up(world).go_on()
    for _absence in range(2):
        world.wait(hours=1)
        await come_back(world)
    notes = [m.text for m in world.chat.messages_in(QUEUE_CHANNEL) if "I was away" in m.text]
    assert len(notes) == 1
    assert "2 replies still wait" in notes[0]

    await world.agreed(502)
    world.wait(hours=1)
    await come_back(world)
    notes = [m.text for m in world.chat.messages_in(QUEUE_CHANNEL) if "I was away" in m.text]
    assert ["1 reply still" in text for text in notes] == [False, True]


async def test_a_short_absence_asks_nobody_again(world: World) -> None:
    await world.pick(world.reply(), author())
    await world.run()
    await catching_up(world).go_on()
    world.wait(minutes=5)
    await come_back(world)
    assert len([m for m in world.chat.messages_in(THREAD) if "see" in actions(m)]) == 1
    assert await world.rows(ledger.Purpose.CATCH_UP_NOTE) == []


async def test_a_preview_whose_message_is_gone_ends(world: World) -> None:
    await world.pick(world.reply(), writer())
    del world.chat.replies[500]
    await come_back(world)
    assert await world.state() == RelayState.WITHDRAWN


async def test_a_suggested_message_that_is_gone_waits_no_longer(world: World) -> None:
    await world.pick(world.reply(500, "Suggested"), other())
    await world.pick(world.reply(501, "Suggested too"), other())
    del world.chat.replies[500]
    await come_back(world)
    shown = shown_text(await world.relays.suggestions.show(author()))
    assert "Suggested too" in shown
    assert "1 reply" in shown


async def test_edits_that_wait_and_held_comments_count_among_what_waits(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.published(500, content="First")
    edited = world.reply(500, "Second", edited_at=NOON + timedelta(minutes=1))
    await world.relays.edits.message_edited(edited)
    await world.change(policy="direct")
    await world.agreed(501, content="Held")
    await world.run()
    await catching_up(world).go_on()
    world.wait(hours=1)
    await come_back(world)
    assert "2 replies still wait" in str(world.chat.messages_in(QUEUE_CHANNEL))


async def test_nobody_is_asked_again_about_a_removed_blog(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.pick(world.reply(500), author())
    await world.agreed(501)
    await world.run()
    await catching_up(world).go_on()
    await world.change(removed_at=world.clock())
    before = len(world.chat.messages)
    world.wait(hours=1)
    await come_back(world)
    assert len(world.chat.messages) == before


async def test_what_is_read_while_a_session_begins_is_read_once_more(world: World) -> None:
    """F25: it was read before the session that events were missed for."""
    await direct(world, 500)
    catch_up = catching_up(world)
    read_replies = world.chat.read_replies
    began: list[asyncio.Task[None]] = []

    async def slow(*args: int, **kwargs: int) -> Sequence[Reply]:
        world.chat.read_replies = read_replies  # type: ignore[method-assign] # only the first time
        found = await read_replies(*args, **kwargs)
        world.reply(500, "Edited", edited_at=NOON + timedelta(minutes=1))
        began.append(asyncio.create_task(catch_up.session_began()))
        for _turn in range(100):
            await asyncio.sleep(0)
        return found

    world.chat.read_replies = slow  # type: ignore[method-assign] # as above
    await catch_up.go_on()
    await began[0]
    await world.run()
    assert [c.content_raw for c in world.blog.visible()] == ["<p>Edited</p>"]
