"""/queue: what waits for the author."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, defer
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.translation import _
from bot.services.relaying.relays import Relays


class Queue(commands.Cog):
    """The command; its buttons are the relay's own."""

    def __init__(self, relays: Relays) -> None:
        self._relays = relays

    @app_commands.command(name="queue", description=_("Show the replies that wait for you"))
    @app_commands.guild_only()
    @app_commands.default_permissions(send_messages=True)
    @app_commands.describe(page=_("Which page, where there is more than one"))
    async def queue(self, interaction: discord.Interaction, page: app_commands.Range[int, 1] = 1) -> None:
        """Show what waits, with what can be done about it."""
        await defer(interaction)
        actor = actor_from(interaction)
        await answer(interaction, await self._relays.queue(actor.guild_id, actor, page=page))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    await bot.add_cog(Queue(bot.services.relays))
