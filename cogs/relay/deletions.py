"""Hears of deleted messages, threads and channels: what was taken off Discord leaves the blog, or is asked about."""

from typing import Protocol

import discord
from discord.ext import commands

from bot.chat.answers import answer, defer
from bot.chat.members import actor_in
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.services.relaying.removals import Removals
from cogs.presses import buttons_for
from cogs.relay.places import may_hold_replies


class Replies(Protocol):
    """Knows which messages are on the blog."""

    async def message_deleted(self, message_id: int) -> None:
        """Take off the blog what a message had brought there, because it is proven deleted."""
        ...


class Deletions(commands.Cog):
    """Listens where replies can be; a message elsewhere costs no query.

    Only these events prove a deletion: a guild that is gone, or a channel that we no longer see, does not.
    """

    def __init__(self, replies: Replies, removals: Removals, client: discord.Client) -> None:
        self._replies = replies
        self._removals = removals
        self._client = client
        self.buttons = buttons_for(
            {Action.TAKE_ALL_OFF: self.take_off, Action.KEEP_ALL: self.keep, Action.UNDO_ALL: self.undo}
        )

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow the deletion of one message."""
        if may_hold_replies(self._client, payload.guild_id, payload.channel_id):
            await self._replies.message_deleted(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a purge, as after a ban."""
        if may_hold_replies(self._client, payload.guild_id, payload.channel_id):
            await self._removals.messages_deleted(payload.message_ids)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Follow the deletion of a thread."""
        await self._removals.thread_deleted(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Follow the deletion of a channel with its threads."""
        await self._removals.channel_deleted(channel.id)

    async def take_off(self, interaction: discord.Interaction, removal_id: int, guard: str) -> None:
        """Take the author's word that all of them leave the blog."""
        await defer(interaction)
        actor = await actor_in(interaction, await self._removals.guild_of(removal_id))
        await answer(interaction, await self._removals.take_off(removal_id, guard, actor))

    async def keep(self, interaction: discord.Interaction, removal_id: int, guard: str) -> None:
        """Take the author's word that all of them stay."""
        await defer(interaction)
        actor = await actor_in(interaction, await self._removals.guild_of(removal_id))
        await answer(interaction, await self._removals.keep(removal_id, guard, actor))

    async def undo(self, interaction: discord.Interaction, removal_id: int, guard: str) -> None:
        """Take the author's word back."""
        await defer(interaction)
        actor = await actor_in(interaction, await self._removals.guild_of(removal_id))
        await answer(interaction, await self._removals.undo(removal_id, guard, actor))


async def setup(bot: BackchannelBot) -> None:
    """Begin to listen."""
    door = Deletions(bot.services.relays, bot.services.relays.removals, bot)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
