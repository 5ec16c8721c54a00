"""Turns discord.py's messages and interactions into the values that the services know."""

from collections.abc import Mapping

import discord

from bot.domain.errors import UserError
from bot.domain.models import Actor, Reply
from bot.domain.translation import _


def reply_from(
    message: discord.Message,
    *,
    guild_id: int,
    channel_names: Mapping[int, str],
    is_content_told: bool,
    writer_name: str | None = None,
) -> Reply:
    """Return a member's message as a value.

    `is_content_told`: an empty content is truly empty, not withheld for want of the message content intent.
    `writer_name` is the name in the guild, where the caller knows it better than the message does.
    """
    reference = message.reference
    return Reply(
        message_id=message.id,
        channel_id=message.channel.id,
        guild_id=guild_id,
        writer_id=message.author.id,
        writer_name=writer_name or message.author.display_name,
        content=message.content if message.content or is_content_told else None,
        edited_at=message.edited_at,
        is_bot=message.author.bot,
        is_webhook=message.webhook_id is not None,
        is_forwarded=_is_forwarded(message),
        is_system=message.is_system(),
        has_attachments=bool(message.attachments or message.stickers),
        replied_to_message_id=reference.message_id if reference and message.type is discord.MessageType.reply else None,
        channel_names=dict(channel_names),
    )


def reply_from_menu(interaction: discord.Interaction, message: discord.Message) -> Reply:
    """Return the message that somebody picked in its Apps menu; its text is always told there."""
    is_own = message.author.id == interaction.user.id
    return reply_from(
        message,
        guild_id=_guild_id(interaction),
        channel_names=_public_channel_names(interaction.guild, message),
        is_content_told=True,
        writer_name=interaction.user.display_name if is_own else None,
    )


def reply_from_event(message: discord.Message, *, is_content_told: bool) -> Reply | None:
    """Return the message of a gateway event; None for one of no server."""
    if message.guild is None:
        return None
    return reply_from(
        message,
        guild_id=message.guild.id,
        channel_names=_public_channel_names(message.guild, message),
        is_content_told=is_content_told,
    )


def actor_from(interaction: discord.Interaction) -> Actor:
    """Return who did this, with the rights that Discord sent along; UserError outside of a server."""
    guild_id = _guild_id(interaction)
    user = interaction.user
    roles = user.roles if isinstance(user, discord.Member) else []
    rights = interaction.permissions
    return Actor(
        user_id=user.id,
        guild_id=guild_id,
        name=user.display_name,
        role_ids=frozenset(role.id for role in roles if not role.is_default()),
        may_manage_guild=rights.manage_guild or rights.administrator,
        is_bot=user.bot,
    )


def _guild_id(interaction: discord.Interaction) -> int:
    if interaction.guild_id is None:
        raise UserError(_("This works in a server only."))
    return interaction.guild_id


def _is_forwarded(message: discord.Message) -> bool:
    is_reference = message.reference is not None and message.reference.type is discord.MessageReferenceType.forward
    return is_reference or bool(message.message_snapshots)


def _public_channel_names(guild: discord.Guild | None, message: discord.Message) -> dict[int, str]:
    """Return the names of mentioned channels that everybody sees, as far as the gateway told them to us."""
    if guild is None or not message.raw_channel_mentions:
        return {}
    everyone = guild.default_role
    names: dict[int, str] = {}
    for channel_id in message.raw_channel_mentions:
        channel = guild.get_channel_or_thread(channel_id)
        if isinstance(channel, discord.Thread):
            is_public = channel.parent is not None and not channel.is_private()
            is_public = is_public and channel.permissions_for(everyone).view_channel
        else:
            is_public = channel is not None and channel.permissions_for(everyone).view_channel
        if channel is not None and is_public:
            names[channel_id] = channel.name
    return names
