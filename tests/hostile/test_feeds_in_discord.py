"""Feeds that no blog engine made harmless: every string in every place of an item, read and announced."""

from collections.abc import AsyncIterator, Sequence

import pytest
from aiohttp import web

from bot.chance import utc_now
from bot.chat.announcer import Announcer
from bot.domain.ports import FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.adapters.chat.conftest import Place
from tests.hostile.outlet import Outlet
from tests.unit.feeds.documents import a_feed
from tests.unit.net.web import a_site
from tests.unit.text.hostile import MANY, public_collections

pytestmark = pytest.mark.timeout(3600)

IN_A_FEED = 100
NO_CHARACTERS_OF_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def item(number: int, texts: Sequence[str]) -> str:
    """Return an item whose title, excerpt, words, category, picture, alt text and author are seven other strings."""
    title, excerpt, words, category, picture, alt, author = (texts[(number + n) % len(texts)] for n in range(7))
    body = f'<img src="{picture}" alt="{alt}"><p>x {words}</p>'
    return (
        f'<guid isPermaLink="false">{number}</guid><link>https://blog.example/{number}/</link>'
        f"<title>{cdata(title)}</title><description>{cdata(excerpt)}</description>"
        f"<content:encoded>{cdata(body)}</content:encoded>"
        f"<category>{cdata(category)}</category><dc:creator>{cdata(author)}</dc:creator>"
    )


def cdata(text: str) -> str:
    return f"<![CDATA[{text.translate(NO_CHARACTERS_OF_XML).replace(']]>', ']]]]><![CDATA[>')}]]>"


@pytest.fixture
async def outlet(place: Place, announcer: Announcer) -> AsyncIterator[Outlet]:
    yield Outlet(place, announcer)


async def no_item_acts(outlet: Outlet, strings: Sequence[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in strings]

    async def answer(request: web.Request) -> web.Response:
        start = int(request.path.strip("/"))
        items = [item(number, texts) for number in range(start, min(start + IN_A_FEED, len(texts)))]
        return web.Response(text=a_feed(*items), content_type="application/rss+xml")

    async with a_site(answer) as site:
        client, parser = WebClient(allowed=AllowedHosts.parse([site.place])), Parser()
        fetcher = Fetcher(client, parser, now=utc_now)
        for start in range(0, len(texts), IN_A_FEED):
            some = texts[start : start + IN_A_FEED]
            read = await fetcher.read(FeedRequest(url=f"{site.url}/{start}"))
            assert read.entries is not None
            assert len(read.entries) == len(some)
            for entry, text in zip(read.entries, some, strict=True):
                await outlet.announce(entry, lead=text, blog_title=text)
            assert list(outlet.faults()) == []
        await parser.close()
        await client.close()
    assert outlet.sent == len(texts)


async def test_no_item_of_a_hostile_feed_acts_in_discord(outlet: Outlet) -> None:
    """T7, T8, T9."""
    await no_item_acts(outlet, MANY[::10])


@pytest.mark.slow
async def test_none_of_many_items_of_a_hostile_feed_acts_in_discord(outlet: Outlet) -> None:
    """T7, T8, T9: every string of ours and of the public collections, in every place."""
    await no_item_acts(outlet, list(dict.fromkeys([*MANY, *public_collections()])))
