"""What is decided while the blog is slow: nothing is made there that nobody wants, or may want, any more."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import UnknownResultError
from bot.domain.models import Comment
from bot.domain.relays import RelayState
from db import stances
from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlog, FakeBlogs
from tests.services.members.test_privacy import a_forgetting, a_privacy
from tests.services.relay_world import AUTHOR, BLOG_URL, WRITER, World, author, writer
from tests.services.relaying.test_edits import edit, the_text

TRUSTER = 77
"""Somebody who trusted the writer and speaks for the blog no more."""


class LongBlog(FakeBlog):
    """Lets something happen while it says how a comment is."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def read_comment(self, comment_id: int) -> Comment | None:
        found = await super().read_comment(comment_id)
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        return found


@pytest.fixture
async def blog() -> LongBlog:
    return LongBlog()


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness, blog: LongBlog) -> World:
    blogs = FakeBlogs()
    blogs.blogs[BLOG_URL] = blog
    world = World(begin, clock, randomness, blogs=blogs)
    await world.furnish()
    return world


async def trusted_by_somebody_without_the_right(world: World) -> None:
    async with world.begin() as tx:
        await stances.take(
            tx, blog_id=1, writer_id=WRITER, stance=stances.TRUSTED, decided_by=TRUSTER, now=world.clock()
        )


async def approved_and_edited(world: World, *texts: str) -> None:
    """Have a reply published by an author, and edited before it is sent, by a writer whom another one trusted."""
    await world.agreed(content="First")
    await trusted_by_somebody_without_the_right(world)
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    for minutes, text in enumerate(texts, start=1):
        await edit(world, text, minutes=minutes)


async def test_an_edit_whose_message_is_deleted_meanwhile_never_reaches_the_blog(world: World, blog: LongBlog) -> None:
    """T13: its yes was taken back before the call."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    await edit(world, "My number is 0123")
    blog.meanwhile = lambda: world.relays.message_deleted(500)
    await world.run()

    assert blog.faults.count("edit_comment") == 0
    assert await world.state() == RelayState.REMOVED


async def test_an_edit_that_is_edited_again_meanwhile_is_passed_over(world: World, blog: LongBlog) -> None:
    """T13."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    await edit(world, "My number is 0123")
    blog.meanwhile = lambda: edit(world, "My number is private", minutes=2)
    await world.run()

    assert blog.faults.count("edit_comment") == 1
    assert [comment.content_raw for comment in blog.comments.values()] == ["<p>My number is private</p>"]


async def test_a_held_comment_that_is_taken_back_meanwhile_is_not_approved(world: World, blog: LongBlog) -> None:
    """T14."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    relay = await world.relay()
    assert relay.state == RelayState.HELD
    await world.relays.moderation.approve(relay.id, relay.guard, author())
    blog.meanwhile = lambda: world.relays.message_deleted(500)
    await world.run()

    assert blog.faults.count("edit_comment") == 0
    assert await world.state() == RelayState.REMOVED


@pytest.mark.parametrize("texts", [("Buy pills",), ("Buy", "Buy pills")])
async def test_an_edit_before_the_sending_rests_on_the_right_of_whoever_trusts_the_writer(
    world: World, texts: tuple[str, ...]
) -> None:
    """T21: the author who published the text before never saw this one."""
    await approved_and_edited(world, *texts)
    await world.run()

    assert the_text(world) == "<p>First</p>"
    relay = await world.relay()
    assert (relay.edit_state, relay.edit_source) == ("author", "Buy pills")


async def test_an_edit_that_is_found_at_the_sending_rests_on_the_same_right(world: World) -> None:
    """T21: nobody told of it."""
    await approved_and_edited(world)
    world.reply(500, "Buy pills", edited_at=world.clock())
    await world.run()

    assert the_text(world) == "<p>First</p>"
    assert (await world.relay()).edit_source == "Buy pills"


async def deleted(world: World) -> None:
    await world.relays.message_deleted(500)


async def forgotten(world: World) -> None:
    await a_privacy(world).forget(writer())


async def all_taken_back(world: World) -> None:
    await a_privacy(world).withdraw_all(writer())


@pytest.mark.parametrize("wish", [deleted, all_taken_back, forgotten])
async def test_a_writers_wish_counts_although_an_author_had_it_first_and_lost_the_right(
    world: World, wish: Callable[[World], Awaitable[None]]
) -> None:
    """T14: an author's *Undo* is not carried out without the right, their writer's word is."""
    await world.published(content="First")
    await world.run()
    relay = await world.relay()
    await world.relays.undo(relay.id, relay.guard, author())
    await wish(world)
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run()
    await a_forgetting(world).let_go()
    await world.run()

    assert world.blog.visible() == []


async def test_an_edit_whose_writer_is_blocked_meanwhile_waits_for_the_author(world: World, blog: LongBlog) -> None:
    """T21: the last look is taken in the transaction that notes the call."""
    await world.change(policy="direct")
    await world.agreed(content="First")
    await world.run()
    await edit(world, "Buy pills")
    relay = await world.relay()
    blog.meanwhile = lambda: world.relays.moderation.block(relay.id, relay.guard, author())
    await world.run()

    assert blog.faults.count("edit_comment") == 0
    assert (await world.relay()).edit_html == "<p>Buy pills</p>"


async def test_an_edit_that_was_made_and_not_answered_stays_when_its_writer_is_blocked(world: World) -> None:
    """F9: it is on the blog already, and what is there stays."""
    await world.published(content="First")
    world.blog.faults.after("edit_comment", UnknownResultError("lost"))
    await edit(world, "Second")
    relay = await world.relay()
    await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run()
    relay = await world.relay()
    await world.relays.moderation.block(relay.id, relay.guard, author())
    await world.run_until_settled()

    assert the_text(world) == "<p>Second</p>"
    assert (await world.relay()).content_html == "<p>Second</p>"
