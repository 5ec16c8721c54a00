"""Who pressed something, also where Discord does not say what they may: in a direct message."""

import discord

from bot.domain.errors import UserError
from bot.domain.models import Actor
from bot.domain.translation import _

from .channels import ChannelReader
from .replies import actor_from


async def actor_in(interaction: discord.Interaction, guild_id: int | None) -> Actor:
    """Return who did this as a member of the guild that it is about.

    In that guild the rights come with the interaction; in a direct message they are read afresh.
    UserError for who is not a member there, or when the guild is not known.
    """
    if interaction.guild_id is not None:
        return actor_from(interaction)
    user = interaction.user
    member = None if guild_id is None else await ChannelReader(interaction.client).member(guild_id, user.id)
    if guild_id is None or member is None:
        raise UserError(_("That is about a server that you are not in any more."))
    return Actor(
        user_id=user.id,
        guild_id=guild_id,
        name=member.name,
        role_ids=member.role_ids,
        may_manage_guild=member.may_manage_guild,
        is_bot=user.bot,
    )
