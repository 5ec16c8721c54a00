"""A real blog's hostile posts, read as the bot reads them and sent as it sends them."""

import html
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import pytest
from yarl import URL

from bot.chance import utc_now
from bot.chat.announcer import Announcer
from bot.domain.models import Entry
from bot.domain.ports import FeedRequest
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.feeds.wire import Document, ParsedFeed
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.adapters.chat.conftest import Place
from tests.hostile.outlet import Outlet
from tests.unit.text.hostile import MANY, OURS, public_collections
from tests.wordpress.real_blog import ControlError, RealBlog

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(3600)]

IN_A_FEED = 100
FIELDS = 6


class AuthorsOf:
    """A parser that hands on a feed in which each item has another author: WordPress has few users, the feed many."""

    def __init__(self, parser: Parser, authors: Sequence[str]) -> None:
        self._parser = parser
        self._authors = list(authors)

    async def parse(self, document: Document) -> ParsedFeed:
        body = document.body
        for author in self._authors:
            safe = author.replace("]]>", "]] >").encode(errors="replace")
            body = body.replace(b"<dc:creator><![CDATA[admin]]>", b"<dc:creator><![CDATA[" + safe + b"]]>", 1)
        return await self._parser.parse(replace(document, body=body))


@dataclass
class Path:
    """The way of a post from the real blog into a channel of the loopback Discord."""

    blog: RealBlog
    client: WebClient
    parser: Parser
    outlet: Outlet

    async def publish(self, texts: Sequence[str]) -> None:
        """Publish each text as title, excerpt, content, category, picture and alt text of one post."""
        for number in range(len(texts)):
            # What another string says in each place: a string is seen in all of them, but not against itself.
            title, excerpt, said, category, picture, alt = (texts[(number + n) % len(texts)] for n in range(FIELDS))
            image = f'<img src="{html.escape(picture)}" alt="{html.escape(alt)}">'
            words = f"{image}<p>x {said}</p>"
            try:
                await self.blog.publish(title, words, excerpt=excerpt, categories=(f"c {category}"[:150],))
            except ControlError:  # WordPress has that category by another spelling
                await self.blog.publish(title, words, excerpt=excerpt)

    async def read(self, authors: Sequence[str]) -> Sequence[Entry]:
        fetcher = Fetcher(self.client, AuthorsOf(self.parser, authors), now=utc_now)
        answer = await fetcher.read(FeedRequest(url=self.blog.feed_url))
        assert answer.entries is not None
        return answer.entries


@pytest.fixture
async def path(real_blog: RealBlog, place: Place, announcer: Announcer) -> AsyncIterator[Path]:
    await real_blog.set_option("posts_per_rss", IN_A_FEED)
    client, parser = WebClient(allowed=AllowedHosts.parse([URL(real_blog.url).authority])), Parser()
    yield Path(real_blog, client, parser, Outlet(place, announcer))
    await parser.close()
    await client.close()


def writable(texts: Sequence[str]) -> list[str]:
    """Return the texts as a blog can take them: half a character of UTF-16 is no text there."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


async def no_post_acts(path: Path, strings: Sequence[str]) -> None:
    texts = writable(strings)
    for start in range(0, len(texts), IN_A_FEED):
        some = texts[start : start + IN_A_FEED]
        await path.publish(some)
        entries = await path.read(some)
        assert len(entries[: len(some)]) == len(some)
        for entry, text in zip(entries, some, strict=False):
            await path.outlet.announce(entry, lead=text, blog_title=text)
        assert list(path.outlet.faults()) == []
    assert path.outlet.sent == len(texts)


async def test_a_share_of_our_hostile_strings_does_nothing_as_posts(path: Path) -> None:
    """T7, T8, T9: as title, excerpt, words, category, picture, alt text and author, through a real WordPress."""
    await no_post_acts(path, OURS[::17])


@pytest.mark.slow
async def test_none_of_our_many_hostile_strings_does_anything_as_posts(path: Path) -> None:
    """T7, T8, T9: more than three thousand."""
    await no_post_acts(path, MANY)


@pytest.mark.slow
async def test_no_string_of_the_public_collections_does_anything_as_a_post(path: Path) -> None:
    """T7, T8, T9: three thousand of them and more."""
    strings = public_collections()
    if not strings:
        pytest.skip("the public collections of hostile strings are not beside the project")
    await no_post_acts(path, list(dict.fromkeys(strings))[:: len(strings) // 3000 or 1])
