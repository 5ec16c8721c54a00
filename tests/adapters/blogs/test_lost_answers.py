"""The blog carries a call out, and its answer never arrives."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.demo.blog import SmallBlog
from bot.demo.blog.faults import Fault
from bot.domain.errors import TemporaryError, UnknownResultError
from bot.domain.models import BlogAccess, CommentDraft, Entry
from bot.domain.ports import Blog
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient

COMMENTS = r"/wp/v2/comments"
EMAIL = "0123456789abcdef@relay.invalid"


@pytest.fixture
async def web(small_blog: SmallBlog) -> AsyncIterator[WebClient]:
    client = WebClient(allowed=AllowedHosts.parse([URL(small_blog.url).authority]), wait_scale=0.15)
    yield client
    await client.close()


@pytest.fixture
def blog(web: WebClient, small_blog: SmallBlog) -> Blog:
    user = small_blog.user("relayer")
    return WebBlogs(web).open(
        BlogAccess(
            api_root=small_blog.api_root,
            url=small_blog.url,
            username=user.login,
            application_password=user.application_password,
        )
    )


def a_draft(post_id: int) -> CommentDraft:
    return CommentDraft(
        post_id=post_id,
        content_html="<p>Hello</p>",
        author_url="https://discord.example/i#bc-KEY",
        author_name="Dana (via Discord)",
        author_email=EMAIL,
        is_approved=True,
    )


TROUBLES = [
    Fault(method="POST", path=COMMENTS, lose_answer=True),
    Fault(method="POST", path=COMMENTS, delay_after_seconds=6.0),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=["dropped", "late"])
async def test_a_comment_whose_answer_was_lost_is_unknown_and_then_found(
    small_blog: SmallBlog, blog: Blog, trouble: Fault
) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(replace(trouble))
    with pytest.raises(UnknownResultError):
        await blog.create_comment(a_draft(post_id))
    found = await blog.find_comments(post_id, key="KEY", email=EMAIL)
    assert [comment.author_name for comment in found] == ["Dana (via Discord)"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_comment_that_met_an_error_is_unknown_and_carries_what_the_blog_asked_for(
    small_blog: SmallBlog, blog: Blog, status: int
) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="POST", path=COMMENTS, status=status, retry_after=90))
    with pytest.raises(UnknownResultError) as error:
        await blog.create_comment(a_draft(post_id))
    assert error.value.retry_after is not None
    assert error.value.retry_after.total_seconds() == 90
    assert await blog.find_comments(post_id, key="KEY", email=EMAIL) == []


async def test_a_look_whose_answer_was_lost_is_simply_tried_later(small_blog: SmallBlog, blog: Blog) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="GET", path=COMMENTS, status=502))
    with pytest.raises(TemporaryError) as error:
        await blog.find_comments(post_id, key="KEY", email=EMAIL)
    assert not isinstance(error.value, UnknownResultError)


async def test_the_password_goes_to_the_api_and_never_to_the_pages(small_blog: SmallBlog, blog: Blog) -> None:
    """T2."""
    post_id = await small_blog.publish("Winter walk")
    link = await small_blog.post_address(post_id)
    assert await blog.post_id_of(Entry(guid="odd", link=link)) == post_id
    await blog.read_post(post_id)
    with_password = {call.path for call in small_blog.faults.calls if "Authorization" in call.headers}
    without = {call.path for call in small_blog.faults.calls if "Authorization" not in call.headers}
    assert with_password and all("/wp-json/" in path for path in with_password)
    assert URL(link).path in without
