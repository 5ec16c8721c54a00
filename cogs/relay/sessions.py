"""Hears that a gateway session began: what happened before it was told to nobody, so it is read."""

from typing import Protocol

from discord.ext import commands

from bot.client import BackchannelBot


class Missed(Protocol):
    """Finds out what was missed."""

    async def session_began(self) -> None:
        """Note that events may have been missed before now, and catch up."""
        ...


class Sessions(commands.Cog):
    """Listens for new sessions; a resumed one misses nothing, for Discord replays it."""

    def __init__(self, missed: Missed) -> None:
        self._missed = missed

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Catch up; what fails is taken up by the next sweep, for the marks are in the store."""
        await self._missed.session_began()


async def setup(bot: BackchannelBot) -> None:
    """Begin to listen."""
    await bot.add_cog(Sessions(bot.services.catch_up))
