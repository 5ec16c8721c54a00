"""Edits that were let through and not made yet, when something else happens to their comment."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import PermanentError, TemporaryError, UnknownResultError
from bot.domain.messages import Action
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from bot.services.commenting.blog_watch import BlogWatch
from db.models import Relay
from tests.services.relay_world import AUTHOR, OTHER, QUEUE_CHANNEL, World, author, other, writer
from tests.services.relaying.test_edits import edit, publish_edit, the_text
from tests.services.relaying.test_stopped_before_sent import CASES, on_the_blog, press_in_menu


async def edited_in_vain(world: World, *, is_carried_out: bool, policy: str = "approve") -> None:
    """Have an edit to "Second" let through and sent, and its answer lost."""
    fault = world.blog.faults.after if is_carried_out else world.blog.faults.before
    fault("edit_comment", UnknownResultError("lost"))
    await edit(world, "Second")
    if policy == "approve":
        await publish_edit(world)
    await world.run()


async def edited_while_busy(world: World) -> None:
    """Have an edit to "Second" let through that is not sent yet."""
    world.blog.faults.before("read_comment", TemporaryError("busy"))
    await edit(world, "Second")
    await publish_edit(world)
    await world.run()


async def undo_and_lose_right(world: World) -> None:
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, author())
    world.give_rights(AUTHOR, may_manage_guild=False)


async def block(world: World) -> None:
    await press_in_menu(world, Action.BLOCK)


async def lose_right(world: World) -> None:
    world.give_rights(AUTHOR, may_manage_guild=False)


async def look_at_blog(world: World) -> None:
    """Look how the comments stand on the blog, an hour later."""
    world.wait(hours=1)
    watch = BlogWatch(world.begin, world.blogs, world.box, world.clock, world.randomness, interval_seconds=300)
    await watch.look()
    await world.run()


async def at_rest(world: World) -> Relay:
    """Return the relay once all is done: both sides say the same, and nothing is due for ever."""
    assert await world.comes_to_rest()
    relay = await world.relay()
    if relay.state == RelayState.PUBLISHED:
        assert the_text(world) == relay.content_html
    else:
        assert world.blog.visible() == []
    return relay


@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("policy", ["approve", "direct"])
@CASES
async def test_one_that_was_not_answered_comes_to_rest_when_it_is_held_back(
    world: World, stop: Action, policy: str, is_carried_out: bool
) -> None:
    """F9: what is there stays, and what is not is never brought; in both cases nothing is tried in a circle."""
    await on_the_blog(world, policy)
    await edited_in_vain(world, is_carried_out=is_carried_out, policy=policy)
    await press_in_menu(world, stop)
    relay = await at_rest(world)
    assert relay.content_html == ("<p>Second</p>" if is_carried_out else "<p>First</p>")
    assert relay.edit_html == (None if is_carried_out else "<p>Second</p>")


@CASES
async def test_an_undo_without_right_comes_to_rest_where_nothing_more_is_taken(world: World, stop: Action) -> None:
    """F9: nothing is tried in a circle."""
    await on_the_blog(world)
    await edited_in_vain(world, is_carried_out=False)
    await press_in_menu(world, stop)
    await undo_and_lose_right(world)
    assert (await at_rest(world)).edit_html == "<p>Second</p>"


@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_an_undo_without_right_after_a_lost_creation_keeps_the_text_that_is_there(
    world: World, is_carried_out: bool
) -> None:
    """F9: the edit after it was never made."""
    await world.change(policy="direct")
    world.blog.default_status = world.blog.approved_status
    fault = world.blog.faults.after if is_carried_out else world.blog.faults.before
    fault("create_comment", UnknownResultError("lost"))
    await world.agreed(content="First")
    await world.run()
    await edit(world, "Second")
    await undo_and_lose_right(world)
    await at_rest(world)


@pytest.mark.parametrize("happens", [block, lose_right, undo_and_lose_right])
async def test_the_text_before_an_edit_is_brought_where_the_creation_brought_another(
    world: World, happens: Callable[[World], Awaitable[None]]
) -> None:
    """F9: an edit came before the creation, whose answer was lost."""
    await world.approved(content="First")
    await edit(world, "Second")
    await publish_edit(world)
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.run()
    await edit(world, "Third", minutes=2)
    await publish_edit(world)
    await happens(world)
    relay = await at_rest(world)
    assert (relay.content_html, relay.edit_html) == ("<p>First</p>", "<p>Third</p>")


@pytest.mark.parametrize("happens", [block, lose_right, undo_and_lose_right])
async def test_a_newer_edit_is_the_one_that_waits_when_an_older_is_put_back(
    world: World, happens: Callable[[World], Awaitable[None]]
) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await on_the_blog(world)
    await edited_while_busy(world)
    await edit(world, "Third", minutes=2)
    await happens(world)
    relay = await at_rest(world)
    assert (relay.content_html, relay.edit_html) == ("<p>First</p>", "<p>Third</p>")


async def test_an_undo_without_right_leaves_an_edit_waiting_that_waited(world: World) -> None:
    await on_the_blog(world)
    await edit(world, "Second")
    await undo_and_lose_right(world)
    assert (await at_rest(world)).edit_html == "<p>Second</p>"

    world.give_rights(AUTHOR)
    await publish_edit(world)
    assert (await at_rest(world)).content_html == "<p>Second</p>"


async def test_an_undo_without_right_brings_the_text_before_an_edit_without_right(world: World) -> None:
    """F9: it was carried out, and nobody who may has let it through."""
    world.give_rights(OTHER)
    await on_the_blog(world)
    await edited_in_vain(world, is_carried_out=True)
    world.give_rights(AUTHOR, may_manage_guild=False)
    world.wait(seconds=3)
    await world.run()
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, other())
    world.give_rights(OTHER, may_manage_guild=False)
    assert (await at_rest(world)).content_html == "<p>First</p>"


async def test_a_comment_out_of_the_bin_says_what_it_said_and_the_next_edit_is_made(world: World) -> None:
    """Nobody but its writer changed it."""
    await on_the_blog(world)
    await edit(world, "Second")
    await publish_edit(world)
    [comment] = world.blog.comments.values()
    world.blog.set_status(comment.comment_id, CommentStatus.TRASH)
    await world.run()
    assert await world.state() == RelayState.REMOVED
    world.blog.set_status(comment.comment_id, CommentStatus.APPROVED)
    await look_at_blog(world)
    assert (await at_rest(world)).content_html == "<p>First</p>"

    await edit(world, "Third", minutes=5)
    await publish_edit(world)
    assert (await at_rest(world)).content_html == "<p>Third</p>"
    assert (await world.relay()).reason is None


async def test_what_becomes_of_a_comment_is_seen_after_the_blog_refused_its_edit(world: World) -> None:
    await on_the_blog(world, "direct")
    world.blog.faults.before("edit_comment", PermanentError("no", reason="too_long"))
    await edit(world, "Second")
    relay = await at_rest(world)
    assert (relay.content_html, relay.reason) == ("<p>First</p>", "too_long")

    [comment] = world.blog.comments.values()
    world.blog.set_status(comment.comment_id, CommentStatus.TRASH)
    await look_at_blog(world)
    assert await world.state() == RelayState.REMOVED


async def test_an_edit_whose_right_is_lost_before_the_creation_is_tried_again_is_not_created(world: World) -> None:
    """T21: it was sent once, and did not arrive."""
    world.give_rights(OTHER)
    world.blog.faults.before("create_comment", UnknownResultError("lost"))
    await world.approved(content="First")
    await edit(world, "Second")
    relay = await world.relay()
    await world.relays.edits.publish(relay.id, relay.guard, other(may_manage_guild=True))
    await world.run()
    world.give_rights(OTHER, may_manage_guild=False)
    await at_rest(world)
    assert [draft.content_html for draft in world.blog.drafts] == ["<p>First</p>"]


async def test_a_comment_that_may_be_there_is_never_given_up_for_an_edit(world: World) -> None:
    """F9, F11: its writer took it back, and the blog is away for days."""
    await world.change(policy="direct")
    world.blog.default_status = world.blog.approved_status
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.agreed(content="First")
    await world.run()
    await edit(world, "Second")
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    for _time in range(100):
        world.blog.faults.before("find_comments", TemporaryError("down"))
    assert await world.comes_to_rest(looks=400)
    assert await world.state() == RelayState.REMOVED
    assert world.blog.visible() == []


async def test_a_decision_about_its_status_is_not_passed_over_by_an_edit(world: World) -> None:
    """The edit waits for the author instead, who decides when the first decision is carried out."""
    await on_the_blog(world, "direct")
    relay = await world.relay()
    world.blog.faults.before("read_comment", TemporaryError("busy"))
    await world.relays.moderation.mark_as_spam(relay.id, relay.guard, author())
    await world.run()
    await edit(world, "Second")
    relay = await world.relay()
    too_soon = await world.relays.edits.publish(relay.id, relay.guard, author())
    assert "Something is on its way to that comment" in too_soon.text
    assert await world.comes_to_rest()
    assert [comment.status for comment in world.blog.comments.values()] == [CommentStatus.SPAM]

    await publish_edit(world)
    assert await world.comes_to_rest()
    assert [comment.content_raw for comment in world.blog.comments.values()] == ["<p>Second</p>"]
