"""Which blog is behind what a person typed: its feed, and its API where it has an open one."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from yarl import URL

from bot.blogs.json_fields import JsonShapeError
from bot.blogs.page import PageFacts, facts_of, feed_home, feed_title, has_posts, is_feed
from bot.blogs.plain_text import plain_text
from bot.blogs.post_links import host_without_www
from bot.blogs.rest import read_answer, route_url
from bot.blogs.wordpress import WordPress
from bot.domain.errors import BackchannelError, PermanentError, TemporaryError, UserError
from bot.domain.models import BlogAccess, BlogAddress
from bot.domain.ports import Blog
from bot.domain.translation import _
from bot.net.answer import WebAnswer
from bot.net.guard import ForbiddenAddressError
from bot.net.session import NoConnectionError, WebClient

DEADLINE_SECONDS: Final = 10.0
"""For each request; somebody is waiting in Discord."""
MAX_SITE_CHARACTERS: Final = 500
MAX_GUESSES: Final = 6

_FEED_PATHS = ("feed/", "?feed=rss2", "rss.xml", "atom.xml", "feed.xml", "index.xml")
_API_PATHS = ("wp-json/", "?rest_route=/")
_OK = range(200, 300)
_NOT_NOW = frozenset({408, 425, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """An API that answered for itself."""

    root: str
    home: str
    title: str


@dataclass(frozen=True, slots=True)
class _Feed:
    url: str
    body: bytes


class WebBlogs:
    """The port `Blogs`: finds blogs on the web, and opens them."""

    def __init__(self, web: WebClient) -> None:
        self._web = web

    def open(self, access: BlogAccess) -> Blog:
        """Return the blog behind these credentials; makes no call."""
        return WordPress(self._web, access)

    async def discover(self, site: str) -> BlogAddress:
        """Find feed and API behind a site's, a post's or a feed's address; UserError when there is none."""
        try:
            return await self._discover(_typed(site))
        except (PermanentError, TemporaryError) as error:
            raise UserError(str(error)) from error

    async def _discover(self, addresses: list[str]) -> BlogAddress:
        page = await self._first_answer(addresses)
        if is_feed(page.body):
            return await self._from_feed(page)
        facts = await asyncio.to_thread(facts_of, page)
        api = await self._find_api(page, facts)
        feed = await self._find_feed(page, facts, api)
        if feed is None:
            raise UserError(_no_feed(page))
        return _address(page.url, api, feed, title=facts.title)

    async def _first_answer(self, addresses: list[str]) -> WebAnswer:
        for address in addresses[:-1]:
            try:
                return await self._get(address)
            except (NoConnectionError, ForbiddenAddressError):
                continue  # no TLS there, or not at that port; the next one says what is wrong if that fails too
        return await self._get(addresses[-1])

    async def _from_feed(self, answer: WebAnswer) -> BlogAddress:
        feed = _Feed(answer.moved_to or answer.url, answer.body)
        home = await self._try(feed_home(answer.body) or "")
        facts = await asyncio.to_thread(facts_of, home) if home else PageFacts()
        own = await asyncio.to_thread(facts_of, answer)
        place = home or replace(answer, headers={}, body=b"", url=str(URL(answer.url).origin()))
        api = await self._find_api(place, PageFacts(api_roots=facts.api_roots or own.api_roots))
        if not has_posts(answer.body):
            feed = await self._find_feed(place, facts, api) or feed
        return _address(place.url, api, feed, title=feed_title(answer.body))

    async def _find_api(self, page: WebAnswer, facts: PageFacts) -> _Api | None:
        is_named = bool(facts.api_roots)
        for root in facts.api_roots[:MAX_GUESSES] or tuple(_below(page.url, _API_PATHS)):
            if api := await self._open_api(root, page, is_named=is_named):
                return api
        return None

    async def _open_api(self, root: str, page: WebAnswer, *, is_named: bool) -> _Api | None:
        url = URL(root)
        is_rewritten = url.scheme == "http" and url not in self._web.allowed
        if is_rewritten:
            # Many blogs behind a proxy advertise http; a password travels over https or not at all.
            root = str(url.with_scheme("https"))
        answer = await self._try(route_url(root, "", {"_fields": "name,url,home,namespaces"}))
        is_silent = answer is None and not is_rewritten
        if is_named and (is_silent or (answer is not None and answer.status in _NOT_NOW)):
            # Taken for a blog without an API, it could only be read until somebody connects it anew.
            raise TemporaryError(
                _("{host} names an API that does not answer now. Try again in a moment.").format(host=url.host)
            )
        if answer is None or answer.status not in _OK:
            return None
        try:
            index = read_answer("GET", answer).fields()
            if "wp/v2" not in index.list_or_nothing("namespaces"):
                return None
            home, title = index.text("home"), plain_text(index.text_or_nothing("name"))
        except (JsonShapeError, BackchannelError):
            return None
        return _Api(root=root, home=home, title=title) if _belongs(root, home, page) else None

    async def _find_feed(self, page: WebAnswer, facts: PageFacts, api: _Api | None) -> _Feed | None:
        guesses = [*_below(api.home, _FEED_PATHS[:2])] if api else []
        guesses += [*_below(page.url, _FEED_PATHS), *_below(str(URL(page.url).origin()), _FEED_PATHS[:2])]
        empty: _Feed | None = None
        for url in dict.fromkeys([*facts.feeds[:MAX_GUESSES], *guesses]):
            answer = await self._try(url)
            if url in facts.feeds and answer is not None and answer.status in _NOT_NOW:
                # With another feed in its place the blog would be begun anew, and what is new now be passed over.
                raise TemporaryError(
                    _("{host} names a feed that does not answer now. Try again in a moment.").format(host=URL(url).host)
                )
            if answer is None or answer.status not in _OK or not is_feed(answer.body):
                continue
            feed = _Feed(answer.moved_to or url, answer.body)
            if has_posts(answer.body):
                return feed
            # What the blog itself names may be empty because nothing was written yet; a guess proves nothing then.
            empty = empty or (feed if url in facts.feeds or api else None)
        return empty

    async def _get(self, url: str) -> WebAnswer:
        answer = await self._web.request("GET", url, deadline_seconds=DEADLINE_SECONDS)
        if answer.status not in _OK:
            raise UserError(
                _("{host} answered with status {status} instead of a page.").format(
                    host=URL(answer.url).host, status=answer.status
                )
            )
        return answer

    async def _try(self, url: str) -> WebAnswer | None:
        try:
            return await self._web.request("GET", url, deadline_seconds=DEADLINE_SECONDS)
        except (PermanentError, TemporaryError):
            return None


def _typed(site: str) -> list[str]:
    typed = site.strip().strip("<>")
    if not typed or len(typed) > MAX_SITE_CHARACTERS or any(mark.isspace() for mark in typed):
        raise UserError(_("Type the blog's address, such as example.org or https://example.org/blog."))
    if "://" not in typed:
        return [f"https://{typed}", f"http://{typed}"]
    scheme, _mark, rest = typed.partition("://")
    return [f"https://{rest}", typed] if scheme.lower() == "http" else [typed]


def _below(base: str, paths: tuple[str, ...]) -> Iterator[str]:
    folder = base.partition("?")[0].partition("#")[0].rstrip("/")
    return (f"{folder}/{path}" for path in paths)


def _belongs(root: str, home: str, page: WebAnswer) -> bool:
    # An API elsewhere counts only when it calls this very site its home: else a page could lead a password astray.
    return host_without_www(page.url) in (host_without_www(root), host_without_www(home))


def _address(url: str, api: _Api | None, feed: _Feed, *, title: str) -> BlogAddress:
    home = api.home if api and host_without_www(api.home) else str(URL(url).with_query(None).with_fragment(None))
    return BlogAddress(
        url=home.rstrip("/"),
        feed_url=feed.url,
        title=(api.title if api else "") or feed_title(feed.body) or title,
        api_root=api.root if api else None,
    )


def _no_feed(page: WebAnswer) -> str:
    return _("There is a page at {host}, but no feed of a blog was found there.").format(host=URL(page.url).host)
