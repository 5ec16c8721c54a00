"""One look at a blog at a time, so that a password that is refused is used once and not by all who look just then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.domain.models import BlogAccess
from db.models import StoredBlog


class BlogTurns:
    """Shared by all who call a blog with its password. Whoever had to wait reads afresh how the blog stands."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()  # while somebody is in
        self._refused: set[BlogAccess] = set()

    @asynccontextmanager
    async def at(self, blog: StoredBlog) -> AsyncIterator[bool]:
        """Have the blog to oneself while the block lasts; True when somebody else had it before."""
        async with self.at_address(blog.guild_id, blog.url) as has_waited:
            yield has_waited

    @asynccontextmanager
    async def at_address(self, guild_id: int, url: str) -> AsyncIterator[bool]:
        """Have the blog that a guild connected at this address; it need not be stored yet."""
        lock = self._locks.setdefault((guild_id, url), asyncio.Lock())
        has_waited = lock.locked()
        async with lock:
            yield has_waited

    def was_refused(self, access: BlogAccess) -> bool:
        """Return whether this very password was refused since the start, and not accepted again."""
        return access in self._refused

    def note_refused(self, access: BlogAccess) -> None:
        """Note that the blog does not take this password."""
        self._refused.add(access)

    def note_accepted(self, access: BlogAccess) -> None:
        """Note that the blog takes this password."""
        self._refused.discard(access)
