import asyncio

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Action
from bot.domain.relays import COMMENT_DISPLAY_LIMIT, RelayState, text_hash
from db import ledger
from tests.services.relay_world import (
    GUILD,
    WRITER,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    writer,
)

PREVIEW_BUTTONS = ["send", "change", "cancel"]


async def test_a_writer_sees_the_comment_as_it_will_look_before_anything_is_sent(world: World) -> None:
    shown = await world.pick(world.reply(), writer())

    assert actions(shown) == PREVIEW_BUTTONS
    assert "This will be public on Winter Blog." in shown_text(shown)
    assert "Dana (via Discord)" in shown_text(shown)
    assert "What a **lovely** walk!" in shown_text(shown)
    assert "the blog's author looks first" in shown_text(shown)
    assert await world.state() == RelayState.PROPOSED
    assert await world.rows(ledger.Purpose.COMMENT) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"is_bot": True}, "a bot's"),
        ({"is_webhook": True}, "webhook"),
        ({"is_forwarded": True}, "forwarded"),
        ({"is_system": True}, "Discord's own"),
        ({"content": "  ", "has_attachments": True}, "only attachments"),
        ({"content": ""}, "no text"),
        ({"content": None}, "did not tell"),
        ({"channel_id": 999}, "thread under an announcement"),
        ({"guild_id": 999}, "thread under an announcement"),
    ],
)
async def test_a_message_that_cannot_be_relayed_is_refused_with_a_sentence(
    world: World, facts: dict[str, object], words: str
) -> None:
    answer = await world.pick(world.reply(**facts), writer())  # type: ignore[arg-type] # the facts are the fields

    assert words in answer.text
    assert answer.buttons == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"blog_state": "feed_only"}, "reading only"),
        ({"is_paused": True}, "paused"),
        ({"removed_at": None}, "no longer announced"),
    ],
)
async def test_nothing_can_be_picked_where_the_blog_takes_nothing(
    world: World, change: dict[str, object], words: str
) -> None:
    if "removed_at" in change:
        change = {"removed_at": world.clock()}
    await world.change(**change)

    answer = await world.pick(world.reply(), writer())

    assert words in answer.text
    assert answer.buttons == ()


async def test_a_yes_is_kept_with_its_proof_and_waits_for_the_author(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, guard = button(shown, Action.SEND)

    answer = await world.relays.send(relay_id, guard, writer(), 4242)

    relay = await world.relay()
    [consent] = await world.consents()
    assert relay.state == RelayState.WAITING_FOR_AUTHOR
    assert relay.content_html is not None
    assert consent.text_hash == text_hash("Dana (via Discord)", relay.content_html)
    assert (consent.interaction_id, consent.writer_id, consent.guild_id) == (4242, WRITER, GUILD)
    assert consent.blog_url == "https://blog.example/"
    assert "author looks first" in consent.wording
    assert "looks at it first" in answer.text
    assert actions(answer) == ["takeoff"]
    assert await world.rows(ledger.Purpose.COMMENT) == []


async def test_under_direct_the_yes_sends_the_comment_under_the_blogs_own_rules(world: World) -> None:
    await world.change(policy="direct")

    answer = await world.agreed()

    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert row.wanted is not None
    assert row.wanted["is_approved"] is False
    assert "on its way" in answer.text
    assert world.wakes > 0


async def test_a_changed_text_is_what_is_agreed_to_and_the_old_button_shows_it(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, _guard = button(shown, Action.SEND)
    assert await world.relays.draft(relay_id, writer()) == await world.relays.draft(relay_id, writer())
    assert (await world.relays.draft(relay_id, writer())).name == "Dana"

    changed = await world.relays.change(relay_id, writer(), text="Better words", name="Dana D.")
    stale = await world.press(shown, Action.SEND, writer())

    assert "Better words" in shown_text(changed)
    assert "Dana D. (via Discord)" in shown_text(changed)
    assert "has changed since" in stale.text
    assert "Better words" in shown_text(stale)
    assert await world.consents() == []
    await world.press(changed, Action.SEND, writer())
    assert (await world.relay()).name == "Dana D. (via Discord)"
    assert len(await world.consents()) == 1


async def test_a_name_like_the_blogs_author_cannot_be_sent(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, _guard = button(shown, Action.SEND)

    answer = await world.relays.change(relay_id, writer(), text="Hello", name="Еdna Аuthor")

    assert "looks like the blog's own" in answer.text
    assert actions(answer) == ["change", "cancel"]
    relay = await world.relay()
    refused = await world.relays.send(relay.id, relay.guard, writer(), 77)
    assert "looks like the blog's own" in refused.text
    assert await world.consents() == []


async def test_a_comment_too_long_to_be_shown_whole_cannot_be_sent(world: World) -> None:
    answer = await world.pick(world.reply(content="a" * (COMMENT_DISPLAY_LIMIT + 1)), writer())

    assert "too long" in answer.text
    assert actions(answer) == ["change", "cancel"]


async def test_two_presses_of_send_at_once_are_one_yes(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, guard = button(shown, Action.SEND)

    answers = await asyncio.gather(*(world.relays.send(relay_id, guard, writer(), click) for click in (8, 9)))

    assert len(await world.consents()) == 1
    assert all("looks at it first" in answer.text for answer in answers)


async def test_send_after_cancel_does_nothing(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    await world.press(shown, Action.CANCEL, writer())

    answer = await world.press(shown, Action.SEND, writer())

    assert "cancelled" in answer.text
    assert await world.consents() == []
    assert await world.state() == RelayState.WITHDRAWN


@pytest.mark.parametrize("action", [Action.SEND, Action.CANCEL, Action.SEE])
async def test_somebody_elses_press_does_nothing(world: World, action: Action) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, guard = button(shown, Action.SEND)
    before = await world.state()

    doors = {Action.SEE: world.relays.see, Action.CANCEL: world.relays.cancel}
    for person in (other(), author(), writer(guild_id=99)):
        if action is Action.SEND:
            answer = world.relays.send(relay_id, guard, person, 5)
        else:
            answer = doors[action](relay_id, guard, person)
        with pytest.raises(UserError, match=r"Only the writer|no longer there"):
            await answer

    assert await world.state() == before
    assert await world.consents() == []


async def test_a_form_for_somebody_elses_message_stays_shut(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    relay_id, _guard = button(shown, Action.SEND)

    with pytest.raises(UserError, match="Only the writer"):
        await world.relays.draft(relay_id, other())
    with pytest.raises(UserError, match="Only the writer"):
        await world.relays.change(relay_id, other(), text="theirs", name="them")
    assert (await world.relay()).source == "What a **lovely** walk!"


async def test_send_does_nothing_once_the_subscription_was_removed(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    await world.change(removed_at=world.clock())

    answer = await world.press(shown, Action.SEND, writer())

    assert "no longer announced" in answer.text
    assert await world.consents() == []


async def test_picking_again_after_cancel_shows_the_preview_again(world: World) -> None:
    reply = world.reply()
    await world.press(await world.pick(reply, writer()), Action.CANCEL, writer())

    again = await world.pick(reply, writer())
    await world.press(again, Action.SEND, writer())

    assert actions(again) == PREVIEW_BUTTONS
    assert await world.state() == RelayState.WAITING_FOR_AUTHOR


async def test_picking_again_shows_where_it_stands_and_how_to_take_it_off(world: World) -> None:
    await world.agreed()

    again = await world.pick(world.reply(), writer())

    assert "looks at it first" in again.text
    assert actions(again) == ["takeoff"]


async def test_picking_again_takes_the_words_as_they_are_now(world: World) -> None:
    await world.pick(world.reply(), writer())

    again = await world.pick(world.reply(content="Second thoughts"), writer())

    assert "Second thoughts" in shown_text(again)


async def test_taking_off_before_anything_was_sent_leaves_nothing_to_do(world: World) -> None:
    await world.approved()
    relay = await world.relay()

    answer = await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()

    assert answer.text == "All right. It stays on Discord; nothing of it was sent to the blog."
    assert await world.state() == RelayState.WITHDRAWN
    assert world.blog.drafts == []
    [consent] = await world.consents()
    assert consent.withdrawn_at == world.clock()
    again = await world.pick(world.reply(), writer())
    assert actions(again) == PREVIEW_BUTTONS


async def test_what_was_taken_back_before_sending_can_be_sent_later(world: World) -> None:
    await world.approved()
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()

    await world.published()

    assert await world.state() == RelayState.PUBLISHED
    assert len(world.blog.comments) == 1


async def test_only_the_writer_takes_a_comment_off(world: World) -> None:
    await world.published()
    relay = await world.relay()

    with pytest.raises(UserError, match="Only the writer"):
        await world.relays.take_off(relay.id, relay.guard, other())

    assert await world.state() == RelayState.PUBLISHED


async def test_a_preview_nobody_answered_lapses_without_telling_the_author_of_a_question(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    world.wait(days=3)
    assert await world.relays.expire() == 1

    late = await world.press(shown, Action.SEND, writer())
    await world.pick(world.reply(), author())

    assert "cancelled" in late.text
    assert await world.consents() == []
    assert await world.row(ledger.Purpose.QUESTION) is not None
