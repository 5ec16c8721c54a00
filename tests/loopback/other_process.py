"""A bot for a process of its own: says one thing when it is ready, then listens until it is killed."""

import os
import sys

import discord
import yarl


class Once(discord.Client):
    async def on_ready(self) -> None:
        channel = self.get_channel(int(sys.argv[1]))
        assert isinstance(channel, discord.TextChannel)
        await channel.send("I am here")


discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
Once(intents=discord.Intents.default(), guild_ready_timeout=0.05).run(os.environ["DISCORD_TOKEN"], log_handler=None)
