"""Posts, rights and discovery, held against the small blog and against a real WordPress alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.demo.blog.controls import Picture
from bot.domain.errors import BlogCredentialsError, GoneError, UserError
from bot.domain.models import BlogAccess, Entry
from bot.domain.ports import Blog
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.adapters.blog_under_test import BlogUnderTest
from tests.wordpress.real_blog import RealBlog

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360f8cfc0f01f0005"
    "0001ff56c72f0d0000000049454e44ae426082".replace(" ", "")
)


@asynccontextmanager
async def a_client_for(blog: BlogUnderTest) -> AsyncIterator[WebClient]:
    client = WebClient(allowed=AllowedHosts.parse([URL(blog.url).authority]))
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
async def web(blog_under_test: BlogUnderTest) -> AsyncIterator[WebClient]:
    async with a_client_for(blog_under_test) as client:
        yield client


def opened(web: WebClient, blog: BlogUnderTest, role: str | None = None) -> Blog:
    user = blog.user(role) if role else None
    return WebBlogs(web).open(
        BlogAccess(
            api_root=blog.api_root,
            url=blog.url,
            username=user.login if user else None,
            application_password=user.application_password if user else None,
        )
    )


async def test_the_least_rights_that_do_are_neither_too_few_nor_too_many(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    rights = await opened(web, blog_under_test, "relayer").check_rights()
    assert (rights.missing, rights.excessive) == ((), ())
    assert rights.user_id == blog_under_test.user("relayer").user_id


@pytest.mark.parametrize(
    ("role", "missing", "too_much"),
    [
        ("administrator", (), "administrator"),
        ("editor", (), "unfiltered_html"),
        ("moderator", ("edit_others_posts", "edit_published_posts"), None),
        ("author", ("edit_others_posts", "moderate_comments"), None),
        ("subscriber", ("edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments"), None),
    ],
)
async def test_each_role_is_told_what_it_lacks_and_what_is_too_much(
    web: WebClient, blog_under_test: BlogUnderTest, role: str, missing: tuple[str, ...], too_much: str | None
) -> None:
    rights = await opened(web, blog_under_test, role).check_rights()
    assert rights.missing == missing
    assert too_much is None or too_much in rights.excessive


async def test_a_wrong_password_is_refused_where_rights_are_checked(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    access = BlogAccess(
        api_root=blog_under_test.api_root,
        url=blog_under_test.url,
        username=blog_under_test.user("relayer").login,
        application_password="wrong",
    )
    with pytest.raises(BlogCredentialsError, match="does not accept this user name"):
        await WebBlogs(web).open(access).check_rights()


async def test_an_entry_is_found_by_its_link_whatever_its_guid(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    first = await blog_under_test.publish("Weekly notes")
    second = await blog_under_test.publish("Weekly notes")
    blog = opened(web, blog_under_test)
    for post_id in (first, second):
        link = await blog_under_test.post_address(post_id)
        assert await blog.post_id_of(Entry(guid="odd", link=link, title="Weekly notes")) == post_id
    assert await blog.post_id_of(Entry(guid="odd", link=f"{blog_under_test.url}/no/such/post/")) is None


async def test_an_entry_is_found_under_plain_permalinks(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Weekly notes")
    await blog_under_test.use_plain_permalinks()
    blog = opened(web, blog_under_test)
    link = await blog_under_test.post_address(post_id)
    assert await blog.post_id_of(Entry(guid="odd", link=link)) == post_id
    assert (await blog.read_post(post_id)).link == link


async def test_a_post_tells_its_title_author_picture_and_categories(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish(
        "Fish & chips <em>by the sea</em>",
        categories=["Fish & Chips"],
        image=Picture(name="pier.png", content=PIXEL, alt="A pier"),
    )
    details = await opened(web, blog_under_test).read_post(post_id)
    assert details.title == "Fish & chips by the sea"
    assert details.categories == ("Fish & Chips",)
    assert details.image_alt == "A pier"
    assert (details.image_url or "").endswith(".png")
    assert details.author
    assert (details.is_published, details.is_open_to_comments, details.is_protected) == (True, True, False)


async def test_a_closed_and_a_protected_post_say_so(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Quiet", comment_status="closed", password="knock")
    details = await opened(web, blog_under_test).read_post(post_id)
    assert (details.is_open_to_comments, details.is_protected) == (False, True)
    assert details.title == "Quiet"


@pytest.mark.parametrize("role", [None, "moderator", "relayer"])
@pytest.mark.parametrize("change", ["trash", "draft", "private", "delete"])
async def test_a_post_that_is_not_public_any_more_is_gone(
    web: WebClient, blog_under_test: BlogUnderTest, change: str, role: str | None
) -> None:
    post_id = await blog_under_test.publish("Quiet")
    if change == "trash":
        await blog_under_test.trash_post(post_id)
    elif change == "delete":
        await blog_under_test.delete_post(post_id)
    else:
        await blog_under_test.set_status(post_id, change)
    with pytest.raises(GoneError):
        await opened(web, blog_under_test, role).read_post(post_id)


@pytest.mark.parametrize("typed", ["{place}", "http://{place}", "{url}/", "{post}", "{feed}"])
async def test_a_blog_is_found_behind_whatever_was_typed(
    web: WebClient, blog_under_test: BlogUnderTest, typed: str
) -> None:
    post_id = await blog_under_test.publish("Weekly notes")
    await blog_under_test.add_comment(post_id, "A word")
    site = typed.format(
        place=URL(blog_under_test.url).authority,
        url=blog_under_test.url,
        post=await blog_under_test.post_address(post_id),
        feed=blog_under_test.feed_url,
    )
    found = await WebBlogs(web).discover(site)
    assert (found.url.rstrip("/"), found.feed_url) == (blog_under_test.url, blog_under_test.feed_url)
    assert found.api_root == blog_under_test.api_root
    assert found.title


async def test_a_blog_without_posts_is_found_by_the_feed_it_names(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    found = await WebBlogs(web).discover(blog_under_test.url)
    assert found.feed_url == blog_under_test.feed_url


async def test_a_blog_with_plain_permalinks_is_found(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    await blog_under_test.publish("Weekly notes")
    await blog_under_test.use_plain_permalinks()
    found = await WebBlogs(web).discover(blog_under_test.url)
    assert "rest_route=" in (found.api_root or "")
    assert "feed=rss2" in found.feed_url
    blog = WebBlogs(web).open(
        BlogAccess(
            api_root=found.api_root or "",
            url=found.url,
            username=blog_under_test.user("relayer").login,
            application_password=blog_under_test.user("relayer").application_password,
        )
    )
    assert (await blog.check_rights()).missing == ()


async def test_a_blog_with_a_closed_api_can_be_read_only(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    await blog_under_test.publish("Weekly notes")
    await blog_under_test.close_rest()
    found = await WebBlogs(web).discover(blog_under_test.url)
    assert (found.api_root, found.feed_url) == (None, blog_under_test.feed_url)


async def test_a_mistyped_feed_is_not_taken_for_the_blogs_own(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    await blog_under_test.publish("Weekly notes")
    try:
        found = await WebBlogs(web).discover(f"{blog_under_test.url}/nope/feed/")
    except UserError:
        return  # refusing it is as good as finding the real one
    assert found.feed_url == blog_under_test.feed_url


async def test_a_page_that_is_not_there_is_said_to_be_missing(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    with pytest.raises(UserError, match="404"):
        await WebBlogs(web).discover(f"{blog_under_test.url}/nope/")


@pytest.mark.wordpress
async def test_wordpress_sends_on_from_a_posts_old_address(real_blog: RealBlog) -> None:
    post_id = await real_blog.publish("Weekly notes")
    old = await real_blog.post_address(post_id)
    await real_blog.edit_post(post_id, slug="moved-away")
    async with a_client_for(real_blog) as web:
        assert await opened(web, real_blog).post_id_of(Entry(guid=old, link=old)) == post_id


@pytest.mark.wordpress
async def test_wordpress_feed_of_comments_is_not_taken_for_its_posts(real_blog: RealBlog) -> None:
    post_id = await real_blog.publish("Weekly notes")
    await real_blog.add_comment(post_id, "A word")
    async with a_client_for(real_blog) as web:
        for typed in (f"{real_blog.url}/comments/feed/", f"{await real_blog.post_address(post_id)}feed/"):
            assert (await WebBlogs(web).discover(typed)).feed_url == real_blog.feed_url
