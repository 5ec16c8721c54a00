"""Which blog is behind what a person typed: its feed, and its API where it has an open one."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from yarl import URL

from bot.blogs.json_fields import JsonShapeError
from bot.blogs.page import PageFacts, facts_of, feed_home, feed_title, has_posts, is_feed
from bot.blogs.plain_text import plain_text
from bot.blogs.post_links import is_same_address, is_same_site
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
DISCOVERY_SECONDS: Final = 60.0
"""For all requests of one search together, and for its turn among the others."""
MOST_DISCOVERIES: Final = 4
"""At the same time; strangers may start as many as they like."""
MAX_SITE_CHARACTERS: Final = 500
MAX_GUESSES: Final = 6

_FEED_PATHS = ("feed/", "?feed=rss2", "rss.xml", "atom.xml", "feed.xml", "index.xml")
_API_PATHS = ("wp-json/", "?rest_route=/")
_OK = range(200, 300)
_NOT_NOW = frozenset({408, 425, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page that answered. `is_safe` when nobody on the way to it could have put in words of their own."""

    answer: WebAnswer
    facts: PageFacts
    is_safe: bool

    @property
    def url(self) -> str:
        return self.answer.url


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """The home that an API claims, proven: its page names that API."""

    url: str
    page: _Page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """An API that answered for itself. `home` is None when what it claims to speak for could not be proven."""

    root: str
    home: _Home | None
    title: str


@dataclass(frozen=True, slots=True)
class _Feed:
    url: str
    body: bytes


class WebBlogs:
    """The port `Blogs`: finds blogs on the web, and opens them.

    What a page, a feed or an API says of another place counts only when that place says the same of it: whoever
    types an address may own what answers there, and a password is sent to the API that is found.
    """

    def __init__(self, web: WebClient, *, discovery_seconds: float = DISCOVERY_SECONDS) -> None:
        self._web = web
        self._discovery_seconds = discovery_seconds
        self._free = asyncio.Semaphore(MOST_DISCOVERIES)

    def open(self, access: BlogAccess) -> Blog:
        """Return the blog behind these credentials; makes no call."""
        return WordPress(self._web, access)

    async def discover(self, site: str) -> BlogAddress:
        """Find feed and API behind a site's, a post's or a feed's address; UserError when there is none."""
        try:
            async with asyncio.timeout(self._discovery_seconds), self._free:
                return await self._discover(_typed(site))
        except (PermanentError, TemporaryError) as error:
            raise UserError(str(error)) from error
        except TimeoutError as error:
            raise UserError(_("Looking for the blog took too long. Type the address of its feed, or try later.")) from (
                error
            )

    async def _discover(self, addresses: list[str]) -> BlogAddress:
        page = await self._first_page(addresses)
        if is_feed(page.answer.body):
            return await self._from_feed(page)
        api = await self._find_api(page)
        if api and api.home and not is_same_site(api.home.url, page.url):
            page = api.home.page
        feed = await self._find_feed(page, api)
        if feed is None:
            raise UserError(_no_feed(page))
        return _address(page, api, feed, title=page.facts.title)

    async def _first_page(self, addresses: list[str]) -> _Page:
        for address in addresses[:-1]:
            try:
                return await self._page(address, await self._get(address))
            except (NoConnectionError, ForbiddenAddressError):
                continue  # no TLS there, or not at that port; the next one says what is wrong if that fails too
        return await self._page(addresses[-1], await self._get(addresses[-1]))

    async def _page(self, asked: str, answer: WebAnswer) -> _Page:
        road = [asked, *(hop.url for hop in answer.redirects)]
        facts = await asyncio.to_thread(facts_of, answer)
        return _Page(answer=answer, facts=facts, is_safe=all(self._web.is_trusted(url) for url in road))

    async def _from_feed(self, typed: _Page) -> BlogAddress:
        answer = typed.answer
        feed = _Feed(answer.moved_to or answer.url, answer.body)
        place = await self._home_of_feed(typed)
        api = await self._find_api(place)
        if api and api.home and not is_same_site(api.home.url, place.url):
            api = None  # the API of a third place, which this feed has nothing to do with
        if not has_posts(answer.body):
            feed = await self._find_feed(place, api) or feed
        return _address(place, api, feed, title=feed_title(answer.body))

    async def _home_of_feed(self, typed: _Page) -> _Page:
        """Return the page that a feed calls its blog when that one knows it, else the front of the feed's own host."""
        home = await self._look(feed_home(typed.answer.body) or "")
        if home and (is_same_site(home.url, typed.url) or _names(home.facts.feeds, typed.url)):
            roots = home.facts.api_roots or typed.facts.api_roots
            return replace(home, facts=PageFacts(feeds=home.facts.feeds, api_roots=roots))
        front = replace(typed.answer, headers={}, body=b"", url=str(URL(typed.url).origin()))
        return replace(typed, answer=front)

    async def _find_api(self, page: _Page) -> _Api | None:
        if not page.is_safe:
            return None
        named = page.facts.api_roots[:MAX_GUESSES]
        for root in named or _below(page.url, _API_PATHS):
            encrypted = self._encrypted(root)
            if api := await self._open_api(encrypted, page, is_named=bool(named) and encrypted == root):
                return api
        return None

    async def _open_api(self, root: str, page: _Page, *, is_named: bool) -> _Api | None:
        answer = await self._try(route_url(root, "", {"_fields": "name,url,home,namespaces"}))
        if is_named and (answer is None or answer.status in _NOT_NOW):
            # Taken for a blog without an API, it could only be read until somebody connects it anew.
            raise TemporaryError(
                _("{host} names an API that does not answer now. Try again in a moment.").format(host=URL(root).host)
            )
        if answer is None or answer.status not in _OK:
            return None
        try:
            index = read_answer("GET", answer).fields()
            if "wp/v2" not in index.list_or_nothing("namespaces"):
                return None
            claimed, title = index.text("home"), plain_text(index.text_or_nothing("name"))
        except (JsonShapeError, BackchannelError):
            return None
        home = await self._prove_home(self._encrypted(claimed), root, page)
        is_heard = is_same_site(root, page.url) or (home is not None and is_same_site(root, home.url))
        return _Api(root=root, home=home, title=title) if is_heard else None

    async def _prove_home(self, claimed: str, root: str, page: _Page) -> _Home | None:
        if not is_same_site(claimed, root):
            return None
        home = page if is_same_address(claimed, page.url) else await self._look(claimed)
        if home is None or not home.is_safe or not is_same_site(home.url, claimed):
            return None
        usual = _below(home.url, _API_PATHS) if is_same_site(home.url, page.url) else ()
        if not _names((*home.facts.api_roots, *usual), root):
            return None
        return _Home(url=_bare(claimed), page=home)

    def _encrypted(self, address: str) -> str:
        # Many blogs behind a proxy advertise http; a password travels over https or not at all.
        try:
            url = URL(address)
        except ValueError:
            return ""
        return str(url.with_scheme("https")) if url.scheme == "http" and url not in self._web.allowed else address

    async def _find_feed(self, page: _Page, api: _Api | None) -> _Feed | None:
        guesses = [*_below(api.home.url, _FEED_PATHS[:2])] if api and api.home else []
        guesses += [*_below(page.url, _FEED_PATHS), *_below(str(URL(page.url).origin()), _FEED_PATHS[:2])]
        empty: _Feed | None = None
        for url in dict.fromkeys([*page.facts.feeds[:MAX_GUESSES], *guesses]):
            answer = await self._try(url)
            if url in page.facts.feeds and answer is not None and answer.status in _NOT_NOW:
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
            empty = empty or (feed if url in page.facts.feeds or api else None)
        return empty

    async def _look(self, url: str) -> _Page | None:
        answer = await self._try(url)
        return None if answer is None or answer.status not in _OK else await self._page(url, answer)

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


def _names(addresses: Iterable[str], wanted: str) -> bool:
    return any(is_same_address(address, wanted) for address in addresses)


def _bare(url: str) -> str:
    return str(URL(url).with_user(None).with_query(None).with_fragment(None)).rstrip("/")


def _address(page: _Page, api: _Api | None, feed: _Feed, *, title: str) -> BlogAddress:
    return BlogAddress(
        url=api.home.url if api and api.home else _bare(page.url),
        feed_url=feed.url,
        title=(api.title if api else "") or feed_title(feed.body) or title,
        api_root=api.root if api else None,
    )


def _no_feed(page: _Page) -> str:
    return _("There is a page at {host}, but no feed of a blog was found there.").format(host=URL(page.url).host)
