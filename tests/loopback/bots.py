"""A small discord.py bot for the tests of the loopback: it syncs its commands and remembers what it hears."""

from typing import Any

import discord
from discord.ext import commands

from bot.demo.loopback import Actor, LoopbackDiscord
from bot.demo.loopback.world.models import Channel, Guild


class SmallBot(commands.Bot):
    """Syncs on every start; `events` holds the names of gateway events as they come."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        wanted = intents or discord.Intents.all()
        super().__init__("!", intents=wanted, guild_ready_timeout=0.05, help_command=None, **options)
        self.heard: list[str] = []
        self.events: list[str] = []

    async def setup_hook(self) -> None:
        if self.tree.get_commands(type=None):
            await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)

    async def on_socket_event_type(self, name: str) -> None:
        self.events.append(name)

    def text_channel(self, channel: Channel) -> discord.TextChannel:
        found = self.get_channel(channel.id)
        assert isinstance(found, discord.TextChannel)
        return found


class Stage:
    """A guild with one channel and one member."""

    def __init__(self, loopback: LoopbackDiscord) -> None:
        self.guild: Guild = loopback.world.add_guild()
        self.channel: Channel = loopback.world.add_channel(self.guild, "talk")
        self.ada: Actor = loopback.member(self.guild, "Ada")


class Slow(discord.ui.View):
    """A button that first says it is at work, then edits its message, then tells its presser alone."""

    @discord.ui.button(label="Work")
    async def work(self, interaction: discord.Interaction, _: discord.ui.Button["Slow"]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="done", view=None)
        await interaction.followup.send("and told", ephemeral=True)
