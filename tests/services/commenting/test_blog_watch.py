"""What a blog's owner does to our comments there, and what Discord shows of it."""

from dataclasses import replace

import pytest

from bot.domain.errors import TemporaryError
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from bot.services.commenting import blog_watch
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.members.privacy import Privacy
from bot.services.relaying.catch_up import CatchUp
from bot.services.relaying.relay_effects import PUBLISHED_EMOJI
from db import ledger
from db.models import Relay
from tests.services.relay_world import THREAD, World, writer


async def held(world: World, message_id: int = 500) -> int:
    """Bring a reply to a blog that holds it, and return its comment's id."""
    await world.change(policy="direct")
    await world.agreed(message_id, content=f"Reply {message_id}")
    await world.run()
    assert await world.state(message_id) == RelayState.HELD
    return (await world.relay(message_id)).comment_id or 0


def watch(world: World) -> BlogWatch:
    return BlogWatch(world.begin, world.blogs, world.box, world.clock, world.randomness, interval_seconds=300)


async def look(world: World) -> None:
    world.wait(minutes=1)
    await watch(world).look()
    await world.run()


async def test_a_held_comment_that_the_owner_approves_is_told_as_good_news(world: World) -> None:
    """F14: what waits on the blog is watched."""
    world.blog.set_status(await held(world), CommentStatus.APPROVED)
    await look(world)

    assert await world.state() == RelayState.PUBLISHED
    assert world.chat.reactions == {(THREAD, 500, PUBLISHED_EMOJI)}
    assert [m for m in world.chat.messages_in(THREAD) if "1 reply is on the blog" in m.text]


async def test_a_held_comment_that_becomes_spam_is_told_to_its_writer_alone(world: World) -> None:
    world.blog.set_status(await held(world), CommentStatus.SPAM)
    await look(world)

    assert await world.state() == RelayState.SPAM
    assert world.chat.messages_in(THREAD) == []
    assert "spam" in (await world.pick(world.chat.replies[500], writer())).text


@pytest.mark.parametrize("how", ["binned", "deleted"])
async def test_what_the_owner_removed_is_gone_and_never_created_again(world: World, how: str) -> None:
    comment_id = await held(world)
    if how == "binned":
        world.blog.set_status(comment_id, CommentStatus.TRASH)
    else:
        del world.blog.comments[comment_id]
    await look(world)
    world.wait(days=2)
    await world.run()

    assert await world.state() == RelayState.REMOVED
    assert world.blog.visible() == []
    assert world.blog.faults.count("create_comment") == 1
    assert "stays deleted" in (await world.pick(world.chat.replies[500], writer())).text


async def test_a_published_comment_that_the_owner_holds_again_loses_its_good_news(world: World) -> None:
    await world.published()
    await world.run()
    world.blog.set_status((await world.relay()).comment_id or 0, CommentStatus.HELD)
    world.wait(minutes=15)
    await look(world)

    assert await world.state() == RelayState.HELD
    assert world.chat.reactions == set()


async def test_where_feeds_are_polled_often_public_comments_are_looked_at_as_often(world: World) -> None:
    await world.published()
    await world.run()
    watching = BlogWatch(world.begin, world.blogs, world.box, world.clock, world.randomness, interval_seconds=2)
    world.wait(minutes=15)
    await watching.look()
    world.blog.set_status((await world.relay()).comment_id or 0, CommentStatus.TRASH)

    world.wait(seconds=5)
    assert await watching.look() == 0
    world.wait(seconds=2)
    assert await watching.look() == 1
    assert await world.state() == RelayState.REMOVED


async def test_many_are_asked_about_in_one_call_and_each_in_its_turn(world: World) -> None:
    for message_id in (500, 501, 502):
        await held(world, message_id)
    before = world.blog.faults.count("comments_by_id")
    await look(world)
    await watch(world).look()
    assert world.blog.faults.count("comments_by_id") == before + 1


async def test_a_blog_that_does_not_answer_changes_nothing(world: World) -> None:
    await held(world)
    world.blog.faults.before("comments_by_id", TemporaryError("no answer"))
    await look(world)
    assert await world.state() == RelayState.HELD


async def test_a_refused_password_is_told_once_and_ends_the_looking(world: World) -> None:
    await held(world)
    world.blog.refuses_password = True
    await look(world)
    await look(world)
    assert world.blog.faults.count("comments_by_id") == 1
    assert len(await world.rows(ledger.Purpose.BLOG_ALERT)) == 1


async def test_a_comment_that_is_being_taken_off_is_left_to_that(world: World) -> None:
    comment_id = await held(world)
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    world.blog.set_status(comment_id, CommentStatus.APPROVED)
    await look(world)
    assert await world.state() == RelayState.REMOVED
    assert world.blog.visible() == []


async def binned_by_the_owner(world: World) -> int:
    """Bring a reply to the blog, and have its owner put it into the bin."""
    await world.published(content="First")
    comment_id = (await world.relay()).comment_id or 0
    world.blog.set_status(comment_id, CommentStatus.TRASH)
    world.wait(minutes=15)
    await look(world)
    assert await world.state() == RelayState.REMOVED
    return comment_id


async def restored(world: World, comment_id: int) -> None:
    world.blog.set_status(comment_id, CommentStatus.APPROVED)
    world.wait(minutes=15)
    await look(world)


async def test_a_comment_that_the_owner_takes_out_of_the_bin_lives_on(world: World) -> None:
    comment_id = await binned_by_the_owner(world)
    await restored(world, comment_id)
    assert await world.state() == RelayState.PUBLISHED
    assert world.chat.reactions == {(THREAD, 500, PUBLISHED_EMOJI)}

    await world.relays.message_deleted(500)
    await world.run()
    assert world.blog.visible() == []
    assert world.blog.faults.count("create_comment") == 1


@pytest.mark.parametrize("how", ["deleted", "purged", "everything taken back"])
async def test_a_yes_that_ends_while_the_comment_is_in_the_bin_keeps_it_off_the_blog(world: World, how: str) -> None:
    comment_id = await binned_by_the_owner(world)
    if how == "deleted":
        await world.relays.message_deleted(500)
    elif how == "purged":
        await world.relays.removals.messages_deleted([500])
    else:
        await Privacy(world.begin, world.clock, world.randomness, world._wake).withdraw_all(writer())
    assert all(consent.withdrawn_at is not None for consent in await world.consents())
    await restored(world, comment_id)
    assert world.blog.visible() == []
    assert await world.state() == RelayState.REMOVED


async def test_a_deletion_that_nobody_told_of_is_found_when_the_comment_comes_out_of_the_bin(world: World) -> None:
    comment_id = await binned_by_the_owner(world)
    catch_up = CatchUp(world.begin, world.chat, world.relays, world.clock, world.randomness, lambda: None)
    del world.chat.replies[500]
    await catch_up.session_began()
    await restored(world, comment_id)
    await catch_up.go_on()
    await world.run()
    assert world.blog.visible() == []


async def test_what_was_taken_off_at_the_writers_wish_stays_off(world: World) -> None:
    await world.published(content="First")
    relay = await world.relay()
    await world.relays.take_off(relay.id, relay.guard, writer())
    await world.run()
    before = len(world.blog.faults.calls)
    world.wait(minutes=15)
    await look(world)
    assert len(world.blog.faults.calls) == before


async def test_however_many_are_spam_for_good_public_ones_have_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T5: on the same blog, and so on any other."""
    monkeypatch.setattr(blog_watch, "LOOK_AT_ONCE", 4)
    await world.published(600, content="Public")
    await world.run()
    spam = await held(world)
    relay_id = (await world.relay()).id
    async with world.begin() as tx:
        first = await tx.get_one(Relay, relay_id)
        columns = {column.name: getattr(first, column.name) for column in Relay.__table__.columns}
        copies = [
            {**columns, "id": number, "message_id": number, "state": "spam", "comment_id": spam + number}
            for number in range(1_000, 1_010)
        ]
        tx.add_all(Relay(**copy) for copy in copies)
    for copy in copies:
        comment_id = copy["comment_id"]
        world.blog.comments[comment_id] = replace(world.blog.comments[spam], comment_id=comment_id)
        world.blog.set_status(comment_id, CommentStatus.SPAM)
    world.blog.set_status((await world.relay(600)).comment_id or 0, CommentStatus.TRASH)
    for _turn in range(3):
        world.wait(minutes=15)
        await watch(world).look()

    assert await world.state(600) == RelayState.REMOVED
