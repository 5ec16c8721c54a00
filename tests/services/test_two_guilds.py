"""Two guilds on one blog: no cross reads, no double comments, each its own queue."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.messages import Action, OutgoingMessage
from bot.domain.models import Actor, CommentDraft, CommentStatus, Reply
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.mirrors import Mirrors
from db.models import Announcement, Relay, StoredBlog, Subscription
from tests.services.relay_world import (
    AUTHOR,
    GUILD,
    POST_ID,
    QUEUE_CHANNEL,
    THREAD,
    WRITER,
    World,
    author,
    button,
    shown_text,
    writer,
)

ELSEWHERE, THREAD_ELSEWHERE, QUEUE_ELSEWHERE = 11, 31, 41
EACH = 4


def theirs(actor: Actor) -> Actor:
    """Return the same person in the other guild."""
    return replace(actor, guild_id=ELSEWHERE)


@pytest.fixture
async def world(world: World) -> World:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    async with world.begin() as tx:
        first = (await tx.scalars(select(StoredBlog))).one()
        announced = (await tx.scalars(select(Announcement))).one()
        blog = StoredBlog(
            guild_id=ELSEWHERE,
            feed_id=first.feed_id,
            url=first.url,
            title=first.title,
            api_root=first.api_root,
            username="relayer",
            sealed_password=world.box.seal("other pass word"),
            user_name=first.user_name,
            state="ok",
            connected_by=AUTHOR,
            created_at=world.clock(),
        )
        tx.add(blog)
        await tx.flush()
        subscription = Subscription(
            blog_id=blog.id,
            guild_id=ELSEWHERE,
            channel_id=21,
            policy="approve",
            author_role_id=55,
            queue_channel_id=QUEUE_ELSEWHERE,
            created_at=world.clock(),
        )
        tx.add(subscription)
        await tx.flush()
        tx.add(
            Announcement(
                subscription_id=subscription.id,
                post_row_id=announced.post_row_id,
                state="announced",
                guard="00000000",
                channel_id=21,
                message_id=THREAD_ELSEWHERE,
                thread_id=THREAD_ELSEWHERE,
                created_at=world.clock(),
            )
        )
    world.chat.members[(ELSEWHERE, AUTHOR)] = world.chat.members[(GUILD, AUTHOR)]
    return world


def said_here(world: World, number: int) -> Reply:
    return world.reply(500 + number, f"Said here, {number}")


def said_there(world: World, number: int, text: str = "Said there") -> Reply:
    return world.reply(700 + number, f"{text}, {number}", guild_id=ELSEWHERE, channel_id=THREAD_ELSEWHERE)


async def agreed_everywhere(world: World) -> None:
    for number in range(EACH):
        shown = await world.pick(said_here(world, number), writer())
        await world.press(shown, Action.SEND, writer())
        shown = await world.pick(said_there(world, number), theirs(writer()))
        await world.press(shown, Action.SEND, theirs(writer()))


async def published_everywhere(world: World) -> None:
    await agreed_everywhere(world)
    for number in range(EACH):
        for message_id, actor in ((500 + number, author()), (700 + number, theirs(author()))):
            relay = await world.relay(message_id)
            await world.relays.publish(relay.id, relay.guard, actor)
    await world.run_until_settled(500)
    await world.run()


def told(messages: list[OutgoingMessage]) -> str:
    return "\n".join(map(shown_text, messages))


async def test_each_guild_has_its_own_queue(world: World) -> None:
    await agreed_everywhere(world)
    await world.run()
    here = "".join([shown_text(await world.relays.queue(GUILD, author(), page=page)) for page in range(1, 2)])
    there = "".join(
        [shown_text(await world.relays.queue(ELSEWHERE, theirs(author()), page=page)) for page in range(1, 2)]
    )
    assert (f"Said here, {EACH - 1}" in here, "Said there" in here) == (True, False)
    assert (f"Said there, {EACH - 1}" in there, "Said here" in there) == (True, False)
    assert "Said there" not in told(world.chat.messages_in(QUEUE_CHANNEL))
    assert "Said here" not in told(world.chat.messages_in(QUEUE_ELSEWHERE))


async def test_no_comment_comes_twice_and_each_is_brought_by_its_own_guilds_password(world: World) -> None:
    await published_everywhere(world)
    expected = sorted([f"<p>Said {where}, {n}</p>" for where in ("here", "there") for n in range(EACH)])
    assert sorted(comment.content_raw for comment in world.blog.visible()) == expected
    passwords = {(access.username, access.application_password) for access in world.blogs.opened}
    assert passwords == {("ed", "pass word"), ("relayer", "other pass word")}
    assert f"{EACH} replies are on the blog" in told(world.chat.messages_in(THREAD))
    assert f"{EACH} replies are on the blog" in told(world.chat.messages_in(THREAD_ELSEWHERE))
    async with world.begin() as tx:
        comment_ids = list(await tx.scalars(select(Relay.comment_id)))
    assert len(set(comment_ids)) == 2 * EACH


async def test_one_member_in_both_guilds_is_no_link_between_them(world: World) -> None:
    """Their e-mails differ, and what one guild's author thinks of them the other's does not know."""
    await published_everywhere(world)
    emails = {comment.content_raw.split(",")[0]: comment.author_email for comment in world.blog.visible()}
    assert emails["<p>Said here"] != emails["<p>Said there"]
    menu = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.block(*button(menu, Action.BLOCK), author())

    there = await world.pick(said_there(world, 50), theirs(writer()))
    assert "takes no replies" not in shown_text(there)
    menu = await world.relays.moderation.menu(700, THREAD_ELSEWHERE, theirs(author()))
    assert "block" in str(menu.buttons)


async def test_no_thread_shows_the_other_guilds_replies_or_the_answers_to_them(world: World) -> None:
    await published_everywhere(world)
    mirrors = Mirrors(
        world.begin, world.blogs, world.box, world.clock, world.randomness, world._wake, interval_seconds=60
    )
    await mirrors.look()
    answered = (await world.relay(700)).comment_id or 0
    world.blog.store(
        CommentDraft(
            post_id=POST_ID,
            parent_id=answered,
            content_html="<p>An answer to there</p>",
            author_name="Reader",
            author_email="reader@mail.example",
            author_url="",
            is_approved=True,
        )
    )
    world.wait(minutes=2)
    await mirrors.look()
    await world.run()

    assert "An answer to there" in told(world.chat.messages_in(THREAD_ELSEWHERE))
    here = told(world.chat.messages_in(THREAD))
    assert "An answer to there" not in here
    assert "Said there" not in here
    assert "1 comment of a reader is on the blog" in here


async def test_what_the_blog_decides_reaches_only_the_guild_it_is_about(world: World) -> None:
    await published_everywhere(world)
    world.blog.set_status((await world.relay(700)).comment_id or 0, CommentStatus.SPAM)
    world.wait(minutes=20)
    await BlogWatch(world.begin, world.blogs, world.box, world.clock, world.randomness, interval_seconds=300).look()
    await world.run()
    assert (await world.state(700), await world.state(500)) == ("spam", "published")
    assert f"{EACH - 1} replies are on the blog" in told(world.chat.messages_in(THREAD_ELSEWHERE))
    assert f"{EACH} replies are on the blog" in told(world.chat.messages_in(THREAD))


async def test_nobody_reaches_into_the_other_guild(world: World) -> None:
    """By the menu, by a button's id made by hand, or by a message of the other thread."""
    await published_everywhere(world)
    relay = await world.relay(700)
    moderation = world.relays.moderation
    assert "this is none" in (await moderation.menu(700, THREAD_ELSEWHERE, author())).text
    assert "Nobody sent this message" in (await moderation.menu(700, THREAD, author())).text
    assert (await moderation.more(relay.id, author())).text == "That is no longer there."
    for press in (moderation.bin, moderation.mark_as_spam, moderation.block, world.relays.undo):
        assert (await press(relay.id, relay.guard, author())).text == "That is no longer there."
    smuggled = await world.pick(replace(said_there(world, 60), guild_id=GUILD), writer())
    assert "Use it in the thread" in smuggled.text
    await world.run()
    assert len(world.blog.visible()) == 2 * EACH


async def test_the_same_words_of_one_member_in_both_guilds_become_one_comment(world: World) -> None:
    for reply, actor in ((world.reply(500, "+1"), writer()), (said_there(world, 0, "+1"), theirs(writer()))):
        same = replace(reply, content="+1", writer_id=WRITER)
        shown = await world.pick(same, actor)
        await world.press(shown, Action.SEND, actor)
        relay = await world.relay(reply.message_id)
        await world.relays.publish(relay.id, relay.guard, replace(author(), guild_id=actor.guild_id))
    await world.run()
    assert [comment.content_raw for comment in world.blog.visible()] == ["<p>+1</p>"]
    assert {await world.state(500), await world.state(700)} == {"published", "refused"}
