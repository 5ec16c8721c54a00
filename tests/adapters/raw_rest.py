"""Asks a blog raw HTTP questions, past any adapter."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.adapters.blog_under_test import BlogUnderTest

NOBODY = "nobody"
WRONG_PASSWORD = "wrong password"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came back; `code` is the error's code, `json` None when the body is no JSON."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any

    @property
    def code(self) -> str | None:
        """The error's code, or None."""
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def refusal(self) -> tuple[int, str | None]:
        """Status and code, as one value to compare."""
        return self.status, self.code

    @property
    def totals(self) -> tuple[str | None, str | None, int]:
        """The totals the headers tell, and how many there are in truth."""
        return self.headers.get("X-WP-Total"), self.headers.get("X-WP-TotalPages"), len(self.json)


class RawRest:
    """A visitor of one blog's REST API, as whichever role."""

    def __init__(self, blog: BlogUnderTest, session: aiohttp.ClientSession) -> None:
        self.blog = blog
        self._session = session

    async def ask(
        self, method: str, route: str, *, role: str = "relayer", body: object = None, raw: bytes | None = None
    ) -> RawAnswer:
        """Call a REST route such as `wp/v2/posts?slug=a`, with `body` as JSON or `raw` as it is."""
        address = self.blog.api_root + (route.replace("?", "&") if "?" in self.blog.api_root else route)
        headers = {"Authorization": self._authorization(role)} if role != NOBODY else {}
        if body is not None or raw is not None:
            headers["Content-Type"] = "application/json"
        data = raw if raw is not None else json.dumps(body) if body is not None else None
        return await self.fetch(method, address, headers=headers, data=data)

    async def fetch(
        self, method: str, address: str, *, headers: dict[str, str] | None = None, data: bytes | str | None = None
    ) -> RawAnswer:
        """Call any address, following no redirect."""
        async with self._session.request(
            method, address, headers=headers, data=data, allow_redirects=False
        ) as response:
            text = await response.text()
            try:
                parsed = json.loads(text)
            except ValueError:
                parsed = None
            return RawAnswer(status=response.status, headers=response.headers, text=text, json=parsed)

    async def fetch_headers(self, method: str, address: str) -> dict[str, list[str]]:
        """Call any address and return its headers, those sent several times with all their values."""
        async with self._session.request(method, address, allow_redirects=False) as response:
            return {name: response.headers.getall(name) for name in response.headers}

    async def comment(self, post_id: int, /, **fields: object) -> RawAnswer:
        """Create a guest's comment as the relayer; a field given as None is left out."""
        return await self.comment_as("relayer", post_id, **fields)

    async def comment_as(self, role: str, post_id: int, /, **fields: object) -> RawAnswer:
        """Create a guest's comment with a role's password; a field given as None is left out."""
        whole: dict[str, object] = {
            "post": post_id,
            "content": "A fine walk.",
            "author_name": "Dana",
            "author_email": "dana@relay.example",
        }
        body = {name: value for name, value in (whole | fields).items() if value is not None}
        return await self.ask("POST", "wp/v2/comments", role=role, body=body)

    def _authorization(self, role: str) -> str:
        if role == WRONG_PASSWORD:
            return aiohttp.encode_basic_auth(self.blog.user("relayer").login, "AAAA BBBB CCCC DDDD EEEE FFFF")
        user = self.blog.user(role)
        return aiohttp.encode_basic_auth(user.login, user.application_password)
