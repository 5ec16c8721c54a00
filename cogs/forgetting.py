"""The loop that lets go: members who asked to be forgotten, and texts that need not be kept any longer."""

import asyncio
from typing import Protocol

import structlog
from discord.ext import commands, tasks

from bot.client import BackchannelBot
from cogs.loops import end

log = structlog.get_logger(__name__)


class LetsGo(Protocol):
    """Knows what need not be kept."""

    async def let_go(self) -> None:
        """Forget whom nothing is under way for any more, purge old texts, and remove their traces."""
        ...


class Forgetting(commands.Cog):
    """Looks every `seconds`. A look that fails is heard, and the next one comes."""

    def __init__(self, forgetting: LetsGo, *, seconds: float) -> None:
        self._forgetting = forgetting
        self._round = asyncio.Lock()
        self._sweep.change_interval(seconds=seconds)

    async def cog_load(self) -> None:
        """Start the loop."""
        self._sweep.start()

    async def cog_unload(self) -> None:
        """Stop it; what is not done is done after the next start."""
        await end(self._sweep, self._round)

    @tasks.loop(seconds=60)
    async def _sweep(self) -> None:
        """Let go of what is due."""
        try:
            async with self._round:
                await self._forgetting.let_go()
        except Exception:
            log.exception("not_forgotten")


async def setup(bot: BackchannelBot) -> None:
    """Start looking."""
    await bot.add_cog(Forgetting(bot.services.forgetting, seconds=bot.services.sweep_seconds))
