"""Nobody can flood the author, the writers, or the blog; what is too much is said in one sentence."""

from dataclasses import replace

import pytest

from bot.domain.messages import Action
from bot.services.relaying import pace
from bot.services.relaying.consents import MAX_WAITING
from bot.services.relaying.relay_effects import MOST_CARDS
from db import ledger
from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import (
    QUEUE_CHANNEL,
    THREAD,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    wanted_message,
    writer,
)
from tests.services.relaying.test_edits import edit

MANY = 60


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish(queue_channel_id=QUEUE_CHANNEL)
    return world


async def test_one_member_cannot_flood_the_author(world: World) -> None:
    """T12: a member proposes as fast as they can; the author gets a handful of cards, the blog nothing."""
    answers = [await world.agreed(500 + number) for number in range(MAX_WAITING + 2)]
    await world.run()

    assert len(world.chat.messages_in(QUEUE_CHANNEL)) == MAX_WAITING
    assert world.blog.comments == {}
    assert "wait for the author already" in shown_text(answers[-1])


async def test_a_thousand_proposals_of_one_member_reach_the_author_as_a_handful(world: World) -> None:
    """T12: with the limits as they are in earnest."""
    for number in range(1_000):
        shown = await world.pick(world.reply(500 + number), writer())
        if Action.SEND in actions(shown):
            await world.press(shown, Action.SEND, writer())
    await world.run()

    assert len(world.chat.messages_in(QUEUE_CHANNEL)) <= MAX_WAITING
    assert world.blog.comments == {}


async def test_more_picks_than_an_hour_allows_are_refused_with_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PER_MEMBER", 5)
    shown = [await world.pick(world.reply(500 + number), writer()) for number in range(MANY)]

    assert [Action.SEND in actions(answer) for answer in shown] == [True] * 5 + [False] * (MANY - 5)
    assert shown[-1].text == "That is enough for now: at most 5 messages of one member within an hour. Try again later."
    world.wait(hours=1, seconds=1)
    assert Action.SEND in actions(await world.pick(world.reply(900), writer()))


@pytest.mark.parametrize(
    ("limit", "sentence"), [("PER_THREAD", "This thread has sent a lot"), ("PER_GUILD", "This server has sent a lot")]
)
async def test_thread_and_guild_have_limits_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, sentence: str
) -> None:
    """T12: many members together."""
    monkeypatch.setattr(pace, limit, 3)
    for number in range(3):
        await world.pick(world.reply(500 + number, writer_id=70 + number), replace(writer(), user_id=70 + number))

    answer = await world.pick(world.reply(600), writer())

    assert answer.text.startswith(sentence)


async def test_message_picked_before_is_never_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "PER_MEMBER", 1)
    await world.pick(world.reply(), writer())

    assert Action.SEND in actions(await world.pick(world.reply(), writer()))


async def test_member_is_asked_a_handful_of_things_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question pings its writer."""
    for number in range(pace.OPEN_QUESTIONS):
        await world.pick(world.reply(500 + number), author())
    answer = await world.pick(world.reply(600), author())
    await world.run()

    assert "5 questions wait for that member already" in answer.text
    assert len(world.chat.messages_in(THREAD)) == pace.OPEN_QUESTIONS

    others = await world.pick(world.reply(601, writer_id=other().user_id), author())
    assert "already" not in others.text


async def test_blog_takes_so_many_texts_an_hour_out_of_all_guilds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T12: the blog's own rate, whoever sends."""
    monkeypatch.setattr(pace, "PER_BLOG", 2)
    await world.agreed(500)
    await world.agreed(501)

    answer = await world.agreed(502)
    own = await world.pick(world.reply(503, writer_id=author().user_id), author())

    assert answer.text == "Winter Blog got a lot already: at most 2 replies within an hour. Send this one later."
    assert own.text == answer.text
    assert await world.state(502) == "proposed"


async def test_full_queue_channel_gets_one_line_for_the_rest(world: World) -> None:
    """A digest instead of a flood; the line stays until nothing without a card waits."""
    people = range(70, 70 + MOST_CARDS + 3)
    for person in people:
        shown = await world.pick(world.reply(person, writer_id=person), replace(writer(), user_id=person))
        relay_id, guard = button(shown, Action.SEND)
        await world.relays.send(relay_id, guard, replace(writer(), user_id=person), world.interaction())

    await world.run()

    shown_there = world.chat.messages_in(QUEUE_CHANNEL)
    assert len(shown_there) == MOST_CARDS + 1
    (note,) = await world.rows(ledger.Purpose.QUEUE_NOTE)
    assert wanted_message(note).text == f"{MOST_CARDS + 3} replies wait for your decision: **/queue** shows them."

    for person in (*people[:5], *people[-3:]):
        relay = await world.relay(person)
        await world.relays.refuse(relay.id, relay.guard, author())
    await world.run()
    assert len(world.chat.messages_in(QUEUE_CHANNEL)) == MOST_CARDS


@pytest.mark.parametrize("how", ["edited", "taken back and sent again"])
async def test_one_reply_however_often_it_is_changed_keeps_nobody_off_the_blog(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """T12: a limit for all guilds together must not be one member's to use up."""
    monkeypatch.setattr(pace, "PER_BLOG", 3)
    await world.agreed(500)
    for minutes in range(4):
        if how == "edited":
            await edit(world, f"Text {minutes}", minutes=minutes + 1)
        else:
            relay = await world.relay(500)
            await world.relays.take_off(relay.id, relay.guard, writer())
            await world.agreed(500)
    shown = await world.pick(world.reply(501, writer_id=other().user_id), other())
    await world.press(shown, Action.SEND, other())

    assert await world.state(501) == "waiting_for_author"
