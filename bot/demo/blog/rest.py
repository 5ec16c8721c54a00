"""The small blog's REST API: the index, users, and the way to posts and comments."""

import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.demo.blog.addresses import Addresses
from bot.demo.blog.rest_call import RestAnswer, RestCall, read_body, with_fields
from bot.demo.blog.rest_comments import CommentRoutes
from bot.demo.blog.rest_errors import RestError, forbidden
from bot.demo.blog.rest_posts import PostRoutes
from bot.demo.blog.store import Store
from bot.demo.blog.users import CAPABILITIES, visitor_from

Route = Callable[..., RestAnswer]
HEADERS = {
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
}


class Rest:
    """Answers everything under `/wp-json/`, or `?rest_route=` with plain permalinks."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        posts, comments = PostRoutes(store, addresses), CommentRoutes(store, addresses)
        self._routes: list[tuple[str, str, Route]] = [
            ("GET", r"", self._index),
            ("GET", r"wp/v2/posts", posts.find),
            ("GET", r"wp/v2/posts/(\d+)", posts.read),
            ("GET", r"wp/v2/media/(\d+)", posts.media),
            ("GET", r"wp/v2/comments", comments.find),
            ("POST", r"wp/v2/comments", comments.create),
            ("GET", r"wp/v2/comments/(\d+)", comments.read),
            ("POST|PUT|PATCH", r"wp/v2/comments/(\d+)", comments.edit),
            ("DELETE", r"wp/v2/comments/(\d+)", comments.delete),
            ("GET", r"wp/v2/users/me", self._me),
        ]

    async def answer(self, request: web.Request, route: str) -> web.Response:
        """Return the answer to a call of `route`, such as `wp/v2/posts`."""
        try:
            answer = await self._dispatch(request, route.strip("/"))
        except RestError as error:
            answer = RestAnswer(body=error.body(), status=error.status)
        response = web.json_response(answer.body, status=answer.status, headers=HEADERS)
        for name, value in answer.headers.items():
            response.headers.add(name, value)
        if "Link" not in answer.headers:
            response.headers.add("Link", self._addresses.rest_link())
        return response

    async def _dispatch(self, request: web.Request, route: str) -> RestAnswer:
        visitor = visitor_from(request.headers.get("Authorization"), self._store)
        if self._store.closed_rest and visitor.user is None:
            raise RestError(401, "rest_login_required", "REST API restricted to authenticated users.")
        method = "GET" if request.method == "HEAD" else request.method
        call = RestCall(
            method=method,
            visitor=visitor,
            query=dict(request.query),
            body={} if method == "GET" else await read_body(request),
            remote_ip=request.remote or "127.0.0.1",
            user_agent=request.headers.get("User-Agent", ""),
        )
        for methods, pattern, answer_route in self._routes:
            if method in methods.split("|") and (match := re.fullmatch(pattern, route)):
                answer = answer_route(call, *(int(number) for number in match.groups()))
                if method == "GET" and call.text("_fields"):
                    answer.body = with_fields(answer.body, call.text("_fields") + ",_links,_embedded")
                return answer
        raise RestError(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _index(self, call: RestCall) -> RestAnswer:
        del call
        authorization = f"{self._addresses.base}/wp-admin/authorize-application.php"
        return RestAnswer(
            body={
                "name": self._store.title,
                "description": self._store.description,
                "url": self._addresses.base,
                "home": self._addresses.base,
                "gmt_offset": "0",
                "timezone_string": "",
                "namespaces": ["oembed/1.0", "wp/v2"],
                "authentication": {"application-passwords": {"endpoints": {"authorization": authorization}}},
                "routes": {f"/{pattern}": {"methods": methods.split("|")} for methods, pattern, _ in self._routes},
            }
        )

    def _me(self, call: RestCall) -> RestAnswer:
        user, role = call.visitor.user, call.visitor.role
        if user is None:
            raise forbidden(call.visitor, "rest_not_logged_in", "You are not currently logged in.")
        shape: dict[str, Any] = {"id": user.user_id, "name": user.display_name, "slug": user.login, "url": ""}
        if call.query.get("context") == "edit":
            capabilities = dict.fromkeys(sorted(CAPABILITIES[role]), True) | {role: True}
            shape |= {"username": user.login, "email": user.email, "roles": [role], "capabilities": capabilities}
        return RestAnswer(body=shape)
