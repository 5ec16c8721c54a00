"""Pictures and links of a feed: never fetched, and no address but one of the web is handed on."""

from collections.abc import AsyncIterator
from html import escape

import pytest
from aiohttp import web

from bot.chance import utc_now
from bot.domain.messages import OutgoingMessage
from bot.domain.ports import FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.text.cards import post_card
from bot.text.links import is_web_address
from tests.hostile.spellings import spellings
from tests.hostile.test_addresses import Fence, a_fence
from tests.unit.feeds.documents import a_feed

SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://blog.example/%0aalert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://blog.example/",
    "blob:https://blog.example/x",
    "about:blank",
    "view-source:https://blog.example/",
    "discord://-/channels/1/2",
    "steam://run/1",
    "tel:1",
    "mailto:a@b.example",
    "//",
    "http:",
    "http://",
    "https://user:pass@blog.example/",
    "https://blog.example@evil.example/",
    "https://evil.example\\@blog.example/",
)
FORMS = (
    "<enclosure url='{}' type='image/png' length='1'/>",
    "<media:content url='{}' medium='image'/>",
    "<media:thumbnail url='{}'/>",
    "<description>&lt;img src=&quot;{}&quot;&gt;</description>",
    "<content:encoded><![CDATA[<img src='{}' srcset='{} 2x'>]]></content:encoded>",
    "<link>{}</link>",
    "<guid isPermaLink='true'>{}</guid>",
    "<comments>{}</comments>",
)


@pytest.fixture
async def fence() -> AsyncIterator[Fence]:
    async with a_fence() as fence:
        yield fence


def addresses_of(message: OutgoingMessage) -> list[str]:
    """Return every address that Discord is told."""
    pictures = [message.card.image_url] if message.card else []
    return [address for address in (*pictures, *(button.url for button in message.buttons)) if address]


async def cards_of(fence: Fence, parser: Parser, addresses: list[str]) -> list[OutgoingMessage]:
    """Have a feed read in which every address stands in every place that may hold one, and return its cards."""

    async def answer(_request: web.Request) -> web.Response:
        # One address an item: the feed's own cap on entries is below what there is to try.
        items = [form.replace("{}", escape(address)) for address in some for form in FORMS]
        body = a_feed(*(f"<title>x</title>{item}" for item in items))
        return web.Response(body=body.encode(errors="replace"), content_type="application/rss+xml")

    fence.site.answer = answer
    cards: list[OutgoingMessage] = []
    for start in range(0, len(addresses), 20):
        some = addresses[start : start + 20]
        read = await Fetcher(fence.client, parser, now=utc_now).read(FeedRequest(url=f"{fence.site.url}/{start}"))
        assert read.entries
        cards += [post_card(entry, blog_title="x") for entry in read.entries]
    return cards


async def test_no_picture_and_no_link_of_a_feed_is_ever_fetched(fence: Fence) -> None:
    """T8, T1: Discord shows pictures; the bot asks for none, wherever it may be."""
    parser = Parser()
    hidden = [f"http://{host}:{fence.canary.port}/x.png" for host in spellings() if "\\" not in host]
    cards = await cards_of(fence, parser, hidden)
    await parser.close()

    assert len(cards) > 1_000
    assert fence.unwanted() == set()
    assert fence.canary.connections == 0


async def test_no_scheme_but_the_webs_comes_out_of_a_feed(fence: Fence) -> None:
    """T8."""
    parser = Parser()
    cards = await cards_of(fence, parser, list(SCHEMES))
    await parser.close()

    assert len(cards) == len(SCHEMES) * len(FORMS)
    found = [address for card in cards for address in addresses_of(card)]
    assert [address for address in found if not is_web_address(address)] == []
