"""Which events a session asked for (Discord's documentation, "Gateway Intents")."""

from enum import IntFlag

from bot.demo.loopback.world.events import Event


class Intent(IntFlag):
    """Discord's intents, as far as the loopback has events for them."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
"""What has to be switched on in the developer portal; asking without it closes with 4014."""

_BY_PREFIX: tuple[tuple[str, int, int], ...] = (
    ("MESSAGE_REACTION", Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    ("MESSAGE", Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    ("GUILD_MEMBER", Intent.GUILD_MEMBERS, 0),
    ("GUILD", Intent.GUILDS, 0),
    ("CHANNEL", Intent.GUILDS, 0),
    ("THREAD", Intent.GUILDS, 0),
)


def wants(intents: int, event: Event) -> bool:
    """Return whether a session with these intents gets an event."""
    for prefix, in_guild, direct in _BY_PREFIX:
        if event.name.startswith(prefix):
            return bool(intents & (direct if event.guild_id is None else in_guild))
    return True
