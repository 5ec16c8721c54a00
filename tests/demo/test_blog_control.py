"""The small blog over HTTP: what a page can do as its author and as its readers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.blog import SmallBlog
from bot.demo.blog.control import BlogControl
from bot.demo.blog.parts import Part, parts_of

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def blog() -> AsyncIterator[SmallBlog]:
    async with SmallBlog.serve() as blog:
        yield blog


@pytest.fixture
async def control(blog: SmallBlog) -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(BlogControl(blog).routes())
    async with TestClient(TestServer(application, host="127.0.0.1")) as client:
        yield client


async def told(control: Client, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await (control.get(path) if body is None else control.post(path, json=body))
    assert answer.status == 200, await answer.text()
    whole: dict[str, Any] = await answer.json()
    return whole


async def test_what_is_typed_at_the_desk_comes_back_as_it_was_typed(control: Client) -> None:
    title, text = "Peas & <beans>", "One line,\nanother.\n\nA second paragraph with <b>brackets</b>."
    post_id = (await told(control, "/control/blog/posts", {"title": title, "text": text}))["post_id"]
    [post] = (await told(control, "/control/blog"))["posts"]
    assert (post["id"], post["title"], post["text"]) == (post_id, title, text)
    assert post["is_public"]
    assert post["picture"] is None

    await told(control, f"/control/blog/posts/{post_id}", {"title": "Beans", "text": "Only."})
    await told(control, f"/control/blog/posts/{post_id}/status", {"status": "draft"})
    [post] = (await told(control, "/control/blog"))["posts"]
    assert (post["title"], post["text"], post["is_public"]) == ("Beans", "Only.", False)


async def test_readers_comment_goes_where_the_blogs_rules_put_it(blog: SmallBlog, control: Client) -> None:
    post_id = await blog.publish("Peas")
    comment = {"name": "Rosa", "email": "rosa@reader.example", "text": "Lovely."}
    first = await told(control, f"/control/blog/posts/{post_id}/comments", comment)
    assert first["status"] == "hold"
    await told(control, f"/control/blog/comments/{first['comment_id']}/status", {"status": "approved"})
    second = await told(
        control,
        f"/control/blog/posts/{post_id}/comments",
        {**comment, "text": "Still.", "parent_id": first["comment_id"]},
    )
    assert second["status"] == "approved"
    [post] = (await told(control, "/control/blog"))["posts"]
    assert [(one["name"], one["parent_id"]) for one in post["comments"]] == [("Rosa", 0), ("Rosa", first["comment_id"])]

    again = await control.post(f"/control/blog/posts/{post_id}/comments", json={**comment, "text": "Lovely."})
    assert again.status == 409
    assert "already said that" in (await again.json())["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/control/blog/posts", {"title": " ", "text": "Words"}),
        ("/control/blog/posts", {"title": "No text"}),
        ("/control/blog/posts/99/status", {"status": "publish"}),
        ("/control/blog/posts/99/comments", {"name": "Rosa", "email": "nowhere", "text": "Words"}),
        ("/control/blog/comments/99/status", {"status": "famous"}),
    ],
)
async def test_bad_wishes_are_refused_with_a_reason(control: Client, path: str, body: dict[str, str]) -> None:
    answer = await control.post(path, json=body)
    assert answer.status == 400
    assert (await answer.json())["error"]


async def test_every_change_is_told_to_whoever_waits(blog: SmallBlog) -> None:
    seen = [blog.changes.version]
    post_id = await blog.publish("Peas")
    seen.append(blog.changes.version)
    comment_id = await blog.add_comment(post_id, "Lovely.")
    seen.append(blog.changes.version)
    await blog.set_comment_status(comment_id, "trash")
    seen.append(blog.changes.version)
    await blog.set_status(post_id, "draft")
    seen.append(blog.changes.version)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", []),
        ("just <em>words</em>", ["just ", {"tag": "em", "parts": ["words"]}]),
        ("<p>a<script>alert(1)</script>b</p>", [{"tag": "p", "parts": ["ab"]}]),
        ('<a href="javascript:x()" onclick="x()">y</a>', [{"tag": "a", "parts": ["y"]}]),
        ('<a href="https://blog.example/">y</a>', [{"tag": "a", "parts": ["y"], "href": "https://blog.example/"}]),
        ("<p>a<img src=x onerror=x()>b</p>", [{"tag": "p", "parts": ["a", "b"]}]),
        ("&lt;script&gt;", ["<script>"]),
    ],
)
def test_html_is_taken_apart_into_what_may_stand_on_a_page(content: str, parts: list[Part]) -> None:
    assert parts_of(content) == parts
