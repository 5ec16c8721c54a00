import pytest

from bot.domain.edits import EditState
from bot.domain.errors import (
    BlogCredentialsError,
    NoAccessError,
    UnknownResultError,
)
from bot.domain.models import CommentDraft, CommentStatus, PostDetails
from bot.domain.outcomes import Closed, Later, Settled
from bot.domain.relays import RelayState
from db import ledger, relays
from tests.fakes import Crash
from tests.services.relay_world import (
    POST_ID,
    THREAD,
    World,
    author,
    wanted_message,
    writer,
)


async def test_a_deleted_message_is_never_posted(world: World) -> None:
    await world.approved()
    del world.chat.replies[500]

    assert await world.reconcile() == Settled()

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.WITHDRAWN, "message_deleted")
    assert world.blog.drafts == []
    [consent] = await world.consents()
    assert consent.withdrawn_at is not None


async def test_an_edit_that_nobody_told_of_is_seen_before_the_comment_is_created(world: World) -> None:
    """T13: it may have been told before the reply was kept."""
    await world.approved(content="Agreed to")
    world.reply(content="Edited", edited_at=world.clock())

    await world.run()

    assert [draft.content_html for draft in world.blog.drafts] == ["<p>Agreed to</p>"]
    assert (await world.relay()).edit_state == EditState.AUTHOR


async def test_an_edit_that_nobody_told_of_is_what_is_posted_where_edits_follow_at_once(world: World) -> None:
    """T13."""
    await world.change(policy="direct")
    await world.agreed(content="Agreed to")
    world.reply(content="Edited", edited_at=world.clock())

    await world.run()

    assert [draft.content_html for draft in world.blog.drafts] == ["<p>Edited</p>"]
    assert [one.edited_at for one in await world.consents()] == [None, world.clock()]


async def test_losing_access_to_the_thread_makes_the_comment_wait(world: World) -> None:
    await world.approved()
    world.chat.faults.before("read_reply", NoAccessError("50001"))

    with pytest.raises(NoAccessError):
        await world.reconcile()

    assert await world.state() == RelayState.APPROVED
    await world.run_until_settled()
    assert await world.state() == RelayState.PUBLISHED


@pytest.mark.parametrize("has_left", [True, False])
async def test_a_lost_right_sends_the_reply_back_to_the_queue(world: World, has_left: bool) -> None:
    await world.approved()
    if has_left:
        world.chat.members.clear()
    else:
        world.give_rights(1, may_manage_guild=False)

    assert await world.reconcile() == Settled()

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.WAITING_FOR_AUTHOR, "right_lost")
    assert world.blog.drafts == []
    world.give_rights(1)
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    assert len(world.blog.comments) == 1


async def test_a_removed_subscription_stops_what_was_on_its_way(world: World) -> None:
    await world.approved()
    await world.change(removed_at=world.clock())

    assert await world.reconcile() == Settled()

    assert (await world.relay()).reason == "subscription_removed"
    assert world.blog.drafts == []


async def test_a_paused_subscription_makes_it_wait(world: World) -> None:
    await world.approved()
    await world.change(is_paused=True)
    assert isinstance(await world.reconcile(), Later)

    await world.change(is_paused=False)
    await world.run_until_settled()

    assert len(world.blog.comments) == 1


async def test_without_a_recorded_yes_to_this_very_text_nothing_is_posted(world: World) -> None:
    """T13."""
    await world.approved()
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    async with world.begin() as tx:
        stored = await ledger.get(tx, row.id)
        stored.wanted = {**(stored.wanted or {}), "html": "Something else"}

    assert await world.reconcile() == Closed("no_consent")

    assert world.blog.drafts == []
    assert (await world.relay()).reason == "no_consent"


async def test_a_yes_taken_back_at_the_last_moment_stops_the_comment(world: World) -> None:
    await world.approved()
    relay = await world.relay()
    read_post = world.blog.read_post

    async def take_off_meanwhile(post_id: int) -> PostDetails:
        await world.relays.take_off(relay.id, relay.guard, writer())
        return await read_post(post_id)

    world.blog.read_post = take_off_meanwhile  # type: ignore[method-assign] # the race at its exact moment
    await world.run_until_settled()

    assert world.blog.drafts == []
    assert await world.state() == RelayState.WITHDRAWN


async def test_a_yes_taken_back_while_the_comment_is_created_takes_it_off_again(world: World) -> None:
    """T14."""
    await world.approved()
    relay = await world.relay()
    store = world.blog.store

    def take_off_soon(draft: CommentDraft) -> object:
        world.blog.faults.after("create_comment", Crash())
        return store(draft)

    world.blog.store = take_off_soon  # type: ignore[method-assign,assignment] # the race at its exact moment
    with pytest.raises(Crash):
        await world.reconcile()
    world.blog.store = store  # type: ignore[method-assign] # and back
    await world.relays.take_off(relay.id, relay.guard, writer())

    await world.run_until_settled()

    assert [comment.status for comment in world.blog.comments.values()] == [CommentStatus.TRASH]
    assert await world.state() == RelayState.REMOVED
    assert world.chat.reactions == set()
    assert world.chat.messages_in(THREAD) == []


async def test_a_half_sent_comment_that_was_taken_back_is_never_sent_again(world: World) -> None:
    await world.approved()
    relay = await world.relay()
    world.blog.faults.before("create_comment", UnknownResultError("reset"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    await world.relays.take_off(relay.id, relay.guard, writer())

    await world.run_until_settled()

    assert world.blog.comments == {}
    assert world.blog.faults.count("create_comment") == 1
    assert await world.state() == RelayState.REMOVED


@pytest.mark.parametrize(
    ("details", "reason"),
    [
        (None, "post_unknown"),
        (PostDetails(post_id=POST_ID, link="https://blog.example/winter-walk/", is_open_to_comments=False), "closed"),
        (PostDetails(post_id=POST_ID, link="https://blog.example/winter-walk/", is_published=False), "post_gone"),
    ],
)
async def test_a_post_that_takes_no_comments_ends_it_with_a_reason(
    world: World, details: PostDetails | None, reason: str
) -> None:
    await world.approved()
    world.blog.posts.clear()
    if details is not None:
        world.blog.posts[POST_ID] = details

    assert await world.reconcile() == Closed(reason)

    assert (await world.relay()).reason == reason
    assert world.blog.drafts == []


async def test_a_subscription_removed_at_the_last_moment_stops_the_comment(world: World) -> None:
    await world.approved()
    read_post = world.blog.read_post

    async def remove_meanwhile(post_id: int) -> PostDetails:
        await world.change(removed_at=world.clock())
        return await read_post(post_id)

    world.blog.read_post = remove_meanwhile  # type: ignore[method-assign] # the race at its exact moment
    await world.run_until_settled()

    assert world.blog.drafts == []
    assert (await world.relay()).reason == "subscription_removed"


async def test_a_refused_password_stops_the_blog_tells_once_and_loses_nothing(world: World) -> None:
    """F12: one call, one message, and all of it later."""
    for message_id in (500, 501, 502):
        await world.approved(message_id, content=f"Reply {message_id}")
    world.blog.refuses_password = True
    await world.run()
    calls = len(world.blog.faults.calls)
    world.wait(hours=7)
    await world.run()

    assert len(world.blog.faults.calls) == calls == 1
    [alert] = await world.rows(ledger.Purpose.BLOG_ALERT)
    assert alert.wanted is not None
    assert "no longer accepts" in wanted_message(alert).text
    assert alert.wanted["direct_user_id"] == 1

    world.blog.refuses_password = False
    async with world.begin() as tx:
        place = await relays.place_of_thread(tx, THREAD)
        assert place is not None
        place.blog.state = "ok"
        await relays.wake_blog(tx, place.blog.id, world.clock())
    await world.run()
    assert len(world.blog.visible()) == 3
    [alert] = await world.rows(ledger.Purpose.BLOG_ALERT)
    assert alert.wanted is None


async def test_a_password_refused_at_the_very_call_is_looked_after_when_it_is_mended(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", BlogCredentialsError("401"))
    await world.run()
    async with world.begin() as tx:
        place = await relays.place_of_thread(tx, THREAD)
        assert place is not None
        assert place.blog.state == "credentials"
        place.blog.state = "ok"
        await relays.wake_blog(tx, place.blog.id, world.clock())

    await world.run_until_settled()

    assert len(world.blog.comments) == 1
