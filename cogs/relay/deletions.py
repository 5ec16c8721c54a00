"""Hears of deleted messages: what was taken off Discord leaves the blog."""

from typing import Protocol

import discord
from discord.ext import commands

from bot.client import BackchannelBot
from cogs.relay.places import may_hold_replies


class Replies(Protocol):
    """Knows which messages are on the blog."""

    async def message_deleted(self, message_id: int) -> None:
        """Take off the blog what a message had brought there, because it is proven deleted."""
        ...


class Deletions(commands.Cog):
    """Listens where replies can be; a message elsewhere costs no query."""

    def __init__(self, replies: Replies, client: discord.Client) -> None:
        self._replies = replies
        self._client = client

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow the deletion of one message."""
        if may_hold_replies(self._client, payload.guild_id, payload.channel_id):
            await self._replies.message_deleted(payload.message_id)


async def setup(bot: BackchannelBot) -> None:
    """Begin to listen."""
    await bot.add_cog(Deletions(bot.services.relays, bot))
