"""Edits of a comment whose answers were lost: the blog carried them out, or does so later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import UnknownResultError
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from db import ledger
from tests.services.relay_world import AUTHOR, World, author

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


async def edit(world: World, content: str, *, minutes: float) -> None:
    edited_at = NOON + timedelta(minutes=minutes)
    await world.relays.edits.message_edited(world.reply(500, content, edited_at=edited_at))


async def edited_and_not_answered(world: World) -> None:
    """Have an edit to "Second" carried out, and its answer lost."""
    await world.change(policy="direct")
    world.blog.default_status = world.blog.approved_status
    await world.agreed(content="First")
    await world.run()
    world.blog.faults.after("edit_comment", UnknownResultError("lost"))
    await edit(world, "Second", minutes=1)
    await world.run()
    [comment] = world.blog.comments.values()
    assert comment.content_raw == "<p>Second</p>"
    world.blog.comments[comment.comment_id] = replace(comment, content_raw="Second")  # as WordPress stores it


async def test_an_edit_whose_answer_was_lost_is_made_again_and_recorded(world: World) -> None:
    """F9: the blog says what was sent, in its own way."""
    await edited_and_not_answered(world)
    await world.run_until_settled()

    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert row.applied_revision == row.revision
    assert (await world.relay()).reason is None


async def test_a_text_of_ours_whose_answer_was_lost_is_not_taken_for_somebody_elses(world: World) -> None:
    """F9: the next edit goes on from it."""
    await edited_and_not_answered(world)
    await edit(world, "Third", minutes=2)
    await world.run_until_settled()

    [comment] = world.blog.comments.values()
    assert "Third" in comment.content_raw
    assert (await world.relay()).reason is None


async def test_a_text_of_somebody_else_is_left_alone_after_a_lost_answer_too(world: World) -> None:
    """F9: what only looks like it is not ours."""
    await edited_and_not_answered(world)
    [comment] = world.blog.comments.values()
    await world.blog.edit_comment(comment.comment_id, content_html="<p>Second, said the owner</p>")
    await edit(world, "Third", minutes=2)
    await world.run_until_settled()

    [comment] = world.blog.comments.values()
    assert "said the owner" in comment.content_raw
    assert (await world.relay()).reason == "changed_on_blog"


async def test_a_later_edit_waits_until_the_one_before_can_no_longer_come(world: World) -> None:
    """F2: the blog may carry it out after the later one, and would then show an older text for good."""
    await edited_and_not_answered(world)
    sent_at = world.clock()
    await edit(world, "Third", minutes=2)
    await world.run()

    [comment] = world.blog.comments.values()
    assert "Second" in comment.content_raw
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert row.due_at == sent_at + A_MINUTE


async def test_a_text_that_comes_late_is_taken_off_again(world: World) -> None:
    """F2: its writer took it back meanwhile, and an answer on the blog keeps the comment's place."""
    await edited_and_not_answered(world)
    [comment] = world.blog.comments.values()
    world.blog.comments[999] = replace(comment, comment_id=999, parent_id=comment.comment_id)
    await world.relays.message_deleted(500)
    await world.run()
    assert "Removed by its writer" in world.blog.comments[comment.comment_id].content_raw

    await world.blog.edit_comment(comment.comment_id, content_html=comment.content_raw)  # carried out only now
    await world.run_until_settled()
    assert "Removed by its writer" in world.blog.comments[comment.comment_id].content_raw
    assert world.blog.comments[comment.comment_id].status is CommentStatus.APPROVED


@pytest.mark.parametrize("is_removed", [False, True])
async def test_a_first_try_that_comes_after_an_answered_second_undoes_nothing(world: World, is_removed: bool) -> None:
    """F2: that the second try was answered says nothing about the first."""
    await edited_and_not_answered(world)
    world.wait(seconds=10)
    await world.run()
    [comment] = world.blog.comments.values()
    if is_removed:
        world.blog.comments[999] = replace(comment, comment_id=999, parent_id=comment.comment_id)
        await world.relays.message_deleted(500)
    else:
        await edit(world, "Third", minutes=2)
    await world.run()

    await world.blog.edit_comment(comment.comment_id, content_html="<p>Second</p>")  # the first try, only now
    await world.run_until_settled()
    now = world.blog.comments[comment.comment_id].content_raw
    assert now == ("Removed by its writer." if is_removed else "<p>Third</p>")


async def approved_edit_not_answered(world: World) -> int:
    """Have an edit that an author let through carried out, and its answer lost; return the comment's id."""
    await world.published(content="First")
    world.blog.faults.after("edit_comment", UnknownResultError("lost"))
    await edit(world, "Second", minutes=1)
    relay = await world.relay()
    await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run()
    [comment] = world.blog.comments.values()
    assert "Second" in comment.content_raw
    return comment.comment_id


async def test_a_right_lost_after_a_lost_answer_brings_the_text_before_back(world: World) -> None:
    """F9: what was carried out all the same is taken back, for nobody stands for it any more."""
    comment_id = await approved_edit_not_answered(world)
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run_until_settled()

    assert (await world.relay()).content_html == "<p>First</p>"
    assert world.blog.comments[comment_id].content_raw == "<p>First</p>"


async def test_a_right_lost_after_a_comment_was_blanked_does_not_call_it_published(world: World) -> None:
    """F2: it is looked at once more, and nobody needs a right for that."""
    comment_id = await approved_edit_not_answered(world)
    world.blog.comments[999] = replace(world.blog.comments[comment_id], comment_id=999, parent_id=comment_id)
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, author())
    await world.run()
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run_until_settled()

    assert "Removed by" in world.blog.comments[comment_id].content_raw
    assert await world.state() == RelayState.REMOVED


@pytest.mark.parametrize("is_there", [True, False])
async def test_an_undo_that_lost_its_right_leaves_an_edit_that_was_not_made_waiting(
    world: World, is_there: bool
) -> None:
    """F9: blog and bot agree on the text before it, whether the edit came there or not."""
    await world.published(content="First")
    fault = world.blog.faults.after if is_there else world.blog.faults.before
    fault("edit_comment", UnknownResultError("lost"))
    await edit(world, "Second", minutes=1)
    relay = await world.relay()
    await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run()
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, author())
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run_until_settled()

    relay = await world.relay()
    [comment] = world.blog.visible()
    assert (comment.content_raw, relay.content_html) == ("<p>First</p>", "<p>First</p>")
    assert (relay.state, relay.edit_html) == (RelayState.PUBLISHED, "<p>Second</p>")

    world.give_rights(AUTHOR)
    await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run_until_settled()
    assert [comment.content_raw for comment in world.blog.visible()] == ["<p>Second</p>"]


async def test_a_clock_that_was_set_back_lets_the_next_edit_go_on(world: World) -> None:
    """F26: when the last one was sent is not known any more, and nothing is tried in a circle."""
    world.clock.move(days=3)
    await edited_and_not_answered(world)
    world.clock.move(days=-3)
    await edit(world, "Third", minutes=2)
    await world.run()

    [comment] = world.blog.comments.values()
    assert "Third" in comment.content_raw
