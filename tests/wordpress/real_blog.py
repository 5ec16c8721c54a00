"""A real WordPress under the control of a test: `async with RealBlog.serve() as blog:`."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.blog.controls import BlogUser, Picture, StoredComment
from tests.wordpress.server import Served, serve
from tests.wordpress.snapshot import Snapshot

CALL_TIMEOUT_SECONDS = 30.0


class ControlError(Exception):
    """WordPress refused what the test asked of it."""


class RealBlog:
    """Controls one served WordPress; see `BlogUnderTest` for what its methods promise."""

    def __init__(self, served: Served, session: aiohttp.ClientSession) -> None:
        self._served = served
        self._users = served.snapshot.users
        self._session = session
        self._has_plain_permalinks = False

    @classmethod
    @asynccontextmanager
    async def serve(cls, snapshot: Snapshot) -> AsyncIterator["RealBlog"]:
        """Serve a fresh WordPress until the block ends, in processes of its own."""
        serving = serve(snapshot)
        served = await asyncio.to_thread(serving.__enter__)
        try:
            async with cls.control(served) as blog:
                yield blog
        finally:
            await asyncio.to_thread(serving.__exit__, None, None, None)

    @classmethod
    @asynccontextmanager
    async def control(cls, served: Served) -> AsyncIterator["RealBlog"]:
        """Control a WordPress that somebody else serves."""
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            yield cls(served, session)

    @property
    def url(self) -> str:
        return self._served.url

    @property
    def folder(self) -> Path:
        """Where the site's own files are."""
        return self._served.site

    @property
    def api_root(self) -> str:
        return f"{self.url}/index.php?rest_route=/" if self._has_plain_permalinks else f"{self.url}/wp-json/"

    @property
    def feed_url(self) -> str:
        return f"{self.url}/?feed=rss2" if self._has_plain_permalinks else f"{self.url}/feed/"

    def user(self, role: str) -> BlogUser:
        return self._users[role]

    async def publish(
        self,
        title: str,
        html: str = "<p>Words.</p>",
        *,
        slug: str | None = None,
        published_at: datetime | None = None,
        status: str = "publish",
        excerpt: str = "",
        password: str = "",
        comment_status: str = "open",
        categories: Sequence[str] = (),
        image: Picture | None = None,
        author: str = "administrator",
    ) -> int:
        result: int = await self._call(
            "publish",
            title=title,
            html=html,
            slug=slug,
            status=status,
            excerpt=excerpt,
            password=password,
            comment_status=comment_status,
            categories=list(categories),
            date_gmt=published_at and f"{published_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            image=image and _upload(image),
            author=self.user(author).user_id,
        )
        return result

    async def edit_post(
        self,
        post_id: int,
        *,
        title: str | None = None,
        html: str | None = None,
        slug: str | None = None,
        excerpt: str | None = None,
    ) -> None:
        await self._call("edit_post", post_id=post_id, title=title, html=html, slug=slug, excerpt=excerpt)

    async def set_status(self, post_id: int, status: str) -> None:
        await self._call("edit_post", post_id=post_id, status=status)

    async def trash_post(self, post_id: int) -> None:
        await self._call("trash_post", post_id=post_id)

    async def delete_post(self, post_id: int) -> None:
        await self._call("delete_post", post_id=post_id)

    async def protect_post(self, post_id: int, password: str) -> None:
        await self._call("edit_post", post_id=post_id, password=password)

    async def close_comments(self, post_id: int) -> None:
        await self._call("edit_post", post_id=post_id, comment_status="closed")

    async def post_address(self, post_id: int) -> str:
        return str(await self._call("post_address", post_id=post_id))

    async def comments(self, post_id: int) -> list[StoredComment]:
        return [StoredComment(**row) for row in await self._call("comments", post_id=post_id)]

    async def add_comment(
        self,
        post_id: int,
        text: str,
        *,
        name: str = "Rosa",
        email: str = "rosa@reader.example",
        url: str = "",
        parent_id: int = 0,
        status: str | None = "approved",
    ) -> int:
        result: int = await self._call(
            "add_comment",
            post_id=post_id,
            text=text,
            name=name,
            email=email,
            url=url,
            parent_id=parent_id,
            status=status,
        )
        return result

    async def edit_comment(self, comment_id: int, html: str) -> None:
        await self._call("edit_comment", comment_id=comment_id, html=html)

    async def set_comment_status(self, comment_id: int, status: str) -> None:
        await self._call("set_comment_status", comment_id=comment_id, status=status)

    async def delete_comment(self, comment_id: int) -> None:
        await self._call("delete_comment", comment_id=comment_id)

    async def page(self, post_id: int) -> str:
        return await self._text(await self.post_address(post_id))

    async def feed(self) -> str:
        return await self._text(self.feed_url)

    async def revoke_password(self, role: str) -> None:
        await self._call("revoke_password", user_id=self.user(role).user_id)

    async def use_plain_permalinks(self) -> None:
        await self._call("use_plain_permalinks")
        self._has_plain_permalinks = True

    async def close_rest(self) -> None:
        await self.set_option("backchannel_close_rest", 1)

    async def set_maintenance(self, *, is_on: bool) -> None:
        switch = self._served.site / "maintenance"
        if is_on:
            switch.touch()
        else:
            switch.unlink()

    async def set_option(self, name: str, value: str | int) -> None:
        await self._call("set_option", name=name, value=value)

    async def _text(self, address: str) -> str:
        async with self._session.get(address) as answer:
            return await answer.text()

    async def _call(self, operation: str, **arguments: Any) -> Any:
        async with self._session.post(
            f"{self.url}/backchannel-control",
            json={"operation": operation} | {name: value for name, value in arguments.items() if value is not None},
            headers={"X-Control-Key": self._served.control_key},
        ) as answer:
            said = await answer.text()
            if answer.status != 200:
                raise ControlError(f"{operation}: {answer.status} {said[:600]}")
            return (await answer.json())["result"]


def _upload(picture: Picture) -> dict[str, str]:
    return {
        "name": picture.name,
        "content": base64.b64encode(picture.content).decode(),
        "alt": picture.alt,
        "type": picture.media_type,
    }
