"""The bodies of events that only the gateway itself sends."""

from collections.abc import Sequence

from bot.demo.loopback.gateway.intents import Intent
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.models import Guild, Json
from bot.demo.loopback.world.state import State


def ready(
    world: State,
    guilds: Sequence[Guild],
    *,
    session_id: str,
    shard: tuple[int, int],
    gateway_url: str,
    approved_intents: int,
) -> Json:
    """Return the body of READY: guilds are unavailable until their GUILD_CREATE, and a resume stays on loopback."""
    return {
        "v": 10,
        "user": payloads.user(world.bot),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session_id,
        "session_type": "normal",
        "resume_gateway_url": gateway_url,
        "shard": list(shard),
        "private_channels": [],
        "application": {"id": str(world.bot.id), "flags": application_flags(approved_intents)},
    }


def members_chunk(world: State, asked: Json) -> Json:
    """Return the body of GUILD_MEMBERS_CHUNK: the members with the ids asked for, or whose name begins so."""
    guild = world.guilds[int(asked["guild_id"])]
    named = asked.get("user_ids") or ()
    ids = {int(one) for one in ([named] if isinstance(named, str | int) else named)}
    query = str(asked.get("query") or "").lower()
    members = [
        payloads.member(membership, world.users[user_id])
        for user_id, membership in guild.members.items()
        if (user_id in ids if ids else world.users[user_id].name.startswith(query))
    ]
    body: Json = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1, "not_found": []}
    if "nonce" in asked:
        body["nonce"] = asked["nonce"]
    return body


def application_flags(approved_intents: int) -> int:
    """Return the application's flags that say which privileged intents it has (the "limited" ones)."""
    flags = 1 << 13 if approved_intents & Intent.GUILD_PRESENCES else 0
    flags |= 1 << 15 if approved_intents & Intent.GUILD_MEMBERS else 0
    return flags | (1 << 19 if approved_intents & Intent.MESSAGE_CONTENT else 0)
