"""Readers' comments in the threads: the loop that looks for them, and the buttons under them."""

import asyncio

import discord
import structlog
from discord.ext import commands, tasks

from bot.chat.answers import answer, defer
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.services.commenting.mirrors import Mirrors
from cogs.loops import end
from cogs.presses import buttons_for

log = structlog.get_logger(__name__)


class MirrorsDoor(commands.Cog, name="Mirrors"):
    """Looks every `seconds` which blogs are due. A look that fails is heard, and the next one comes."""

    def __init__(self, mirrors: Mirrors, *, seconds: float) -> None:
        self._mirrors = mirrors
        self._round = asyncio.Lock()
        self._look.change_interval(seconds=seconds)
        self.buttons = buttons_for(
            {
                Action.ANSWER: self.how_to_answer,
                Action.PING_ME: self.ping_me,
                Action.PING_NOT: self.ping_not,
            }
        )

    async def cog_load(self) -> None:
        """Start to look."""
        self._look.start()

    async def cog_unload(self) -> None:
        """Look no more; what was not recorded is found by the next start's first look."""
        await end(self._look, self._round)

    @tasks.loop(seconds=1)
    async def _look(self) -> None:
        """Look at what is due."""
        try:
            async with self._round:
                await self._mirrors.look()
        except Exception:
            log.exception("comments_not_looked_at")

    async def how_to_answer(self, interaction: discord.Interaction, _mirror_id: int, _guard: str) -> None:
        """Say how a reader is answered on the blog."""
        await defer(interaction)
        await answer(interaction, await self._mirrors.how_to_answer(actor_from(interaction)))

    async def ping_me(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Ping whoever presses when a reader answers them."""
        await defer(interaction)
        await answer(interaction, await self._mirrors.ping_me(actor_from(interaction)))

    async def ping_not(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Ping whoever presses no more."""
        await defer(interaction)
        await answer(interaction, await self._mirrors.ping_not(actor_from(interaction)))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = MirrorsDoor(bot.services.mirrors, seconds=bot.services.tick_seconds)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
