"""/why: why a post was (not) announced, why a reply is (not) on the blog."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, defer
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.translation import _
from bot.services.why import Why


class WhyDoor(commands.Cog, name="Why"):
    """The command; everybody may ask."""

    def __init__(self, why: Why) -> None:
        self._why = why

    @app_commands.command(name="why", description=_("Why a post was (not) announced, a reply is (not) on the blog"))
    @app_commands.guild_only()
    @app_commands.describe(what=_("A post's address or title, or a message's link; without it, this thread's post"))
    async def why(self, interaction: discord.Interaction, what: app_commands.Range[str, 1, 500] | None = None) -> None:
        """Answer in sentences."""
        await defer(interaction)
        channel_id = interaction.channel_id or 0
        await answer(interaction, await self._why.explain(actor_from(interaction), what, channel_id=channel_id))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    await bot.add_cog(WhyDoor(bot.services.why))
