"""First answers to interactions."""

from bot.demo.loopback.interactions.models import CallbackType, Interaction
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world.models import Json


async def answer(call: Call) -> Answer:
    """Answer POST …/callback: 204, or with `with_response` what came of it."""
    interaction = call.core.interactions.answer(
        call.id("interaction_id"), call.path["interaction_token"], call.body, call.files
    )
    if call.query.get("with_response", "").lower() not in ("true", "1"):
        return None
    call.status = 200
    return _outcome(call, interaction)


def _outcome(call: Call, interaction: Interaction) -> Json:
    about: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "channel_id": str(interaction.channel_id),
    }
    if interaction.guild_id is not None:
        about["guild_id"] = str(interaction.guild_id)
    message = interaction.original
    assert interaction.callback is not None
    resource: Json = {"type": int(interaction.callback)}
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = message.is_loading
        about["response_message_ephemeral"] = message.is_ephemeral
        if interaction.callback in (CallbackType.MESSAGE, CallbackType.UPDATE):
            resource["message"] = call.shown(message)
    has_resource = interaction.callback in (CallbackType.MESSAGE, CallbackType.UPDATE)
    return {"interaction": about, "resource": resource} if has_resource else {"interaction": about}


ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", answer, status=204, needs_token=False),
)
