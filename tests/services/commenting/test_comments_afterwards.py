import pytest

from bot.domain.errors import (
    PermanentError,
    UnknownResultError,
)
from bot.domain.messages import Action
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState, text_hash
from bot.services.relaying.relay_effects import PUBLISHED_EMOJI
from db import consents, ledger, relays
from tests.fakes import Crash
from tests.services.relay_world import (
    THREAD,
    World,
    wanted_message,
    writer,
)


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
        [consent] = [await consents.given_to(tx, relay, relay.text_hash)]
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
