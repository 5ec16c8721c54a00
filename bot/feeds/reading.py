"""One document to entries: RSS 2.0, Atom and RDF, as blogs really write them. Runs in the cell."""

import calendar
import hashlib
import html as html_entities
import io
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import struct_time
from typing import Any, Final

import feedparser
from lxml import html

from bot.domain.models import Entry
from bot.feeds import content
from bot.feeds.recent import RecentEntries
from bot.feeds.screening import RefusedError, screen
from bot.feeds.sifting import Sifted, sift
from bot.feeds.wire import Document, ParsedFeed, Refusal
from bot.text.characters import clean_text
from bot.text.html_to_markdown import html_to_markdown
from bot.text.html_to_text import html_to_text

MAX_ENTRIES: Final = 200
MAX_EXCERPT: Final = 600
MAX_TITLE: Final = 300
MAX_NAME: Final = 120
MAX_GUID: Final = 1000
MAX_CATEGORIES: Final = 20
MAX_POST_ID: Final = 2**53
MAX_COUNT: Final = 10_000_000
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2200
"""Years outside are nonsense: WordPress gives drafts without a date the year -1."""

_POST_ID = re.compile(r"[?&](?:p|page_id)=(\d{1,16})(?![\d\w])")
_PROTECTED = re.compile(
    r"^(?:Protected|Geschützt|Protégé|Protegido|Protetto|Beveiligd|Zabezpieczone|Защищено|Skyddad|Beskyttet)\s?:\s*"
)
"""What WordPress puts before the title of a post with a password, in the languages most blogs are in."""
_NO_EXCERPT = "There is no excerpt because this is a protected post."
"""All that a feed of excerpts says of one."""
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_MAIL_FIRST = re.compile(r"[^\s@]+@[^\s@]+ \(([^@]+)\)")
_NAME_FIRST = re.compile(r"([^@]+) [(<][^\s@]+@[^\s@]+[)>]")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_SURROGATES = range(0xD800, 0xE000)

_Item = Mapping[str, Any]


def read_feed(document: Document, recent: RecentEntries) -> ParsedFeed:
    """Return the newest 200 entries in the document's order; RefusedError when it is no feed or costs too much.

    An entry of `recent` is not made again from the same words, and an item of it not parsed again where the
    document is plain enough to be sure that it would say the same.
    """
    screen(document.body, document.content_type)
    sifted = sift(document)
    if sifted is not None and len(sifted.spans) <= MAX_ENTRIES:
        return _read_new_items(document, sifted, recent) or _read_whole(document, recent)
    return _read_whole(document, recent)


def _read_whole(document: Document, recent: RecentEntries) -> ParsedFeed:
    parsed, feed = _parse(document, document.body)
    items = _newest(parsed.entries, feed)
    entries = (recent.get(f"{feed!r} {item!r}", partial(_entry, item, feed)) for item in items)
    return ParsedFeed(title=_title(parsed.feed), entries=tuple(entries))


def _read_new_items(document: Document, sifted: Sifted, recent: RecentEntries) -> ParsedFeed | None:
    """Return the entries with only the unknown items parsed, or None where that is not what the whole would say."""
    kept = {number: found for number, key in enumerate(sifted.keys) if (found := recent.find(key))}
    parsed, feed = _parse(document, sifted.without(kept))
    said = repr(feed)
    is_same_feed = all(feed_then == said for feed_then, _entry in kept.values())
    if not is_same_feed or len(parsed.entries) + len(kept) != len(sifted.keys) or (kept and parsed.bozo):
        return None
    items = iter(parsed.entries)
    entries = [kept[number][1] if number in kept else _entry(next(items), feed) for number in range(len(sifted.keys))]
    if not parsed.bozo:
        for key, entry in zip(sifted.keys, entries, strict=True):
            recent.keep(key, said, entry)
    return ParsedFeed(title=_title(parsed.feed), entries=tuple(entries))


def _parse(document: Document, body: bytes) -> tuple[Any, "_Feed"]:
    parsed = feedparser.parse(
        io.BytesIO(_REFERENCE.sub(_without_nonsense, body)),
        # No content-location: feedparser would make guids absolute with it, and they would change with the address.
        response_headers={"content-type": document.content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        raise RefusedError(Refusal.NOT_A_FEED)
    return parsed, _Feed(
        url=document.url,
        is_rss=str(parsed.version).startswith("rss"),
        author=_author(parsed.feed),
    )


def _without_nonsense(reference: re.Match[bytes]) -> bytes:
    """Return nothing for a reference to what is no character: feedparser fails at it."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"" if number == 0 or number in _SURROGATES or number > sys.maxunicode else reference[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """What the entries of a feed share."""

    url: str
    is_rss: bool
    author: str


def _entry(item: _Item, feed: _Feed) -> Entry:
    guid, link = _guid(item), _link(item, feed)
    base_url = link or feed.url
    body = content.parse_html(_content(item), base_url=base_url)
    summary = content.parse_html(_html(item.get("summary_detail") or {}), base_url=base_url)
    title = _title(item)
    is_protected = _is_protected(title, summary, body)
    picture = None if is_protected else _picture(item, base_url, body, summary)
    return Entry(
        guid=guid,
        link=link,
        post_id=_post_id(item, guid, link),
        title=_PROTECTED.sub("", title, count=1) if is_protected else title,
        excerpt="" if is_protected else _excerpt(summary, body, base_url),
        author=_author(item) or feed.author,
        published_at=_published_at(item, feed),
        updated_at=_date(item, "updated_parsed"),
        categories=_categories(item),
        image_url=picture.url if picture else None,
        image_alt=_clean(picture.alt, MAX_TITLE) if picture else "",
        is_protected=is_protected,
        word_count=content.count_words(body) if body is not None and not is_protected else 0,
        comment_count=_count(item.get("slash_comments")),
    )


def _newest(items: list[_Item], feed: _Feed) -> list[_Item]:
    if len(items) <= MAX_ENTRIES:
        return items
    undated = datetime.max.replace(tzinfo=UTC)
    ranked = sorted(range(len(items)), key=lambda index: _published_at(items[index], feed) or undated, reverse=True)
    return [items[index] for index in sorted(ranked[:MAX_ENTRIES])]


# --- who and where -------------------------------------------------------------------------------


def _guid(item: _Item) -> str | None:
    guid = _UNSAFE.sub("", str(item.get("id") or "")).strip()
    if len(guid) > MAX_GUID:
        return f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"
    return guid or None


def _link(item: _Item, feed: _Feed) -> str | None:
    link = item.get("feedburner_origlink") or item.get("link")
    return content.absolute_link(str(link), feed.url) if link else None


def _post_id(item: _Item, guid: str | None, link: str | None) -> int | None:
    told = str(item.get("post-id") or "").strip()
    if told.isascii() and told.isdigit() and len(told) < len(str(MAX_POST_ID)):
        return int(told) or None
    for address in (guid, link):
        found = _POST_ID.search(html_entities.unescape(address or ""))
        if found:
            return int(found[1]) or None
    return None


def _author(item: _Item) -> str:
    told = _plain(str(item.get("author") or ""), 2 * MAX_NAME)
    # RSS wants an e-mail address with the name in brackets, Atom comes out the other way round.
    for pattern in (_MAIL_FIRST, _NAME_FIRST):
        if found := pattern.fullmatch(told):
            return _clean(found[1], MAX_NAME)
    # An address alone is nobody's business here.
    return "" if _MAIL.fullmatch(told) else _clean(told, MAX_NAME)


# --- when ----------------------------------------------------------------------------------------


def _published_at(item: _Item, feed: _Feed) -> datetime | None:
    published = _date(item, "published_parsed")
    # In RSS and RDF a bare dc:date is when the entry came out; feedparser files it under "updated".
    return published or (_date(item, "updated_parsed") if feed.is_rss else None)


def _date(item: _Item, name: str) -> datetime | None:
    # Not item.get: feedparser answers with another date, and a warning, where this one is missing.
    value = dict.get(item, name) if isinstance(item, dict) else None
    if not isinstance(value, struct_time) or not FIRST_YEAR <= value.tm_year <= LAST_YEAR:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError):
        return None


# --- what it says --------------------------------------------------------------------------------


def _title(item: _Item) -> str:
    return _plain(_html(item.get("title_detail") or {}), MAX_TITLE)


def _content(item: _Item) -> str:
    return max((_html(part) for part in item.get("content") or ()), key=len, default="")


def _html(detail: _Item) -> str:
    value = str(detail.get("value") or "")
    return html_entities.escape(value, quote=False) if detail.get("type") == "text/plain" else value


def _is_protected(title: str, summary: html.HtmlElement | None, body: html.HtmlElement | None) -> bool:
    if body is not None:
        return content.is_password_form(body)
    said = "".join(summary.itertext()).strip() if summary is not None else ""
    return bool(_PROTECTED.match(title)) and said == _NO_EXCERPT


def _excerpt(summary: html.HtmlElement | None, body: html.HtmlElement | None, home_url: str) -> str:
    source = next((tree for tree in (summary, body) if tree is not None and content.has_text(tree)), None)
    if source is None:
        return ""
    for image in list(source.iter("img")):
        image.drop_tree()
    return _UNSAFE.sub("", html_to_markdown(content.to_html(source), limit=MAX_EXCERPT, home_url=home_url))


def _categories(item: _Item) -> tuple[str, ...]:
    terms = (tag.get("label") or tag.get("term") for tag in item.get("tags") or ())
    names = (_plain(str(term), MAX_NAME) for term in terms if term)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_CATEGORIES]


def _picture(item: _Item, base_url: str, *trees: html.HtmlElement | None) -> content.Picture | None:
    readable = [tree for tree in trees if tree is not None]
    for address in _attached_pictures(item):
        url = content.absolute_link(address, base_url)
        if url and content.is_picture(url):
            return content.Picture(
                url=url, alt=next(filter(None, (content.alt_of(tree, url) for tree in readable)), "")
            )
    return next(filter(None, (content.first_picture(tree) for tree in readable)), None)


def _attached_pictures(item: _Item) -> Iterable[str]:
    for media in item.get("media_content") or ():
        if media.get("medium") == "image" or str(media.get("type") or "").startswith("image/"):
            yield str(media.get("url") or "")
    for thumbnail in item.get("media_thumbnail") or ():
        yield str(thumbnail.get("url") or "")
    for link in item.get("links") or ():
        if link.get("rel") == "enclosure" and str(link.get("type") or "").startswith("image/"):
            yield str(link.get("href") or "")


def _count(value: object) -> int | None:
    text = str(value or "").strip()
    return min(int(text), MAX_COUNT) if text.isascii() and text.isdigit() and len(text) < len(str(MAX_COUNT)) else None


def _plain(source: str, limit: int) -> str:
    has_markup = "<" in source or "&" in source
    return _clean(html_to_text(source) if has_markup else clean_text(source), limit)


def _clean(text: str, limit: int) -> str:
    line = " ".join(_UNSAFE.sub("", text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
