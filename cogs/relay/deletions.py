"""Hears of deleted messages: what was taken off Discord leaves the blog."""

from typing import Protocol

import discord
from discord.ext import commands

from bot.client import BackchannelBot


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
        if self._may_hold_replies(payload.guild_id, payload.channel_id):
            await self._replies.message_deleted(payload.message_id)

    def _may_hold_replies(self, guild_id: int | None, channel_id: int) -> bool:
        """Return whether this can be a thread; an archived one is in no cache, so what is no channel may be one."""
        guild = self._client.get_guild(guild_id) if guild_id else None
        return guild is not None and guild.get_channel(channel_id) is None


async def setup(bot: BackchannelBot) -> None:
    """Begin to listen."""
    await bot.add_cog(Deletions(bot.services.relays, bot))
