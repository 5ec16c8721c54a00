"""Messages of a channel: read, send, edit, delete, and the typing sign."""

from bot.demo.loopback.errors import bad_length, refusal
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world.models import MessageFlag, MessageType
from bot.demo.loopback.world.permissions import Permission

PAGE = 50
HIGHEST_PAGE = 100
SYSTEM_TYPES = (MessageType.THREAD_STARTER_MESSAGE,)


async def list_messages(call: Call) -> Answer:
    """Answer GET …/messages, newest first. Without READ_MESSAGE_HISTORY there are none (Discord's documentation)."""
    channel = call.channel()
    if not call.world.may(call.world.bot.id, Permission.READ_MESSAGE_HISTORY, channel):
        return []
    limit = call.limit(PAGE, HIGHEST_PAGE)
    everything = sorted(call.world.messages_by_channel[channel.id].values(), key=lambda one: one.id)
    everything = [one for one in everything if not one.is_ephemeral]
    after, before, around = call.number("after", -1), call.number("before", -1), call.number("around", -1)
    if around >= 0:
        older = [one for one in everything if one.id < around][-(limit // 2) :]
        page = [*older, *(one for one in everything if one.id >= around)][:limit]
    elif after >= 0:
        page = [one for one in everything if one.id > after][:limit]
    else:
        page = [one for one in everything if before < 0 or one.id < before][-limit:]
    return [call.shown(message) for message in reversed(page)]


async def get_message(call: Call) -> Answer:
    """Answer GET …/messages/{message_id}: needs READ_MESSAGE_HISTORY."""
    return call.shown(call.message(Permission.READ_MESSAGE_HISTORY))


async def create_message(call: Call) -> Answer:
    """Answer POST …/messages. With `enforce_nonce` an earlier message of the same nonce is the answer."""
    world, channel = call.world, call.channel()
    world.require_may_send(world.bot.id, channel, call.body, has_files=bool(call.files))
    earlier = world.earlier_with_nonce(world.bot.id, call.body)
    return call.shown(earlier or world.post(world.bot, channel, call.body, files=call.files))


async def edit_message(call: Call) -> Answer:
    """Answer PATCH …/messages/{message_id}: one's own; of others' only SUPPRESS_EMBEDS, with MANAGE_MESSAGES."""
    message = call.message()
    if message.author_id != call.world.bot.id or message.webhook_id is not None:
        if set(call.body) - {"flags"}:
            raise refusal(50005)
        call.channel(Permission.MANAGE_MESSAGES)
        message.flags |= int(call.body.get("flags") or 0) & MessageFlag.SUPPRESS_EMBEDS
        call.world.tell("MESSAGE_UPDATE", message)
        return call.shown(message)
    if call.body.get("embeds"):
        call.channel(Permission.EMBED_LINKS)
    call.world.edit(message, call.body, files=call.files)
    return call.shown(message)


async def delete_message(call: Call) -> Answer:
    """Answer DELETE …/messages/{message_id}: one's own, others' with MANAGE_MESSAGES."""
    message = call.message()
    if message.type in SYSTEM_TYPES:
        raise refusal(50021)
    if message.author_id != call.world.bot.id:
        call.channel(Permission.MANAGE_MESSAGES)
    call.world.delete(message)
    return None


async def bulk_delete(call: Call) -> Answer:
    """Answer POST …/messages/bulk-delete: 2 to 100 ids, with MANAGE_MESSAGES."""
    channel = call.channel(Permission.MANAGE_MESSAGES)
    ids = [int(one) for one in call.body.get("messages", [])]
    if not 2 <= len(ids) <= HIGHEST_PAGE:
        raise bad_length("messages", 2, HIGHEST_PAGE)
    call.world.delete_many(channel, ids)
    return None


async def type_something(call: Call) -> Answer:
    """Answer POST …/typing."""
    channel = call.channel()
    call.world.require_may_send(call.world.bot.id, channel, {})
    return None


ROUTES = (
    Route("GET", "/channels/{channel_id}/messages", list_messages),
    Route("POST", "/channels/{channel_id}/messages", create_message),
    Route("POST", "/channels/{channel_id}/messages/bulk-delete", bulk_delete),
    Route("GET", "/channels/{channel_id}/messages/{message_id}", get_message),
    Route("PATCH", "/channels/{channel_id}/messages/{message_id}", edit_message),
    Route("DELETE", "/channels/{channel_id}/messages/{message_id}", delete_message),
    Route("POST", "/channels/{channel_id}/typing", type_something),
)
