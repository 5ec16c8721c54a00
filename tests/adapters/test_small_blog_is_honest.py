"""The small blog and a real WordPress are asked the same, and must answer the same."""

from tests.adapters.blog_under_test import BlogUnderTest


async def test_a_published_post_is_in_the_feed(blog_under_test: BlogUnderTest) -> None:
    await blog_under_test.publish("Winter walk", "<p>Up the hill.</p>")
    feed = await blog_under_test.feed()
    assert "<title>Winter walk</title>" in feed


async def test_a_readers_comment_is_on_the_page(blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    comment_id = await blog_under_test.add_comment(post_id, "Lovely.")
    assert "Lovely." in await blog_under_test.page(post_id)
    assert [comment.comment_id for comment in await blog_under_test.comments(post_id)] == [comment_id]
