"""Messages as Discord's JSON objects."""

from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.models import Attachment, Json, Message
from bot.demo.loopback.world.snowflakes import created_at
from bot.demo.loopback.world.state import State


def message(world: State, one: Message, *, has_content: bool = True, with_reference: bool = True) -> Json:
    """Return a message object.

    Without the content its `content`, `embeds`, `attachments` and `components` are empty, except where Discord's
    documentation makes exceptions: the bot's own messages, direct messages and messages that mention the bot.
    """
    shows = has_content or is_exempt(world, one)
    channel = world.channels[one.channel_id]
    body: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "author": author(world, one),
        "type": int(one.type),
        "content": one.content if shows else "",
        "timestamp": created_at(one.id).isoformat(),
        "edited_timestamp": one.edited_at.isoformat() if one.edited_at else None,
        "tts": False,
        "pinned": False,
        "flags": int(one.flags),
        "mention_everyone": one.mentions_everyone,
        "mentions": [payloads.user(world.users[user_id]) for user_id in one.mentioned_user_ids],
        "mention_roles": [str(role_id) for role_id in one.mentioned_role_ids],
        "attachments": [attachment(each) for each in one.attachments] if shows else [],
        "embeds": list(one.embeds) if shows else [],
        "components": list(one.components) if shows else [],
    }
    if one.nonce is not None:
        body["nonce"] = one.nonce
    if one.reactions:
        body["reactions"] = [_reaction(world, emoji, users) for emoji, users in one.reactions.items()]
    if one.webhook_id is not None:
        body["webhook_id"] = str(one.webhook_id)
    if one.author_id == world.bot.id:
        body["application_id"] = str(world.bot.id)
    if one.interaction is not None:
        body["interaction_metadata"] = one.interaction
    if one.thread_id in world.channels:
        body["thread"] = payloads.thread(world.channels[one.thread_id])
    if channel.thread is not None:
        body["position"] = channel.thread.message_count
    if one.reference is not None:
        body["message_reference"] = one.reference
        if with_reference:
            body |= _referenced(world, one, has_content=has_content)
    return body


def gateway_message(world: State, one: Message, *, has_content: bool) -> Json:
    """Return a message as the gateway tells it: with guild and member."""
    body = message(world, one, has_content=has_content)
    channel = world.channels[one.channel_id]
    if channel.guild_id is not None:
        guild = world.guilds[channel.guild_id]
        body["guild_id"] = str(guild.id)
        if one.webhook_id is None and one.author_id in guild.members:
            body["member"] = payloads.member(guild.members[one.author_id], None)
    body["channel_type"] = int(channel.type)
    return body


def is_exempt(world: State, one: Message) -> bool:
    """Return whether a message shows its content without the message content intent."""
    is_own = one.author_id == world.bot.id
    is_direct = world.channels[one.channel_id].guild_id is None
    return is_own or is_direct or world.bot.id in one.mentioned_user_ids


def author(world: State, one: Message) -> Json:
    """Return who wrote it; for a webhook its name, under the webhook's id."""
    if one.webhook_id is None or one.webhook_id not in world.webhooks:
        return payloads.user(world.users[one.author_id])
    shown = payloads.user(world.bot)
    return {**shown, "id": str(one.webhook_id), "username": one.webhook_name, "global_name": None}


def attachment(one: Attachment) -> Json:
    """Return an attachment object."""
    body: Json = {
        "id": str(one.id),
        "filename": one.filename,
        "size": len(one.content),
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
    }
    if one.description is not None:
        body["description"] = one.description
    return body


def emoji(text: str) -> Json:
    """Return an emoji object from what a reaction's route carries: the emoji, or `name:id`."""
    name, _, custom_id = text.partition(":")
    return {"id": custom_id or None, "name": name}


def _reaction(world: State, text: str, users: list[int]) -> Json:
    return {
        "emoji": emoji(text),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "burst_me": False,
        "burst_count": 0,
        "me": world.bot.id in users,
    }


def _referenced(world: State, one: Message, *, has_content: bool) -> Json:
    assert one.reference is not None
    if one.snapshot is not None:
        whole = message(world, one.snapshot, with_reference=False)
        if not (has_content or is_exempt(world, one)):
            whole |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return {"message_snapshots": [{"message": {key: whole[key] for key in _SNAPSHOT_FIELDS}}]}
    channel_id, message_id = int(one.reference["channel_id"]), int(one.reference["message_id"])
    target = world.messages_by_channel.get(channel_id, {}).get(message_id)
    if target is None:
        return {"referenced_message": None}
    return {"referenced_message": message(world, target, has_content=has_content, with_reference=False)}


_SNAPSHOT_FIELDS = (
    "type",
    "content",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "timestamp",
    "edited_timestamp",
    "flags",
    "components",
)
