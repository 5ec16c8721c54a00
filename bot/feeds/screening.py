"""A first look at a feed's bytes, before a parser that believes them: document types, depth, size."""

import codecs
import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from bot.feeds.wire import Refusal

MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 100_000
MAX_ATTRIBUTES: Final = 100
"""Of one element."""
MAX_LISTED: Final = 5_000
"""Entries in one document; feeds show ten or twenty, and a parse of this many costs about two seconds."""

_PROLOG = re.compile(rb"(?:\s|\xef\xbb\xbf|\xff\xfe|\xfe\xff|<\?[^>]*>|<!--.*?-->)*", re.DOTALL)
_HTML_START = re.compile(rb"<!doctype\s+html|<html|<head|<body", re.IGNORECASE)
_DOCTYPE_START = re.compile(rb"<!doctype", re.IGNORECASE)
_ENTRY_START = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_RDF_START = re.compile(rb"<(?:\w+:)?rdf[\s>]", re.IGNORECASE)
_RDF_END = re.compile(rb"</(?:\w+:)?rdf\s*>", re.IGNORECASE)
"""In RDF the channel ends before its items begin."""
_DECLARED = re.compile(rb"encoding\s*=\s*['\"]([^'\"]{0,100})['\"]")
_CHARSET = re.compile(r"charset\s*=\s*['\"]?\s*([^\s;'\"]{0,100})", re.IGNORECASE)
_DISGUISES = rb"+ADw- \x3c \u003c ~{<~} <"
"""Ways in which an encoding can write a `<` that its bytes do not show."""
_TAIL_BYTES = 20_000


class RefusedError(Exception):
    """The document is not read, for `refusal`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def screen(body: bytes, content_type: str = "") -> None:
    """Raise RefusedError for a document that is no feed, is cut off, or is made to cost more than a feed may.

    Also for one in an encoding that could hide its markup from this look at its bytes.
    """
    # Without its NUL bytes a UTF-16 document shows its markup like any other.
    plain = body.replace(b"\0", b"")
    if any(_can_hide_markup(name) for name in _encodings(plain, content_type)):
        raise RefusedError(Refusal.NOT_A_FEED)
    start = _PROLOG.match(plain)
    position = start.end() if start else 0
    if _HTML_START.match(plain, position):
        raise RefusedError(Refusal.NOT_A_FEED)
    if _DOCTYPE_START.match(plain, position):
        raise RefusedError(Refusal.DOCTYPE)
    if sum(1 for _entry in _ENTRY_START.finditer(plain)) > MAX_LISTED:
        raise RefusedError(Refusal.TOO_MUCH)
    root_end = _RDF_END if _RDF_START.match(plain, position) else _ROOT_END
    if not _walk(body) and not root_end.search(plain, max(0, len(plain) - _TAIL_BYTES)):
        raise RefusedError(Refusal.BROKEN_OFF if _ENTRY_START.search(plain) else Refusal.NOT_A_FEED)


def _encodings(plain: bytes, content_type: str) -> Iterator[str]:
    """Yield every encoding that feedparser might believe: it takes the last one in the first line."""
    yield from _CHARSET.findall(content_type)
    for name in _DECLARED.findall(plain.partition(b"\n")[0]):
        yield name.decode("ascii", "replace")


def _can_hide_markup(encoding: str) -> bool:
    try:
        if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
            return False  # wide, but each `<` is one
        return _DISGUISES.decode(encoding).count("<") != _DISGUISES.count(b"<")
    except LookupError:
        return False  # no encoding, or none of text: feedparser passes over it, too
    except ValueError:
        return True


def _walk(body: bytes) -> bool:
    """Return whether the document is well-formed to its end, having looked at each element on the way."""
    depth = elements = 0

    def start(_name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise RefusedError(Refusal.TOO_MUCH)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_declared: object) -> None:
        raise RefusedError(Refusal.DOCTYPE)

    walker = expat.ParserCreate()
    walker.StartElementHandler, walker.EndElementHandler = start, end
    walker.StartDoctypeDeclHandler = doctype
    try:
        walker.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):
        return False
    return True
