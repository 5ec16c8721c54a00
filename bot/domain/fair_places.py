"""Hands out a few places to many who want one, so that whoever asks for much waits mostly for themself."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Waiting = asyncio.Future[None]


class FairPlaces:
    """`places` may be held at once; those who wait are let in by turns, one of each kind after the other.

    A kind is a guild: two hundred feeds of one guild wait for one another, and another guild's only feed is next.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[int, deque[Waiting]] = OrderedDict()

    @asynccontextmanager
    async def place(self, kind: int, *, at_most_seconds: float | None = None) -> AsyncIterator[None]:
        """Hold a place while the block runs; after `at_most_seconds` it goes to the next, and the block goes on."""
        await self._take(kind)
        is_held = True

        def give_back() -> None:
            nonlocal is_held
            if is_held:
                is_held = False
                self._give_back()

        timer = None
        if at_most_seconds is not None:
            timer = asyncio.get_running_loop().call_later(at_most_seconds, give_back)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            give_back()

    async def _take(self, kind: int) -> None:
        if self._free:
            self._free -= 1
            return
        waiting: Waiting = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(kind, deque()).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if not waiting.cancelled():
                self._give_back()  # the place came in the same moment
            raise

    def _give_back(self) -> None:
        while self._waiting:
            kind, queue = self._waiting.popitem(last=False)
            waiting = queue.popleft()
            if queue:
                self._waiting[kind] = queue
            if not waiting.done():
                waiting.set_result(None)
                return
        self._free += 1
