import asyncio

import pytest

from bot.domain.messages import Action, ButtonStyle
from bot.domain.models import CommentStatus
from bot.domain.relays import COMMENT_DISPLAY_LIMIT, RelayState
from bot.services.relaying.consents import MAX_WAITING
from db import ledger
from tests.services.relay_world import (
    GUILD,
    QUEUE_CHANNEL,
    World,
    actions,
    author,
    other,
    shown_text,
    wanted_message,
    writer,
)


@pytest.fixture
async def with_channel(world: World) -> World:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    return world


async def test_the_queues_card_says_who_what_where_and_when(with_channel: World) -> None:
    await with_channel.published(499, content="First words")
    await with_channel.agreed(500, replied_to_message_id=499)
    await with_channel.run()

    card = with_channel.chat.messages_in(QUEUE_CHANNEL)[-1]
    text = shown_text(card)
    assert "**Dana (via Discord)** on *Winter walk*, 1 of theirs published before." in text
    assert "Answers Dana (via Discord): “First words”." in text
    assert "What a **lovely** walk!" in text
    assert f"They agreed <t:{int(with_channel.clock().timestamp())}:R>." in text
    assert actions(card) == ["publish", "refuse", "more"]


async def test_a_published_card_says_by_whom_with_view_and_undo(with_channel: World) -> None:
    await with_channel.agreed()
    await with_channel.run()
    [card] = with_channel.chat.messages_in(QUEUE_CHANNEL)

    await with_channel.press(card, Action.PUBLISH, author())
    await with_channel.run()

    [card] = with_channel.chat.messages_in(QUEUE_CHANNEL)
    assert "Published by <@1>" in shown_text(card)
    [view] = [button for button in card.buttons if button.style is ButtonStyle.LINK]
    assert view.url == with_channel.blog.visible()[0].link
    assert actions(card) == ["undo", "more"]


async def test_a_refused_reply_stays_on_discord_and_can_be_thought_over(with_channel: World) -> None:
    await with_channel.agreed()
    card = wanted_message(await with_channel.row(ledger.Purpose.QUEUE_CARD))

    await with_channel.press(card, Action.REFUSE, author())
    refused = wanted_message(await with_channel.row(ledger.Purpose.QUEUE_CARD))
    told = await with_channel.pick(with_channel.reply(), writer())
    await with_channel.press(refused, Action.UNDO, author())

    assert "Not published: decided by <@1>" in shown_text(refused)
    assert actions(refused) == ["undo", "more"]
    assert "decided not to publish" in told.text
    assert await with_channel.state() == RelayState.WAITING_FOR_AUTHOR
    assert await with_channel.rows(ledger.Purpose.COMMENT) == []


async def test_undo_before_anything_was_sent_puts_it_back_into_the_queue(world: World) -> None:
    await world.approved()
    relay = await world.relay()

    await world.relays.undo(relay.id, relay.guard, author())
    await world.run()

    assert await world.state() == RelayState.WAITING_FOR_AUTHOR
    assert world.blog.drafts == []
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    assert len(world.blog.visible()) == 1


async def test_undo_after_publishing_takes_the_comment_off(world: World) -> None:
    await world.published()
    relay = await world.relay()

    await world.relays.undo(relay.id, relay.guard, author())
    await world.run()

    assert [comment.status for comment in world.blog.comments.values()] == [CommentStatus.TRASH]
    assert await world.state() == RelayState.REMOVED
    assert "took it back" in (await world.pick(world.reply(), writer())).text


async def test_a_card_no_longer_shows_words_that_were_taken_back(with_channel: World) -> None:
    await with_channel.agreed()
    relay = await with_channel.relay()

    await with_channel.relays.take_off(relay.id, relay.guard, writer())
    await with_channel.run()

    [card] = with_channel.chat.messages_in(QUEUE_CHANNEL)
    assert "lovely" not in shown_text(card)
    assert "took it back" in shown_text(card)
    assert actions(card) == []


@pytest.mark.parametrize("action", [Action.PUBLISH, Action.REFUSE, Action.UNDO])
async def test_a_press_without_the_right_now_does_nothing(world: World, action: Action) -> None:
    """T21."""
    await world.agreed()
    relay = await world.relay()
    doors = {
        Action.PUBLISH: world.relays.publish,
        Action.REFUSE: world.relays.refuse,
        Action.UNDO: world.relays.undo,
    }
    world.give_rights(1, may_manage_guild=False)  # their interaction still says that they may

    for person in (author(), other(may_manage_guild=True), writer(), author(guild_id=99)):
        answer = await doors[action](relay.id, relay.guard, person)
        assert answer.text
        assert answer.buttons == ()

    assert await world.state() == RelayState.WAITING_FOR_AUTHOR


async def test_publish_with_a_stale_button_or_an_unknown_one_does_nothing(world: World) -> None:
    """T21."""
    await world.agreed()
    relay = await world.relay()

    stale = await world.relays.publish(relay.id, "ffffffff", author())
    unknown = await world.relays.publish(9999, relay.guard, author())

    assert "has changed since" in stale.text
    assert "no longer there" in unknown.text
    assert await world.state() == RelayState.WAITING_FOR_AUTHOR


async def test_two_authors_pressing_at_once_publish_once(world: World) -> None:
    await world.agreed()
    relay = await world.relay()

    await asyncio.gather(*(world.relays.publish(relay.id, relay.guard, author()) for _press in range(3)))
    await world.run()

    assert len(world.blog.comments) == 1


async def test_publish_after_refuse_and_after_withdrawal_does_nothing(world: World) -> None:
    await world.agreed(500)
    await world.agreed(501, content="Another")
    first, second = await world.relay(500), await world.relay(501)
    await world.relays.refuse(first.id, first.guard, author())
    await world.relays.take_off(second.id, second.guard, writer())

    for relay in (first, second):
        answer = await world.relays.publish(relay.id, relay.guard, author())
        assert answer.text
    await world.run()

    assert world.blog.drafts == []


@pytest.mark.parametrize("change", ["is_paused", "removed_at"])
async def test_publish_does_nothing_where_the_blog_takes_nothing(world: World, change: str) -> None:
    await world.agreed()
    relay = await world.relay()
    await world.change(**{change: True if change == "is_paused" else world.clock()})

    answer = await world.relays.publish(relay.id, relay.guard, author())

    assert "paused" in answer.text or "no longer announced" in answer.text
    assert await world.state() == RelayState.WAITING_FOR_AUTHOR


# --- the note and the queue ------------------------------------------------------------------------


async def test_what_waits_is_one_gathered_line_that_follows_the_number(world: World) -> None:
    """T12."""
    await world.agreed(500)
    await world.agreed(501, content="Another")
    await world.run()
    direct = await world.chat.direct_channel(1)
    [note] = world.chat.messages_in(direct)
    assert note.text.startswith("2 replies wait")
    assert "/queue" in note.text

    relay = await world.relay(500)
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()
    assert [note.text[:12] for note in world.chat.messages_in(direct)] == ["1 reply wait"]

    relay = await world.relay(501)
    await world.relays.refuse(relay.id, relay.guard, author())
    await world.run()
    assert world.chat.messages_in(direct) == []

    await world.agreed(502, content="A third")
    await world.run()
    assert len(world.chat.messages_in(direct)) == 1


async def test_the_queue_shows_what_waits_oldest_first_and_decides(world: World) -> None:
    for message_id in (500, 501):
        await world.agreed(message_id, content=f"Reply {message_id}")
        world.wait(minutes=1)

    page = await world.relays.queue(GUILD, author())

    assert page.text == "2 replies wait for you, the oldest first."
    assert shown_text(page).index("Reply 500") < shown_text(page).index("Reply 501")
    assert actions(page) == ["publish", "refuse", "publish", "refuse"]
    assert [button.label for button in page.buttons] == ["Publish 1", "Not 1", "Publish 2", "Not 2"]
    await world.press(page, Action.PUBLISH, author())
    await world.run()
    assert [comment.content_raw for comment in world.blog.visible()] == [(await world.relay(500)).content_html]


async def test_the_queue_has_pages_that_never_cut_a_comment(world: World) -> None:
    for number in range(7):
        await world.agreed(500 + number, content=f"{number} " + "long words " * 110)
        world.wait(minutes=1)

    pages = [await world.relays.queue(GUILD, author(), page=page) for page in (1, 2, 3, 4)]

    assert all(len(shown_text(page)) <= 4000 and len(page.buttons) <= 25 for page in pages)
    assert sum(actions(page).count("publish") for page in pages) == 7
    assert "Page 1 of 4" in shown_text(pages[0])
    assert await world.relays.queue(GUILD, author(), page=99) == pages[-1]


async def test_the_longest_comment_with_the_longest_names_still_fits_what_discord_shows(world: World) -> None:
    await world.agreed(499, content="_" * 200, writer_name="*" * 60)
    await world.agreed(500, content="a" * COMMENT_DISPLAY_LIMIT, replied_to_message_id=499, writer_name="~" * 60)
    relay = await world.relay(499)
    await world.relays.refuse(relay.id, relay.guard, author())

    page = await world.relays.queue(GUILD, author())

    assert "a" * COMMENT_DISPLAY_LIMIT in shown_text(page)
    assert len(shown_text(page)) <= 4000


async def test_the_queue_is_for_the_author_of_this_guild(world: World) -> None:
    await world.agreed()

    for person in (other(), author(guild_id=99)):
        answer = await world.relays.queue(GUILD, person)
        assert "Only the blog's author" in answer.text
    assert "Only the blog's author" in (await world.relays.queue(99, author())).text
    assert actions(await world.relays.queue(GUILD, other(role_ids=frozenset({55})))) == ["publish", "refuse"]


async def test_an_empty_queue_says_so(world: World) -> None:
    assert (await world.relays.queue(GUILD, author())).text == "Nothing waits for you."


async def test_one_member_cannot_flood_the_queue(world: World) -> None:
    for number in range(MAX_WAITING):
        await world.agreed(500 + number, content=f"Reply {number}")

    answer = await world.agreed(600, content="One more")

    assert f"{MAX_WAITING} of your replies wait" in answer.text
    assert await world.state(600) == RelayState.PROPOSED


async def test_the_author_can_undo_from_the_message_itself(world: World) -> None:
    await world.published()

    shown = await world.pick(world.reply(), author())
    await world.press(shown, Action.UNDO, author())

    assert actions(shown) == ["undo"]
    assert await world.state() == RelayState.WITHDRAWN


async def test_a_stale_publish_shows_the_words_that_it_would_publish_now(world: World) -> None:
    """T13."""
    await world.agreed()
    relay = await world.relay()

    shown = await world.relays.publish(relay.id, "ffffffff", author())

    assert "lovely" in shown_text(shown)
    await world.press(shown, Action.PUBLISH, author())
    assert await world.state() == RelayState.APPROVED


async def test_a_writer_can_take_back_what_the_author_refused_so_that_no_second_thought_publishes_it(
    world: World,
) -> None:
    await world.agreed()
    relay = await world.relay()
    await world.relays.refuse(relay.id, relay.guard, author())

    shown = await world.pick(world.reply(), writer())
    await world.press(shown, Action.TAKE_OFF, writer())
    await world.relays.undo(relay.id, relay.guard, author())

    assert [button.label for button in shown.buttons] == ["Withdraw my yes"]
    assert await world.state() == RelayState.WITHDRAWN
