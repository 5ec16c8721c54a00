"""Entries made lately, by a digest of what they were made from: of a changed feed most items are as they were."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.domain.models import Entry

MOST_REMEMBERED: Final = 4_000
"""Some 2 kB each; ten entries of four hundred feeds."""


class RecentEntries:
    """Remembers the entries that were asked for last, `most` of each kind.

    They are known by the words they were made from, or, before anything is parsed, by a key of their bytes
    together with what their feed said of itself.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()
        self._items: OrderedDict[bytes, tuple[str, Entry]] = OrderedDict()

    def find(self, key: bytes) -> tuple[str, Entry] | None:
        """Return what was kept under this key."""
        if key in self._items:
            self._items.move_to_end(key)
        return self._items.get(key)

    def keep(self, key: bytes, feed: str, entry: Entry) -> None:
        """Keep the entry of an item's bytes, with what its feed said of itself."""
        self._items[key] = (feed, entry)
        self._items.move_to_end(key)
        if len(self._items) > self._most:
            self._items.popitem(last=False)

    def get(self, source: str, make: Callable[[], Entry]) -> Entry:
        """Return the entry made from `source` earlier, or the one that `make` makes now."""
        key = hashlib.sha256(source.encode(errors="surrogatepass")).digest()
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = make()
            if len(self._entries) > self._most:
                self._entries.popitem(last=False)
        else:
            self._entries.move_to_end(key)
        return entry
