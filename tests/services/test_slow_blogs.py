"""Blogs whose API never ends its answers: what happens on the others is seen all the same."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import select, update

from bot.domain.models import BlogAccess, Comment, CommentStatus
from bot.domain.relays import RelayState
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.mirrors import Mirrors
from bot.services.side_by_side import BLOGS_AT_ONCE
from db.engine import Begin
from db.models import Feed, Relay, StoredBlog, Subscription
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlog, FakeBlogs
from tests.services.commenting.test_mirrors import INTERVAL, furnished, read_by, reply_comment_id, shown
from tests.services.relay_world import World

SLOW = "https://slow.example/"
MANY = 2 * BLOGS_AT_ONCE


class SlowBlog(FakeBlog):
    """Begins to answer and never ends."""

    async def comments_after(self, comment_id: int) -> Sequence[Comment]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def comments_by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


class SomeSlowBlogs(FakeBlogs):
    """Opens a slow blog for every address that begins like one."""

    def open(self, access: BlogAccess) -> FakeBlog:
        return SlowBlog() if access.url.startswith(SLOW) else super().open(access)


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    """A world in which another guild connected many slow blogs long before this one's."""
    world = World(begin, clock, randomness, blogs=SomeSlowBlogs())
    async with begin() as tx:
        for number in range(MANY):
            feed = Feed(url=f"{SLOW}{number}/feed/")
            tx.add(feed)
            await tx.flush()
            blog = StoredBlog(
                guild_id=99,
                feed_id=feed.id,
                url=f"{SLOW}{number}/",
                api_root=f"{SLOW}{number}/wp-json/",
                username="ed",
                sealed_password=world.box.seal("pass word"),
                state="feed_only",
                created_at=clock(),
            )
            tx.add(blog)
            await tx.flush()
            tx.add(Subscription(blog_id=blog.id, guild_id=99, channel_id=number, created_at=clock()))
    await world.furnish()
    return world


async def wake_slow_blogs(world: World) -> None:
    async with world.begin() as tx:
        await tx.execute(update(StoredBlog).where(StoredBlog.guild_id == 99).values(state="ok"))


@asynccontextmanager
async def under_way(looking: "asyncio.Future[object]") -> AsyncIterator[None]:
    """Have a look made beside the block; it never ends by itself."""
    try:
        yield
        assert not looking.done()
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def test_slow_blogs_of_one_guild_keep_no_comment_out_of_anothers_thread(world: World) -> None:
    """T5."""
    await furnished(world)
    read_by(world, "So true!", parent_id=await reply_comment_id(world))
    await wake_slow_blogs(world)
    mirrors = Mirrors(
        world.begin,
        world.blogs,
        world.box,
        world.clock,
        world.randomness,
        world._wake,
        interval_seconds=INTERVAL,
        wait_scale=0.2,
    )
    async with under_way(asyncio.ensure_future(mirrors.look())):
        while not shown(world):
            await asyncio.sleep(0.01)
            await world.run()


async def test_slow_blogs_of_one_guild_keep_no_decision_on_anothers_from_being_seen(world: World) -> None:
    """T5."""
    for message_id in (500, 501):
        await world.approved(message_id, content=f"Words of {message_id}")
        await world.run_until_settled(message_id)
    await wake_slow_blogs(world)
    async with world.begin() as tx:
        slow = (await tx.scalars(select(StoredBlog).where(StoredBlog.guild_id == 99))).first()
        assert slow is not None
        await tx.execute(update(Relay).where(Relay.message_id == 500).values(blog_id=slow.id))
    comment_id = (await world.relay(501)).comment_id
    assert comment_id is not None
    world.blog.set_status(comment_id, CommentStatus.SPAM)
    world.wait(hours=1)
    parts = (world.begin, world.blogs, world.box, world.clock, world.randomness)
    watch = BlogWatch(*parts, interval_seconds=300, wait_scale=0.2)
    async with under_way(asyncio.ensure_future(watch.look())):
        while await world.state(501) != RelayState.SPAM:
            await world.run()


async def test_a_blog_that_never_ends_its_answer_is_given_up_and_looked_at_in_its_next_turn(world: World) -> None:
    """T5."""
    await wake_slow_blogs(world)
    mirrors = Mirrors(
        world.begin,
        world.blogs,
        world.box,
        world.clock,
        world.randomness,
        world._wake,
        interval_seconds=INTERVAL,
        wait_scale=0.001,
    )
    await mirrors.look()

    async with world.begin() as tx:
        blogs = list(await tx.scalars(select(StoredBlog).where(StoredBlog.guild_id == 99)))
    assert {blog.comments_looked_at for blog in blogs} == {world.clock()}
