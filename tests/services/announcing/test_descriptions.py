"""One feed is shared by every guild that follows it; only the blog that wrote a post may speak of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.errors import GoneError, TemporaryError
from bot.domain.models import Entry, PostDetails
from bot.domain.relays import RelayState
from bot.services.announcing.descriptions import Descriptions
from db.models import StoredBlog, StoredPost
from tests.services.relay_world import BLOG_URL, POST_ID, World

STRANGER_URL = "https://stranger.example/"
LINK = "https://blog.example/new/"
ENTRY = Entry(guid="g", link=LINK, title="New", excerpt="hello")


@pytest.fixture
def descriptions(world: World) -> Descriptions:
    return Descriptions(world.begin, world.blogs, world.box)


async def strangers_guild_follows_the_feed(world: World) -> None:
    async with world.begin() as tx:
        own = (await tx.scalars(select(StoredBlog))).one()
        own.sealed_password, own.state = None, "feed_only"
        tx.add(
            StoredBlog(
                guild_id=666,
                feed_id=own.feed_id,
                url=STRANGER_URL,
                title="",
                api_root=f"{STRANGER_URL}wp-json/",
                username="x",
                sealed_password=world.box.seal("x"),
                state="ok",
                created_at=world.clock(),
            )
        )
    world.blogs.at(STRANGER_URL).posts[999] = PostDetails(
        post_id=999, link=LINK, image_url="https://stranger.example/a.png", author="Eve", is_protected=True
    )


async def change_post(world: World, *, link: str, post_id: int | None) -> None:
    async with world.begin() as tx:
        post = (await tx.scalars(select(StoredPost))).one()
        post.link, post.post_id = link, post_id


async def test_a_new_post_is_described_by_its_blog(world: World, descriptions: Descriptions) -> None:
    world.blog.posts[8] = PostDetails(post_id=8, link=LINK, author="Edna")
    described = await descriptions.describe(1, ENTRY)
    assert (described.post_id, described.author) == (8, "Edna")


@pytest.mark.parametrize(
    ("error", "is_gone"),
    [(None, False), (GoneError("deleted", reason="post_gone"), True), (TemporaryError("away"), False)],
)
async def test_only_the_blogs_own_word_makes_a_post_gone(
    world: World, descriptions: Descriptions, error: Exception | None, is_gone: bool
) -> None:
    world.blog.posts[8] = PostDetails(post_id=8, link=LINK)
    if error:
        world.blog.faults.before("read_post", error)
    assert await descriptions.is_gone(1, replace(ENTRY, post_id=8)) == is_gone
    assert not await descriptions.is_gone(1, replace(ENTRY, post_id=9, link="https://elsewhere.example/new/"))


async def test_another_guilds_api_says_nothing_about_a_post_that_is_not_its_own(
    world: World, descriptions: Descriptions
) -> None:
    """T22."""
    await strangers_guild_follows_the_feed(world)
    assert await descriptions.describe(1, ENTRY) == ENTRY
    world.blog.posts[8] = PostDetails(post_id=8, link=LINK, author="Edna")
    assert (await descriptions.describe(1, ENTRY)).post_id == 8
    assert {access.url for access in world.blogs.opened} == {BLOG_URL}


async def test_no_api_speaks_for_a_link_on_another_host(world: World, descriptions: Descriptions) -> None:
    elsewhere = replace(ENTRY, link="https://elsewhere.example/new/")
    world.blog.posts[8] = PostDetails(post_id=8, link="https://elsewhere.example/new/")
    assert await descriptions.describe(1, elsewhere) == elsewhere


async def test_an_entry_without_a_link_is_described_by_the_api_of_its_feeds_host(
    world: World, descriptions: Descriptions
) -> None:
    await strangers_guild_follows_the_feed(world)
    await descriptions.describe(1, replace(ENTRY, link=None))
    assert {access.url for access in world.blogs.opened} == {BLOG_URL}


@pytest.mark.parametrize("link", ["https://www.blog.example/winter-walk/", "http://blog.example/winter-walk/"])
async def test_a_reply_goes_to_the_post_that_its_own_blog_knows(world: World, link: str) -> None:
    await change_post(world, link=link, post_id=None)
    world.blog.posts[POST_ID] = PostDetails(post_id=POST_ID, link=link)
    await world.published()
    assert [comment.post_id for comment in world.blog.visible()] == [POST_ID]


@pytest.mark.parametrize("told_by_others", [None, 8])
async def test_a_post_id_of_another_host_is_neither_believed_nor_told_to_others(
    world: World, told_by_others: int | None
) -> None:
    link = "https://elsewhere.example/winter-walk/"
    await change_post(world, link=link, post_id=told_by_others)
    world.blog.posts[POST_ID] = PostDetails(post_id=POST_ID, link=link)
    world.blog.posts[8] = PostDetails(post_id=8, link="https://blog.example/another-post/")
    await world.approved()
    await world.reconcile()
    assert world.blog.drafts == []
    relay = await world.relay()
    assert (relay.state, relay.reason) == (RelayState.REFUSED, "post_unknown")
    async with world.begin() as tx:
        assert (await tx.scalars(select(StoredPost))).one().post_id == told_by_others


async def test_a_post_id_that_the_blog_confirms_is_used_whatever_the_links_host(world: World) -> None:
    link = "https://elsewhere.example/winter-walk/"
    await change_post(world, link=link, post_id=POST_ID)
    world.blog.posts[POST_ID] = PostDetails(post_id=POST_ID, link=link)
    await world.published()
    assert [comment.post_id for comment in world.blog.visible()] == [POST_ID]
