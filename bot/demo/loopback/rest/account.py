"""The bot's own account, its application, other users, and where the gateway is."""

from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.gateway.bodies import application_flags
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import payloads, permissions
from bot.demo.loopback.world.models import Json


async def get_own_user(call: Call) -> Answer:
    """Answer GET /users/@me."""
    return {**payloads.user(call.world.bot), "mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}


async def get_user(call: Call) -> Answer:
    """Answer GET /users/{user_id}."""
    user = call.world.users.get(call.id("user_id"))
    if user is None:
        raise refusal(10013)
    return payloads.user(user)


async def get_own_application(call: Call) -> Answer:
    """Answer GET /oauth2/applications/@me."""
    owner = next((one for one in call.world.users.values() if not one.is_bot), call.world.bot)
    flags = application_flags(call.core.approved_intents)
    return {
        "id": str(call.world.bot.id),
        "name": call.world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "verify_key": "0" * 64,
        "bot_public": True,
        "bot_require_code_grant": False,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.user(owner),
        "approximate_guild_count": len(call.world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "bot": payloads.user(call.world.bot),
    }


async def get_own_guilds(call: Call) -> Answer:
    """Answer GET /users/@me/guilds."""
    bot_id = call.world.bot.id
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": guild.owner_id == bot_id,
            "permissions": str(permissions.in_guild(guild, bot_id)),
            "features": [],
        }
        for guild in call.world.guilds.values()
        if guild.has_bot
    ]


async def open_dm(call: Call) -> Answer:
    """Answer POST /users/@me/channels. Opening works with everybody; sending may then refuse with 50007."""
    recipient = str(call.body.get("recipient_id") or "")
    user = call.world.users.get(int(recipient)) if recipient.isdigit() else None
    if user is None:
        raise invalid_form({"recipient_id": ("BASE_TYPE_REQUIRED", "This field is required")})
    return payloads.channel(call.world.dm_channel(user), call.world.users)


async def get_gateway(call: Call) -> Answer:
    """Answer GET /gateway."""
    return {"url": call.core.gateway_url}


async def get_gateway_for_bots(call: Call) -> Answer:
    """Answer GET /gateway/bot: one shard, as many starts as anybody needs."""
    starts: Json = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": call.core.gateway_url, "shards": 1, "session_start_limit": starts}


ROUTES = (
    Route("GET", "/users/@me", get_own_user),
    Route("GET", "/users/@me/guilds", get_own_guilds),
    Route("POST", "/users/@me/channels", open_dm),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/oauth2/applications/@me", get_own_application),
    Route("GET", "/gateway", get_gateway, needs_token=False),
    Route("GET", "/gateway/bot", get_gateway_for_bots),
)
