"""`/control/`: what the owner and the readers do, over HTTP, for pages and processes on the same machine."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Protocol

from aiohttp import web

from bot.demo.blog.controls import StoredComment
from bot.demo.blog.faults import Fault, Faults
from bot.demo.blog.store import Store

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
Values = Mapping[str, object]
Operation = Callable[[Values], Awaitable[object]]


class Controls(Protocol):
    """The part of `SmallBlog` that is reached over HTTP."""

    async def publish(self, title: str, html: str) -> int:
        """Write a post."""
        ...

    async def edit_post(self, post_id: int, *, title: str | None = None, html: str | None = None) -> None:
        """Change a post."""
        ...

    async def trash_post(self, post_id: int) -> None:
        """Bin a post."""
        ...

    async def post_address(self, post_id: int) -> str:
        """Return a post's address."""
        ...

    async def comments(self, post_id: int) -> list[StoredComment]:
        """Return a post's comments."""
        ...

    async def add_comment(self, post_id: int, text: str, *, name: str, email: str, parent_id: int) -> int:
        """Comment as a reader."""
        ...

    async def set_comment_status(self, comment_id: int, status: str) -> None:
        """Moderate a comment."""
        ...

    async def delete_comment(self, comment_id: int) -> None:
        """Delete a comment."""
        ...

    async def set_maintenance(self, *, is_on: bool) -> None:
        """Begin or end maintenance."""
        ...


class HttpControl:
    """Answers `GET /control/state` and `POST /control/<what>` with a JSON object.

    Only callers that name this machine as host and send JSON are heard: a web page from elsewhere
    cannot do either without the browser asking first, and nobody answers it.
    """

    def __init__(self, controls: Controls, store: Store, faults: Faults) -> None:
        self._controls = controls
        self._store = store
        self._faults = faults
        self._operations: dict[str, Operation] = {
            "publish": self._publish,
            "edit_post": self._edit_post,
            "trash_post": self._trash_post,
            "add_comment": self._add_comment,
            "set_comment_status": self._set_comment_status,
            "delete_comment": self._delete_comment,
            "set_maintenance": self._set_maintenance,
            "fault": self._order_fault,
            "clear_faults": self._clear_faults,
        }

    async def answer(self, request: web.Request) -> web.Response:
        """Carry out a control call: 200 with its result, 400 for a wrong one, 403 for a stranger."""
        if (request.url.host or "") not in LOOPBACK_HOSTS:
            return web.json_response({"error": "only this machine may control the blog"}, status=403)
        name = request.path.removeprefix("/control/").strip("/")
        if request.method == "GET" and name == "state":
            return web.json_response(await self._state())
        operation = self._operations.get(name)
        if request.method != "POST" or operation is None or request.content_type != "application/json":
            return web.json_response({"error": "unknown control"}, status=400)
        try:
            values = await request.json()
            result = await operation(values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": result})

    async def _state(self) -> dict[str, object]:
        posts = [
            {
                "post_id": post.post_id,
                "title": post.title,
                "status": post.status,
                "address": await self._controls.post_address(post.post_id),
                "comments": [asdict(comment) for comment in await self._controls.comments(post.post_id)],
            }
            for post in self._store.posts.values()
        ]
        return {"title": self._store.title, "posts": posts, "calls": len(self._faults.calls)}

    async def _publish(self, values: Values) -> object:
        return await self._controls.publish(str(values["title"]), str(values["html"]))

    async def _edit_post(self, values: Values) -> None:
        title, html = values.get("title"), values.get("html")
        await self._controls.edit_post(
            _number(values, "post_id"),
            title=None if title is None else str(title),
            html=None if html is None else str(html),
        )

    async def _trash_post(self, values: Values) -> None:
        await self._controls.trash_post(_number(values, "post_id"))

    async def _add_comment(self, values: Values) -> object:
        return await self._controls.add_comment(
            _number(values, "post_id"),
            str(values["text"]),
            name=str(values["name"]),
            email=str(values["email"]),
            parent_id=_number(values, "parent_id") if "parent_id" in values else 0,
        )

    async def _set_comment_status(self, values: Values) -> None:
        await self._controls.set_comment_status(_number(values, "comment_id"), str(values["status"]))

    async def _delete_comment(self, values: Values) -> None:
        await self._controls.delete_comment(_number(values, "comment_id"))

    async def _set_maintenance(self, values: Values) -> None:
        await self._controls.set_maintenance(is_on=bool(values["is_on"]))

    async def _order_fault(self, values: Values) -> None:
        self._faults.order(Fault(**values))  # type: ignore[arg-type]  # checked by the dataclass' own names

    async def _clear_faults(self, values: Values) -> None:
        del values
        self._faults.clear()


def _number(values: Values, name: str) -> int:
    return int(str(values[name]))
