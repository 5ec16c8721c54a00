"""Edits in Discord of what is on its way to the blog, or there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Action
from bot.domain.models import Reply
from bot.domain.ports import MemberFacts
from bot.domain.relays import RelayState, text_hash
from db import ledger, stances
from tests.services.relay_world import (
    AUTHOR,
    QUEUE_CHANNEL,
    THREAD,
    WRITER,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    wanted_message,
    writer,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def edited(world: World, content: str | None, *, minutes: float = 1, message_id: int = 500) -> Reply:
    return world.reply(message_id, content, edited_at=NOON + timedelta(minutes=minutes))


async def edit(world: World, content: str | None, *, minutes: float = 1) -> None:
    await world.relays.edits.message_edited(edited(world, content, minutes=minutes))


async def publish_edit(world: World, **rights: bool) -> None:
    relay = await world.relay()
    await world.relays.edits.publish(relay.id, relay.guard, author(**rights))


def the_text(world: World) -> str:
    [comment] = world.blog.visible()
    return comment.content_raw


async def every_text_has_its_yes(world: World) -> None:
    agreed = {consent.text_hash for consent in await world.consents()}
    for comment in world.blog.comments.values():
        assert text_hash(comment.author_name, comment.content_raw) in agreed


async def test_the_author_sees_the_difference_and_the_old_comment_stays_meanwhile(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.published(content="What a lovely walk!")
    await edit(world, "What a dull walk!")
    await world.run()

    assert "lovely" in the_text(world)
    card = wanted_message(await world.row(ledger.Purpose.EDIT_CARD))
    assert "Before: What a lovely walk!\nNow: What a dull walk!" in shown_text(card)
    assert actions(card) == ["editpublish", "editrefuse"]

    relay_id, guard = button(card, Action.EDIT_PUBLISH)
    answer = await world.relays.edits.publish(relay_id, guard, author())
    await world.run()

    assert "goes to the blog" in answer.text
    assert "dull" in the_text(world)
    assert not [m for m in world.chat.messages_in(QUEUE_CHANNEL) if "editpublish" in actions(m)]
    assert "The newest edit was decided by <@1>" in "".join(map(shown_text, world.chat.messages_in(QUEUE_CHANNEL)))
    await every_text_has_its_yes(world)


async def test_an_edit_that_the_author_leaves_out_leaves_the_comment_as_it_was(world: World) -> None:
    await world.published(content="What a lovely walk!")
    await edit(world, "Buy my pills")
    queue = await world.relays.queue(10, author())
    relay_id, guard = button(queue, Action.EDIT_REFUSE)

    await world.relays.edits.refuse(relay_id, guard, author())
    await world.run()

    assert "lovely" in the_text(world)
    assert "Nothing waits" in (await world.relays.queue(10, author())).text


async def test_without_a_queue_channel_the_author_is_told_that_an_edit_waits(world: World) -> None:
    await world.published(content="First")
    await world.run()
    direct = AUTHOR + 1_000_000
    assert world.chat.messages_in(direct) == []
    await edit(world, "Second")
    await world.run()
    assert [m.text for m in world.chat.messages_in(direct)] == ["1 reply waits for your decision: **/queue** shows it."]

    await publish_edit(world)
    await world.run()
    assert world.chat.messages_in(direct) == []


async def test_under_direct_an_edit_goes_to_the_blog_at_once_and_has_its_own_consent(world: World) -> None:
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    await edit(world, "Second")
    await world.run()

    [comment] = world.blog.comments.values()
    assert "Second" in comment.content_raw
    first, second = await world.consents()
    assert (first.edited_at, second.interaction_id) == (None, None)
    assert second.edited_at == NOON + timedelta(minutes=1)
    await every_text_has_its_yes(world)


async def test_late_and_repeated_events_change_nothing(world: World) -> None:
    """F25: Discord tells some things twice, and in any order."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    for minutes, text in [(3, "Third"), (1, "Second"), (3, "Third"), (2, "Other")]:
        await edit(world, text, minutes=minutes)
        await world.run()

    [comment] = world.blog.comments.values()
    assert "Third" in comment.content_raw
    assert world.blog.faults.count("edit_comment") == 1
    assert len(await world.consents()) == 2


async def test_an_event_without_an_edit_is_none(world: World) -> None:
    await world.published(content="First")
    await world.relays.edits.message_edited(world.reply(content="Other text"))
    assert (await world.relay()).edit_state is None


async def test_while_the_author_has_not_decided_they_decide_about_the_newest_text(world: World) -> None:
    await world.agreed(content="First")
    stale = await world.relay()
    await edit(world, "Second")

    shown = await world.relays.publish(stale.id, stale.guard, author())
    assert "Second" in shown_text(shown)
    assert world.blog.comments == {}
    relay_id, guard = button(shown, Action.PUBLISH)
    await world.relays.publish(relay_id, guard, author())
    await world.run()

    assert "Second" in the_text(world)
    await every_text_has_its_yes(world)


async def test_an_edit_back_to_what_is_on_the_blog_leaves_nothing_to_decide(world: World) -> None:
    await world.published(content="First")
    await edit(world, "Second", minutes=1)
    await edit(world, "First", minutes=2)
    assert (await world.relay()).edit_state is None
    assert "Nothing waits" in (await world.relays.queue(10, author())).text


async def test_a_text_typed_in_the_preview_is_not_overwritten_by_an_edit(world: World) -> None:
    await world.pick(world.reply(content="talk"), writer())
    relay = await world.relay()
    await world.relays.change(relay.id, writer(), text="My polished words", name="Dana")
    await edit(world, "talk, edited")

    again = await world.pick(edited(world, "talk, edited"), writer())
    assert "My polished words" in shown_text(again)
    assert "You edited your message since" in shown_text(again)
    relay_id, guard = button(again, Action.EDIT_SEND)
    taken = await world.relays.edits.send(relay_id, guard, writer(), world.interaction())

    assert "talk, edited" in shown_text(taken)
    assert await world.state() == RelayState.PROPOSED
    assert await world.consents() == []


async def test_a_typed_text_on_the_blog_stays_until_its_writer_sends_the_edit(world: World) -> None:
    await world.pick(world.reply(content="talk"), writer())
    relay = await world.relay()
    preview = await world.relays.change(relay.id, writer(), text="My polished words", name="Dana")
    await world.press(preview, Action.SEND, writer())
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    await edit(world, "talk, edited")
    await world.run()

    assert "polished" in the_text(world)
    assert [m for m in world.chat.messages_in(THREAD) if m.pings_user_id == WRITER]


async def test_without_the_intent_the_writer_is_asked_and_the_menu_tells_the_text(world: World) -> None:
    await world.change(policy="direct")
    world.blog.default_status = world.blog.approved_status
    await world.agreed(content="First")
    await world.run()
    await edit(world, None)
    await world.run()

    assert "First" in the_text(world)
    [question] = [m for m in world.chat.messages_in(THREAD) if "editkeep" in actions(m)]
    assert question.pings_user_id == WRITER
    assert "First" not in question.text

    shown = await world.pick(edited(world, "Second"), writer())
    relay_id, guard = button(shown, Action.EDIT_SEND)
    with pytest.raises(UserError, match="Only the writer"):
        await world.relays.edits.send(relay_id, guard, other(), world.interaction())
    await world.relays.edits.send(relay_id, guard, writer(), world.interaction())
    await world.run()

    assert "Second" in the_text(world)
    assert not [m for m in world.chat.messages_in(THREAD) if "editkeep" in actions(m)]
    await every_text_has_its_yes(world)


@pytest.mark.parametrize("is_told_before", [True, False])
async def test_an_edit_that_its_writer_was_shown_waits_for_their_word(world: World, is_told_before: bool) -> None:
    """F25: the preview says so, and an event that comes late or again does not break it."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    if is_told_before:
        await edit(world, None)  # without its text
    shown = await world.pick(edited(world, "Second"), writer())
    assert "Until you send the edited text, the one that you agreed to stays." in shown_text(shown)
    await edit(world, "Second")
    await world.run()
    [comment] = world.blog.comments.values()
    assert comment.content_raw == "<p>First</p>"

    relay_id, guard = button(shown, Action.EDIT_SEND)
    await world.relays.edits.send(relay_id, guard, writer(), world.interaction())
    await world.run()
    [comment] = world.blog.comments.values()
    assert comment.content_raw == "<p>Second</p>"


async def test_a_question_about_an_edit_that_nobody_answers_ends_after_three_days(world: World) -> None:
    await world.published(content="First")
    await edit(world, None)
    await world.run()
    world.wait(days=3)

    assert await world.relays.expire() == 1
    await world.run()

    assert "First" in the_text(world)
    assert not [m for m in world.chat.messages_in(THREAD) if "editkeep" in actions(m)]


async def test_a_trusted_writers_edits_need_no_look(world: World) -> None:
    await world.published(content="First")
    relay = await world.relay()
    async with world.begin() as tx:
        await stances.take(
            tx, blog_id=relay.blog_id, writer_id=WRITER, stance=stances.TRUSTED, decided_by=AUTHOR, now=NOON
        )
    await edit(world, "Second")
    await world.run()
    assert "Second" in the_text(world)


async def test_a_right_lost_before_the_edit_is_made_leaves_the_old_text_and_the_edit_waiting(world: World) -> None:
    await world.published(content="First")
    await edit(world, "Second")
    await publish_edit(world)
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run()

    assert "First" in the_text(world)
    assert "Now: Second" in shown_text(await world.relays.queue(10, author()))
    world.give_rights(AUTHOR)
    await publish_edit(world)
    await world.run()
    assert "Second" in the_text(world)


async def test_who_is_no_author_any_more_publishes_no_edit(world: World) -> None:
    await world.published(content="First")
    await edit(world, "Second")
    world.chat.members[(10, AUTHOR)] = MemberFacts(
        user_id=AUTHOR, name="Edna", role_ids=frozenset(), may_manage_guild=False
    )
    relay = await world.relay()

    answer = await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run()

    assert "Only the blog's author" in answer.text
    assert "First" in the_text(world)


async def test_a_withdrawn_reply_keeps_no_edit(world: World) -> None:
    await world.published(content="First")
    await edit(world, "Second")
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()

    relay = await world.relay()
    assert (relay.edit_state, relay.edit_source, relay.edit_html) == (None, None, None)
    await edit(world, "Third", minutes=9)
    await world.run()
    assert world.blog.visible() == []


Step = Callable[[World], Awaitable[object]]


async def _pick(world: World) -> object:
    return await world.pick(world.chat.replies[500], writer())


async def _send(world: World) -> object:
    relay = await world.relay()
    return await world.send(relay)


async def _publish(world: World) -> object:
    relay = await world.relay()
    return await world.relays.publish(relay.id, relay.guard, author())


async def _run(world: World) -> object:
    await world.run()
    return None


@pytest.mark.parametrize("policy", ["approve", "direct"])
@pytest.mark.parametrize("is_told", [True, False], ids=["seen", "unseen"])
@pytest.mark.parametrize("edit_before", range(5))
async def test_whenever_an_edit_comes_the_posted_text_is_one_that_was_agreed_to(
    world: World, policy: str, is_told: bool, edit_before: int
) -> None:
    """T13."""
    await world.change(policy=policy)
    world.reply(content="First")
    steps: list[Step] = [_pick, _send, *([_publish] if policy == "approve" else []), _run]
    for number, step in enumerate(steps):
        if number == edit_before:
            world.chat.replies[500] = edited(world, "Second")
            if is_told:
                await world.relays.edits.message_edited(world.chat.replies[500])
        await step(world)
    await world.run()

    assert len(world.blog.comments) == 1
    await every_text_has_its_yes(world)
