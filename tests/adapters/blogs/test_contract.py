"""What our adapter relies on, held against the small blog and against a real WordPress alike."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.domain.errors import (
    BlogCredentialsError,
    DuplicateCommentError,
    GoneError,
    NoAccessError,
    PermanentError,
    TemporaryError,
)
from bot.domain.models import BlogAccess, CommentDraft, CommentStatus
from bot.domain.ports import Blog
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.adapters.blog_under_test import BlogUnderTest

KEY = "k_y-0000000000000000001"
EMAIL = "0123456789abcdef@relay.invalid"


@pytest.fixture
async def web(blog_under_test: BlogUnderTest) -> AsyncIterator[WebClient]:
    client = WebClient(allowed=AllowedHosts.parse([URL(blog_under_test.url).authority]))
    yield client
    await client.close()


def opened(web: WebClient, blog: BlogUnderTest, role: str | None = "relayer") -> Blog:
    user = blog.user(role) if role else None
    return WebBlogs(web).open(
        BlogAccess(
            api_root=blog.api_root,
            url=blog.url,
            username=user.login if user else None,
            application_password=user.application_password if user else None,
        )
    )


def a_draft(post_id: int, **other: object) -> CommentDraft:
    draft = CommentDraft(
        post_id=post_id,
        content_html="<p>Lovely <strong>pier</strong> &amp; <a href='https://a.example/' rel='ugc'>sea</a></p>",
        author_url=f"https://discord.example/invite#bc-{KEY}",
        author_name="Dana (via Discord)",
        author_email=EMAIL,
        is_approved=True,
    )
    return replace(draft, **other)  # type: ignore[arg-type]  # the fields' types are checked where they are named


async def test_an_approved_comment_is_public_at_once_and_found_by_its_key(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    assert await blog.find_comments(post_id, key=KEY, email=EMAIL) == []
    made = await blog.create_comment(a_draft(post_id))
    assert (made.status, made.author_name, made.author_email) == (CommentStatus.APPROVED, "Dana (via Discord)", EMAIL)
    assert await blog.find_comments(post_id, key=KEY, email=EMAIL) == [made]
    assert await blog.read_comment(made.comment_id) == made
    assert made.link.endswith(f"#comment-{made.comment_id}")
    stored = (await blog_under_test.comments(post_id))[0]
    assert (stored.content, stored.author_url, stored.user_id) == (made.content_raw, made.author_url, 0)
    assert "Lovely" in await blog_under_test.page(post_id)


@pytest.mark.parametrize("status", ["approved", "hold", "spam", "trash"])
async def test_a_comment_is_found_and_read_whatever_its_status(
    web: WebClient, blog_under_test: BlogUnderTest, status: str
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id))
    await blog_under_test.set_comment_status(made.comment_id, status)
    found = await blog.find_comments(post_id, key=KEY, email=EMAIL)
    read = await blog.read_comment(made.comment_id)
    expected = {"hold": CommentStatus.HELD}.get(status) or CommentStatus(status)
    assert [comment.status for comment in found] == [expected]
    assert read is not None
    assert read.status == expected


async def test_a_comment_under_a_binned_post_is_still_found(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    await blog.create_comment(a_draft(post_id))
    await blog_under_test.trash_post(post_id)
    found = await blog.find_comments(post_id, key=KEY, email=EMAIL)
    assert [comment.status for comment in found] == [CommentStatus.TRASH]


async def test_without_approval_the_blogs_own_rules_decide(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    made = await opened(web, blog_under_test).create_comment(a_draft(post_id, is_approved=False))
    assert made.status is CommentStatus.HELD


async def test_nobody_inherits_trust_by_taking_the_name_of_somebody_approved(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    """T11: WordPress trusts by name and e-mail together, and every member has an e-mail of their own."""
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    await blog.create_comment(a_draft(post_id))

    theirs = a_draft(
        post_id,
        content_html="<p>Buy my pier</p>",
        author_email="0123456789abcdee@backchannel.invalid",
        author_url="https://discord.example/invite#bc-another0000000000key",
        is_approved=False,
    )

    assert (await blog.create_comment(theirs)).status is CommentStatus.HELD


async def test_only_the_whole_key_and_the_same_address_count(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    await blog_under_test.add_comment(post_id, "One", url=f"https://discord.example/invite#bc-{KEY}")
    await blog_under_test.add_comment(post_id, "Two", url=f"https://x.example/#bc-{KEY}0", email=EMAIL)
    blog = opened(web, blog_under_test)
    assert await blog.find_comments(post_id, key=KEY, email=EMAIL) == []
    assert len(await blog.find_comments(post_id, key=KEY, email=None)) == 1


async def test_a_comment_under_another_post_is_not_found(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id, other_id = await blog_under_test.publish("One"), await blog_under_test.publish("Two")
    blog = opened(web, blog_under_test)
    await blog.create_comment(a_draft(post_id))
    assert await blog.find_comments(other_id, key=KEY, email=EMAIL) == []


async def test_a_user_who_may_not_see_what_waits_proves_nothing(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    made = await opened(web, blog_under_test).create_comment(a_draft(post_id))
    await blog_under_test.set_comment_status(made.comment_id, "hold")
    for role in ("moderator", "subscriber", None):
        small = opened(web, blog_under_test, role)
        with pytest.raises(NoAccessError):
            await small.find_comments(post_id, key=KEY, email=EMAIL)
        with pytest.raises(NoAccessError):
            await small.read_comment(made.comment_id)


async def test_a_revoked_password_shows_everywhere_but_in_reading_one_comment(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id))
    await blog_under_test.revoke_password("relayer")
    with pytest.raises(BlogCredentialsError):
        await blog.check_rights()
    with pytest.raises(BlogCredentialsError):
        await blog.find_comments(post_id, key=KEY, email=EMAIL)
    with pytest.raises(BlogCredentialsError):
        await blog.create_comment(a_draft(post_id, content_html="Again"))
    with pytest.raises(BlogCredentialsError):
        await blog.edit_comment(made.comment_id, content_html="Again")
    with pytest.raises(BlogCredentialsError):
        await blog.bin_comment(made.comment_id)
    with pytest.raises(NoAccessError):
        await blog.read_comment(made.comment_id)
    assert [comment.content for comment in await blog_under_test.comments(post_id)] == [made.content_raw]


async def test_the_same_comment_a_second_time_is_a_duplicate(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    await blog.create_comment(a_draft(post_id, content_html="lol"))
    with pytest.raises(DuplicateCommentError):
        await blog.create_comment(a_draft(post_id, content_html="lol", author_url="https://x.example/#bc-other"))
    assert len(await blog_under_test.comments(post_id)) == 1


async def test_the_blogs_own_user_comments_as_themselves_and_keeps_the_key(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id, author_name=None, author_email=None))
    stored = (await blog_under_test.comments(post_id))[0]
    user = blog_under_test.user("relayer")
    assert (stored.user_id, stored.author_email, stored.status) == (user.user_id, user.email, "approved")
    assert await blog.find_comments(post_id, key=KEY, email=None) == [made]


async def test_an_edit_changes_what_is_given_and_nothing_else(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id, is_approved=False))
    changed = await blog.edit_comment(made.comment_id, content_html="<p>Changed</p>")
    assert changed == replace(made, content_raw=changed.content_raw, content_html=changed.content_html)
    assert "Changed" in changed.content_raw
    blanked = await blog.edit_comment(made.comment_id, content_html="Removed by its writer.", author_name="—")
    assert (blanked.author_name, blanked.author_url) == ("—", made.author_url)
    assert (await blog.edit_comment(made.comment_id, is_approved=True)).status is CommentStatus.APPROVED


async def test_a_name_and_a_link_can_be_taken_off(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id))
    await blog.edit_comment(made.comment_id, content_html="Removed.", author_name="", author_url="")
    stored = (await blog_under_test.comments(post_id))[0]
    assert (stored.author_name, stored.author_url, stored.author_email) == ("", "", EMAIL)


async def test_binning_twice_or_what_was_deleted_is_fine(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id))
    await blog.bin_comment(made.comment_id)
    await blog.bin_comment(made.comment_id)
    assert [comment.status for comment in await blog_under_test.comments(post_id)] == ["trash"]
    await blog_under_test.delete_comment(made.comment_id)
    await blog.bin_comment(made.comment_id)
    assert await blog.read_comment(made.comment_id) is None
    with pytest.raises(GoneError):
        await blog.edit_comment(made.comment_id, content_html="Again")


async def test_only_a_visible_answer_counts_as_one(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    made = await blog.create_comment(a_draft(post_id))
    await blog_under_test.add_comment(post_id, "Elsewhere")
    await blog_under_test.add_comment(post_id, "Waiting", parent_id=made.comment_id, status="hold")
    assert not await blog.has_answers(made.comment_id, post_id)
    await blog_under_test.add_comment(post_id, "An answer", parent_id=made.comment_id)
    assert await blog.has_answers(made.comment_id, post_id)


async def test_an_answer_nests_under_its_parent(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    parent_id = await blog_under_test.add_comment(post_id, "First")
    made = await opened(web, blog_under_test).create_comment(a_draft(post_id, parent_id=parent_id))
    assert (await blog_under_test.comments(post_id))[1].parent_id == made.parent_id == parent_id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("close_comments", "closed"),
        ("trash_post", "post_trashed"),
        ("delete_post", "post_gone"),
        ("draft", "post_draft"),
        ("private", "post_hidden"),
    ],
)
async def test_a_post_that_takes_no_comment_says_why(
    web: WebClient, blog_under_test: BlogUnderTest, change: str, reason: str
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    changes = {
        "close_comments": lambda: blog_under_test.close_comments(post_id),
        "trash_post": lambda: blog_under_test.trash_post(post_id),
        "delete_post": lambda: blog_under_test.delete_post(post_id),
        "draft": lambda: blog_under_test.set_status(post_id, "draft"),
        "private": lambda: blog_under_test.set_status(post_id, "private"),
    }
    await changes[change]()
    with pytest.raises(PermanentError) as error:
        await opened(web, blog_under_test).create_comment(a_draft(post_id))
    assert error.value.reason == reason


async def test_a_protected_post_is_hidden_from_who_may_not_edit_it(
    web: WebClient, blog_under_test: BlogUnderTest
) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    await blog_under_test.protect_post(post_id, "knock")
    with pytest.raises(PermanentError) as error:
        await opened(web, blog_under_test, "moderator").create_comment(a_draft(post_id))
    assert error.value.reason == "post_hidden"
    assert (await opened(web, blog_under_test).create_comment(a_draft(post_id))).post_id == post_id


async def test_a_comment_without_words_is_refused(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    with pytest.raises(PermanentError) as error:
        await opened(web, blog_under_test).create_comment(a_draft(post_id, content_html=" "))
    assert error.value.reason == "empty"


async def test_a_role_that_wrote_a_moment_ago_is_asked_to_wait(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test, "author")
    first = a_draft(post_id, is_approved=False)
    with pytest.raises(TemporaryError):
        await blog.create_comment(first)  # an author is not told enough of it to know it again
    with pytest.raises(TemporaryError) as error:
        await blog.create_comment(replace(first, content_html="Another"))
    assert error.value.retry_after is not None
    assert error.value.retry_after.total_seconds() > 15


async def test_maintenance_makes_everything_wait(web: WebClient, blog_under_test: BlogUnderTest) -> None:
    post_id = await blog_under_test.publish("Winter walk")
    blog = opened(web, blog_under_test)
    await blog_under_test.set_maintenance(is_on=True)
    with pytest.raises(TemporaryError) as error:
        await blog.find_comments(post_id, key=KEY, email=EMAIL)
    assert error.value.retry_after is not None
    await blog_under_test.set_maintenance(is_on=False)
    assert await blog.find_comments(post_id, key=KEY, email=EMAIL) == []
