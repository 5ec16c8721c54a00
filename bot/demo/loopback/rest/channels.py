"""Channels and threads: read, change, delete, open, join, list the archived."""

from datetime import datetime

from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import limits, payloads
from bot.demo.loopback.world.models import Channel, ChannelType, Json
from bot.demo.loopback.world.permissions import Permission

PAGE = 50
HIGHEST_PAGE = 100
DEFAULT_ARCHIVE_MINUTES = 4320


async def get_channel(call: Call) -> Answer:
    """Answer GET /channels/{channel_id}."""
    return _shown(call, call.channel())


async def change_channel(call: Call) -> Answer:
    """Answer PATCH /channels/{channel_id}; for a thread its own rules count, for a channel MANAGE_CHANNELS."""
    channel = call.channel()
    if channel.thread is not None:
        call.world.require_may_change(call.world.bot.id, channel, call.body)
        call.world.change_thread(channel, call.body)
        return _shown(call, channel)
    call.channel(Permission.MANAGE_CHANNELS)
    channel.name = call.body.get("name") or channel.name
    channel.topic = call.body.get("topic", channel.topic)
    call.world.emit(call.world.channel_event("CHANNEL_UPDATE", channel))
    return _shown(call, channel)


async def delete_channel(call: Call) -> Answer:
    """Answer DELETE /channels/{channel_id}: MANAGE_THREADS for a thread, MANAGE_CHANNELS for a channel."""
    channel = call.channel()
    call.channel(Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS)
    body = _shown(call, channel)
    call.world.remove_channel(channel)
    return body


async def open_thread_of_message(call: Call) -> Answer:
    """Answer POST …/messages/{message_id}/threads; the thread gets the message's id."""
    message = call.message(Permission.CREATE_PUBLIC_THREADS)
    if call.channel().type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise refusal(50024)
    name, minutes = call.body.get("name", ""), _archive_minutes(call.body)
    return _shown(call, call.world.open_thread(call.world.bot, message, name, auto_archive_minutes=minutes))


async def open_thread(call: Call) -> Answer:
    """Answer POST …/threads: a forum's post with its first message, or a thread on no message."""
    world, parent = call.world, call.channel()
    name, minutes = call.body.get("name", ""), _archive_minutes(call.body)
    if parent.type != ChannelType.FORUM:
        is_private = int(call.body.get("type") or ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
        call.channel(Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS)
        thread = world.open_loose_thread(world.bot, parent, name, is_private=is_private, auto_archive_minutes=minutes)
        return _shown(call, thread)
    first = call.body.get("message")
    if not isinstance(first, dict):
        raise invalid_form({"message": ("BASE_TYPE_REQUIRED", "This field is required")})
    call.channel(Permission.SEND_MESSAGES)
    tag_ids = [int(one) for one in call.body.get("applied_tags") or ()]
    limits.check_message(first, has_files=bool(call.files))
    thread = world.open_forum_post(world.bot, parent, name, tag_ids=tag_ids, auto_archive_minutes=minutes)
    message = world.post(world.bot, thread, first, files=call.files, message_id=thread.id)
    return {**_shown(call, thread), "message": call.shown(message)}


async def list_archived(call: Call) -> Answer:
    """Answer GET …/threads/archived/public, newest archived first; `before` is a time, not an id."""
    parent, world = call.channel(Permission.READ_MESSAGE_HISTORY), call.world
    before = datetime.fromisoformat(call.query["before"]) if call.query.get("before") else None
    found = [
        (one.thread.changed_at, one)
        for one in world.channels.values()
        if one.parent_id == parent.id and one.thread is not None and one.thread.is_archived
    ]
    kept = sorted(
        (pair for pair in found if before is None or pair[0] < before), key=lambda pair: pair[0], reverse=True
    )
    limit = call.number("limit", PAGE)
    page = [one for _, one in kept[:limit]]
    joined = [one for one in page if one.thread is not None and world.bot.id in one.thread.member_ids]
    return {
        "threads": [payloads.thread(one, viewer_id=world.bot.id) for one in page],
        "members": [payloads.thread_member(one, world.bot.id) for one in joined],
        "has_more": len(kept) > limit,
    }


async def join(call: Call) -> Answer:
    """Answer PUT …/thread-members/@me."""
    thread = call.channel()
    if thread.thread is None:
        raise refusal(50024)
    if thread.thread.is_archived:
        raise refusal(50083)
    call.world.join_thread(thread, call.world.bot.id)
    return None


def _shown(call: Call, channel: Channel) -> Json:
    if channel.thread is not None:
        return payloads.thread(channel, viewer_id=call.world.bot.id)
    return payloads.channel(channel, call.world.users)


def _archive_minutes(body: Json) -> int:
    return int(body.get("auto_archive_duration") or DEFAULT_ARCHIVE_MINUTES)


ROUTES = (
    Route("GET", "/channels/{channel_id}", get_channel),
    Route("PATCH", "/channels/{channel_id}", change_channel),
    Route("DELETE", "/channels/{channel_id}", delete_channel),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", open_thread_of_message, status=201),
    Route("POST", "/channels/{channel_id}/threads", open_thread, status=201),
    Route("GET", "/channels/{channel_id}/threads/archived/public", list_archived),
    Route("PUT", "/channels/{channel_id}/thread-members/@me", join),
)
