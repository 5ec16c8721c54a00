"""Which part of the small blog answers which address."""

import re
from collections.abc import Mapping

from aiohttp import web

from bot.demo.blog.addresses import Addresses
from bot.demo.blog.authorize import Authorize
from bot.demo.blog.feed import Feeds
from bot.demo.blog.pages import Pages
from bot.demo.blog.readers import Readers
from bot.demo.blog.rest import Rest
from bot.demo.blog.rest_errors import RestError
from bot.demo.blog.store import Store, StoredPost

MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
MAINTENANCE_SECONDS = 600


class Site:
    """Answers every address of the blog."""

    def __init__(self, store: Store, addresses: Addresses, readers: Readers) -> None:
        self._store = store
        self._rest = Rest(store, addresses)
        self._feeds = Feeds(store, addresses)
        self._pages = Pages(store, addresses)
        self._authorize = Authorize(store, addresses)
        self._addresses = addresses
        self._readers = readers
        self.is_in_maintenance = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Return what stands at the address asked for."""
        if self.is_in_maintenance:
            return _maintenance(request)
        if "rest_route" in request.query:
            return await self._rest.answer(request, request.query["rest_route"])
        if request.path == "/style.css":
            return self._pages.stylesheet()
        if request.path.startswith("/wp-content/uploads/"):
            return self._picture(request.path)
        if request.path == "/wp-admin/authorize-application.php":
            return await self._authorize.answer(request)
        if request.path == "/wp-comments-post.php" and request.method == "POST":
            return await self._take_comment(request)
        if (feed := self._feed_kind(request.path, request.query)) is not None:
            return self._feeds.answer(request, is_atom=feed == "atom")
        if not self._store.plain_permalinks and re.match(r"/wp-json(?:/|$)", request.path):
            return await self._rest.answer(request, request.path.removeprefix("/wp-json"))
        return self._page(request)

    def _feed_kind(self, path: str, query: Mapping[str, str]) -> str | None:
        if query.get("feed") in {"rss2", "atom"}:
            return query["feed"]
        if self._store.plain_permalinks:
            return None
        return {"/feed": "rss2", "/feed/": "rss2", "/feed/atom": "atom", "/feed/atom/": "atom"}.get(path)

    def _page(self, request: web.Request) -> web.Response:
        path = request.path.strip("/")
        wanted = request.query.get("p")
        if not wanted and (not path or self._store.plain_permalinks):
            return self._pages.index()
        for post in self._store.published():
            if wanted == str(post.post_id) and not self._store.plain_permalinks:
                raise web.HTTPMovedPermanently(self._addresses.post(post))
            if wanted == str(post.post_id) or (not wanted and path == post.slug):
                return self._pages.post(post)
            if not wanted and path in post.old_slugs:
                raise web.HTTPMovedPermanently(self._addresses.post(post))
        return self._pages.missing()

    def _picture(self, path: str) -> web.Response:
        number = path.removeprefix("/wp-content/uploads/").split("/")[0]
        picture = self._store.pictures.get(int(number) if number.isdecimal() else 0)
        if picture is None:
            return self._pages.missing()
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return web.Response(body=picture.content, content_type=picture.media_type, headers=headers)

    async def _take_comment(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        number = form.get("comment_post_ID", "")
        post: StoredPost | None = self._store.posts.get(int(number) if number.isdecimal() else 0)
        if post is None or post.status != "publish" or post.password or not self._store.is_open(post):
            return self._pages.missing()
        try:
            row = self._readers.comment(
                post.post_id, form.get("comment", ""), name=form.get("author", ""), email=form.get("email", "")
            )
        except RestError as error:
            raise web.HTTPConflict(text=error.message) from error
        raise web.HTTPFound(self._addresses.comment(row))


def _maintenance(request: web.Request) -> web.Response:
    headers = {"Retry-After": str(MAINTENANCE_SECONDS)}
    if "application/json" in request.headers.get("Accept", ""):
        body = {"code": "wp_die", "message": MAINTENANCE, "data": {"status": 503}, "additional_errors": []}
        return web.json_response(body, status=503, headers=headers)
    text = f"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>{MAINTENANCE}</p></body></html>"
    return web.Response(text=text, status=503, content_type="text/html", headers=headers)
