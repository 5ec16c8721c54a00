from datetime import timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Action
from bot.domain.relays import COMMENT_DISPLAY_LIMIT, RelayState
from db import ledger
from tests.services.relay_world import (
    THREAD,
    WRITER,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    wanted_message,
    writer,
)


async def test_the_author_asks_and_nothing_leaves_before_the_yes(world: World) -> None:
    answer = await world.pick(world.reply(), author())

    question = wanted_message(await world.row(ledger.Purpose.QUESTION))
    assert "Without a yes of its writer" in answer.text
    assert question.pings_user_id == WRITER
    assert "would like [your message]" in question.text
    assert actions(question) == ["see", "no", "never"]
    assert await world.rows(ledger.Purpose.COMMENT) == []
    await world.run()
    assert world.chat.messages_in(THREAD) == [question]


async def test_a_yes_to_the_author_goes_out_as_approved_and_the_question_vanishes(world: World) -> None:
    await world.pick(world.reply(), author())
    question = wanted_message(await world.row(ledger.Purpose.QUESTION))
    await world.run()

    shown = await world.press(question, Action.SEE, writer())
    await world.press(shown, Action.SEND, writer())
    await world.run()

    assert "asked for it" in shown_text(shown)
    [comment] = world.blog.visible()
    assert comment.author_name == "Dana (via Discord)"
    assert all("would like" not in message.text for message in world.chat.messages_in(THREAD))
    assert (await world.relay()).decided_by == 1


@pytest.mark.parametrize("action", [Action.NO, Action.NEVER])
async def test_a_no_looks_to_the_author_like_no_answer(world: World, action: Action) -> None:
    reply = world.reply()
    asked = await world.pick(reply, author())
    waiting = await world.pick(reply, author())
    question = wanted_message(await world.row(ledger.Purpose.QUESTION))

    told = await world.press(question, action, writer())
    await world.run()

    assert "stays on Discord" in told.text
    assert asked == waiting == await world.pick(reply, author())
    assert world.chat.messages_in(THREAD) == []
    assert await world.state() == RelayState.WITHDRAWN


async def test_a_writer_who_never_wants_to_be_asked_is_not_and_the_author_cannot_tell(world: World) -> None:
    first = await world.pick(world.reply(500), author())
    await world.press(wanted_message(await world.row(ledger.Purpose.QUESTION)), Action.NEVER, writer())

    second = await world.pick(world.reply(501), author())
    await world.run()

    assert second == first
    assert await world.row(ledger.Purpose.QUESTION, 501) is None
    assert world.chat.messages_in(THREAD) == []


async def test_nobody_but_the_writer_answers_the_question(world: World) -> None:
    await world.pick(world.reply(), author())
    question = wanted_message(await world.row(ledger.Purpose.QUESTION))

    for action in (Action.SEE, Action.NO, Action.NEVER):
        for person in (other(), author()):
            with pytest.raises(UserError, match="Only the writer"):
                await world.press(question, action, person)
    assert await world.state() == RelayState.WAITING_FOR_WRITER


async def test_a_question_nobody_answered_for_three_days_counts_as_a_no_and_vanishes(world: World) -> None:
    await world.pick(world.reply(), author())
    await world.run()
    question = world.chat.messages_in(THREAD)[0]
    world.clock.now += timedelta(days=3, seconds=-1)
    assert await world.relays.expire() == 0

    world.wait(seconds=1)
    assert await world.relays.expire() == 1
    await world.run()

    assert world.chat.messages_in(THREAD) == []
    late = await world.press(question, Action.SEE, writer())
    assert actions(late) == []
    assert "Without a yes of its writer" in (await world.pick(world.reply(), author())).text


async def test_a_writer_who_declined_may_still_send_it_themself_but_the_author_decides_anew(world: World) -> None:
    await world.pick(world.reply(), author())
    await world.press(wanted_message(await world.row(ledger.Purpose.QUESTION)), Action.NO, writer())

    shown = await world.pick(world.reply(), writer())
    await world.press(shown, Action.SEND, writer())

    assert await world.state() == RelayState.WAITING_FOR_AUTHOR


async def test_the_authors_question_makes_an_open_preview_stale(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    await world.pick(world.reply(), author())

    answer = await world.press(shown, Action.SEND, writer())

    assert "has changed since" in answer.text
    assert "asked for it" in shown_text(answer)
    assert await world.consents() == []


async def test_only_writer_and_author_may_pick(world: World) -> None:
    answer = await world.pick(world.reply(), other())

    assert "Thank you" in answer.text
    assert answer.buttons == ()


async def test_an_authors_own_message_goes_out_at_once_as_the_blogs_own_user(world: World) -> None:
    reply = world.reply(writer_id=author().user_id, writer_name="Edna")

    answer = await world.relays.pick(reply, author(), interaction_id=31)
    await world.run()

    [draft] = world.blog.drafts
    [consent] = await world.consents()
    assert (draft.author_name, draft.author_email, draft.is_approved) == (None, None, True)
    assert draft.author_url.startswith("https://blog.example/winter-walk/#bc-")
    assert consent.interaction_id == 31
    assert actions(answer) == ["takeoff"]
    assert await world.state() == RelayState.PUBLISHED


async def test_a_role_that_speaks_for_the_blog_is_enough(world: World) -> None:
    answer = await world.pick(world.reply(), other(role_ids=frozenset({55})))

    assert "Without a yes of its writer" in answer.text


async def test_an_authors_own_message_that_cannot_go_as_it_is_can_be_changed_first(world: World) -> None:
    reply = world.reply(content="a" * (COMMENT_DISPLAY_LIMIT + 1), writer_id=author().user_id)
    shown = await world.pick(reply, author())
    relay_id, _guard = button(shown, Action.CHANGE)

    changed = await world.relays.change(relay_id, author(), text="Shorter", name="Edna Author")
    await world.press(changed, Action.SEND, author())
    await world.run()

    assert "as the blog's own user" in shown_text(changed)
    [draft] = world.blog.drafts
    assert (draft.author_name, draft.content_html) == (None, (await world.relay()).content_html)
