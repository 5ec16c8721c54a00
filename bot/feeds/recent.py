"""Entries made lately, by a digest of what they were made from: of a changed feed most items are as they were."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.domain.models import Entry

MOST_REMEMBERED: Final = 2_000
"""Some 2 kB each; ten entries of two hundred feeds."""


class RecentEntries:
    """Remembers the entries that were asked for last."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()

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
