"""What a web page or a feed says about itself: its feeds, its API, its title."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from yarl import URL

from bot.blogs.plain_text import plain_text
from bot.blogs.post_links import links_of
from bot.net.answer import WebAnswer

if TYPE_CHECKING:
    from lxml.html import HtmlElement

API_RELATION = "https://api.w.org/"
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")

PAGE_BYTES = 262_144
"""How much of a page or feed is looked at. What tells of feeds and the API stands at its beginning, and a stranger's
five megabytes of tags would keep a processor busy for seconds."""
MOST_LINKS = 50
"""How many links to feeds and APIs are kept; an honest page has a handful."""

_HEAD_BYTES = 16_384
_PROLOGUE = re.compile(rb"\s*(?:<\?[^>]{0,400}\?>\s*|<!--(?:[^-]|-(?!->)){0,2000}-->\s*)*")
_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_FEED_TITLE = re.compile(r"<title[^>]{0,100}>\s*(?:<!\[CDATA\[)?([^<\]]{1,300})")
_COMMENT = re.compile(rb"<(?:guid|link|id)\b[^<>]{0,300}>[^<]{0,2000}#comment-\d")
_RSS_HOME = re.compile(r"<link>\s*(https?://[^<\s]{1,1000})\s*</link>")
_ATOM_LINK = re.compile(r"<link\s[^>]{1,2000}>")
_HREF = re.compile(r"\shref=[\"'](https?://[^\"'<>\s]{1,1000})[\"']")
_OTHER_RELATION = re.compile(r"\srel=[\"'](?!alternate[\"'])")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a page says: absolute addresses, feeds in the page's own order, comment feeds left out."""

    title: str = ""
    feeds: tuple[str, ...] = ()
    api_roots: tuple[str, ...] = ()


def is_feed(body: bytes) -> bool:
    """Return whether these bytes are a feed: its type in the header is as often wrong as right."""
    head = body[:_HEAD_BYTES]
    if head.startswith(_BOMS[1:]):
        head = head.decode("utf-16", errors="ignore").encode()
    head = head.removeprefix(_BOMS[0])
    prologue = _PROLOGUE.match(head)
    return _ROOT.match(head, prologue.end() if prologue else 0) is not None


def has_posts(body: bytes) -> bool:
    """Return whether a feed holds any post.

    WordPress answers a mistyped feed address with an empty feed, and has feeds of comments beside that of posts.
    """
    beginning = body[:PAGE_BYTES]
    return _ITEM.search(beginning) is not None and _COMMENT.search(beginning) is None


def feed_title(body: bytes) -> str:
    """Return a feed's own title as plain text."""
    found = _FEED_TITLE.search(body[:_HEAD_BYTES].decode(errors="replace"))
    return plain_text(plain_text(found[1])) if found else ""


def feed_home(body: bytes) -> str | None:
    """Return the address of the site that a feed belongs to."""
    head = body[:_HEAD_BYTES].decode(errors="replace")
    if found := _RSS_HOME.search(head):
        return html.unescape(found[1])
    links = (tag[0] for tag in _ATOM_LINK.finditer(head) if not _OTHER_RELATION.search(tag[0]))
    return next((html.unescape(found[1]) for tag in links if (found := _HREF.search(tag))), None)


def facts_of(answer: WebAnswer) -> PageFacts:
    """Read a page's headers and the beginning of its HTML. It may still be slow: call it in a thread.

    An API is believed from the headers and the page's own head alone: further down, readers may have written it.
    """
    roots = [link.target for link in links_of(answer.header("Link")) if link.rel == API_RELATION][:MOST_LINKS]
    page = _html(answer.body[:PAGE_BYTES])
    if page is None:
        return PageFacts(api_roots=_absolute(answer.url, roots))
    head = page.find("head")
    if head is not None:
        roots += islice((link.get("href", "") for link in _links(head) if link.get("rel") == API_RELATION), MOST_LINKS)
    feeds = list(islice((link.get("href", "") for link in _links(page) if _is_feed_link(link)), MOST_LINKS))
    title = page.findtext(".//title") or ""
    return PageFacts(
        title=plain_text(title), feeds=_absolute(answer.url, feeds), api_roots=_absolute(answer.url, roots)
    )


def _links(element: "HtmlElement") -> Iterator[Mapping[str, str]]:
    named = (link for link in element.iter("link") if link.get("rel"))
    return ({str(name): str(value) for name, value in link.attrib.items()} for link in named)


def _is_feed_link(link: Mapping[str, str]) -> bool:
    relations = link.get("rel", "").lower().split()
    return "alternate" in relations and link.get("type", "").lower() in FEED_TYPES and not _is_comment_feed(link)


def _is_comment_feed(link: Mapping[str, str]) -> bool:
    address = link.get("href", "").rstrip("/")
    return "comments/feed" in address or "feed=comments-" in address


def _html(body: bytes) -> "HtmlElement | None":
    if not body.strip():
        return None
    # imported here: a start reads no page, and this costs it four MB
    from lxml import etree  # noqa: PLC0415
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    try:
        page: HtmlElement = document_fromstring(body, parser=HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError):
        return None
    return page


def _absolute(base: str, addresses: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for address in addresses:
        try:
            joined = URL(base).join(URL(address.strip()))
        except ValueError:
            continue  # a broken link in somebody's theme is no reason to fail
        if address and joined.scheme in ("http", "https") and joined.host:
            found[str(joined)] = None
    return tuple(found)
