from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.blogs.detect import WebBlogs
from bot.domain.errors import (
    BlogCredentialsError,
    DuplicateCommentError,
    GoneError,
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)
from bot.domain.models import BlogAccess, CommentDraft
from tests.adapters.blogs.small_api import Told, a_comment, listed, refused

DRAFT = CommentDraft(
    post_id=1,
    content_html="<p>Hello</p>",
    author_url="https://blog.example/#bc-KEY",
    author_name="Rosa (via Discord)",
    author_email="k@relay.invalid",
)
COMMENTS = "/wp/v2/comments"
HTML = "<!DOCTYPE html><title>Just a moment...</title>"

REFUSALS = [
    ("comment_duplicate", 409, DuplicateCommentError, "duplicate"),
    ("comment_flood", 400, TemporaryError, None),
    ("rest_comment_closed", 403, PermanentError, "closed"),
    ("rest_comment_trash_post", 403, PermanentError, "post_trashed"),
    ("rest_comment_draft_post", 403, PermanentError, "post_draft"),
    ("rest_cannot_read_post", 403, PermanentError, "post_hidden"),
    ("rest_comment_invalid_post_id", 403, GoneError, "post_gone"),
    ("comment_author_column_length", 400, PermanentError, "too_long"),
    ("comment_author_email_column_length", 400, PermanentError, "too_long"),
    ("comment_author_url_column_length", 400, PermanentError, "too_long"),
    ("comment_content_column_length", 400, PermanentError, "too_long"),
    ("rest_comment_content_invalid", 400, PermanentError, "empty"),
    ("rest_comment_author_data_required", 400, PermanentError, "invalid"),
    ("rest_comment_author_invalid", 400, PermanentError, "invalid"),
    ("rest_invalid_param", 400, PermanentError, "invalid"),
    ("rest_invalid_json", 400, PermanentError, "invalid"),
    ("rest_comment_login_required", 401, BlogCredentialsError, "credentials"),
    ("rest_not_logged_in", 401, BlogCredentialsError, "credentials"),
    ("incorrect_password", 401, BlogCredentialsError, "credentials"),
    ("rest_login_required", 401, BlogCredentialsError, "credentials"),
    ("rest_cannot_edit", 401, BlogCredentialsError, "credentials"),
    ("rest_comment_invalid_status", 403, BlogCredentialsError, "rights"),
    ("rest_comment_invalid_author_ip", 403, BlogCredentialsError, "rights"),
    ("rest_cannot_edit", 403, BlogCredentialsError, "rights"),
    ("rest_cannot_update", 403, UnknownResultError, None),
    ("rest_comment_failed_create", 500, UnknownResultError, None),
    ("rest_no_route", 404, TemporaryError, None),
    ("some_plugins_own_word", 403, PermanentError, "refused"),
]


@pytest.mark.parametrize(("code", "status", "kind", "reason"), REFUSALS)
async def test_each_code_of_wordpress_means_one_thing(
    told: Told, code: str, status: int, kind: type[Exception], reason: str | None
) -> None:
    """F13: also that a deleted post is 403, not 404."""
    told.says(f"POST {COMMENTS}", refused(code, status))
    with pytest.raises(kind) as error:
        await told.open().create_comment(DRAFT)
    assert type(error.value) is kind
    assert (getattr(error.value, "reason", None) or None) == reason
    assert "<" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (web.Response(status=200, text=HTML, content_type="text/html"), UnknownResultError),
        (web.Response(status=201, text="{", content_type="application/json"), UnknownResultError),
        (web.Response(status=201, text='{"id": "5"}', content_type="application/json"), UnknownResultError),
        (web.Response(status=204), UnknownResultError),
        (web.Response(status=500, text=HTML, content_type="text/html"), UnknownResultError),
        (web.Response(status=502, text=HTML, content_type="text/html"), UnknownResultError),
        (web.Response(status=504), UnknownResultError),
        (web.Response(status=403, text=HTML, content_type="text/html"), TemporaryError),
        (web.Response(status=404, text=HTML, content_type="text/html"), TemporaryError),
        (web.Response(status=401, text=HTML, content_type="text/html"), BlogCredentialsError),
        (web.Response(status=302, headers={"Location": "/wp-login.php"}), TemporaryError),
        (web.Response(status=301, headers={"Location": "/elsewhere"}), BlogCredentialsError),
        (web.Response(status=308, headers={"Location": "https://www.blog.example/"}), BlogCredentialsError),
    ],
)
async def test_an_answer_that_is_not_wordpress_own_is_never_taken_for_a_comment(
    told: Told, answer: web.Response, kind: type[Exception]
) -> None:
    told.says(f"POST {COMMENTS}", answer)
    with pytest.raises(kind) as error:
        await told.open().create_comment(DRAFT)
    assert type(error.value) is kind


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": "0"}, timedelta(seconds=1)),
        ({"Retry-After": "99999999999999999999999"}, timedelta(hours=24)),
        (
            {"Retry-After": "Sun, 01 Mar 2026 12:10:00 GMT", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"},
            timedelta(minutes=10),
        ),
        (
            {"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT", "Date": "Sun, 01 Mar 2026 12:00:00 GMT"},
            timedelta(seconds=1),
        ),
        ({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, timedelta(hours=24)),
        ({"Retry-After": "-5"}, timedelta(seconds=16)),
        ({"Retry-After": "soon"}, timedelta(seconds=16)),
        ({"Retry-After": "1e9"}, timedelta(seconds=16)),
        ({"Retry-After": "٣"}, timedelta(seconds=16)),
        ({}, timedelta(seconds=16)),
    ],
)
async def test_a_wait_that_the_blog_asks_for_is_kept_within_a_day(
    told: Told, headers: dict[str, str], wait: timedelta
) -> None:
    """F15: seconds, a date, and nonsense."""
    told.says(f"POST {COMMENTS}", refused("too_many_requests", 429, **headers))
    with pytest.raises(TemporaryError) as error:
        await told.open().create_comment(DRAFT)
    assert error.value.retry_after == wait


async def test_a_flood_is_waited_out_for_more_than_fifteen_seconds(told: Told) -> None:
    """F11: that long WordPress refuses a second comment of one user."""
    told.says(f"POST {COMMENTS}", refused("comment_flood", 400))
    with pytest.raises(TemporaryError) as error:
        await told.open().create_comment(DRAFT)
    assert error.value.retry_after is not None
    assert error.value.retry_after > timedelta(seconds=15)


async def test_maintenance_is_waited_out_as_long_as_it_says(told: Told) -> None:
    told.says(f"GET {COMMENTS}", web.Response(status=503, text=HTML, headers={"Retry-After": "600"}))
    with pytest.raises(TemporaryError) as error:
        await told.open().find_comments(1, key="KEY", email=None)
    assert error.value.retry_after == timedelta(minutes=10)


async def test_a_small_roles_empty_list_proves_nothing(told: Told) -> None:
    told.says(f"GET {COMMENTS}", listed(total=1))
    with pytest.raises(NoAccessError):
        await told.open().find_comments(1, key="KEY", email="k@relay.invalid")


async def test_a_list_without_a_total_proves_nothing(told: Told) -> None:
    told.says(f"GET {COMMENTS}", (200, []))
    with pytest.raises(NoAccessError):
        await told.open().find_comments(1, key="KEY", email="k@relay.invalid")


async def test_an_empty_list_with_a_total_of_none_is_proof(told: Told) -> None:
    told.says(f"GET {COMMENTS}", listed())
    assert await told.open().find_comments(1, key="KEY", email="k@relay.invalid") == []


async def test_without_a_password_absence_is_never_proven(told: Told) -> None:
    told.says(f"GET {COMMENTS}", listed())
    with pytest.raises(NoAccessError):
        await told.open(username=None).find_comments(1, key="KEY", email=None)
    assert told.calls == []


async def test_a_lost_password_shows_when_comments_are_looked_for(told: Told) -> None:
    told.says(f"GET {COMMENTS}", refused("rest_forbidden_param", 401))
    with pytest.raises(BlogCredentialsError):
        await told.open().find_comments(1, key="KEY", email=None)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_comment_that_may_not_be_seen_is_no_lost_password(told: Told, status: int) -> None:
    told.says(f"GET {COMMENTS}/5", refused("rest_cannot_read", status))
    with pytest.raises(NoAccessError):
        await told.open().read_comment(5)


async def test_only_a_comment_with_the_whole_key_and_the_same_address_is_ours(told: Told) -> None:
    told.says(
        f"GET {COMMENTS}",
        listed(
            a_comment(9),
            a_comment(4),
            a_comment(5, author_url="https://blog.example/#bc-KEYS"),
            a_comment(6, author_url="https://blog.example/#bc-KEY?"),
            a_comment(7, author_email="other@relay.invalid"),
            a_comment(8, author_url="", content={"raw": "#bc-KEY"}),
        ),
    )
    found = await told.open().find_comments(1, key="KEY", email="k@relay.invalid")
    assert [comment.comment_id for comment in found] == [4, 9]
    query = told.site.seen[0].query
    assert (query["search"], query["status"], query["context"], query["post"]) == ("KEY", "any", "edit", "1")


async def test_the_search_goes_on_until_everything_that_was_counted_is_listed(told: Told) -> None:
    strangers = [a_comment(n, author_url="") for n in range(1, 101)]
    told.says(f"GET {COMMENTS}", listed(*strangers, total=101), listed(a_comment(101), total=101))
    found = await told.open().find_comments(1, key="KEY", email="k@relay.invalid")
    assert [comment.comment_id for comment in found] == [101]
    assert [request.query["page"] for request in told.site.seen] == ["1", "2"]


@pytest.mark.parametrize(
    "answer",
    [refused("rest_already_trashed", 410), refused("rest_comment_invalid_id", 404), (200, a_comment(status="trash"))],
)
async def test_binning_what_is_gone_already_is_fine(told: Told, answer: web.Response | tuple[int, object]) -> None:
    told.says(f"DELETE {COMMENTS}/5", answer)
    await told.open().bin_comment(5)
    assert told.calls == [f"DELETE /wp-json{COMMENTS}/5"]


async def test_a_blog_without_a_bin_deletes(told: Told) -> None:
    told.says(f"DELETE {COMMENTS}/5", refused("rest_trash_not_supported", 501), (200, {"deleted": True}))
    await told.open().bin_comment(5)
    assert [request.query.get("force") for request in told.site.seen] == [None, "true"]


async def test_editing_a_comment_that_was_deleted_says_so(told: Told) -> None:
    told.says(f"POST {COMMENTS}/5", refused("rest_comment_invalid_id", 404))
    with pytest.raises(GoneError):
        await told.open().edit_comment(5, content_html="x")


async def test_an_edit_sends_what_is_given_and_nothing_else(told: Told) -> None:
    told.says(f"POST {COMMENTS}/5", (200, a_comment()))
    blog = told.open()
    await blog.edit_comment(5, content_html="<p>New</p>")
    await blog.edit_comment(5, author_name="", author_url="", is_approved=True)
    assert told.bodies == [
        {"content": "<p>New</p>"},
        {"author_name": "", "author_url": "", "status": "approved"},
    ]


async def test_a_members_comment_never_sends_a_user_id_nor_a_status_of_its_own(told: Told) -> None:
    told.says(f"POST {COMMENTS}", (201, a_comment()))
    await told.open().create_comment(DRAFT)
    assert told.bodies == [
        {
            "post": 1,
            "parent": 0,
            "content": "<p>Hello</p>",
            "author_url": "https://blog.example/#bc-KEY",
            "author_name": "Rosa (via Discord)",
            "author_email": "k@relay.invalid",
        }
    ]


async def test_the_authors_own_comment_goes_out_under_their_own_id_asked_for_once(told: Told) -> None:
    told.says("GET /wp/v2/users/me", (200, {"id": 7, "name": "Rosa", "capabilities": []}))
    told.says(f"POST {COMMENTS}", (201, a_comment()))
    blog = told.open()
    for _ in range(2):
        await blog.create_comment(
            CommentDraft(post_id=1, content_html="x", author_url="https://b.example/#bc-K", is_approved=True)
        )
    assert [body["author"] for body in told.bodies if isinstance(body, dict)] == [7, 7]
    assert told.calls.count("GET /wp-json/wp/v2/users/me") == 1


@pytest.mark.parametrize(
    "draft",
    [
        replace(DRAFT, author_name="😀" * 62),
        replace(DRAFT, author_email="a" * 101),
        replace(DRAFT, author_url="https://blog.example/" + "é" * 90),
        replace(DRAFT, content_html="😀" * 16_400),
    ],
)
async def test_what_is_too_long_in_bytes_is_not_even_sent(told: Told, draft: CommentDraft) -> None:
    with pytest.raises(PermanentError) as error:
        await told.open().create_comment(draft)
    assert error.value.reason == "too_long"
    assert told.calls == []


async def test_a_blog_whose_name_leads_to_a_private_address_waits(told: Told) -> None:
    access = BlogAccess(
        api_root="https://10.0.0.1/wp-json/", url="https://10.0.0.1", username="rosa", application_password="canary"
    )
    with pytest.raises(TemporaryError, match="not on the public internet") as error:
        await WebBlogs(told.client).open(access).create_comment(DRAFT)
    assert type(error.value) is TemporaryError


async def test_a_blog_that_moved_for_good_waits_to_be_connected_again(told: Told) -> None:
    moved = web.Response(status=301, headers={"Location": "https://www.blog.example/wp-json/"})
    told.says(f"GET {COMMENTS}", moved)
    with pytest.raises(BlogCredentialsError) as error:
        await told.open().find_comments(1, key="KEY", email=None)
    assert error.value.reason == "moved"
