"""Comments that the blog's own rules hold: WordPress sends no mail about them, so the author is told by us."""

import pytest

from bot.domain.messages import Action
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from db import ledger
from tests.services.commenting.test_blog_watch import held, look
from tests.services.relay_world import (
    AUTHOR,
    GUILD,
    QUEUE_CHANNEL,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    wanted_message,
)


async def test_a_held_comment_has_a_card_in_the_queue_channel(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    comment_id = await held(world)

    card = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))
    assert "Reply 500" in shown_text(card)
    assert "waits for the moderation of Winter Blog" in shown_text(card)
    assert actions(card) == ["approve", "spam", "bin", "more"]

    await world.relays.moderation.approve(*button(card, Action.APPROVE), author())
    await world.run()

    assert world.blog.comments[comment_id].status is CommentStatus.APPROVED
    [told] = [shown_text(message) for message in world.chat.messages_in(QUEUE_CHANNEL)]
    assert f"Published by <@{AUTHOR}>" in told


async def test_without_a_queue_channel_whoever_connected_the_blog_is_told(world: World) -> None:
    comment_id = await held(world)
    assert [m.text for m in world.chat.messages_in(AUTHOR + 1_000_000)] == [
        "1 reply waits for your decision: **/queue** shows it."
    ]
    world.blog.set_status(comment_id, CommentStatus.APPROVED)
    await look(world)
    assert world.chat.messages_in(AUTHOR + 1_000_000) == []


@pytest.mark.parametrize(
    ("action", "state"),
    [(Action.APPROVE, RelayState.PUBLISHED), (Action.SPAM, RelayState.SPAM), (Action.BIN, RelayState.REMOVED)],
)
async def test_the_queue_shows_what_the_blog_holds_and_takes_the_authors_word(
    world: World, action: Action, state: RelayState
) -> None:
    """F14: what the blog holds is told as what it is."""
    await held(world)
    shown = await world.relays.queue(GUILD, author())
    assert "1 reply waits for you" in shown.text
    assert "Reply 500" in shown_text(shown)
    assert "waits for the moderation of Winter Blog" in shown_text(shown)
    assert [one.label for one in shown.buttons] == ["Approve 1", "Spam 1", "Take off 1"]

    moderation = world.relays.moderation
    press = {Action.APPROVE: moderation.approve, Action.SPAM: moderation.mark_as_spam, Action.BIN: moderation.bin}
    assert "Only the blog's author" in (await press[action](*button(shown, action), other())).text
    await press[action](*button(shown, action), author())
    await world.run()

    assert await world.state() == state
    assert "Nothing waits" in (await world.relays.queue(GUILD, author())).text


async def test_what_was_marked_as_spam_can_be_approved_after_all_from_the_same_card(world: World) -> None:
    """*Undo* would take it off for good."""
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await held(world)
    card = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))
    told = await world.relays.moderation.mark_as_spam(*button(card, Action.SPAM), author())
    assert "marked as spam" in told.text
    await world.run()

    card = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))
    assert actions(card) == ["approve", "bin", "more"]
    await world.relays.moderation.approve(*button(card, Action.APPROVE), author())
    await world.run()
    assert len(world.blog.visible()) == 1
    assert actions(wanted_message(await world.row(ledger.Purpose.QUEUE_CARD))) == ["undo", "more"]
