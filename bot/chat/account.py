"""Who a token belongs to and what that bot may do, asked over HTTP alone: the gateway is not joined."""

from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import discord

from bot.chat.channels import GuildChannel
from bot.chat.errors import discord_call
from bot.domain.errors import GoneError, UserError
from bot.domain.translation import _

DEADLINE_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A bot's name, its application, and whether that may read what members write."""

    name: str
    application_id: int
    may_read_content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRights:
    """What the bot may do in one channel. `own_bits` are those of its own roles, wherever they apply."""

    name: str
    guild_name: str
    bits: int
    own_bits: int
    is_public: bool
    is_forum: bool


class Account:
    """One login for a few questions; leave the block to close it. `wait_scale` multiplies the deadlines."""

    def __init__(self, *, wait_scale: float = 1.0) -> None:
        self._client = discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30.0)
        self._deadline = DEADLINE_SECONDS * wait_scale

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def log_in(self, token: str) -> AccountFacts:
        """Return whose token it is; UserError when Discord refuses it, TemporaryError when it does not answer."""
        async with discord_call(deadline_seconds=self._deadline):
            try:
                await self._client.login(token)
            except discord.LoginFailure as error:
                raise UserError(_("Discord does not know this token.")) from error
            application = await self._client.application_info()
        flags = application.flags
        return AccountFacts(
            name=application.name,
            application_id=application.id,
            may_read_content=flags.gateway_message_content or flags.gateway_message_content_limited,
        )

    async def channel_rights(self, channel_id: int) -> ChannelRights:
        """Return what the bot may do in the channel; GoneError or NoAccessError when it does not see it."""
        async with discord_call(deadline_seconds=self._deadline):
            channel = await self._client.fetch_channel(channel_id)
            if not isinstance(channel, GuildChannel):
                raise GoneError(_("That is not a channel of a server."))
            guild = await self._client.fetch_guild(channel.guild.id, with_counts=False)
            user = self._client.user
            member = await guild.fetch_member(user.id if user else 0)
        channel.guild = guild
        own = [role.permissions.value for role in member.roles if not role.is_default()]
        return ChannelRights(
            name=channel.name,
            guild_name=guild.name,
            bits=channel.permissions_for(member).value,
            own_bits=_united(own) & ~guild.default_role.permissions.value,
            is_public=channel.permissions_for(guild.default_role).view_channel,
            is_forum=isinstance(channel, discord.ForumChannel),
        )


def _united(bits: list[int]) -> int:
    united = 0
    for value in bits:
        united |= value
    return united
