"""What the person who looks is told about a reply, in words that fit them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.messages import Action, OutgoingMessage
from bot.domain.relays import RelayState
from bot.services.relaying.proposals import CLOSED_DAYS
from db import ledger, relays
from db.models import StoredBlog, StoredPost
from tests.services.relay_world import (
    POST_ID,
    QUEUE_CHANNEL,
    World,
    actions,
    author,
    other,
    shown_text,
    wanted_message,
    writer,
)

EDITOR = other(role_ids=frozenset({55}))


async def close_comments(world: World, *, is_open: bool = False) -> None:
    world.blog.posts[POST_ID] = replace(world.blog.posts[POST_ID], is_open_to_comments=is_open)


async def as_author(world: World) -> OutgoingMessage:
    return await world.pick(world.reply(), author())


async def as_writer(world: World) -> OutgoingMessage:
    return await world.pick(world.reply(), writer())


async def test_who_decided_reads_you_and_everybody_else_reads_the_author(world: World) -> None:
    await world.agreed()
    relay = await world.relay()

    answer = await world.relays.refuse(relay.id, relay.guard, author())

    assert answer.text == "You decided not to publish it."
    assert (await world.pick(world.reply(), EDITOR)).text == "The blog's author decided not to publish it."
    assert (await as_writer(world)).text == "The blog's author decided not to publish it."


async def test_the_writer_reads_you_and_the_author_does_not(world: World) -> None:
    await world.approved()
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())

    stale = await world.relays.see(relay.id, relay.guard, writer())

    assert stale.text == "You took it back."
    assert "Its writer took it back." in (await as_author(world)).text


async def test_take_off_says_that_it_leaves_and_that_this_message_cannot_be_sent_again(world: World) -> None:
    await world.published()
    relay = await world.relay()

    answer = await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()

    for shown in (answer, await as_writer(world)):
        assert "cannot be sent again" in shown.text
        assert "write it anew" in shown.text
        assert actions(shown) == []
    assert "It leaves the blog" in answer.text
    assert "its writer may write it anew" in (await as_author(world)).text


async def test_undo_of_a_published_reply_says_that_it_cannot_be_sent_again(world: World) -> None:
    await world.published()
    relay = await world.relay()

    answer = await world.relays.undo(relay.id, relay.guard, author())
    await world.run()

    assert answer.text.startswith("You took it back after publishing it.")
    for shown in (answer, await as_author(world), await as_writer(world)):
        assert "cannot be sent again" in shown.text


async def test_a_reply_that_may_still_be_published_is_no_dead_end(world: World) -> None:
    await world.agreed()
    relay = await world.relay()
    await world.relays.refuse(relay.id, relay.guard, author())

    assert "again" not in (await as_writer(world)).text
    assert [button.label for button in (await as_writer(world)).buttons] == ["Withdraw my yes"]


async def test_nobody_is_invited_to_write_anew_what_was_deleted_on_the_blog(world: World) -> None:
    await world.published()
    relay_id = (await world.relay()).id
    async with world.begin() as tx:
        relays.move(await relays.get(tx, relay_id), RelayState.REMOVED, now=world.clock(), reason="gone_on_blog")

    assert "again" not in (await as_writer(world)).text


async def test_a_post_without_comments_is_said_at_the_pick_and_tried_again_after_a_day(world: World) -> None:
    await close_comments(world)
    await world.published(500)
    assert "should the post take comments later" in (await world.pick(world.reply(500), writer())).text

    shown = [await world.pick(world.reply(501), person) for person in (writer(), author())]
    own = await world.pick(world.reply(502, writer_id=author().user_id), author())

    for answer in (*shown, own):
        assert answer.text.startswith("The post does not take comments any more.")
        assert "a day later" in answer.text
        assert actions(answer) == []
    world.wait(days=CLOSED_DAYS)
    assert "send" in actions(await world.pick(world.reply(501), writer()))


async def test_a_reply_that_came_through_since_opens_the_post_again(world: World) -> None:
    await world.approved(500)
    await world.approved(501, content="Another")
    await close_comments(world)
    await world.reconcile(500)
    await close_comments(world, is_open=True)
    world.wait(minutes=1)
    await world.reconcile(501)

    assert "send" in actions(await world.pick(world.reply(502), writer()))


async def test_a_refused_password_is_said_to_both_in_words_that_fit_them(world: World) -> None:
    await world.approved()
    await world.change(blog_state="credentials")

    told, waits = await as_author(world), await as_writer(world)

    assert told.text == "It waits: Winter Blog refuses the application password. **/blog connect** renews it."
    assert waits.text.startswith("It waits: Winter Blog does not let the bot in")
    assert "on its way" not in told.text + waits.text


async def test_pictures_are_said_to_stay_on_discord(world: World) -> None:
    """T15."""
    assert "stay on Discord" in (await world.pick(world.reply(has_attachments=True), writer())).text
    assert "stay on Discord" in (await world.pick(world.reply(has_attachments=True), writer())).text
    assert "stay on Discord" not in (await world.pick(world.reply(501), writer())).text


@pytest.mark.parametrize("name", ["Edna Author", "Petra Post", "Winter Blog", "Wint\u0435r Bl0g", "PETRA  POST"])
async def test_a_name_that_looks_like_the_blogs_user_the_posts_author_or_the_blog_is_refused(
    world: World, name: str
) -> None:
    """T11."""
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().author = "Petra Post"

    shown = await world.pick(world.reply(writer_name=name), writer())

    assert shown.text == "That name looks like the blog's own. Choose another with **Change text or name**."
    assert actions(shown) == ["change", "cancel"]


async def test_a_blog_without_names_refuses_nobody(world: World) -> None:
    async with world.begin() as tx:
        blog = (await tx.scalars(select(StoredBlog))).one()
        blog.title, blog.user_name = "", None

    assert "send" in actions(await as_writer(world))


async def test_a_published_reply_does_not_count_itself_among_those_before(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)

    await world.published(500)
    await world.published(501, content="Another")

    first = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD, 500))
    second = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD, 501))
    assert "their first reply" in shown_text(first)
    assert "1 of theirs published before" in shown_text(second)


async def test_the_author_is_told_the_same_whether_the_writer_was_asked_or_not(world: World) -> None:
    await as_author(world)
    await world.press(wanted_message(await world.row(ledger.Purpose.QUESTION)), Action.NEVER, writer())

    never_asked = await world.pick(world.reply(501), author())

    assert never_asked.text == "Without a yes of its writer it stays on Discord."
    assert (await as_author(world)).text == never_asked.text
