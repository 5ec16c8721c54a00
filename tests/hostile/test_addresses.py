"""No way to write a private address, by any door a stranger's address comes in, leads to a connection."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.chance import utc_now
from bot.domain.errors import BackchannelError, TemporaryError
from bot.domain.models import BlogAccess, CommentDraft
from bot.domain.ports import FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.wire import Document, ParsedFeed
from bot.net.guard import PUBLIC_PORTS, AllowedHosts
from bot.net.session import WebClient
from tests.hostile.spellings import HostsResolver, spellings
from tests.hostile.tap import Tap, tapped
from tests.unit.net.test_guard import Canary, a_canary
from tests.unit.net.web import Site, TableResolver, a_site

SPELLINGS = spellings()
STATUSES = (301, 302, 303, 307, 308)
PASSWORD = "canary pass word 5678"
PUBLIC = "93.184.215.14"

Door = Callable[[WebClient, str], Awaitable[object]]


class NoParser:
    """A parser that nothing may reach."""

    async def parse(self, document: Document) -> ParsedFeed:
        raise AssertionError(f"{document.url} was read")


def opened(client: WebClient, url: str, *, username: str | None) -> BlogAccess:
    return BlogAccess(api_root=f"{url}wp-json/", url=url, username=username, application_password=PASSWORD)


async def as_feed(client: WebClient, url: str) -> object:
    return await Fetcher(client, NoParser(), now=utc_now).read(FeedRequest(url=url))


async def as_site(client: WebClient, url: str) -> object:
    return await WebBlogs(client).discover(url)


async def as_blog(client: WebClient, url: str) -> object:
    return await WebBlogs(client).open(opened(client, url, username=None)).read_post(7)


async def as_blog_with_a_password(client: WebClient, url: str) -> object:
    return await WebBlogs(client).open(opened(client, url, username="editor")).check_rights()


async def as_blog_to_write_on(client: WebClient, url: str) -> object:
    draft = CommentDraft(post_id=1, content_html="<p>x</p>", author_url="https://a.example/#bc-x", author_name="A")
    return await WebBlogs(client).open(opened(client, url, username="editor")).create_comment(draft)


DOORS = {
    "feed": as_feed,
    "site": as_site,
    "blog": as_blog,
    "password": as_blog_with_a_password,
    "comment": as_blog_to_write_on,
}


@dataclass
class Fence:
    """A client of ours between a site it may ask and a canary it may not."""

    client: WebClient
    canary: Canary
    tap: Tap
    site: Site

    def unwanted(self) -> set[tuple[str, int]]:
        """Return every place that was connected to and is not the site."""
        return {place for place in self.tap.places if place != ("127.0.0.1", self.site.port)}


@asynccontextmanager
async def a_fence(resolver: AbstractResolver | None = None) -> AsyncIterator[Fence]:
    async with a_site() as site, a_canary() as canary:
        allowed = AllowedHosts(AllowedHosts.parse([site.place]).entries, ports=PUBLIC_PORTS | {canary.port})
        client = WebClient(allowed=allowed, resolver=resolver or HostsResolver(), wait_scale=0.2)
        try:
            with tapped() as tap:
                yield Fence(client, canary, tap, site)
        finally:
            await client.close()


@pytest.fixture
async def fence() -> AsyncIterator[Fence]:
    async with a_fence() as fence:
        yield fence


def addresses(canary: Canary) -> Iterator[str]:
    for host in SPELLINGS:
        yield f"http://{host}:{canary.port}/"
        yield f"https://{host}:{canary.port}/"
        yield f"http://{host}/"


def assert_nothing_was_reached(fence: Fence) -> None:
    # A name with a public address beside the private one may be asked there; the tap lets nothing out.
    assert {host for host, _port in fence.unwanted()} <= {PUBLIC, "2606:4700::1111"}
    assert fence.canary.connections == 0


def test_there_are_more_than_two_hundred_spellings() -> None:
    assert len(SPELLINGS) == len(set(SPELLINGS)) >= 200


async def test_the_canary_and_the_tap_notice_a_client_without_a_guard() -> None:
    async with a_canary() as canary:
        client = WebClient(allowed=AllowedHosts.parse([f"localhost:{canary.port}"]), resolver=HostsResolver())
        with tapped() as tap, pytest.raises(TemporaryError):
            await client.request("GET", f"http://localhost:{canary.port}/", deadline_seconds=5)
        await client.close()
        assert canary.connections >= 1
        assert ("127.0.0.1", canary.port) in tap.places


async def test_the_tap_lets_nothing_leave_the_machine() -> None:
    client = WebClient(resolver=TableResolver({"public.example": [[PUBLIC]]}))
    with tapped() as tap, pytest.raises(TemporaryError, match="does not accept connections"):
        await client.request("GET", "http://public.example/", deadline_seconds=5)
    await client.close()
    assert tap.places == [(PUBLIC, 80)]


def can_be_stored(address: str) -> bool:
    """Return whether it is an address at all: an API's was one when it was found."""
    try:
        return bool(URL(address).host)
    except ValueError:
        return False


@pytest.mark.parametrize("door", DOORS)
async def test_no_spelling_is_connected_to_directly(fence: Fence, door: str) -> None:
    """T1."""
    for address in addresses(fence.canary):
        if door not in ("feed", "site") and not can_be_stored(address):
            continue
        with pytest.raises(BackchannelError) as refused:
            await DOORS[door](fence.client, address)
        assert PASSWORD not in str(refused.value)

    assert_nothing_was_reached(fence)


async def test_no_spelling_typed_without_a_scheme_is_connected_to(fence: Fence) -> None:
    for host in SPELLINGS:
        for typed in (host, f"{host}:{fence.canary.port}"):
            with pytest.raises(BackchannelError):
                await as_site(fence.client, typed)

    assert_nothing_was_reached(fence)


def onward_to(fence: Fence, status: int, target: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": target})

    fence.site.answer = answer


async def follow_no_redirect(fence: Fence, door: str, status: int, hosts: list[str]) -> None:
    for host in hosts:
        onward_to(fence, status, f"http://{host}:{fence.canary.port}/")
        with pytest.raises(BackchannelError) as refused:
            await DOORS[door](fence.client, f"{fence.site.url}/")
        assert PASSWORD not in str(refused.value)
    assert len(fence.site.seen) >= len(hosts)
    assert_nothing_was_reached(fence)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("status", STATUSES)
async def test_no_redirect_leads_to_any_fifth_spelling(fence: Fence, status: int, door: str) -> None:
    """T1."""
    await follow_no_redirect(fence, door, status, SPELLINGS[STATUSES.index(status) :: len(STATUSES)])


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("status", STATUSES)
async def test_no_redirect_of_any_status_leads_to_any_spelling(fence: Fence, status: int, door: str) -> None:
    """T1."""
    await follow_no_redirect(fence, door, status, SPELLINGS)


@pytest.mark.parametrize("door", DOORS)
async def test_no_long_way_round_leads_to_a_private_address(fence: Fence, door: str) -> None:
    """T1."""
    hops = iter(STATUSES)

    async def answer(request: web.Request) -> web.Response:
        status = next(hops, 308)
        at = len(fence.site.seen)
        target = f"/{at}" if at < 3 else f"http://0x7f.1:{fence.canary.port}{request.path}"
        return web.Response(status=status, headers={"Location": target})

    fence.site.answer = answer
    with pytest.raises(BackchannelError):
        await DOORS[door](fence.client, f"{fence.site.url}/")

    assert_nothing_was_reached(fence)


@pytest.mark.parametrize(
    "share", [SPELLINGS[::10], pytest.param(SPELLINGS, marks=pytest.mark.slow)], ids=["10th", "all"]
)
async def test_no_page_names_a_feed_or_an_api_that_is_connected_to(fence: Fence, share: list[str]) -> None:
    """T1."""
    for host in share:
        hidden = f"http://{host}:{fence.canary.port}".replace("\\", "%5c")
        page = (
            f'<html><head><link rel="alternate" type="application/rss+xml" href="{hidden}/feed/">'
            f'<link rel="https://api.w.org/" href="{hidden}/wp-json/"></head></html>'
        )
        feed = f"<rss version='2.0'><channel><title>x</title><link>{hidden}/</link></channel></rss>"
        for body in (page, feed):
            await reads(fence, body, link=f'<{hidden}/wp-json/>; rel="https://api.w.org/"')

    assert_nothing_was_reached(fence)


async def reads(fence: Fence, body: str, *, link: str) -> None:
    """Let the site answer everything with `body`: nothing behind it is found."""

    async def answer(request: web.Request) -> web.Response:
        if request.path != "/":
            return web.Response(status=404)
        return web.Response(text=body, content_type="text/html", headers={"Link": link.encode().decode("latin-1")})

    fence.site.answer = answer
    try:
        found = await WebBlogs(fence.client).discover(f"{fence.site.url}/")
    except BackchannelError:
        return
    assert (found.api_root, found.feed_url) == (None, f"{fence.site.url}/")


class Rebinding(TableResolver):
    """A name whose address changes with every question, as a zone with a time to live of 0 may."""

    def __init__(self, private: str) -> None:
        super().__init__({"rebinding.example": [[PUBLIC], [private]] * 40})


@pytest.mark.parametrize("private", ["127.0.0.1", "::1", "0.0.0.0", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
@pytest.mark.parametrize("door", DOORS)
async def test_a_name_that_is_public_and_private_in_turn_is_only_ever_asked_in_public(door: str, private: str) -> None:
    """T1."""
    resolver = Rebinding(private)
    for _question in range(4):
        async with a_fence(resolver) as fence:
            with pytest.raises(BackchannelError):
                await DOORS[door](fence.client, f"https://rebinding.example:{fence.canary.port}/")
            assert_nothing_was_reached(fence)
