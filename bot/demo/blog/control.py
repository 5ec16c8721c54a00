"""The small blog's control plane over HTTP: its readers' form and its author's desk, for a page.

Bodies and answers are JSON objects. GET /control/blog shows everything, drafts and held comments included.
"""

import html
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.demo.blog import kses
from bot.demo.blog.controls import Picture
from bot.demo.blog.drawing import PICTURE_ALT, seedlings
from bot.demo.blog.parts import parts_of
from bot.demo.blog.rest_errors import RestError
from bot.demo.blog.small_blog import SmallBlog
from bot.demo.blog.store import Row, StoredPost
from bot.demo.blog.texturize import texturize

Json = dict[str, Any]
Function = Callable[[web.Request, Json], Awaitable[Json]]

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


class BlogControl:
    """Does over HTTP what the blog's Python interface does."""

    def __init__(self, blog: SmallBlog) -> None:
        self._blog = blog

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a server."""
        return [
            self._route("GET", "/control/blog", self._show),
            self._route("POST", "/control/blog/posts", self._publish),
            self._route("POST", "/control/blog/posts/{post_id:\\d+}", self._edit),
            self._route("POST", "/control/blog/posts/{post_id:\\d+}/status", self._set_status),
            self._route("POST", "/control/blog/posts/{post_id:\\d+}/comments", self._comment),
            self._route("POST", "/control/blog/comments/{comment_id:\\d+}/status", self._set_comment_status),
        ]

    def _route(self, method: str, path: str, function: Function) -> web.RouteDef:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                body = await request.json() if request.can_read_body else {}
                return _shown(200, await function(request, body))
            except RestError as error:
                return _shown(409, {"error": html.unescape(error.message)})
            except (KeyError, ValueError, TypeError) as error:
                return _shown(400, {"error": f"{type(error).__name__}: {error}"})

        return web.route(method, path, serve)

    # --- looking ---------------------------------------------------------------------------------

    async def _show(self, _request: web.Request, _body: Json) -> Json:
        store = self._blog.store
        public = [post.post_id for post in store.published()]
        newest_first = sorted(store.posts.values(), key=lambda post: (post.created_at, post.post_id), reverse=True)
        posts = [await self._post(post, is_public=post.post_id in public) for post in newest_first]
        return {"title": store.title, "description": store.description, "url": self._blog.url, "posts": posts}

    async def _post(self, post: StoredPost, *, is_public: bool) -> Json:
        store = self._blog.store
        author = store.user_by_id(post.author_id)
        picture = store.pictures.get(post.image_id)
        return {
            "id": post.post_id,
            "title": kses.plain(texturize(kses.shown(post.title))) or "Untitled",
            "text": _text_of(post.html),
            "parts": [] if post.password else parts_of(kses.rendered_content(post.html)),
            "status": post.status,
            "is_public": is_public,
            "is_open": store.is_open(post) and not post.password,
            "address": await self._blog.post_address(post.post_id),
            "author": author.display_name if author else "",
            "created_at": post.created_at.isoformat(),
            "categories": post.categories or ["Uncategorized"],
            "picture": {"url": self._blog.picture_address(post.image_id), "alt": picture.alt} if picture else None,
            "comments": [_comment(row) for row in store.comments_of(post.post_id)],
        }

    # --- the author's desk -----------------------------------------------------------------------

    async def _publish(self, _request: web.Request, body: Json) -> Json:
        """Publish {"title", "text", "has_picture"}; both texts are plain, blank lines part paragraphs."""
        picture = (
            Picture(name="seedlings.png", content=seedlings(), alt=PICTURE_ALT) if body.get("has_picture") else None
        )
        title, text = _title(body), _html_of(str(body["text"]))
        return {"post_id": await self._blog.publish(title, text, image=picture)}

    async def _edit(self, request: web.Request, body: Json) -> Json:
        await self._blog.edit_post(_number(request, "post_id"), title=_title(body), html=_html_of(str(body["text"])))
        return {}

    async def _set_status(self, request: web.Request, body: Json) -> Json:
        await self._blog.set_status(_number(request, "post_id"), _one_of(body["status"], ("publish", "draft")))
        return {}

    async def _set_comment_status(self, request: web.Request, body: Json) -> Json:
        status = _one_of(body["status"], ("approved", "hold", "spam", "trash"))
        await self._blog.set_comment_status(_number(request, "comment_id"), status)
        return {}

    # --- its readers -----------------------------------------------------------------------------

    async def _comment(self, request: web.Request, body: Json) -> Json:
        """Leave {"name", "email", "text", "parent_id"?}; the blog's own rules decide where it goes."""
        name, email, text = (str(body[field]).strip() for field in ("name", "email", "text"))
        if not (name and "@" in email and text):
            raise ValueError("A comment needs a name, an e-mail address and a text")
        post_id, parent_id = _number(request, "post_id"), int(body.get("parent_id") or 0)
        comment_id = await self._blog.add_comment(
            post_id, text, name=name, email=email, parent_id=parent_id, status=None
        )
        return {"comment_id": comment_id, "status": self._blog.store.comments[comment_id].approved}


def _comment(row: Row) -> Json:
    return {
        "id": row.comment_id,
        "parent_id": row.parent_id,
        "status": row.approved,
        "name": kses.plain(kses.shown(row.author_name)) or "Anonymous",
        "url": row.author_url if row.author_url.startswith(("http://", "https://")) else "",
        "created_at": row.created_at.isoformat(),
        "parts": parts_of(kses.rendered_content(row.content)),
    }


def _title(body: Json) -> str:
    title = str(body["title"]).strip()
    if not title:
        raise ValueError("A post needs a title")
    return html.escape(title, quote=False)


def _html_of(text: str) -> str:
    blocks = (html.escape(block.strip(), quote=False) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return "\n\n".join("<p>{}</p>".format(block.replace("\n", "<br>\n")) for block in blocks if block)


def _text_of(content: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", kses.plain(_PARAGRAPH.sub(r"\1\n\n", content)))


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"The status can be {known}")
    return str(value)


def _number(request: web.Request, name: str) -> int:
    return int(request.match_info[name])


def _shown(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
