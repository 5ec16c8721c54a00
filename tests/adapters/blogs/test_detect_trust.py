"""What discovery believes: a stranger's page or API must never become somebody else's blog, nor get its password."""

import pytest
from aiohttp import web

from bot.blogs.detect import WebBlogs
from bot.domain.errors import UserError
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.adapters.blogs.test_detect import ATOM, INDEX, PAGE, RSS, Pages, a_web_site, discover, linked
from tests.unit.net.web import Answer, TableResolver, a_site

API = '<link rel="https://api.w.org/" href="{}">'


def wordpress(home: str = "{site}", head: str = "") -> Pages:
    head = head or API.format("/wp-json/")
    return {"/": PAGE.format(head=head), "/feed/": RSS, "/wp-json/": {**INDEX, "home": home}}


async def test_a_strangers_api_cannot_pose_as_another_blog() -> None:
    """T2."""
    async with a_web_site(wordpress()) as blog, a_web_site(wordpress(home=blog.url)) as stranger:
        found = await discover(stranger, stranger.url, blog)
    assert found.url == stranger.url
    assert found.feed_url == f"{stranger.url}/feed/"


async def test_a_blog_below_another_one_on_its_host_cannot_pose_as_it() -> None:
    pages = wordpress()
    pages["/~eve/"] = PAGE.format(head=API.format("/~eve/wp-json/"))
    pages["/~eve/wp-json/"] = dict(INDEX)
    pages["/~eve/feed/"] = RSS
    async with a_web_site(pages) as site:
        found = await discover(site, f"{site.url}/~eve/")
    assert found.url == f"{site.url}/~eve"


async def test_a_posts_address_leads_to_its_blog() -> None:
    pages = wordpress()
    pages["/2026/winter/"] = PAGE.format(head=API.format("/wp-json/"))
    async with a_web_site(pages) as site:
        assert (await discover(site, f"{site.url}/2026/winter/")).url == site.url


async def test_an_api_at_an_unusual_place_speaks_for_the_home_that_links_it() -> None:
    pages = wordpress(head=API.format("/api/"))
    pages["/api/"] = dict(INDEX)
    pages["/post/"] = pages["/"]
    async with a_web_site(pages) as site:
        assert (await discover(site, f"{site.url}/post/")).url == site.url


@pytest.mark.parametrize("home", ["{page}", "http://localhost:1", "https://elsewhere.example", "{site}"])
async def test_an_api_on_another_host_is_not_taken_because_it_says_so(home: str) -> None:
    async with a_web_site({"/": PAGE, "/feed/": RSS}) as stranger, a_web_site({}) as blog:
        page = f"http://localhost:{blog.port}"

        async def answer(request: web.Request) -> web.StreamResponse:
            told = {**INDEX, "home": home.replace("{page}", page).replace("{site}", stranger.url)}
            return web.json_response(told) if request.path == "/wp-json/" else web.Response(text="<p>hello")

        stranger.answer = answer
        blog.answer = showing(PAGE.format(head=API.format(f"{stranger.url}/wp-json/")), RSS)
        found = await discover(blog, page, stranger)
    assert found.api_root is None
    assert found.url == page


async def test_a_page_that_links_a_blog_elsewhere_leads_to_that_blog_as_a_whole() -> None:
    async with a_web_site(wordpress()) as blog:
        head = API.format(f"{blog.url}/wp-json/")
        async with a_web_site({"/": PAGE.format(head=head), "/feed/": RSS}) as front:
            found = await discover(front, f"http://localhost:{front.port}/", blog)
    assert (found.url, found.api_root, found.feed_url) == (blog.url, f"{blog.url}/wp-json/", f"{blog.url}/feed/")


async def test_an_api_linked_in_a_pages_body_is_not_taken() -> None:
    page = "<html><head></head><body><p>Nice post! " + API.format("/evil/") + "</body></html>"
    async with a_web_site({"/": page, "/feed/": RSS, "/evil/": dict(INDEX)}) as site:
        assert (await discover(site)).api_root is None


@pytest.mark.parametrize("sends_on", [False, True])
async def test_no_api_is_taken_from_a_page_that_came_without_encryption(sends_on: bool) -> None:
    async with a_web_site(wordpress()) as blog:

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": f"{blog.url}/"})

        async with a_site(answer) as open_road:
            places = [blog.place, f"localhost:{open_road.port}"]
            typed = f"http://localhost:{open_road.port}/" if sends_on else f"{blog.url}/"
            client = LyingClient(places, not_listed=typed)
            found = await WebBlogs(client).discover(typed)
            await client.close()
    assert found.api_root is None
    assert found.feed_url == f"{blog.url}/feed/"


async def test_a_feed_cannot_pose_as_the_feed_of_a_blog_that_does_not_link_it() -> None:
    async with a_web_site(wordpress()) as blog, a_web_site({"/evil.xml": ATOM.replace("{site}", blog.url)}) as stranger:
        found = await discover(stranger, f"{stranger.url}/evil.xml", blog)
    assert (found.url, found.api_root) == (stranger.url, None)


async def test_a_feed_elsewhere_that_the_blog_links_is_its_feed() -> None:
    async with a_site() as proxy, a_web_site({}) as blog:
        proxy.answer = showing(RSS.replace("{site}", blog.url), RSS.replace("{site}", blog.url))
        head = linked("rss", f"{proxy.url}/blog") + API.format("/wp-json/")
        blog.answer = showing(PAGE.format(head=head), RSS, {**INDEX, "home": blog.url})
        found = await discover(proxy, f"{proxy.url}/blog", blog)
    assert (found.url, found.feed_url, found.api_root) == (blog.url, f"{proxy.url}/blog", f"{blog.url}/wp-json/")


async def test_a_search_that_takes_too_long_ends_with_a_sentence() -> None:
    async with a_web_site(wordpress()) as site:
        client = WebClient(allowed=AllowedHosts.parse([site.place]), resolver=TableResolver({}))
        with pytest.raises(UserError, match="too long"):
            await WebBlogs(client, discovery_seconds=0.0).discover(site.url)
        await client.close()


class LyingClient(WebClient):
    """A client that may ask these places, of which one looks afterwards as if it was not on the operator's list."""

    def __init__(self, places: list[str], *, not_listed: str) -> None:
        super().__init__(allowed=AllowedHosts.parse(places), resolver=TableResolver({"localhost": [["127.0.0.1"]]}))
        self._not_listed = not_listed

    def is_trusted(self, url: str) -> bool:
        return url != self._not_listed and super().is_trusted(url)


def showing(page: str, feed: str, index: dict[str, object] | None = None) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/wp-json/" and index is not None:
            return web.json_response(index)
        if request.path in ("/feed/", "/blog"):
            return web.Response(text=feed, content_type="text/html")
        return web.Response(text=page, content_type="text/html")

    return answer
