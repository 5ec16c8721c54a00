"""The bot of a life as a process of its own, which SIGKILL ends; its clock is the machine's."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from tests.kill.bots import ForkedBot, Nurse
from tests.lives.bots import START_SECONDS, LivingBot
from tests.lives.rounds import Making

WAIT_SCALE, POLL_SECONDS = 0.03, 0.3
"""A deadline of 30 s becomes 0.9 s: a busy machine must still keep it."""
QUIET_LOOKS = 3
LOOK_AGAIN_SECONDS = 0.05
REST_SECONDS = 3.0
"""A row that waits for its next try is no reason to wait for it."""
PASSING_SECONDS = 1.5


class KilledBot:
    """A process of the bot."""

    def __init__(self, making: Making, nurse: Nurse) -> None:
        self.generation = 0
        self.crashes = 0
        self.died = asyncio.Event()
        self._making = making
        self._nurse = nurse
        self._process: ForkedBot | None = None
        self._environment = {
            **making.environment,
            "WAIT_SCALE": str(WAIT_SCALE),
            "POLL_INTERVAL_SECONDS": str(POLL_SECONDS),
        }

    @property
    def is_alive(self) -> bool:
        return self._process is not None and not self._process.ended.done()

    async def start(self) -> None:
        self.generation += 1
        self.died.clear()
        gateway, folder = self._making.discord.gateway, self._making.file.path.parent
        identified = gateway.identify_count
        self._process = await self._nurse.start(
            "run", environment=self._environment, directory=folder, output=folder / "bot.log"
        )
        await self._making.discord.until(
            lambda: gateway.identify_count > identified or not self.is_alive, timeout=START_SECONDS
        )

    async def crash(self) -> None:
        self.generation += 1
        if self._process is not None and self.is_alive:
            self.crashes += 1
            await self._process.kill()
        self.died.set()

    async def stop(self) -> None:
        if self._process is not None:
            await self._process.stop()

    async def rest(self, *, is_held: bool = False) -> None:
        """Wait until nothing is due and no call comes any more; a process does not tell when it is at rest."""
        quiet_looks, seen = 0, -1
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_SECONDS):
                while self.is_alive and quiet_looks < QUIET_LOOKS:
                    calls = len(self._making.discord.requests)
                    is_busy = not is_held and self._making.file.is_busy(datetime.now(UTC))
                    quiet_looks = 0 if is_busy or calls != seen else quiet_looks + 1
                    seen = calls
                    await self._look_again(LOOK_AGAIN_SECONDS)

    async def pass_time(self, seconds: float, *, is_held: bool = False) -> None:
        await self._look_again(min(seconds, PASSING_SECONDS))
        await self.rest(is_held=is_held)

    async def _look_again(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.died.wait(), seconds)


def forked_by(nurse: Nurse) -> Callable[[Making], LivingBot]:
    """Return how to make such bots."""
    return lambda making: KilledBot(making, nurse)
