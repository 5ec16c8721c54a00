"""A whole guild as GUILD_CREATE tells it."""

from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.models import Guild, Json
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.state import State


def guild_create(world: State, guild: Guild, *, with_members: bool = False) -> Json:
    """Return the body of GUILD_CREATE as the bot gets it.

    Active threads only, and only those it may see; members only with their intent, else the bot alone
    (Discord's documentation, "Guild Create" and "Threads"). `unavailable: false` is what keeps discord.py from
    taking it for an invitation to a new guild.
    """
    channels = [one for one in world.channels.values() if one.guild_id == guild.id]
    members = [
        payloads.member(membership, world.users[user_id])
        for user_id, membership in guild.members.items()
        if with_members or user_id == world.bot.id
    ]
    return {
        **payloads.guild(guild),
        "joined_at": guild.members[world.bot.id].joined_at.isoformat(),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": members,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "channels": [payloads.channel(one, world.users) for one in channels if one.thread is None],
        "threads": [
            payloads.thread(one, viewer_id=world.bot.id)
            for one in channels
            if one.thread and not one.thread.is_archived and world.may(world.bot.id, Permission.VIEW_CHANNEL, one)
        ],
    }
