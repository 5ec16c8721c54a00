"""Reactions to messages."""

from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.permissions import Permission

BASE = "/channels/{channel_id}/messages/{message_id}/reactions"
PAGE = 25
HIGHEST_PAGE = 100


async def add(call: Call) -> Answer:
    """Answer PUT …/{emoji}/@me."""
    call.world.react(call.world.bot.id, call.message(), call.path["emoji_name"])
    return None


async def remove_own(call: Call) -> Answer:
    """Answer DELETE …/{emoji}/@me; fine when it is not there."""
    message = call.message(Permission.READ_MESSAGE_HISTORY)
    call.world.unreact(call.world.bot.id, message, call.path["emoji_name"])
    return None


async def remove_of_user(call: Call) -> Answer:
    """Answer DELETE …/{emoji}/{user_id}: needs MANAGE_MESSAGES."""
    message = call.message(Permission.READ_MESSAGE_HISTORY, Permission.MANAGE_MESSAGES)
    call.world.unreact(call.id("user_id"), message, call.path["emoji_name"])
    return None


async def list_users(call: Call) -> Answer:
    """Answer GET …/{emoji}: who reacted, by id, 1 to 100 a page."""
    message = call.message(Permission.READ_MESSAGE_HISTORY)
    after = call.number("after", 0)
    users = sorted(one for one in message.reactions.get(call.path["emoji_name"], []) if one > after)
    return [payloads.user(call.world.users[one]) for one in users[: call.limit(PAGE, HIGHEST_PAGE)]]


ROUTES = (
    Route("PUT", BASE + "/{emoji_name}/@me", add),
    Route("DELETE", BASE + "/{emoji_name}/@me", remove_own),
    Route("DELETE", BASE + "/{emoji_name}/{user_id}", remove_of_user),
    Route("GET", BASE + "/{emoji_name}", list_users),
)
