"""Who may do what: permission bits, and Discord's own order of computing them (its documentation, "Permissions")."""

from enum import IntFlag

from bot.demo.loopback.world.models import Channel, Guild, Membership, Overwrite


class Permission(IntFlag):
    """Discord's permission bits, as far as the loopback asks for them."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


ALL = (1 << 53) - 1
"""What an owner and an administrator have."""

MEMBERS = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What everybody has in a new guild, roughly."""

BOT = MEMBERS | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.MANAGE_WEBHOOKS
"""What the bot's role has when nothing else is asked for."""


def in_guild(guild: Guild, user_id: int) -> int:
    """Return a member's bits in the guild as a whole; 0 for a stranger."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if guild.owner_id == user_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        bits |= guild.roles[role_id].permissions
    return ALL if bits & Permission.ADMINISTRATOR else bits


def in_channel(guild: Guild, channel: Channel, user_id: int) -> int:
    """Return a member's bits in a channel; for a thread, give its parent.

    The base is overwritten by @everyone, then by the roles together, then by the member; without VIEW_CHANNEL
    nothing else counts.
    """
    bits = in_guild(guild, user_id)
    if bits == ALL or user_id not in guild.members:
        return bits
    bits = _overwritten(bits, channel, guild.members[user_id], guild.id)
    return bits if bits & Permission.VIEW_CHANNEL else 0


def _overwritten(bits: int, channel: Channel, member: Membership, everyone_id: int) -> int:
    bits = _apply(bits, channel.overwrites.get(everyone_id))
    of_roles = [channel.overwrites[role] for role in member.role_ids if role in channel.overwrites]
    deny = allow = 0
    for overwrite in of_roles:
        deny |= overwrite.deny
        allow |= overwrite.allow
    return _apply((bits & ~deny) | allow, channel.overwrites.get(member.user_id))


def _apply(bits: int, overwrite: Overwrite | None) -> int:
    return bits if overwrite is None else (bits & ~overwrite.deny) | overwrite.allow
