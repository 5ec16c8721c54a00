"""Feeds made for one question at a time."""

import pytest

from bot.domain.models import Entry
from bot.feeds.reading import read_feed as read_feed_with
from bot.feeds.recent import RecentEntries
from bot.feeds.screening import RefusedError
from bot.feeds.wire import Document, ParsedFeed, Refusal

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def read_feed(document: Document) -> ParsedFeed:
    return read_feed_with(document, RecentEntries())


def a_document(body: bytes | str, *, content_type: str = "text/xml; charset=utf-8") -> Document:
    raw = body.encode() if isinstance(body, str) else body
    return Document(url="https://blog.example/feed/", content_type=content_type, body=raw)


def a_feed(*items: str) -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Blog</title>{listed}</channel></rss>'


def the_entry(item: str) -> Entry:
    (entry,) = read_feed(a_document(a_feed(item))).entries
    return entry


def refusal_of(body: bytes | str) -> Refusal:
    with pytest.raises(RefusedError) as refused:
        read_feed(a_document(body))
    return refused.value.refusal
