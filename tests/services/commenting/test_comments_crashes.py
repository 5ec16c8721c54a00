import asyncio
import random
from datetime import timedelta

import pytest

from bot.domain.errors import (
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)
from bot.domain.models import CommentDraft, CommentStatus
from bot.domain.outcomes import Later, Settled
from bot.domain.relays import RelayState
from bot.services.relaying.relay_effects import PUBLISHED_EMOJI
from db import ledger
from tests.fakes import Crash, Faults
from tests.services.relay_world import (
    POST_ID,
    QUEUE_CHANNEL,
    THREAD,
    World,
    shown_text,
    wanted_message,
    writer,
)
from tests.services.relaying.test_edits import edit, publish_edit

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
    """F9: whatever the last thing was that we heard."""
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
    """F2: the look a minute after publishing."""
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


async def test_what_comes_after_the_horizon_although_it_was_taken_back_is_taken_off(world: World) -> None:
    """F2: it is looked for as late as a twin would be."""
    await world.approved()
    world.blog.is_slow = True
    world.blog.faults.after("create_comment", UnknownResultError("timeout"))
    await world.run()
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    world.wait(seconds=61)
    await world.run()
    world.blog.commit_late()
    await world.run_until_settled()

    [comment] = world.blog.comments.values()
    assert comment.status is CommentStatus.TRASH


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
    """F10: 409, and it is ours."""
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
    world.blog.store(
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


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("number", range(1, 9))
async def test_a_death_at_any_call_between_yes_and_good_news_loses_and_doubles_nothing(
    world: World, number: int, is_after: bool
) -> None:
    """F1: the same within one process, at every call of one reply."""
    await world.approved()
    faults = world.chat.faults = world.blog.faults = Faults()
    faults.crash_at(number, is_after=is_after)
    try:
        await world.run()
    except* Crash:
        pass

    world.wait(minutes=11)  # the dead process' leases have run out
    await world.run()
    await world.run_until_settled()
    await world.run()

    assert len(world.blog.comments) == 1
    assert await world.state() == RelayState.PUBLISHED
    assert world.chat.reactions == {(THREAD, 500, PUBLISHED_EMOJI)}
    assert len(world.chat.messages_in(THREAD)) == 1
    assert number <= len(faults.calls)


@pytest.mark.parametrize("is_taken_off", [False, True])
async def test_a_late_twin_is_found_although_something_else_happened_meanwhile(
    world: World, is_taken_off: bool
) -> None:
    """F2: an edit or a removal soon after the second try ends no sooner the watch for what the first one brings."""
    world.blog.refuses_duplicates = False
    await world.approved(content="First")
    world.blog.is_slow = True
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.run()
    world.blog.is_slow = False
    world.wait(seconds=61)
    await world.run()
    world.wait(seconds=3)
    if is_taken_off:
        relay = await world.relay()
        await world.relays.take_off(relay.id, relay.guard, writer())
    else:
        await edit(world, "Second")
        await publish_edit(world)
    await world.run()
    world.blog.commit_late()
    assert await world.comes_to_rest()
    assert len(world.blog.visible()) == (0 if is_taken_off else 1)
