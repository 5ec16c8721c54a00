"""One look at a blog at a time: whoever finds its password refused is the last who uses it."""

import asyncio
import gc
from collections.abc import Sequence

import pytest

from bot.domain.models import BlogAddress, BlogRights, Comment, PostDetails
from bot.domain.ports import ChannelFacts
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.comments import Comments
from bot.services.commenting.mirrors import Mirrors
from bot.services.connecting.connections import BlogFromSettings, Connections
from bot.services.turns import BlogTurns
from db import ledger
from tests.fakes import FakeBlog
from tests.services.commenting.test_blog_watch import held
from tests.services.relay_world import BLOG_URL, CHANNEL, GUILD, World


class BusyBlog(FakeBlog):
    """A blog that lets everybody else have a turn before it answers, and counts what is under way."""

    at_once = 0
    most_at_once = 0

    async def _think(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        for _turn in range(50):
            await asyncio.sleep(0)
        self.at_once -= 1

    async def check_rights(self) -> BlogRights:
        await self._think()
        return await super().check_rights()

    async def read_post(self, post_id: int) -> PostDetails:
        await self._think()
        return await super().read_post(post_id)

    async def read_comment(self, comment_id: int) -> Comment | None:
        await self._think()
        return await super().read_comment(comment_id)

    async def comments_after(self, comment_id: int) -> Sequence[Comment]:
        await self._think()
        return await super().comments_after(comment_id)

    async def comments_by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        await self._think()
        return await super().comments_by_id(comment_ids)


class House:
    """All who use a blog's password, over one world."""

    def __init__(self, world: World) -> None:
        turns = BlogTurns()
        parts = (world.blogs, world.box, world.clock, world.randomness)
        follow_edit = world.relays.edits.message_edited
        self.comments = Comments(world.begin, world.chat, *parts, follow_edit=follow_edit, turns=turns)
        self.watch = BlogWatch(world.begin, *parts, interval_seconds=300, turns=turns)
        self.mirrors = Mirrors(world.begin, *parts, lambda: None, interval_seconds=60, turns=turns)
        self.connections = Connections(world.begin, world.chat, *parts, lambda: None, turns=turns)


@pytest.fixture
async def house(world: World) -> House:
    world.blogs.blogs[BLOG_URL] = BusyBlog(posts=world.blog.posts)
    await held(world, 501)
    await world.agreed(500)
    world.wait(minutes=2)
    return House(world)


ORDERS = [(0, 1, 2), (1, 2, 0), (2, 0, 1)]


async def everybody_looks(world: World, house: House, order: Sequence[int] = ORDERS[0]) -> None:
    row = await world.row(ledger.Purpose.COMMENT, 500)
    assert row is not None

    async def reconcile() -> None:
        await house.comments.reconcile(row.id)

    async def watch() -> None:
        await house.watch.look()

    looks = (watch, house.mirrors.look, reconcile)
    async with asyncio.TaskGroup() as under_way:
        for number in order:
            under_way.create_task(looks[number]())


@pytest.mark.parametrize("order", ORDERS)
async def test_one_look_at_a_time(world: World, house: House, order: Sequence[int]) -> None:
    await everybody_looks(world, house, order)

    assert isinstance(world.blog, BusyBlog)
    assert world.blog.most_at_once == 1
    assert len(world.blog.comments) == 2


@pytest.mark.parametrize("order", ORDERS)
async def test_a_password_that_was_refused_is_used_by_no_look_that_was_already_waiting(
    world: World, house: House, order: Sequence[int]
) -> None:
    """F12: three look at once, and one call is made."""
    world.blog.refuses_password = True
    begun = len(world.blog.faults.calls)

    await everybody_looks(world, house, order)
    await everybody_looks(world, house, order)

    assert len(world.blog.faults.calls) == begun + 1
    assert len(await world.rows(ledger.Purpose.BLOG_ALERT)) == 1


async def test_a_start_does_not_try_a_password_that_a_look_found_refused_a_moment_ago(
    world: World, house: House
) -> None:
    named_by_settings(world)
    world.blog.refuses_password = True
    await everybody_looks(world, house)
    begun = len(world.blog.faults.calls)

    await house.connections.apply(settings())
    assert len(world.blog.faults.calls) == begun

    world.blog.refuses_password = False
    await House(world).connections.apply(settings())  # the next start tries it again
    await everybody_looks(world, house)
    assert len(world.blog.comments) == 2


def named_by_settings(world: World) -> None:
    api_root = "https://blog.example/wp-json/"
    world.blogs.addresses[BLOG_URL] = BlogAddress(
        url=BLOG_URL, feed_url="https://blog.example/feed/", api_root=api_root
    )
    world.chat.channels[CHANNEL] = ChannelFacts(guild_id=GUILD, channel_id=CHANNEL, name="news")


def settings() -> BlogFromSettings:
    return BlogFromSettings(url=BLOG_URL, announce_channel_id=CHANNEL, username="ed", application_password="pass word")


async def test_an_address_that_nobody_looks_at_any_more_takes_no_room() -> None:
    turns = BlogTurns()

    def locks() -> int:
        gc.collect()
        return sum(isinstance(one, asyncio.Lock) for one in gc.get_objects())

    before = locks()
    for number in range(100):
        async with turns.at_address(GUILD, f"https://{number}.example/"):
            pass
    assert locks() == before
