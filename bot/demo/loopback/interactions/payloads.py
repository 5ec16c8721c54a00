"""What INTERACTION_CREATE tells the bot."""

from bot.demo.loopback.interactions.models import CommandType, Interaction, InteractionType
from bot.demo.loopback.world import message_payloads, payloads, permissions
from bot.demo.loopback.world.models import Channel, Json, Message
from bot.demo.loopback.world.world import World

ATTACHMENT_LIMIT = 10 * 1024 * 1024
GUILD_INSTALL = "0"


def interaction(world: World, one: Interaction, application_id: int) -> Json:
    """Return the body of INTERACTION_CREATE, with the member's and the bot's permissions in the channel."""
    channel = world.channels[one.channel_id]
    body: Json = {
        "id": str(one.id),
        "application_id": str(application_id),
        "type": int(one.type),
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(channel.id),
        "channel": partial_channel(world, channel, one.user_id),
        "app_permissions": str(world.bits(world.bot.id, channel)),
        "locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": ATTACHMENT_LIMIT,
        "authorizing_integration_owners": owners(one.guild_id),
        "context": 0 if one.guild_id is not None else 1,
    }
    user = world.users[one.user_id]
    if one.guild_id is None:
        body["user"] = payloads.user(user)
    else:
        guild = world.guilds[one.guild_id]
        member = payloads.member(guild.members[user.id], user)
        body["member"] = {**member, "permissions": str(world.bits(user.id, channel))}
        body["guild_id"] = str(guild.id)
        body["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        body["guild_locale"] = "en-US"
    if one.source is not None:
        body["message"] = message_payloads.message(world, one.source)
    return body


def owners(guild_id: int | None) -> Json:
    """Return who installed the app: the guild, or (in a direct conversation) the id 0."""
    return {GUILD_INSTALL: str(guild_id or 0)}


def partial_channel(world: World, channel: Channel, user_id: int) -> Json:
    """Return a channel as interactions carry it, with the user's permissions in it."""
    body = payloads.channel(channel, world.users)
    return {**body, "permissions": str(world.bits(user_id, channel))}


def metadata(world: World, one: Interaction) -> Json:
    """Return `interaction_metadata` for a message that answers an interaction."""
    kind = 2 if one.type == InteractionType.AUTOCOMPLETE else int(one.type)
    body: Json = {
        "id": str(one.id),
        "type": kind,
        "user": payloads.user(world.users[one.user_id]),
        "authorizing_integration_owners": owners(one.guild_id),
    }
    if one.type == InteractionType.COMPONENT and one.source is not None:
        body["interacted_message_id"] = str(one.source.id)
    if one.type == InteractionType.MODAL_SUBMIT and one.cause is not None:
        body["triggering_interaction_metadata"] = metadata(world, one.cause)
    target = one.data.get("target_id")
    if target is not None:
        is_message = one.data.get("type") == CommandType.MESSAGE
        body["target_message_id" if is_message else "target_user"] = (
            target if is_message else payloads.user(world.users[int(target)])
        )
    return body


def resolved_messages(world: World, messages: list[Message]) -> Json:
    """Return `resolved` for a message menu. Its text comes along without the message content intent."""
    return {"messages": {str(one.id): message_payloads.message(world, one) for one in messages}}


def resolved(world: World, guild_id: int | None, ids: dict[str, list[int]], *, channel_viewer: int) -> Json:
    """Return `resolved` for ids of users, roles and channels, by those three names."""
    body: Json = {}
    if ids.get("users"):
        body["users"] = {str(one): payloads.user(world.users[one]) for one in ids["users"]}
        if guild_id is not None:
            members = world.guilds[guild_id].members
            body["members"] = {
                str(one): {**payloads.member(members[one], None), "permissions": str(_guild_bits(world, guild_id, one))}
                for one in ids["users"]
                if one in members
            }
    if ids.get("roles") and guild_id is not None:
        body["roles"] = {str(one): payloads.role(world.guilds[guild_id].roles[one]) for one in ids["roles"]}
    if ids.get("channels"):
        body["channels"] = {
            str(one): partial_channel(world, world.channels[one], channel_viewer) for one in ids["channels"]
        }
    return body


def _guild_bits(world: World, guild_id: int, user_id: int) -> int:
    return permissions.in_guild(world.guilds[guild_id], user_id)
