"""What our adapter relies on when it lists comments, held against the small blog and a real WordPress alike."""

import pytest

from bot.domain.errors import BackchannelError, NoAccessError
from bot.domain.models import CommentStatus
from bot.net.session import WebClient
from tests.adapters.blog_under_test import BlogUnderTest
from tests.adapters.blogs.test_contract import opened, web

__all__ = ["web"]


async def test_comments_after_an_id_come_oldest_first_whatever_their_status(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    known = await blog_under_test.add_comment(post_id, "Known")
    made = [
        await blog_under_test.add_comment(post_id, f"New, {status}", status=status, name=f"Rosa {status}")
        for status in ("approved", "hold", "spam", "trash")
    ]
    found = await opened(web, blog_under_test).comments_after(known)
    assert [comment.comment_id for comment in found] == made
    assert [comment.status for comment in found] == [
        CommentStatus.APPROVED,
        CommentStatus.HELD,
        CommentStatus.SPAM,
        CommentStatus.TRASH,
    ]
    assert "New, approved" in found[0].content_html
    assert found[0].author_name == "Rosa approved"


async def test_only_the_newest_comment_is_told_for_a_first_mark(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    assert await blog.comments_after(-1) == []
    await blog_under_test.add_comment(post_id, "First")
    newest = await blog_under_test.add_comment(post_id, "Second")
    assert [comment.comment_id for comment in await blog.comments_after(-1)] == [newest]


async def test_comments_of_several_posts_and_pages_are_all_told(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    posts = [await blog_under_test.publish("Winter walk"), await blog_under_test.publish("Summer swim")]
    first = await blog_under_test.add_comment(posts[0], "Before")
    made = [await blog_under_test.add_comment(posts[n % 2], f"Number {n}", name=f"Rosa {n}") for n in range(120)]
    found = await opened(web, blog_under_test).comments_after(first)
    assert [comment.comment_id for comment in found] == made
    assert {comment.post_id for comment in found} == set(posts)


async def test_comments_asked_for_by_id_show_how_they_stand_now(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    stays, edited, binned, deleted = [
        await blog_under_test.add_comment(post_id, f"Words {n}", name=f"Rosa {n}") for n in range(4)
    ]
    await blog_under_test.edit_comment(edited, "Other words")
    await blog_under_test.set_comment_status(binned, "trash")
    await blog_under_test.delete_comment(deleted)
    found = await opened(web, blog_under_test).comments_by_id([stays, edited, binned, deleted])
    by_id = {comment.comment_id: comment for comment in found}
    assert by_id.keys() == {stays, edited, binned}
    assert "Other words" in by_id[edited].content_html
    assert by_id[binned].status is CommentStatus.TRASH
    assert await opened(web, blog_under_test).comments_by_id([]) == []


@pytest.mark.parametrize("role", [None, "subscriber", "author"])
async def test_whoever_may_not_see_every_comment_proves_nothing(
    web: WebClient, blog_under_test: BlogUnderTest, role: str | None
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    held = await blog_under_test.add_comment(post_id, "Held", status="hold")
    blog = opened(web, blog_under_test, role)
    with pytest.raises(BackchannelError):
        await blog.comments_after(0)
    with pytest.raises(BackchannelError):
        await blog.comments_by_id([held])


async def test_a_moderator_without_the_posts_is_told_that_some_are_hidden(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    await blog_under_test.add_comment(post_id, "Held", status="hold")
    with pytest.raises(NoAccessError):
        await opened(web, blog_under_test, "moderator").comments_after(0)
