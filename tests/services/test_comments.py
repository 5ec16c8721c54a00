import asyncio
import random
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot.domain.errors import (
    BlogCredentialsError,
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)
from bot.domain.messages import Action
from bot.domain.models import CommentDraft, CommentStatus, PostDetails
from bot.domain.outcomes import Closed, Later, Settled
from bot.domain.relays import RelayState, text_hash
from bot.services.relay_effects import PUBLISHED_EMOJI
from db import ledger, relays
from tests.services.relay_world import (
    POST_ID,
    QUEUE_CHANNEL,
    THREAD,
    World,
    author,
    shown_text,
    wanted_message,
    writer,
)


async def test_an_approved_reply_becomes_one_comment_and_its_thread_is_told(world: World) -> None:
    await world.approved()
    await world.run()

    [comment] = world.blog.visible()
    relay = await world.relay()
    assert comment.content_raw == relay.content_html
    assert comment.author_name == "Dana (via Discord)"
    assert (relay.state, relay.comment_id) == (RelayState.PUBLISHED, comment.comment_id)
    assert world.chat.reactions == {(THREAD, 500, PUBLISHED_EMOJI)}
    [line] = world.chat.messages_in(THREAD)
    assert "1 reply is on the blog" in line.text
    assert comment.link in line.text


async def test_what_is_posted_is_byte_for_byte_what_was_agreed_to(world: World) -> None:
    await world.published()

    [draft] = world.blog.drafts
    [consent] = await world.consents()
    assert text_hash(draft.author_name or "", draft.content_html) == consent.text_hash


async def test_the_key_is_at_the_end_of_the_link_and_the_email_tells_nothing(world: World) -> None:
    await world.change(invite_url="https://discord.gg/winter#old")
    await world.published()

    [draft] = world.blog.drafts
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert draft.author_url == f"https://discord.gg/winter#bc-{row.key}"
    assert re.fullmatch(r"key\d{19}@backchannel\.invalid", draft.author_email or "")  # randomness of a test, not an id
    assert len(draft.author_url.encode()) <= 200


async def test_a_link_too_long_for_the_blog_gives_way_to_the_blogs_address(world: World) -> None:
    await world.change(invite_url="https://discord.gg/" + "a" * 190)
    await world.published()

    assert urlsplit(world.blog.drafts[0].author_url).path == "/winter-walk/"


async def test_one_writer_keeps_one_email_on_a_blog(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Another thought")

    assert len({draft.author_email for draft in world.blog.drafts}) == 1


async def test_the_line_in_the_thread_is_edited_and_never_repeated(world: World) -> None:
    for message_id in (500, 501, 502):
        await world.approved(message_id, content=f"Reply {message_id}")
        await world.run()

    [line] = world.chat.messages_in(THREAD)
    assert "3 replies are on the blog" in line.text
    assert world.chat.faults.count("send") == 1


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (CommentStatus.HELD, RelayState.HELD, "waits for the moderation"),
        (CommentStatus.SPAM, RelayState.SPAM, "spam"),
        (CommentStatus.TRASH, RelayState.SPAM, "spam"),
    ],
)
async def test_a_comment_that_is_not_public_is_told_to_its_writer_and_to_nobody_else(
    world: World, status: CommentStatus, state: RelayState, words: str
) -> None:
    await world.change(policy="direct")
    world.blog.default_status = status
    await world.agreed()
    await world.run()

    assert await world.state() == state
    assert words in (await world.pick(world.reply(), writer())).text
    assert world.chat.reactions == set()
    assert world.chat.messages_in(THREAD) == []


# --- crashes and lost answers ----------------------------------------------------------------------


class Crash(BaseException):
    """The process dies here."""


CALLS_BEFORE = ["member", "read_reply", "post_id_of", "read_post", "create_comment"]


@pytest.mark.parametrize("call", CALLS_BEFORE)
async def test_a_crash_before_any_call_of_the_first_try_loses_and_doubles_nothing(world: World, call: str) -> None:
    await world.approved()
    faults = world.chat.faults if call in {"member", "read_reply"} else world.blog.faults
    faults.before(call, Crash())
    with pytest.raises(Crash):
        await world.reconcile()

    await world.run_until_settled()

    assert len(world.blog.comments) == 1
    assert await world.state() == RelayState.PUBLISHED


@pytest.mark.parametrize(
    "error", [Crash(), asyncio.CancelledError(), UnknownResultError("lost"), TemporaryError("502"), RuntimeError("bug")]
)
async def test_an_answer_lost_after_the_comment_was_stored_does_not_double_it(
    world: World, error: BaseException
) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", error)
    with pytest.raises(type(error)):
        await world.reconcile()

    await world.run_until_settled()

    assert len(world.blog.comments) == 1
    assert world.blog.faults.count("create_comment") == 1
    assert await world.state() == RelayState.PUBLISHED


async def test_a_crash_while_recording_adopts_the_comment_that_is_there(world: World) -> None:
    await world.approved()
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    world.blog.faults.after("create_comment", Crash())
    with pytest.raises(Crash):
        await world.comments.reconcile(row.id)
    world.blog.faults.before("find_comments", Crash(), TemporaryError("not yet"))
    with pytest.raises(Crash):
        await world.comments.reconcile(row.id)

    await world.run_until_settled()

    assert len(world.blog.comments) == 1


async def test_not_there_is_believed_only_after_the_blog_cannot_be_working_on_it(world: World) -> None:
    await world.approved()
    world.blog.faults.before("create_comment", UnknownResultError("reset"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    sent_at = world.clock()

    world.wait(seconds=59)
    outcome = await world.reconcile()
    assert isinstance(outcome, Later)
    assert outcome.due_at == sent_at + timedelta(seconds=60)
    assert world.blog.comments == {}

    world.wait(seconds=1)
    outcome = await world.reconcile()
    assert len(world.blog.comments) == 1
    assert isinstance(outcome, Later)  # sent twice: one more look


async def test_a_blog_that_commits_late_within_the_horizon_gets_one_comment(world: World) -> None:
    await world.approved()
    world.blog.is_slow = True
    world.blog.faults.after("create_comment", UnknownResultError("timeout"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    assert isinstance(await world.reconcile(), Later)

    world.wait(seconds=58)
    world.blog.commit_late()
    world.blog.is_slow = False
    await world.run_until_settled()

    assert len(world.blog.comments) == 1
    assert world.blog.faults.count("create_comment") == 1


async def test_a_twin_that_comes_after_the_horizon_is_binned_and_the_older_kept(world: World) -> None:
    await world.approved()
    world.blog.refuses_duplicates = False
    world.blog.is_slow = True
    world.blog.faults.after("create_comment", UnknownResultError("timeout"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    world.blog.is_slow = False
    world.wait(seconds=61)

    assert isinstance(await world.reconcile(), Later)
    world.blog.commit_late()
    world.wait(seconds=60)
    assert await world.reconcile() == Settled()

    [kept] = world.blog.visible()
    assert kept.comment_id == (await world.relay()).comment_id == 101
    assert world.blog.comments[102].status is CommentStatus.TRASH
    looks = world.blog.faults.count("find_comments")
    assert await world.reconcile() == Settled()
    assert world.blog.faults.count("find_comments") == looks


async def test_found_twins_are_binned_and_the_oldest_adopted(world: World) -> None:
    await world.approved()
    world.blog.refuses_duplicates = False
    world.blog.faults.after("create_comment", Crash())
    with pytest.raises(Crash):
        await world.reconcile()
    world.blog.late.append(world.blog.drafts[0])
    world.blog.commit_late()

    await world.run_until_settled()

    [kept] = world.blog.visible()
    assert kept.comment_id == (await world.relay()).comment_id == 101


async def test_not_being_allowed_to_look_is_no_proof_that_it_is_not_there(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", UnknownResultError("timeout"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    world.wait(hours=1)
    world.blog.faults.before("find_comments", NoAccessError("a small role"))

    with pytest.raises(NoAccessError):
        await world.reconcile()

    assert world.blog.faults.count("create_comment") == 1


async def test_our_own_duplicate_is_adopted(world: World) -> None:
    await world.approved()
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    world.blog.faults.after("create_comment", Crash())
    with pytest.raises(Crash):
        await world.comments.reconcile(row.id)
    async with world.begin() as tx:  # as if the blog had hidden it when we looked
        stored = await ledger.get(tx, row.id)
        stored.first_sent_at = stored.last_sent_at = None

    await world.run_until_settled()

    assert len(world.blog.comments) == 1
    assert await world.state() == RelayState.PUBLISHED


async def test_somebody_elses_equal_words_are_told_and_not_tried_again(world: World) -> None:
    await world.approved()
    relay = await world.relay()
    world.blog._store(
        CommentDraft(
            post_id=POST_ID,
            content_html=relay.content_html or "",
            author_url="https://elsewhere.example/",
            author_name=relay.name,
            author_email="else@where.example",
            is_approved=True,
        )
    )

    await world.run_until_settled()

    assert world.blog.faults.count("create_comment") == 1
    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.REFUSED, "duplicate")
    assert "the same words" in (await world.pick(world.reply(), writer())).text


async def test_an_error_is_not_believed_when_the_comment_is_there_all_the_same(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", PermanentError("meta refused", reason="invalid"))

    await world.run_until_settled()

    assert len(world.blog.comments) == 1
    assert await world.state() == RelayState.PUBLISHED


async def test_a_refusal_of_the_blog_is_told_with_its_reason(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.approved()
    world.blog.faults.before("create_comment", PermanentError("closed", reason="closed"))

    await world.run_until_settled()

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.REFUSED, "closed")
    assert "does not take comments" in shown_text(wanted_message(await world.row(ledger.Purpose.QUEUE_CARD)))
    assert "does not take comments" in (await world.pick(world.reply(), writer())).text
    assert world.chat.messages_in(THREAD) == []


async def test_a_row_given_up_leaves_the_relay_with_the_reason(world: World) -> None:
    await world.approved()
    world.blog.faults.before("post_id_of", *[TemporaryError("down") for _try in range(60)])

    await world.run_until_settled(hours=24 * 4)

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.REFUSED, "gave_up")


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_fails_in_whatever_order_one_comment_comes_of_it(world: World, seed: int) -> None:
    chance = random.Random(seed)
    await world.approved()
    errors: list[BaseException] = [TemporaryError("502"), UnknownResultError("reset"), RuntimeError("bug")]
    for call in ("post_id_of", "read_post", "create_comment", "find_comments", "bin_comment"):
        for where in (world.blog.faults.before, world.blog.faults.after):
            where(call, *chance.choices(errors, k=chance.randrange(3)))
    world.blog.is_slow = chance.random() < 0.3
    if world.blog.is_slow:
        world.blog.faults.after("create_comment", *[UnknownResultError("timeout")] * 5)
        await world.run()
        world.blog.commit_late()
        world.blog.is_slow = False

    await world.run_until_settled()

    assert len(world.blog.visible()) == 1
    assert await world.state() == RelayState.PUBLISHED


# --- what must hold at the moment of the effect ----------------------------------------------------


async def test_a_deleted_message_is_never_posted(world: World) -> None:
    await world.approved()
    del world.chat.replies[500]

    assert await world.reconcile() == Settled()

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.WITHDRAWN, "message_deleted")
    assert world.blog.drafts == []
    [consent] = await world.consents()
    assert consent.withdrawn_at is not None


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
    await world.approved()
    relay = await world.relay()
    store = world.blog._store

    def take_off_soon(draft: CommentDraft) -> object:
        world.blog.faults.after("create_comment", Crash())
        return store(draft)

    world.blog._store = take_off_soon  # type: ignore[method-assign,assignment] # the race at its exact moment
    with pytest.raises(Crash):
        await world.reconcile()
    world.blog._store = store  # type: ignore[method-assign] # and back
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


# --- the password ----------------------------------------------------------------------------------


async def test_a_refused_password_stops_the_blog_tells_once_and_loses_nothing(world: World) -> None:
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


# --- nesting ---------------------------------------------------------------------------------------


async def test_a_reply_to_a_relayed_reply_nests_under_its_comment(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Yes!", replied_to_message_id=500)

    first, second = world.blog.visible()
    assert second.parent_id == first.comment_id


async def test_a_reply_nests_under_an_ancestor_when_its_parent_is_not_published(world: World) -> None:
    await world.published(500)
    await world.agreed(501, content="Waiting", replied_to_message_id=500)
    await world.published(502, content="Third", replied_to_message_id=501)

    first, third = world.blog.visible()
    assert third.parent_id == first.comment_id


async def test_a_reply_to_nothing_on_the_blog_stands_alone(world: World) -> None:
    await world.published(500, replied_to_message_id=444)

    assert world.blog.drafts[0].parent_id == 0


async def test_a_reply_waits_for_its_parent_that_is_on_its_way_but_not_for_ever(world: World) -> None:
    await world.approved(500)
    await world.approved(501, content="Yes!", replied_to_message_id=500)
    assert isinstance(await world.reconcile(501), Later)

    world.wait(minutes=6)
    await world.reconcile(501)

    assert [draft.parent_id for draft in world.blog.drafts] == [0]


# --- afterwards ------------------------------------------------------------------------------------


async def test_taking_off_bins_the_comment_and_the_thread_no_longer_speaks_of_it(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Another")
    await world.run()
    relay = await world.relay(500)

    await world.press(await world.pick(world.reply(500), writer()), Action.TAKE_OFF, writer())
    await world.run()

    assert world.blog.comments[relay.comment_id or 0].status is CommentStatus.TRASH
    assert await world.state(500) == RelayState.REMOVED
    assert world.chat.reactions == {(THREAD, 501, PUBLISHED_EMOJI)}
    assert [line.text for line in world.chat.messages_in(THREAD) if "1 reply is" in line.text]
    assert "taken off" in (await world.pick(world.reply(500), writer())).text


async def test_a_comment_that_was_answered_is_blanked_so_that_the_answer_stays(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Yes!", replied_to_message_id=500)
    relay = await world.relay(500)

    await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()

    comment = world.blog.comments[relay.comment_id or 0]
    assert comment.status is CommentStatus.APPROVED
    assert comment.content_raw == "Removed by its writer."
    assert (comment.author_name, comment.author_url) == ("", "")
    assert await world.state(500) == RelayState.REMOVED


@pytest.mark.parametrize("call", ["read_comment", "has_answers", "bin_comment"])
async def test_a_crash_while_taking_off_is_taken_up_again(world: World, call: str) -> None:
    await world.published()
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    world.blog.faults.before(call, Crash())
    world.blog.faults.after(call, Crash())
    with pytest.raises(Crash):
        await world.reconcile()
    if call == "bin_comment":
        with pytest.raises(Crash):
            await world.reconcile()

    await world.run_until_settled()

    assert world.blog.visible() == []
    assert await world.state() == RelayState.REMOVED


async def test_a_deleted_message_takes_its_comment_along(world: World) -> None:
    await world.published()

    await world.relays.message_deleted(500)
    await world.relays.message_deleted(12345)
    await world.run()

    assert world.blog.visible() == []
    assert "deleted on Discord" in (await world.pick(world.reply(), writer())).text


async def want_text(world: World, html: str) -> None:
    """Want another text on the blog, with a yes to it."""
    async with world.begin() as tx:
        relay = await relays.of_message(tx, 500)
        assert relay is not None
        [consent] = [await relays.consent_to(tx, relay, relay.text_hash)]
        assert consent is not None
        relay.content_html = html
        relay.text_hash = text_hash(relay.name, html)
        consent.text_hash = relay.text_hash
        await ledger.want(
            tx,
            ledger.Purpose.COMMENT,
            ledger.Subject(subscription_id=relay.subscription_id, relay_id=relay.id),
            {"name": relay.name, "html": html, "is_approved": True},
            kind=ledger.Kind.COMMENT,
            key="unused",
            now=world.clock(),
        )


async def test_a_changed_text_edits_the_comment_and_creates_none(world: World) -> None:
    await world.published()
    await want_text(world, "Edited words")

    await world.run_until_settled()

    assert [comment.content_raw for comment in world.blog.comments.values()] == ["Edited words"]


async def test_a_change_wished_while_half_sent_waits_until_the_first_text_is_settled(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", UnknownResultError("timeout"))
    with pytest.raises(UnknownResultError):
        await world.reconcile()
    await want_text(world, "Edited words")

    await world.run_until_settled()

    assert [comment.content_raw for comment in world.blog.comments.values()] == ["Edited words"]
    assert world.blog.faults.count("edit_comment") == 1


async def test_a_text_that_the_blogs_owner_changed_is_left_and_the_author_told_once(world: World) -> None:
    await world.published()
    relay = await world.relay()
    await world.blog.edit_comment(relay.comment_id or 0, content_html="The owner's words")
    await want_text(world, "Edited words")

    await world.run_until_settled()

    assert [comment.content_raw for comment in world.blog.comments.values()] == ["The owner's words"]
    [told] = await world.rows(ledger.Purpose.BLOG_ALERT)
    assert "Somebody changed it on the blog" in wanted_message(told).text


@pytest.mark.parametrize("is_for_good", [True, False])
async def test_a_comment_that_the_blogs_owner_deleted_is_never_created_again(world: World, is_for_good: bool) -> None:
    await world.published()
    relay = await world.relay()
    assert relay.comment_id is not None
    if is_for_good:
        del world.blog.comments[relay.comment_id]
    else:
        world.blog.set_status(relay.comment_id, CommentStatus.TRASH)
    await want_text(world, "Edited words")

    await world.run_until_settled()

    assert world.blog.visible() == []
    assert world.blog.faults.count("create_comment") == 1
    assert (await world.relay()).reason == "gone_on_blog"


async def test_no_text_of_a_member_is_in_the_line_or_the_note(world: World) -> None:
    await world.published()

    [line] = await world.rows(ledger.Purpose.STATUS_LINE)
    [note] = await world.rows(ledger.Purpose.QUEUE_NOTE)
    assert "lovely" not in str(line.wanted)
    assert "lovely" not in str(note.applied)


async def test_a_comment_that_cannot_be_taken_off_is_told_to_the_author(world: World) -> None:
    await world.published()
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    world.blog.faults.before("bin_comment", PermanentError("no", reason="refused"))

    await world.run_until_settled()

    [told] = await world.rows(ledger.Purpose.BLOG_ALERT)
    assert f"comment number {relay.comment_id}" in wanted_message(told).text
    assert await world.state() == RelayState.WITHDRAWN


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
