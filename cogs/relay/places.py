"""Where replies can be, told from what the gateway knows, without a query."""

import discord


def may_hold_replies(client: discord.Client, guild_id: int | None, channel_id: int) -> bool:
    """Return whether this can be a thread; an archived one is in no cache, so what is no channel may be one."""
    guild = client.get_guild(guild_id) if guild_id else None
    return guild is not None and guild.get_channel(channel_id) is None
