"""Where the items of a well-formed feed begin and end, so that those read before need not be read again.

Only for what most blogs send: RSS without a namespace of its own, in UTF-8. Everything else is read whole.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from bot.feeds.wire import Document

_CHANNEL: Final = ["rss", "channel"]
_ITEM: Final = ["rss", "channel", "item"]
_CHANNEL_START: Final = b"<channel>"
_ITEM_START: Final = b"<item>"
_ITEM_END: Final = b"</item>"
_ITEM_NAMES: Final = frozenset({"item", "entry"})
"""What begins an item wherever it stands."""
_OTHER_ENCODING = re.compile(r"charset\s*=\s*['\"]?(?!utf-?8\b)", re.IGNORECASE)
_PLAIN_START = re.compile(rb"(?:<\?xml version=['\"]1\.0['\"](?: encoding=['\"]utf-8['\"])? ?\?>)?\s*<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sifted:
    """A document's items, as stretches of its body, and a digest of each with all that gives it its meaning."""

    body: bytes
    spans: tuple[tuple[int, int], ...]
    keys: tuple[bytes, ...]

    def without(self, left_out: Collection[int]) -> bytes:
        """Return the body without these of its items."""
        pieces, position = [], 0
        for number, (begin, end) in enumerate(self.spans):
            if number in left_out:
                pieces.append(self.body[position:begin])
                position = end
        return b"".join((*pieces, self.body[position:]))


def sift(document: Document) -> Sifted | None:
    """Return where a document's items are, or None where that is in doubt."""
    body = document.body
    if _OTHER_ENCODING.search(document.content_type) or not _PLAIN_START.match(body):
        return None
    walk = _Walk(body)
    # A namespace that is declared on the way is heard of by everything that follows.
    if not walk.succeeds() or body.find(b"xmlns", walk.channel_ends_at) >= 0:
        return None
    # What stands around an item and gives it its meaning: namespaces, language, base, and how the bytes were served.
    around = hashlib.sha256(body[: walk.channel_ends_at])
    around.update(f"{document.url} {document.content_type}".encode(errors="surrogatepass"))
    keys = (hashlib.sha256(around.digest() + body[begin:end]).digest() for begin, end in walk.spans)
    return Sifted(body, tuple(walk.spans), tuple(keys))


class _DoubtError(Exception):
    """The document is not as plain as it has to be."""


class _Walk:
    """One way through a document, noting where its items are."""

    def __init__(self, body: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        self.channel_ends_at = 0
        self._body = body
        self._path: list[str] = []
        self._item_begins_at = 0
        # With namespaces: a prefix that was never declared is an error for the parser that reads feeds, too.
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def succeeds(self) -> bool:
        """Walk, and return whether the document is well-formed and plain."""
        try:
            self._parser.Parse(self._body, True)
        except (expat.ExpatError, _DoubtError, LookupError, ValueError):
            return False
        return bool(self.spans)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        if self._path == _CHANNEL:
            if self.channel_ends_at:
                raise _DoubtError
            self.channel_ends_at = self._end_of(_CHANNEL_START)
        elif self._path == _ITEM:
            self._item_begins_at = self._end_of(_ITEM_START) - len(_ITEM_START)
        elif name.rpartition(" ")[2].lower() in _ITEM_NAMES:
            raise _DoubtError

    def _end(self, _name: str) -> None:
        if self._path == _ITEM:
            self.spans.append((self._item_begins_at, self._end_of(_ITEM_END)))
        self._path.pop()

    def _end_of(self, tag: bytes) -> int:
        """Return where the tag ends at which the parser is; it must be this one, and nothing in it."""
        position = self._parser.CurrentByteIndex
        if not self._body.startswith(tag, position):
            raise _DoubtError
        return position + len(tag)
