import pytest

from bot.domain.messages import Action, OutgoingMessage
from bot.domain.models import Actor
from bot.services.members.forgetting import Forgetting
from bot.services.members.privacy import Privacy
from bot.services.relaying.suggestion_box import A_MEMBERS_DAY, IN_A_THREAD
from db import ledger
from db.answer_models import SuggestedBy, Suggestion
from tests.services.relay_world import GUILD, QUEUE_CHANNEL, World, actions, author, button, other, shown_text, writer


def somebody(number: int) -> Actor:
    return Actor(user_id=100 + number, guild_id=GUILD, name=f"Member {number}")


async def queue(world: World) -> OutgoingMessage:
    return await world.relays.queue(GUILD, author())


async def ask_for_first(world: World, who: Actor | None = None) -> OutgoingMessage:
    suggestion_id, guard = button(await world.relays.suggestions.show(author()), Action.ASK_WRITER)
    return await world.relays.suggestions.ask(suggestion_id, guard, who or author(), interaction_id=world.interaction())


async def test_a_suggestion_is_in_the_queue_once_however_many_make_it(world: World) -> None:
    reply = world.reply()
    told = [await world.pick(reply, who) for who in (other(), somebody(1), somebody(2), other())]

    assert {message.text for message in told} == {told[0].text}
    assert "Nothing leaves Discord without its writer's yes" in told[0].text
    waiting = await queue(world)
    assert "Members suggest 1 reply." in waiting.text
    assert actions(waiting) == ["suggestions"]
    shown = await world.relays.suggestions.show(author())
    assert "1. **Dana**, suggested by 3 members:" in shown_text(shown)
    assert actions(shown) == ["askwriter", "dismiss"]


async def test_from_the_queue_it_goes_on_as_if_the_author_had_picked_it(world: World) -> None:
    await world.pick(world.reply(), other())

    told = await ask_for_first(world)

    assert "Without a yes of its writer it stays on Discord" in told.text
    relay = await world.relay()
    assert (relay.state, relay.is_authors_pick, relay.picked_by) == ("waiting_for_writer", True, author().user_id)
    assert len(await world.rows(ledger.Purpose.QUESTION)) == 1
    shown = await world.relays.see(relay.id, relay.guard, writer())
    await world.press(shown, Action.SEND, writer())
    await world.run()
    assert len(world.blog.visible()) == 1
    assert "Nothing waits" in (await queue(world)).text


async def test_a_suggestion_that_cannot_be_followed_now_waits_on(world: World) -> None:
    """The author is told why, and asks again when it can."""
    await world.pick(world.reply(), other())
    await world.change(is_paused=True)
    told = await ask_for_first(world)
    assert "paused" in told.text
    assert await world.rows(ledger.Purpose.QUESTION) == []

    await world.change(is_paused=False)
    await ask_for_first(world)
    assert len(await world.rows(ledger.Purpose.QUESTION)) == 1
    assert "No suggestion waits" in (await world.relays.suggestions.show(author())).text


async def test_its_text_is_known_without_the_message_content_intent(world: World) -> None:
    reply = world.reply(content="What a **lovely** walk!")
    await world.pick(reply, other())
    world.reply(content=None)

    await ask_for_first(world)

    assert (await world.relay()).source == "What a **lovely** walk!"


async def test_a_dismissed_suggestion_is_over_and_its_text_gone(world: World) -> None:
    await world.pick(world.reply(), other())
    suggestion_id, guard = button(await world.relays.suggestions.show(author()), Action.DISMISS)

    await world.relays.suggestions.dismiss(suggestion_id, guard, author())
    await world.pick(world.reply(), somebody(1))

    assert "No suggestion waits" in (await world.relays.suggestions.show(author())).text
    async with world.begin() as tx:
        kept = await tx.get(Suggestion, suggestion_id)
        assert kept is not None
        assert (kept.source, kept.writer_name) == ("", "")
        assert await tx.get(SuggestedBy, 1) is None
    again = await world.relays.suggestions.ask(suggestion_id, guard, author(), interaction_id=1)
    assert "does not wait any more" in again.text
    assert await world.rows(ledger.Purpose.QUESTION) == []


@pytest.mark.parametrize("is_role_lost", [False, True])
async def test_nobody_but_an_author_decides(world: World, is_role_lost: bool) -> None:
    await world.pick(world.reply(), other())
    if is_role_lost:
        world.give_rights(author().user_id, may_manage_guild=False)
    who = author() if is_role_lost else other()

    told = await ask_for_first(world, who)

    assert "Only the blog's author" in told.text
    assert await world.rows(ledger.Purpose.QUESTION) == []
    assert "Only the blog's author" in (await world.relays.queue(GUILD, other())).text
    assert "No suggestion" in (await world.relays.suggestions.show(other())).text


async def test_another_guild_sees_and_decides_nothing(world: World) -> None:
    """T22."""
    await world.pick(world.reply(), other())
    suggestion_id, guard = button(await world.relays.suggestions.show(author()), Action.ASK_WRITER)
    elsewhere = author(guild_id=GUILD + 1)

    assert "No suggestion" in (await world.relays.suggestions.show(elsewhere)).text
    told = await world.relays.suggestions.ask(suggestion_id, guard, elsewhere, interaction_id=1)
    assert "no longer there" in told.text


async def test_a_member_may_suggest_so_many_a_day(world: World) -> None:
    """T12."""
    for number in range(A_MEMBERS_DAY):
        await world.pick(world.reply(500 + number), other())

    told = await world.pick(world.reply(600), other())
    assert f"suggested {A_MEMBERS_DAY} replies today" in told.text
    world.wait(days=1)
    assert "Thank you" in (await world.pick(world.reply(600), other())).text


async def test_so_many_may_wait_in_one_thread(world: World) -> None:
    for number in range(IN_A_THREAD):
        await world.pick(world.reply(500 + number), somebody(number))

    told = await world.pick(world.reply(600), somebody(99))

    assert "Many suggestions wait" in told.text


async def test_so_many_may_wait_in_one_guild(world: World) -> None:
    await world.pick(world.reply(499), other())
    async with world.begin() as tx:
        (first,) = [await tx.get_one(Suggestion, 1)]
        for number in range(49):
            tx.add(
                Suggestion(
                    guild_id=GUILD,
                    subscription_id=first.subscription_id,
                    thread_id=5000 + number,
                    message_id=6000 + number,
                    writer_id=first.writer_id,
                    writer_name="Dana",
                    source="Words",
                    state="waiting",
                    guard="00000000",
                    created_at=world.clock(),
                )
            )

    assert "Many suggestions wait" in (await world.pick(world.reply(500), somebody(1))).text


async def test_the_author_is_told_once_by_a_gathered_note_that_goes_again(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.pick(world.reply(500), other())
    await world.pick(world.reply(501), other())
    await world.run()
    assert [one.text for one in world.chat.messages_in(QUEUE_CHANNEL)] == [
        "Members suggest 2 replies for the blog: **/queue** shows them."
    ]

    await ask_for_first(world)
    await ask_for_first(world)
    await world.run()
    assert world.chat.messages_in(QUEUE_CHANNEL) == []


async def test_a_writer_who_does_not_want_to_be_asked_is_not_suggested(world: World) -> None:
    privacy = Privacy(world.begin, world.clock, world.randomness, world._wake)
    await privacy.never_ask(writer())

    told = await world.pick(world.reply(), other())

    assert "Thank you" in told.text
    assert "No suggestion" in (await world.relays.suggestions.show(author())).text


async def test_a_deleted_message_is_no_longer_suggested(world: World) -> None:
    await world.pick(world.reply(500), other())
    await world.pick(world.reply(501), other())
    await world.relays.message_deleted(500)
    suggestion_id, guard = button(await world.relays.suggestions.show(author()), Action.ASK_WRITER)
    del world.chat.replies[501]  # deleted, and the event never came

    told = await world.relays.suggestions.ask(suggestion_id, guard, author(), interaction_id=1)

    assert "was deleted meanwhile" in told.text
    assert "No suggestion" in (await world.relays.suggestions.show(author())).text


async def test_a_suggestion_that_nobody_decides_ends_after_thirty_days(world: World) -> None:
    async def no_scrub() -> None:
        """Leave the file as it is."""

    await world.pick(world.reply(), other())
    forgetting = Forgetting(world.begin, world.clock, world.randomness, world._wake, no_scrub)
    world.wait(days=30)
    await forgetting.let_go()

    assert "No suggestion" in (await world.relays.suggestions.show(author())).text


async def test_what_is_on_its_way_is_not_told_to_others(world: World) -> None:
    await world.agreed()
    assert "Thank you" in (await world.pick(world.reply(), other())).text
    assert "No suggestion" in (await world.relays.suggestions.show(author())).text

    await world.published(501)
    assert "It is on Winter Blog." in (await world.pick(world.reply(501), other())).text


async def test_an_authors_own_message_is_not_sent_by_a_button_that_asks(world: World) -> None:
    """T13: *Ask the writer* is no yes to send; their own message would go out at once."""
    mine = author().user_id
    await world.pick(world.reply(writer_id=mine, writer_name="Edna", content="In confidence"), other())

    told = await ask_for_first(world)
    await world.run()

    assert "That message is your own" in told.text
    assert world.blog.comments == {}
    assert await world.consents() == []


async def test_a_member_who_picks_a_published_reply_is_shown_it_and_no_button_of_the_author(world: World) -> None:
    await world.published()

    shown = await world.pick(world.reply(), other())

    assert "It is on" in shown.text
    assert [one.label for one in shown.buttons] == ["View"]
