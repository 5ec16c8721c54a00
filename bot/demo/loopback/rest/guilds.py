"""Guilds, their roles, channels, members and active threads."""

from bot.demo.loopback.errors import refusal
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.permissions import Permission


async def get_guild(call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}."""
    guild = call.guild()
    counts = {}
    if call.query.get("with_counts", "").lower() in ("true", "1"):
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return {**payloads.guild(guild), **counts}


async def get_roles(call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/roles."""
    return [payloads.role(role) for role in call.guild().roles.values()]


async def get_channels(call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/channels: no threads, but also channels that the bot cannot see."""
    guild = call.guild()
    channels = [one for one in call.world.channels.values() if one.guild_id == guild.id and one.thread is None]
    return [payloads.channel(one, call.world.users) for one in channels]


async def get_member(call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/members/{user_id}: works without the members intent; 10007 for a stranger."""
    guild = call.guild()
    membership = guild.members.get(call.id("user_id"))
    if membership is None:
        raise refusal(10007)
    return payloads.member(membership, call.world.users[membership.user_id])


async def get_active_threads(call: Call) -> Answer:
    """Answer GET /guilds/{guild_id}/threads/active, newest first, as far as the bot may see them."""
    world, guild = call.world, call.guild()
    threads = [one for one in world.active_threads(guild.id) if world.may(world.bot.id, Permission.VIEW_CHANNEL, one)]
    threads.sort(key=lambda one: one.id, reverse=True)
    joined = [one for one in threads if one.thread is not None and world.bot.id in one.thread.member_ids]
    return {
        "threads": [payloads.thread(one, viewer_id=world.bot.id) for one in threads],
        "members": [payloads.thread_member(one, world.bot.id) for one in joined],
        "has_more": False,
    }


ROUTES = (
    Route("GET", "/guilds/{guild_id}", get_guild),
    Route("GET", "/guilds/{guild_id}/roles", get_roles),
    Route("GET", "/guilds/{guild_id}/channels", get_channels),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Route("GET", "/guilds/{guild_id}/threads/active", get_active_threads),
)
