"""What the author stops while a reply is on its way: it never gets there, and waits for the author instead."""

import pytest

from bot.domain.errors import TemporaryError, UnknownResultError
from bot.domain.messages import Action
from bot.domain.relays import RelayState
from bot.domain.why import sentence
from db import ledger
from tests.services.relay_world import (
    GUILD,
    OTHER,
    QUEUE_CHANNEL,
    THREAD,
    WRITER,
    World,
    actions,
    author,
    button,
    shown_text,
    writer,
)
from tests.services.relaying.test_catch_up import catching_up, come_back
from tests.services.relaying.test_edits import edit, publish_edit, the_text


async def press_in_menu(world: World, action: Action) -> None:
    moderation = world.relays.moderation
    doors = {
        Action.BLOCK: moderation.block,
        Action.FORGET_STANCE: moderation.forget_stance,
        Action.STOP_THREAD: moderation.stop_thread,
        Action.RESUME_THREAD: moderation.resume_thread,
    }
    shown = await moderation.menu(500, THREAD, author())
    await doors[action](*button(shown, action), author())


async def publish(world: World) -> str:
    relay = await world.relay()
    return shown_text(await world.relays.publish(relay.id, relay.guard, author()))


async def on_the_blog(world: World, policy: str = "approve") -> None:
    """Have "First" be public."""
    await world.change(policy=policy)
    world.blog.default_status = world.blog.approved_status
    await world.agreed(content="First")
    if policy == "approve":
        await publish(world)
    await world.run()


CASES = pytest.mark.parametrize("stop", [Action.BLOCK, Action.STOP_THREAD], ids=["blocked", "stopped"])
GO_ON = {Action.BLOCK: Action.FORGET_STANCE, Action.STOP_THREAD: Action.RESUME_THREAD}
REASON = {Action.BLOCK: "writer_blocked", Action.STOP_THREAD: "thread_stopped"}


@CASES
async def test_an_approved_reply_waits_for_the_author_again(world: World, stop: Action) -> None:
    """Nothing of it reaches the blog until it is allowed and approved anew."""
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.approved(content="First")
    await press_in_menu(world, stop)
    await world.run()

    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.WAITING_FOR_AUTHOR, REASON[stop])
    assert world.blog.faults.count("create_comment") == 0
    assert sentence(REASON[stop]) in "".join(shown_text(card) for card in world.chat.messages_in(QUEUE_CHANNEL))

    assert await publish(world) != ""
    await world.run()
    assert world.blog.faults.count("create_comment") == 0
    assert await world.state() == RelayState.WAITING_FOR_AUTHOR

    await press_in_menu(world, GO_ON[stop])
    await publish(world)
    await world.run()
    assert the_text(world) == "<p>First</p>"
    assert (await world.relay()).reason is None


@CASES
async def test_a_reply_that_goes_out_without_a_look_is_stopped_too(world: World, stop: Action) -> None:
    await world.change(policy="direct")
    await world.agreed(content="First")
    await press_in_menu(world, stop)
    await world.run()
    assert (await world.relay()).reason == REASON[stop]
    assert world.blog.faults.count("create_comment") == 0

    await press_in_menu(world, GO_ON[stop])
    await publish(world)
    await world.run()
    assert the_text(world) == "<p>First</p>"


@CASES
async def test_it_is_stopped_while_discord_and_the_blog_are_asked(world: World, stop: Action) -> None:
    """T21: the last look is taken in the transaction that notes the call."""
    await world.approved(content="First")
    read_post = world.blog.read_post

    async def slow(post_id: int) -> object:
        world.blog.read_post = read_post  # type: ignore[method-assign] # only the first time
        await press_in_menu(world, stop)
        return await read_post(post_id)

    world.blog.read_post = slow  # type: ignore[assignment,method-assign] # as above
    await world.run()
    assert world.blog.faults.count("create_comment") == 0
    assert (await world.relay()).reason == REASON[stop]


@CASES
async def test_one_that_may_be_there_is_looked_for_before_it_is_held_back(world: World, stop: Action) -> None:
    """A lost answer: what is on the blog already stays there; what is not does not come."""
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.approved(content="First")
    await world.run()
    await press_in_menu(world, stop)
    await world.run_until_settled()
    assert await world.state() == RelayState.PUBLISHED
    assert the_text(world) == "<p>First</p>"


@CASES
async def test_one_that_never_came_to_the_blog_is_held_back(world: World, stop: Action) -> None:
    world.blog.faults.before("create_comment", UnknownResultError("lost"))
    await world.approved(content="First")
    await world.run()
    await press_in_menu(world, stop)
    await world.run_until_settled()
    assert (await world.relay()).reason == REASON[stop]
    assert world.blog.visible() == []

    await press_in_menu(world, GO_ON[stop])
    await publish(world)
    await world.run_until_settled()
    assert len(world.blog.visible()) == 1


@pytest.mark.parametrize("policy", ["approve", "direct"])
@CASES
async def test_an_edit_on_its_way_waits_for_the_author(world: World, stop: Action, policy: str) -> None:
    """The comment keeps the text that it has; the edit can be published later."""
    await on_the_blog(world, policy)
    await edit(world, "Second")
    if policy == "approve":
        await publish_edit(world)
    await press_in_menu(world, stop)
    await world.run()

    assert the_text(world) == "<p>First</p>"
    assert world.blog.faults.count("edit_comment") == 0
    relay = await world.relay()
    assert (relay.content_html, relay.edit_html) == ("<p>First</p>", "<p>Second</p>")
    shown = shown_text(await world.relays.edits.publish(relay.id, relay.guard, author()))
    assert shown != ""
    await world.run()
    assert the_text(world) == "<p>First</p>"

    await press_in_menu(world, GO_ON[stop])
    await publish_edit(world)
    await world.run()
    assert the_text(world) == "<p>Second</p>"


async def test_an_authors_own_reply_ends_where_the_thread_was_stopped(world: World) -> None:
    """Only its author could decide it, who sends it again when they like."""
    await world.pick(world.reply(500, "Mine", writer_id=1), author())
    await press_in_menu(world, Action.STOP_THREAD)
    await world.run()
    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.WITHDRAWN, "thread_stopped")
    assert world.blog.faults.count("create_comment") == 0

    await press_in_menu(world, Action.RESUME_THREAD)
    await world.pick(world.reply(500, "Mine", writer_id=1), author())
    await world.run()
    assert the_text(world) == "<p>Mine</p>"


async def test_an_author_who_picks_a_blocked_writers_message_is_told_and_nobody_is_asked(world: World) -> None:
    await world.published()
    await press_in_menu(world, Action.BLOCK)
    shown = await world.pick(world.reply(501, "More"), author())
    assert "you take no replies of its writer" in shown.text.lower()
    await world.run()
    assert await world.rows(ledger.Purpose.QUESTION) == []


async def test_a_blocked_writer_is_unblocked_on_any_message_of_theirs(world: World) -> None:
    """The reply on which they were blocked may be far away, or deleted."""
    await world.published()
    await press_in_menu(world, Action.BLOCK)
    await world.relays.message_deleted(500)
    moderation = world.relays.moderation
    shown = await moderation.menu(501, THREAD, author(), writer_id=WRITER)
    assert "No replies of this writer are taken" in shown.text
    assert "forgetstance" not in actions(await moderation.menu(501, THREAD, author(), writer_id=OTHER))

    await moderation.forget_stance(*button(shown, Action.FORGET_STANCE), author())
    assert "send" in actions(await world.pick(world.reply(501, "More"), writer()))


async def test_an_author_who_picks_what_a_blocked_writer_began_is_told_the_same(world: World) -> None:
    await world.published()
    await world.pick(world.reply(501, "More"), writer())
    await press_in_menu(world, Action.BLOCK)
    shown = await world.pick(world.reply(501, "More"), author())
    assert "you take no replies of its writer" in shown.text.lower()
    assert await world.state(501) == RelayState.PROPOSED


async def test_what_waits_for_a_slow_blog_is_stopped_as_well(world: World) -> None:
    world.blog.faults.before("read_post", TemporaryError("busy"))
    await world.approved(content="First")
    await world.run()
    await press_in_menu(world, Action.BLOCK)
    await world.run_until_settled()
    assert (await world.relay()).reason == "writer_blocked"


@pytest.mark.parametrize("policy", ["approve", "direct"])
@CASES
async def test_an_edit_meanwhile_is_followed_once_it_goes_on(world: World, stop: Action, policy: str) -> None:
    """Nobody followed the edits while nothing was taken; then the thread is read again."""
    await world.change(policy=policy)
    world.blog.default_status = world.blog.approved_status
    for message_id in (500, 501):
        await world.agreed(message_id, content=f"First {message_id}")
        relay = await world.relay(message_id)
        await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    await come_back(world)
    await press_in_menu(world, stop)
    await edit(world, "Second")
    await world.run()
    assert {comment.content_raw for comment in world.blog.visible()} == {"<p>First 500</p>", "<p>First 501</p>"}

    await press_in_menu(world, GO_ON[stop])
    await catching_up(world).go_on()
    if policy == "approve":
        await publish_edit(world)
    await world.run()
    assert {comment.content_raw for comment in world.blog.visible()} == {"<p>Second</p>", "<p>First 501</p>"}


async def half_sent(world: World, content: str, *, policy: str = "approve") -> None:
    """Have a reply sent that never arrives, and its answer lost."""
    await world.change(policy=policy)
    world.blog.faults.before("create_comment", UnknownResultError("lost"))
    await world.agreed(content=content)
    if policy == "approve":
        await publish(world)
    await world.run()


@CASES
async def test_what_was_held_back_goes_out_as_the_author_then_decides(world: World, stop: Action) -> None:
    """The first try's terms bind nobody once it is proven that it never came."""
    await half_sent(world, "First", policy="direct")
    await press_in_menu(world, stop)
    await world.run_until_settled()
    await press_in_menu(world, GO_ON[stop])
    await publish(world)
    await world.run_until_settled()
    assert the_text(world) == "<p>First</p>"


async def test_what_was_held_back_and_edited_goes_out_with_the_later_text_only(world: World) -> None:
    """T13: the author saw the later one, and its writer took the first back."""
    await half_sent(world, "My number is 0123")
    await press_in_menu(world, Action.STOP_THREAD)
    await world.run_until_settled()
    await press_in_menu(world, Action.RESUME_THREAD)
    await edit(world, "Second")
    await publish(world)
    await world.run_until_settled()
    assert [draft.content_html for draft in world.blog.drafts] == ["<p>Second</p>"]


@CASES
async def test_what_a_slow_blog_still_stores_is_found_before_it_counts_as_held_back(world: World, stop: Action) -> None:
    """F2: a minute later than a creation would be tried again."""
    await world.approved(content="First")
    world.blog.is_slow = True
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.run()
    await press_in_menu(world, stop)
    world.wait(seconds=61)
    await world.run()
    world.blog.commit_late()
    await world.run_until_settled()
    assert await world.state() == RelayState.PUBLISHED


async def test_an_authors_own_reply_that_never_came_can_be_sent_again(world: World) -> None:
    mine = world.reply(500, "Mine", writer_id=1)
    world.blog.faults.before("create_comment", UnknownResultError("lost"))
    await world.pick(mine, author())
    await world.run()
    await press_in_menu(world, Action.STOP_THREAD)
    await world.run_until_settled()
    await press_in_menu(world, Action.RESUME_THREAD)
    await world.pick(mine, author())
    await world.run_until_settled()
    assert the_text(world) == "<p>Mine</p>"


@CASES
async def test_the_queue_says_why_it_waits_no_longer_than_that_is_so(world: World, stop: Action) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.approved(content="First")
    await press_in_menu(world, stop)
    await world.run()
    assert sentence(REASON[stop]) in shown_text(await world.relays.queue(GUILD, author()))
    await press_in_menu(world, GO_ON[stop])
    await world.run()
    shown = [await world.relays.queue(GUILD, author()), *world.chat.messages_in(QUEUE_CHANNEL)]
    assert sentence(REASON[stop]) not in "".join(map(shown_text, shown))


@CASES
async def test_a_writer_who_takes_back_what_never_came_is_told_so_and_may_send_it_again(
    world: World, stop: Action
) -> None:
    await half_sent(world, "First")
    await press_in_menu(world, stop)
    await world.run_until_settled()
    relay = await world.relay()
    told = await world.relays.take_off(relay.id, relay.guard, writer())
    assert told.text == "All right. It stays on Discord; nothing of it was sent to the blog."
    await press_in_menu(world, GO_ON[stop])
    assert "send" in actions(await world.pick(world.reply(500, "First"), writer()))


@CASES
async def test_a_writer_who_takes_words_back_while_their_edit_is_held_back_is_followed(
    world: World, stop: Action
) -> None:
    """T13: what the author would publish is what its writer says now."""
    await world.published(content="First")
    await world.run()
    await edit(world, "My number is 0123")
    await publish_edit(world)
    await press_in_menu(world, stop)
    await world.run()
    await edit(world, "First", minutes=3)
    await press_in_menu(world, GO_ON[stop])
    await publish_edit(world)
    await world.run()
    assert the_text(world) == "<p>First</p>"
    assert (await world.relay()).edit_html is None
