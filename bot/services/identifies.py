"""Counts how often the bot introduced itself to Discord's gateway, across restarts, and slows a crash loop down."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.domain.identifies import still_counting, wait_before
from bot.domain.ports import Clock

log = structlog.get_logger(__name__)

NOTE: Final = "identifies"


class Memory(Protocol):
    """Keeps a few named texts across restarts."""

    async def read(self, name: str) -> str | None:
        """Return what was last written under the name, or None."""
        ...

    async def write(self, name: str, value: str) -> None:
        """Keep the text under the name."""
        ...


class Identifies:
    """The count, kept in a note. `wait` before joining the gateway, `count` just before each IDENTIFY."""

    def __init__(
        self,
        memory: Memory,
        clock: Clock,
        *,
        wait_scale: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._scale = wait_scale
        self._sleep = sleep

    async def wait(self) -> None:
        """Return when one more IDENTIFY is far from Discord's limit."""
        earlier = await self._earlier()
        wait = wait_before(earlier, self._clock()) * self._scale
        if wait <= timedelta():
            return
        log.warning(
            "waits_before_identify",
            seconds=round(wait.total_seconds()),
            identifies_today=len(earlier),
            why="The bot was started or disconnected too often; with 1,000 a day Discord resets its token.",
        )
        await self._sleep(wait.total_seconds())

    async def count(self) -> None:
        """Wait if need be, and note that an IDENTIFY is about to be sent: a crash after it cannot forget it."""
        await self.wait()
        earlier = await self._earlier()
        moments = [*earlier, self._clock()]
        await self._memory.write(NOTE, " ".join(str(round(moment.timestamp())) for moment in moments))

    async def _earlier(self) -> list[datetime]:
        noted = await self._memory.read(NOTE) or ""
        moments = [datetime.fromtimestamp(int(word), UTC) for word in noted.split() if word.isdecimal()]
        return still_counting(moments, self._clock())
