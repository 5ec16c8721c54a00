from dataclasses import replace

import pytest

from bot.domain.errors import PermanentError, UserError
from bot.domain.messages import Action
from bot.domain.models import PostState
from bot.services.announcing.announce import LEAD_LIMIT
from db import posts
from db.engine import Begin
from db.models import Subscription
from tests.conftest import CountingRandomness, TestClock
from tests.services.announcing.announce_world import (
    AUTHOR,
    CHANNEL,
    DEPUTY,
    ELSEWHERE,
    QUEUE,
    STRANGER,
    World,
    ids,
)


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish()
    return world


async def test_confirmed_preview_becomes_one_message_with_thread_and_first_line(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    assert "Only you can see this" in preview.text
    announcement_id, guard = ids(preview, Action.ANNOUNCE)
    await world.announce.confirm(announcement_id, guard, AUTHOR)
    await world.announce.confirm(announcement_id, guard, AUTHOR)
    await world.runner.drain()
    assert len(world.chat.messages_in(CHANNEL)) == 1
    [thread_id] = world.chat.threads
    assert world.chat.threads[thread_id] == "Winter walk"
    assert "Apps > Send to blog" in world.chat.messages_in(thread_id)[0].text


async def test_suggestions_are_for_authors_and_deputies_only(world: World) -> None:
    assert [title for title, _ in await world.announce.suggest(AUTHOR, "")] == ["Spring clean", "Winter walk"]
    assert [title for title, _ in await world.announce.suggest(DEPUTY, "walk")] == ["Winter walk"]
    assert await world.announce.suggest(STRANGER, "") == []
    assert await world.announce.suggest(ELSEWHERE, "") == []


async def test_strangers_and_other_guilds_can_announce_nothing(world: World) -> None:
    with pytest.raises(UserError, match="Only the blog's author"):
        await world.announce.preview(STRANGER, f"post:{world.first}", channel_id=CHANNEL)
    with pytest.raises(UserError, match="No blog is connected"):
        await world.announce.preview(ELSEWHERE, f"post:{world.first}", channel_id=CHANNEL)
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    for who in (STRANGER, ELSEWHERE):
        with pytest.raises(UserError):
            await world.announce.confirm(*ids(preview, Action.ANNOUNCE), who)
    await world.runner.drain()
    assert world.chat.messages == {}


async def test_unknown_post_gets_one_clear_sentence(world: World) -> None:
    with pytest.raises(UserError, match="I know no such post"):
        await world.announce.preview(AUTHOR, "post:999", channel_id=CHANNEL)


async def test_post_is_found_by_its_address(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, "http://www.blog.example/spring-clean", channel_id=CHANNEL)
    assert preview.card is not None
    assert "Spring clean" in preview.card.heading


async def test_lead_line_stands_above_the_card_and_makes_the_old_button_stale(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    announcement_id, old_guard = ids(preview, Action.ANNOUNCE)
    changed = await world.announce.set_lead(announcement_id, AUTHOR, "My favourite one.")
    assert "My favourite one" in changed.text
    with pytest.raises(UserError, match="earlier question"):
        await world.announce.confirm(announcement_id, old_guard, AUTHOR)
    await world.announce.confirm(*ids(changed, Action.ANNOUNCE), AUTHOR)
    await world.runner.drain()
    assert "My favourite one" in world.chat.messages_in(CHANNEL)[0].text


async def test_lead_line_that_is_too_long_changes_nothing(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    announcement_id, guard = ids(preview, Action.ANNOUNCE)
    with pytest.raises(UserError, match="too long"):
        await world.announce.set_lead(announcement_id, AUTHOR, "x" * (LEAD_LIMIT + 1))
    assert await world.announce.lead(announcement_id, AUTHOR) == ""
    await world.announce.confirm(announcement_id, guard, AUTHOR)


async def test_announced_post_is_said_to_be_so_with_an_offer_and_can_be_announced_again(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    await world.announce.confirm(*ids(preview, Action.ANNOUNCE), AUTHOR)
    on_its_way = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    assert "on its way" in on_its_way.text
    await world.runner.drain()

    already = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    assert "announced in <#20> already" in already.text
    again = await world.announce.again(*ids(already, Action.AGAIN), AUTHOR)
    await world.announce.confirm(*ids(again, Action.ANNOUNCE), AUTHOR)
    await world.runner.drain()
    assert len(world.chat.messages_in(CHANNEL)) == 2
    assert len(world.chat.threads) == 2


async def test_lead_line_of_an_announcement_that_is_there_edits_it(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    await world.announce.confirm(*ids(preview, Action.ANNOUNCE), AUTHOR)
    await world.runner.drain()
    already = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    announcement_id, _guard = ids(already, Action.LEAD)
    await world.announce.set_lead(announcement_id, AUTHOR, "Now with pictures.")
    await world.runner.drain()
    [message] = world.chat.messages_in(CHANNEL)
    assert "Now with pictures" in message.text


async def test_cancelled_preview_announces_nothing_and_can_be_begun_anew(world: World) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    await world.announce.drop(*ids(preview, Action.DROP), AUTHOR)
    with pytest.raises(UserError):
        await world.announce.confirm(*ids(preview, Action.ANNOUNCE), AUTHOR)
    anew = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    await world.announce.confirm(*ids(anew, Action.ANNOUNCE), AUTHOR)
    await world.runner.drain()
    assert len(world.chat.messages_in(CHANNEL)) == 1


async def test_paused_blog_announces_nothing_by_hand_either(world: World, begin: Begin) -> None:
    preview = await world.announce.preview(AUTHOR, f"post:{world.first}", channel_id=CHANNEL)
    async with begin() as tx:
        (await tx.get_one(Subscription, 1)).is_paused = True
    with pytest.raises(UserError, match="paused"):
        await world.announce.confirm(*ids(preview, Action.ANNOUNCE), AUTHOR)


async def test_every_guild_announces_a_new_post_and_no_guild_twice(world: World, begin: Begin) -> None:
    await world.subscribe_elsewhere()
    for _again in range(2):
        async with begin() as tx:
            await world.announcements.want(tx, post_row_id=world.first)
    await world.runner.drain()
    assert (len(world.chat.messages_in(CHANNEL)), len(world.chat.messages_in(21))) == (1, 1)


async def test_changed_post_is_edited_everywhere_but_not_where_it_was_dropped(world: World, begin: Begin) -> None:
    """F31: once for each change."""
    preview = await world.announce.preview(AUTHOR, f"post:{world.second}", channel_id=CHANNEL)
    await world.announce.drop(*ids(preview, Action.DROP), AUTHOR)
    async with begin() as tx:
        await world.announcements.want(tx, post_row_id=world.first)
    await world.runner.drain()
    async with begin() as tx:
        for row_id in (world.first, world.second):
            post = await posts.get(tx, row_id)
            entry = replace(posts.entry_of(post), title="Changed")
            await posts.revise(tx, row_id, entry, entry_hash="new", identities=[])
            await world.announcements.revise(tx, post_row_id=row_id)
    await world.runner.drain()
    [text] = world.card_texts()
    assert "Changed" in text


async def test_held_posts_are_asked_about_once_and_announced_on_a_yes(world: World, begin: Begin) -> None:
    held = [await world.add_post(f"Old {n}", state=PostState.HELD) for n in range(4)]
    async with begin() as tx:
        await world.announcements.ask_about_held(tx, feed_id=world.feed_id)
    await world.runner.drain()
    [question] = world.chat.messages_in(QUEUE)
    assert "4 posts" in question.text
    assert world.chat.messages_in(CHANNEL) == []

    subscription_id, guard = ids(question, Action.HELD_ANNOUNCE)
    with pytest.raises(UserError):
        await world.announce.answer_held(subscription_id, guard, STRANGER, is_announced=True)
    await world.announce.answer_held(subscription_id, guard, AUTHOR, is_announced=True)
    with pytest.raises(UserError, match="answered already"):
        await world.announce.answer_held(subscription_id, guard, AUTHOR, is_announced=False)
    await world.runner.drain()
    assert len(world.chat.messages_in(CHANNEL)) == len(held)
    assert [message.buttons for message in world.chat.messages_in(QUEUE)] == [()]


async def test_second_flood_asks_a_new_question(world: World, begin: Begin) -> None:
    await world.add_post("Old one", state=PostState.HELD)
    async with begin() as tx:
        await world.announcements.ask_about_held(tx, feed_id=world.feed_id)
    await world.runner.drain()
    [question] = world.chat.messages_in(QUEUE)
    await world.announce.answer_held(*ids(question, Action.HELD_REMEMBER), AUTHOR, is_announced=False)
    await world.runner.drain()
    await world.add_post("Old two", state=PostState.HELD)
    async with begin() as tx:
        await world.announcements.ask_about_held(tx, feed_id=world.feed_id)
    await world.runner.drain()
    first, second = world.chat.messages_in(QUEUE)
    assert "stays unannounced" in first.text
    assert "Old two" in second.text
    assert "Old one" not in second.text


async def test_author_is_told_once_when_a_post_cannot_be_announced(world: World, begin: Begin) -> None:
    world.chat.faults.before("send", PermanentError("Send Messages is missing there.", reason="missing_permissions"))
    async with begin() as tx:
        await world.announcements.want(tx, post_row_id=world.first)
    await world.runner.drain()
    [alert] = world.chat.messages_in(QUEUE)
    assert "I could not announce **Winter walk**" in alert.text
    assert "Send Messages is missing there." in alert.text
