"""Reads channels and members from Discord afresh: never from the gateway's cache, which may lag or be empty."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Final

import discord

from bot.domain.errors import BackchannelError, GoneError, NoAccessError, PermanentError
from bot.domain.permissions import missing
from bot.domain.ports import ChannelFacts, MemberFacts
from bot.domain.translation import _

from .errors import DEADLINE_SECONDS, Code, code_of, discord_call

GuildChannel = (
    discord.TextChannel | discord.ForumChannel | discord.VoiceChannel | discord.StageChannel | discord.CategoryChannel
)
GuildPlace = GuildChannel | discord.Thread

MENTIONED_CHANNELS_LIMIT: Final = 10
"""A message may name hundreds of channels; the names of the first few are enough to read it."""


class ChannelReader:
    """Asks Discord about channels, guilds and members. `client` must be logged in; it need not be connected."""

    def __init__(self, client: discord.Client, *, wait_scale: float = 1.0) -> None:
        self._client = client
        self._deadline = DEADLINE_SECONDS * wait_scale
        self._guild_ids: dict[int, int] = {}

    async def describe(self, channel_id: int) -> ChannelFacts:
        """Return the channel and what we lack in it; of a thread, by its parent's permissions."""
        place = await self._fetch(channel_id)
        if not isinstance(place, GuildPlace):
            return ChannelFacts(channel_id=channel_id, guild_id=0, name="", is_public=False)
        governing, permissions = await self._permissions(place)
        return ChannelFacts(
            channel_id=channel_id,
            guild_id=place.guild.id,
            name=place.name,
            is_forum=isinstance(place, discord.ForumChannel),
            is_public=_is_public(place, governing),
            missing=missing(permissions.value),
        )

    async def member(self, guild_id: int, user_id: int) -> MemberFacts | None:
        """Return the member, or None when they left."""
        guild = await self._fetch_guild(guild_id)
        try:
            async with self._call():
                member = await guild.fetch_member(user_id)
        except BackchannelError as error:
            if code_of(error) in (Code.UNKNOWN_MEMBER, Code.UNKNOWN_USER):
                return None
            raise
        rights = member.guild_permissions
        return MemberFacts(
            user_id=user_id,
            name=member.display_name,
            role_ids=frozenset(role.id for role in member.roles if not role.is_default()),
            may_manage_guild=rights.manage_guild or rights.administrator,
        )

    async def owner_id(self, guild_id: int) -> int:
        """Return who owns the guild."""
        guild = await self._fetch_guild(guild_id)
        if guild.owner_id is None:
            raise PermanentError(_("Discord does not say who owns the server."))
        return guild.owner_id

    async def guild_id_of(self, channel_id: int) -> int:
        """Return the channel's guild; remembered, for a channel never changes it."""
        known = self._guild_ids.get(channel_id)
        if known is None:
            place = await self._fetch(channel_id)
            known = place.guild.id if isinstance(place, GuildPlace) else 0
            self._guild_ids[channel_id] = known
        return known

    async def newest_message_id(self, channel_id: int) -> int:
        """Return the id of the newest message; where we may not read, of the last one that was ever sent; else 0."""
        async with self._call():
            async for message in self._client.get_partial_messageable(channel_id).history(limit=1):
                return message.id
        place = await self._fetch(channel_id)
        return getattr(place, "last_message_id", None) or 0

    async def prove_readable(self, channel_id: int) -> None:
        """Raise NoAccessError unless we may read the channel's history, so that what is not shown is not there."""
        place = await self._fetch(channel_id)
        if not isinstance(place, GuildPlace):
            return
        _channel, permissions = await self._permissions(place)
        if not (permissions.view_channel and permissions.read_message_history):
            words = ", ".join(missing(permissions.value))
            raise NoAccessError(_("In {channel} I lack: {permissions}.").format(channel=place.name, permissions=words))

    async def wake_thread(self, thread_id: int) -> None:
        """Take a thread out of the archive; a locked one stays, as whoever locked it wanted."""
        place = await self._fetch(thread_id)
        if not isinstance(place, discord.Thread):
            return
        if place.locked:
            raise PermanentError(_("The thread is locked."), reason="thread_locked")
        async with self._call():
            await place.edit(archived=False)

    async def text_channel(self, channel_id: int) -> discord.TextChannel:
        """Return a channel in which a message can have a thread."""
        place = await self._fetch(channel_id)
        if not isinstance(place, discord.TextChannel):
            raise PermanentError(_("Threads cannot be opened in this channel."), reason="no_threads_here")
        return place

    async def public_names(self, guild_id: int, channel_ids: Iterable[int]) -> dict[int, str]:
        """Return the names of those channels of the guild that everybody in it can see."""
        wanted = list(dict.fromkeys(channel_ids))[:MENTIONED_CHANNELS_LIMIT]
        if not wanted:
            return {}
        guild = await self._fetch_guild(guild_id)
        names: dict[int, str] = {}
        for channel_id in wanted:
            try:
                place = await self._fetch(channel_id)
            except (GoneError, NoAccessError, PermanentError):
                continue  # a channel that we cannot see is shown to nobody
            if isinstance(place, GuildPlace) and place.guild.id == guild_id:
                governing = await self._governing(place, guild)
                if _is_public(place, governing):
                    names[channel_id] = place.name
        return names

    async def _fetch(self, channel_id: int) -> GuildPlace | discord.abc.PrivateChannel:
        async with self._call():
            return await self._client.fetch_channel(channel_id)

    async def _fetch_guild(self, guild_id: int) -> discord.Guild:
        async with self._call():
            return await self._client.fetch_guild(guild_id, with_counts=False)

    async def _permissions(self, place: GuildPlace) -> tuple[GuildChannel, discord.Permissions]:
        """Return the channel whose permissions hold in a place, and ours there."""
        guild = await self._fetch_guild(place.guild.id)
        governing = await self._governing(place, guild)
        async with self._call():
            me = await guild.fetch_member(self._own_id())
        return governing, governing.permissions_for(me)

    async def _governing(self, place: GuildPlace, guild: discord.Guild) -> GuildChannel:
        """Return the channel whose permissions hold: a thread's parent, joined to the guild's fresh roles."""
        channel: object = place
        if isinstance(place, discord.Thread):
            channel = await self._fetch(place.parent_id)
        if not isinstance(channel, GuildChannel):
            raise NoAccessError(_("I cannot see the channel of that thread."))
        channel.guild = guild
        return channel

    def _own_id(self) -> int:
        user = self._client.user
        if user is None:
            raise NoAccessError(_("The bot is not logged in."))
        return user.id

    def _call(self) -> AbstractAsyncContextManager[None]:
        return discord_call(deadline_seconds=self._deadline)


def _is_public(place: GuildPlace, governing: GuildChannel) -> bool:
    if isinstance(place, discord.Thread) and place.is_private():
        return False
    return governing.permissions_for(governing.guild.default_role).view_channel
