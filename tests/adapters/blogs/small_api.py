"""A blog that says exactly what a test tells it to, for answers that no real blog gives on demand."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.blogs.detect import WebBlogs
from bot.domain.models import BlogAccess
from bot.domain.ports import Blog
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.unit.net.web import Site, a_site

ME = {"id": 7, "name": "Rosa &amp; Co", "slug": "rosa", "roles": ["relayer"], "capabilities": {}}


@dataclass
class Told:
    """A blog's answers, by `METHOD path`; a list is used up one by one, its last again and again."""

    site: Site
    client: WebClient
    answers: dict[str, list[web.Response | tuple[int, object]]] = field(default_factory=dict)
    bodies: list[object] = field(default_factory=list)

    def says(self, call: str, *answers: web.Response | tuple[int, object]) -> None:
        self.answers[call] = list(answers)

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.site.seen]

    def open(self, *, username: str | None = "rosa", root: str = "/wp-json/") -> Blog:
        password = "canary pass word" if username else None
        access = BlogAccess(
            api_root=self.site.url + root, url=self.site.url, username=username, application_password=password
        )
        return WebBlogs(self.client).open(access)


@asynccontextmanager
async def a_told_blog() -> AsyncIterator[Told]:
    async with a_site() as site:
        told = Told(site, WebClient(allowed=AllowedHosts.parse([site.place])))

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.method == "POST":
                told.bodies.append(json.loads(await request.text()))
            route = request.query.get("rest_route", request.path.removeprefix("/wp-json"))
            queue = told.answers.get(f"{request.method} {route}", [(404, {"code": "rest_no_route"})])
            told_answer = queue.pop(0) if len(queue) > 1 else queue[0]
            return _again(told_answer) if isinstance(told_answer, web.Response) else _json(*told_answer)

        site.answer = answer
        try:
            yield told
        finally:
            await told.client.close()


def _again(answer: web.Response) -> web.Response:
    # aiohttp sends an answer once; a told one may be wanted again.
    headers = [(name, value) for name, value in answer.headers.items() if name != "Content-Length"]
    fresh = web.Response(status=answer.status, body=answer.body)
    fresh.headers.clear()
    for name, value in headers:
        fresh.headers.add(name, value)
    return fresh


def _json(status: int, content: object, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(content, status=status, headers=headers)


def listed(*comments: object, total: int | None = None) -> web.Response:
    return _json(200, list(comments), {"X-WP-Total": str(len(comments) if total is None else total)})


def a_comment(comment_id: int = 5, **other: object) -> dict[str, object]:
    comment: dict[str, object] = {
        "id": comment_id,
        "post": 1,
        "parent": 0,
        "status": "approved",
        "author_name": "Rosa (via Discord)",
        "author_email": "k@relay.invalid",
        "author_url": "https://blog.example/#bc-KEY",
        "content": {"raw": "<p>Hello</p>", "rendered": "<p>Hello</p>"},
        "link": f"https://blog.example/?p=1#comment-{comment_id}",
    }
    return comment | other


def refused(code: str, status: int, **headers: str) -> web.Response:
    return _json(status, {"code": code, "message": "<strong>No</strong>", "data": {"status": status}}, headers)
