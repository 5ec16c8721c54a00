"""What the small blog can do that a WordPress cannot be told to: go wrong exactly when asked, remember, be steered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.demo.blog import SmallBlog
from bot.demo.blog.faults import Fault, Moment, RecordedCall
from bot.demo.blog.seed import POSTS, plant
from tests.adapters.raw_rest import NOBODY, RawRest

COMMENTS = r"/wp-json/wp/v2/comments$"


@pytest.fixture
async def small_rest(small_blog: SmallBlog) -> AsyncIterator[RawRest]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield RawRest(small_blog, session)


async def test_a_refusal_happens_as_often_as_ordered_and_has_no_effect(
    small_blog: SmallBlog, small_rest: RawRest
) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="POST", path=COMMENTS, status=500, times=2))
    answers = [await small_rest.comment(post_id) for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 500, 201]
    assert answers[0].headers["Content-Type"].startswith("text/html")
    assert len(await small_blog.comments(post_id)) == 1


@pytest.mark.parametrize(
    ("wanted", "sent"), [(7, "7"), (datetime(2026, 3, 1, 12, tzinfo=UTC), "Sun, 01 Mar 2026 12:00:00 GMT")]
)
async def test_too_many_requests_says_when_in_both_forms(
    small_blog: SmallBlog, small_rest: RawRest, wanted: float | datetime, sent: str
) -> None:
    small_blog.faults.order(Fault(status=429, body='{"code": "too_many"}', retry_after=wanted))
    answer = await small_rest.ask("GET", "wp/v2/posts", role=NOBODY)
    assert (answer.refusal, answer.headers["Retry-After"]) == ((429, "too_many"), sent)


async def test_a_lost_answer_leaves_its_comment(small_blog: SmallBlog, small_rest: RawRest) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="POST", path=COMMENTS, lose_answer=True))
    with pytest.raises(aiohttp.ClientError):
        await small_rest.comment(post_id)
    assert len(await small_blog.comments(post_id)) == 1
    assert (await small_rest.comment(post_id)).code == "comment_duplicate"


async def test_a_dropped_call_leaves_nothing(small_blog: SmallBlog, small_rest: RawRest) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="POST", path=COMMENTS, drop=True))
    with pytest.raises(aiohttp.ClientError):
        await small_rest.comment(post_id)
    assert await small_blog.comments(post_id) == []


async def test_a_slow_comment_appears_after_its_client_has_given_up(small_blog: SmallBlog, small_rest: RawRest) -> None:
    post_id = await small_blog.publish("Winter walk")
    small_blog.faults.order(Fault(method="POST", path=COMMENTS, delay_before_seconds=0.2))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await small_rest.comment(post_id)
    assert await small_blog.comments(post_id) == []
    await small_blog.faults.settle()
    assert len(await small_blog.comments(post_id)) == 1


async def test_the_hook_sees_each_call_arrive_take_effect_and_be_answered(
    small_blog: SmallBlog, small_rest: RawRest
) -> None:
    post_id = await small_blog.publish("Winter walk")
    seen: list[tuple[int, Moment, int]] = []

    async def look(call: RecordedCall, moment: Moment) -> None:
        seen.append((call.number, moment, len(await small_blog.comments(post_id))))

    small_blog.faults.hook = look
    await small_rest.comment(post_id)
    await small_blog.faults.settle()
    assert seen == [(1, Moment.ARRIVED, 0), (1, Moment.DONE, 1), (1, Moment.ANSWERED, 1)]


async def test_every_call_is_recorded_with_its_body(small_blog: SmallBlog, small_rest: RawRest) -> None:
    post_id = await small_blog.publish("Winter walk")
    await small_rest.comment(post_id)
    await small_rest.ask("GET", "wp/v2/comments?search=x", role=NOBODY)
    (created,) = small_blog.faults.calls_of("POST", COMMENTS)
    assert b"A fine walk." in created.body
    assert [(call.number, call.method, call.query) for call in small_blog.faults.calls] == [
        (1, "POST", ""),
        (2, "GET", "search=x"),
    ]


async def test_a_blog_outlives_its_process_where_it_is_saved(tmp_path: Path) -> None:
    saved = tmp_path / "blog.json"
    async with SmallBlog.serve(saved=saved) as first:
        (post_id, *_) = await plant(first)
        before = (await first.comments(post_id), first.user("relayer"), await first.post_address(post_id))
    async with SmallBlog.serve(saved=saved) as second:
        assert (await second.comments(post_id), second.user("relayer")) == before[:2]
        assert await second.publish("Another") not in first.store.posts


async def test_the_seed_is_readable_by_everybody(small_blog: SmallBlog, small_rest: RawRest) -> None:
    ids = await plant(small_blog)
    listed = await small_rest.ask("GET", "wp/v2/posts?_embed=1", role=NOBODY)
    assert [post["id"] for post in listed.json] == ids[::-1]
    for post_id, post in zip(ids, POSTS, strict=True):
        page = await small_rest.fetch("GET", await small_blog.post_address(post_id))
        assert page.status == 200
        assert all(comment.name in page.text for comment in post.comments)
    with_picture = await small_blog.page(ids[1])
    assert 'alt="Rows of seedlings in dark soil at dusk"' in with_picture


async def test_a_page_runs_nothing_and_shows_what_strangers_wrote_as_text(
    small_blog: SmallBlog, small_rest: RawRest
) -> None:
    post_id = await small_blog.publish("<script>1</script>", "<p onclick=x()>a<script>alert(1)</script></p>")
    await small_rest.comment_as(
        "administrator",
        post_id,
        content="<script>alert(2)</script><img src=x onerror=y()>",
        author_name="<b onmouseover=z()>N</b>",
        author_url="javascript:alert(3)",
        status="approved",
    )
    page = await small_rest.fetch("GET", await small_blog.post_address(post_id))
    for harm in ("<script", "onclick", "onerror", "onmouseover", "javascript:"):
        assert harm not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


async def test_a_reader_comments_by_the_form(small_blog: SmallBlog, small_rest: RawRest) -> None:
    post_id = await small_blog.publish("Winter walk")
    answer = await small_rest.fetch(
        "POST",
        f"{small_blog.url}/wp-comments-post.php",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        data=f"comment_post_ID={post_id}&author=Rosa&email=rosa%40reader.example&comment=Hello",
    )
    assert answer.status == 302
    (comment,) = await small_blog.comments(post_id)
    assert (comment.author_name, comment.status, comment.content) == ("Rosa", "hold", "Hello")


async def test_it_is_steered_over_http_from_this_machine_only(small_blog: SmallBlog, small_rest: RawRest) -> None:
    json_type = {"Content-Type": "application/json"}
    publish = f"{small_blog.url}/control/publish"
    body = '{"title": "Winter walk", "html": "<p>Up.</p>"}'
    published = await small_rest.fetch("POST", publish, headers=json_type, data=body)
    post_id = published.json["result"]
    state = (await small_rest.fetch("GET", f"{small_blog.url}/control/state")).json
    assert [post["post_id"] for post in state["posts"]] == [post_id]
    stranger = await small_rest.fetch("POST", publish, headers=json_type | {"Host": "evil.example"}, data=body)
    as_form = await small_rest.fetch("POST", publish, headers={"Content-Type": "text/plain"}, data=body)
    wrong = await small_rest.fetch("POST", publish, headers=json_type, data="{}")
    assert (stranger.status, as_form.status, wrong.status) == (403, 400, 400)


async def test_an_application_is_granted_its_password(small_blog: SmallBlog, small_rest: RawRest) -> None:
    page = f"{small_blog.url}/wp-admin/authorize-application.php"
    query = "?app_name=Bot&success_url=http%3A%2F%2F127.0.0.1%2Fdone%3Fstate%3Dabc"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    shown = await small_rest.fetch("GET", page + query)
    approved = await small_rest.fetch("POST", page + query, headers=form, data="approve=1")
    rejected = await small_rest.fetch("POST", page + query, headers=form, data="reject=1")
    assert "Bot" in shown.text
    password = small_blog.user("relayer").application_password.replace(" ", "")
    assert approved.headers["Location"].startswith("http://127.0.0.1/done?state=abc&site_url=http")
    assert approved.headers["Location"].endswith(f"&user_login=relayer&password={password}")
    assert rejected.headers["Location"] == "http://127.0.0.1/done?state=abc&success=false"
    wrong = await small_rest.fetch("GET", page + "?app_name=Bot&app_id=7")
    assert wrong.status == 500
