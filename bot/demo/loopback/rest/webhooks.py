"""Webhooks: a channel's own, and interactions' tokens, which share their routes."""

import secrets

from bot.demo.loopback.errors import bad_length, invalid_form, refusal
from bot.demo.loopback.interactions.models import Interaction
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.events import plain
from bot.demo.loopback.world.models import Json, Message, Webhook
from bot.demo.loopback.world.permissions import Permission

HIGHEST = 15
FORBIDDEN_WORDS = ("clyde", "discord")
MESSAGE = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


async def create_webhook(call: Call) -> Answer:
    """Answer POST /channels/{channel_id}/webhooks: MANAGE_WEBHOOKS, 15 a channel, no reserved words."""
    channel = call.channel(Permission.MANAGE_WEBHOOKS)
    name = str(call.body.get("name") or "")
    if not 1 <= len(name) <= 80:
        raise bad_length("name", 1, 80)
    if any(word in name.lower() for word in FORBIDDEN_WORDS):
        raise invalid_form({"name": ("USERNAME_INVALID_CONTAINS", "Username cannot contain a reserved word")})
    if sum(one.channel_id == channel.id for one in call.world.webhooks.values()) >= HIGHEST:
        raise refusal(30007)
    webhook = Webhook(call.world.next_id(), secrets.token_urlsafe(48), channel.id, name, call.world.bot.id)
    call.world.webhooks[webhook.id] = webhook
    body = {"guild_id": str(channel.guild_id), "channel_id": str(channel.id)}
    call.world.emit(plain("WEBHOOKS_UPDATE", body, guild_id=channel.guild_id, channel_id=channel.id))
    return _shown(call, webhook)


async def list_webhooks(call: Call) -> Answer:
    """Answer GET /channels/{channel_id}/webhooks."""
    channel = call.channel(Permission.MANAGE_WEBHOOKS)
    return [_shown(call, one) for one in call.world.webhooks.values() if one.channel_id == channel.id]


async def execute(call: Call) -> Answer:
    """Answer POST /webhooks/{id}/{token}: a webhook's message (also into a thread), or an interaction's followup."""
    interaction = _interaction(call)
    if interaction is not None:
        return call.shown(call.core.interactions.follow_up(interaction, call.body, call.files))
    webhook = _webhook(call)
    channel = call.world.channel(webhook.channel_id)
    if call.query.get("thread_id"):
        channel = call.world.channel(int(call.query["thread_id"]))
        if channel.parent_id != webhook.channel_id:
            raise refusal(10003)
        if channel.thread is not None and channel.thread.is_locked and channel.thread.is_archived:
            raise refusal(50083)
    message = call.world.post(call.world.bot, channel, call.body, files=call.files, webhook=webhook)
    if call.query.get("wait", "").lower() not in ("true", "1"):
        call.status = 204
        return None
    return call.shown(message)


async def get_message(call: Call) -> Answer:
    """Answer GET of a webhook's or an interaction's message."""
    return call.shown(_message(call))


async def edit_message(call: Call) -> Answer:
    """Answer PATCH of a webhook's or an interaction's message."""
    message, interaction = _message(call), _interaction(call)
    if interaction is not None:
        call.core.interactions.edit(interaction, message, call.body, call.files)
    else:
        call.world.edit(message, call.body, files=call.files)
    return call.shown(message)


async def delete_message(call: Call) -> Answer:
    """Answer DELETE of a webhook's or an interaction's message."""
    message, interaction = _message(call), _interaction(call)
    if interaction is not None:
        call.core.interactions.delete(interaction, message)
    else:
        call.world.delete(message)
    return None


def _interaction(call: Call) -> Interaction | None:
    if call.id("webhook_id") != call.world.bot.id:
        return None
    return call.core.interactions.by_token(call.path["webhook_token"])


def _webhook(call: Call) -> Webhook:
    webhook = call.world.webhooks.get(call.id("webhook_id"))
    if webhook is None:
        raise refusal(10015)
    if webhook.token != call.path["webhook_token"]:
        raise refusal(50027)
    return webhook


def _message(call: Call) -> Message:
    interaction, which = _interaction(call), call.path["message_id"]
    if interaction is not None:
        return call.core.interactions.message(interaction, which)
    webhook = _webhook(call)
    message = call.world.find_message(int(which)) if which.isdigit() else None
    if message is None or message.webhook_id != webhook.id:
        raise refusal(10008)
    return message


def _shown(call: Call, one: Webhook) -> Json:
    guild_id = call.world.channel(one.channel_id).guild_id
    creator = call.world.users[one.creator_id]
    return payloads.webhook(
        one, guild_id=guild_id, application_id=call.world.bot.id, creator=creator, base_url=call.core.api_url
    )


ROUTES = (
    Route("POST", "/channels/{channel_id}/webhooks", create_webhook),
    Route("GET", "/channels/{channel_id}/webhooks", list_webhooks),
    Route("POST", "/webhooks/{webhook_id}/{webhook_token}", execute, needs_token=False),
    Route("GET", MESSAGE, get_message, needs_token=False),
    Route("PATCH", MESSAGE, edit_message, needs_token=False),
    Route("DELETE", MESSAGE, delete_message, needs_token=False),
)
