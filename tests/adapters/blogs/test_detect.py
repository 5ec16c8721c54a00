import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.blogs.detect import WebBlogs
from bot.blogs.page import feed_home, is_feed
from bot.domain.errors import UserError
from bot.domain.models import BlogAddress
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.unit.net.web import Site, TableResolver, a_site

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Fish &amp;amp; chips</title>
<link>{site}/</link><item><title>One</title><guid>1</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atoms</title>
<link rel="self" href="{site}/atom.xml"/><link href="{site}/home"/><entry><id>1</id></entry></feed>"""
EMPTY = """<rss version="2.0"><channel><title>Nothing yet</title><link>{site}</link></channel></rss>"""
COMMENTS = """<rss><channel><title>Comments</title><link>{site}</link>
<item><guid isPermaLink="false">{site}/post/#comment-7</guid></item></channel></rss>"""
PAGE = "<html><head><title>A &amp; B</title>{head}</head><body><h1>Hello</h1></body></html>"
INDEX = {"name": "Rosa&#8217;s blog", "namespaces": ["oembed/1.0", "wp/v2"], "home": "{site}", "url": "{site}"}

Pages = dict[str, str | dict[str, object] | web.Response]


@asynccontextmanager
async def a_web_site(pages: Pages) -> AsyncIterator[Site]:
    async with a_site() as site:

        async def answer(request: web.Request) -> web.StreamResponse:
            told = pages.get(str(request.rel_url).partition("&_fields")[0].partition("?_fields")[0])
            if isinstance(told, dict):
                return web.json_response(json.loads(json.dumps(told).replace("{site}", site.url)))
            if isinstance(told, str):
                return web.Response(text=told.replace("{site}", site.url), content_type="text/html")
            return told if told is not None else web.Response(status=404, text="none")

        site.answer = answer
        yield site


async def discover(site: Site, typed: str | None = None, *more: Site) -> BlogAddress:
    places = [site.place, f"localhost:{site.port}"]
    places += [name.format(other.port) for other in more for name in ("localhost:{}", "127.0.0.1:{}")]
    client = WebClient(allowed=AllowedHosts.parse(places), resolver=TableResolver({"localhost": [["127.0.0.1"]]}))
    try:
        return await WebBlogs(client).discover(typed or site.url)
    finally:
        await client.close()


def linked(kind: str, href: str) -> str:
    return PAGE.format(head=f'<link rel="alternate" type="application/{kind}+xml" href="{href}">')


async def test_a_blog_of_another_engine_is_found_by_the_feed_it_names() -> None:
    async with a_web_site({"/": linked("atom", "atom.xml"), "/atom.xml": ATOM}) as site:
        found = await discover(site)
    assert found == BlogAddress(url=site.url, feed_url=f"{site.url}/atom.xml", title="Atoms", api_root=None)


async def test_a_feed_that_is_only_html_is_passed_over_for_one_that_is_real() -> None:
    pages: Pages = {"/": linked("rss", "/broken"), "/broken": "<!doctype html><p>rss", "/rss.xml": RSS}
    async with a_web_site(pages) as site:
        assert (await discover(site)).feed_url == f"{site.url}/rss.xml"


async def test_a_feed_of_comments_is_passed_over() -> None:
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in ("/talk", "/comments/feed/")
    )
    pages: Pages = {"/": PAGE.format(head=head), "/talk": COMMENTS, "/comments/feed/": COMMENTS, "/feed/": RSS}
    async with a_web_site(pages) as site:
        assert (await discover(site)).feed_url == f"{site.url}/feed/"


async def test_a_feeds_address_that_was_moved_for_good_is_kept_as_the_new_one() -> None:
    moved = web.Response(status=301, headers={"Location": "/feed/new"})
    async with a_web_site({"/": linked("rss", "/old"), "/old": moved, "/feed/new": RSS}) as site:
        assert (await discover(site)).feed_url == f"{site.url}/feed/new"


async def test_the_api_is_taken_from_one_of_several_link_headers_and_named_by_itself() -> None:
    page = web.Response(text=linked("rss", "/feed/"), content_type="text/html")
    page.headers.add("Link", "</x.css>; rel=preload; as=style, <https://x.example/?p=7>; rel=shortlink")
    page.headers.add("Link", '</api/?rest_route=/>; rel="https://api.w.org/"')
    pages: Pages = {"/": page, "/feed/": RSS, "/api/?rest_route=/": dict(INDEX)}
    async with a_web_site(pages) as site:
        found = await discover(site)
    assert found == BlogAddress(
        url=site.url,
        feed_url=f"{site.url}/feed/",
        title="Rosa’s blog",
        api_root=f"{site.url}/api/?rest_route=/",
    )


async def test_an_api_that_no_page_names_is_found_where_it_usually_is() -> None:
    pages: Pages = {"/": PAGE, "/feed/": RSS, "/wp-json/": PAGE, "/?rest_route=/": dict(INDEX)}
    async with a_web_site(pages) as site:
        assert (await discover(site)).api_root == f"{site.url}/?rest_route=/"


INDEXES: list[object] = [
    [],
    {},
    "x",
    7,
    None,
    {"namespaces": "wp/v2"},
    {"namespaces": ["wp/v2"]},
    {"namespaces": ["wp/v2"], "home": 7},
    {"namespaces": ["oembed/1.0"], "home": "{site}"},
    {"namespaces": {"wp/v2": 1}, "home": "{site}"},
]


@pytest.mark.parametrize("index", INDEXES)
async def test_an_index_that_is_not_wordpress_leaves_a_blog_that_can_only_be_read(index: object) -> None:
    answer = web.Response(text=json.dumps(index), content_type="application/json")
    async with a_web_site({"/": linked("rss", "/feed/"), "/feed/": RSS, "/wp-json/": answer}) as site:
        assert (await discover(site)).api_root is None


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_an_api_that_the_blog_names_and_that_is_in_trouble_makes_the_blog_wait(status: int) -> None:
    head = '<link rel="https://api.w.org/" href="{site}/wp-json/">'
    trouble = web.Response(status=status, text="<p>Bad gateway</p>", content_type="text/html")
    pages: Pages = {"/": PAGE.format(head=head), "/feed/": RSS, "/wp-json/": trouble}
    async with a_web_site(pages) as site:
        with pytest.raises(UserError, match="names an API that does not answer now"):
            await discover(site)


async def test_a_feed_that_the_blog_names_and_that_is_in_trouble_gives_way_to_no_other() -> None:
    trouble = web.Response(status=502, text="<p>Bad gateway</p>", content_type="text/html")
    async with a_web_site({"/": linked("rss", "/feed/"), "/feed/": trouble, "/rss.xml": RSS}) as site:
        with pytest.raises(UserError, match="names a feed that does not answer now"):
            await discover(site)


async def test_an_api_without_encryption_that_the_operator_did_not_list_is_not_used() -> None:
    async with a_web_site({"/wp-json/": dict(INDEX)}) as other:
        head = f'<link rel="https://api.w.org/" href="{other.url}/wp-json/">'
        async with a_web_site({"/": PAGE.format(head=head), "/feed/": RSS}) as site:
            found = await discover(site)
    assert found.api_root is None
    assert other.seen == []


async def test_an_atom_feed_typed_by_hand_leads_to_its_blog() -> None:
    async with a_web_site({"/atom.xml": ATOM, "/home": PAGE}) as site:
        found = await discover(site, f"{site.url}/atom.xml")
    assert (found.url, found.feed_url, found.title) == (f"{site.url}/home", f"{site.url}/atom.xml", "Atoms")


async def test_an_empty_feed_typed_by_hand_gives_way_to_the_blogs_own() -> None:
    async with a_web_site({"/nope/feed/": EMPTY, "/": linked("rss", "/feed/"), "/feed/": RSS}) as site:
        found = await discover(site, f"{site.url}/nope/feed/")
    assert (found.feed_url, found.title) == (f"{site.url}/feed/", "Fish & chips")


async def test_a_guessed_feed_that_is_empty_proves_no_blog() -> None:
    async with a_web_site({"/": PAGE, "/feed/": EMPTY}) as site:
        with pytest.raises(UserError, match="no feed of a blog"):
            await discover(site)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the blog's address"),
        ("  ", "Type the blog's address"),
        ("my blog", "Type the blog's address"),
        ("x" * 600, "Type the blog's address"),
        ("ftp://blog.example/", "begin with http"),
        ("javascript:alert(1)", "not an address|Only addresses|only 80 and 443"),
        ("https://rosa:canary@blog.example/", "user name or password"),
        ("https://blog.example:8443/", "only 80 and 443"),
        ("https://nowhere.example/?token=canary", r"no host named nowhere\.example"),
        ("10.0.0.1", "not on the public internet"),
        ("http://169.254.169.254/latest/", "not on the public internet"),
        ("localhost", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("//", "not an address"),
        ("https://", "not an address"),
    ],
)
async def test_each_mistake_gets_one_sentence_without_what_was_secret(typed: str, sentence: str) -> None:
    client = WebClient(resolver=TableResolver({"localhost": [["127.0.0.1", "::1"]]}))
    with pytest.raises(UserError, match=sentence) as error:
        await WebBlogs(client).discover(typed)
    await client.close()
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
async def test_a_page_that_is_refused_is_told_with_its_status(status: int) -> None:
    async with a_web_site({"/": web.Response(status=status, text="x")}) as site:
        with pytest.raises(UserError, match=str(status)):
            await discover(site)


async def test_a_site_that_says_nothing_in_time_is_told() -> None:
    never = asyncio.Event()

    async def silent(_request: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    async with a_site(silent) as site:
        client = WebClient(allowed=AllowedHosts.parse([site.place]), wait_scale=0.03)
        with pytest.raises(UserError, match="did not answer in time"):
            await WebBlogs(client).discover(site.url)
        await client.close()
        never.set()


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\x01\x02" * 1000,
        b"<html" + b" a=b" * 200_000,
        b"<div>" * 200_000,
        b'<link rel="alternate" type="application/rss+xml" href="http://[">' * 5_000,
        b'<link rel="https://api.w.org/" href="javascript:x">',
        "<link rel='alternate' type='application/rss+xml' href='\ud83d'>".encode(errors="surrogatepass"),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss>&a;</rss>",
    ],
)
async def test_a_hostile_page_is_only_no_blog(page: bytes) -> None:
    async with a_web_site({"/": web.Response(body=page, content_type="text/html")}) as site:
        with pytest.raises(UserError, match="no feed of a blog"):
            await discover(site)


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (b"<rss version='2.0'>", True),
        (b'\xef\xbb\xbf\n <?xml version="1.0"?>\n<!-- made by -->\n<?xml-stylesheet href="a.xsl"?><rss >', True),
        (b'<feed xmlns="x">', True),
        (b'<?xml version="1.0"?><rdf:RDF xmlns="x">', True),
        ('<?xml version="1.0" encoding="utf-16"?><rss>'.encode("utf-16"), True),
        (b"<html><script>'<rss>'</script>", False),
        (b"<!DOCTYPE html><rss>", False),
        (b"<rssx>", False),
        (b'{"version": "https://jsonfeed.org/version/1"}', False),
        (b"", False),
        (b"<!-- " + b"-" * 100_000, False),
        (b"<?" + b" " * 100_000, False),
    ],
)
def test_a_feed_is_known_by_its_first_bytes(body: bytes, is_one: bool) -> None:
    assert is_feed(body) is is_one


@pytest.mark.parametrize("feed", [RSS, ATOM, EMPTY])
def test_a_feed_tells_where_its_blog_is(feed: str) -> None:
    home: Callable[[bytes], str | None] = feed_home
    assert (home(feed.replace("{site}", "https://b.example").encode()) or "").startswith("https://b.example")
