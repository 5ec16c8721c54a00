"""Application commands: listing them and replacing them all, globally or in a guild."""

import re
from collections import Counter

from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.interactions.models import CommandType
from bot.demo.loopback.rest.call import Answer, Call, Route
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.models import Command, Json

HIGHEST = {CommandType.CHAT_INPUT: 100, CommandType.USER: 15, CommandType.MESSAGE: 15}
MAX_OPTIONS = 25
SLASH_NAME = re.compile(r"[-_'\w]{1,32}")


async def list_commands(call: Call) -> Answer:
    """Answer GET …/commands."""
    guild_id = _scope(call)
    return [payloads.command(one, call.world.bot.id) for one in _of_scope(call, guild_id)]


async def replace_commands(call: Call) -> Answer:
    """Answer PUT …/commands: what is not named goes, what keeps its name and type keeps its id."""
    guild_id = _scope(call)
    definitions: list[Json] = call.json if isinstance(call.json, list) else []
    _check(definitions)
    world = call.world
    earlier = {(one.name, one.type): one for one in _of_scope(call, guild_id)}
    for one in earlier.values():
        del world.commands[one.id]
    for definition in definitions:
        kind = int(definition.get("type") or CommandType.CHAT_INPUT)
        known = earlier.get((definition["name"], kind))
        command_id = known.id if known else world.next_id()
        is_same = known is not None and known.definition == definition
        version = known.version if known is not None and is_same else world.next_id()
        world.commands[command_id] = Command(command_id, definition["name"], kind, guild_id, definition, version)
    world.touch()
    return [payloads.command(one, world.bot.id) for one in _of_scope(call, guild_id)]


def _scope(call: Call) -> int | None:
    if call.id("application_id") != call.world.bot.id:
        raise refusal(10002)
    return call.guild().id if "guild_id" in call.path else None


def _of_scope(call: Call, guild_id: int | None) -> list[Command]:
    return [one for one in call.world.commands.values() if one.guild_id == guild_id]


def _check(definitions: list[Json]) -> None:
    counts = Counter(CommandType(int(one.get("type") or 1)) for one in definitions)
    for kind, count in counts.items():
        if count > HIGHEST[kind]:
            raise invalid_form({"_": ("APPLICATION_COMMAND_LIMIT", f"At most {HIGHEST[kind]} commands of this type.")})
    for index, one in enumerate(definitions):
        is_slash = int(one.get("type") or 1) == CommandType.CHAT_INPUT
        name = str(one.get("name") or "")
        is_well_named = bool(SLASH_NAME.fullmatch(name)) and name == name.lower() if is_slash else 1 <= len(name) <= 32
        if not is_well_named:
            raise invalid_form({f"{index}.name": ("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")})
        if is_slash and not 1 <= len(one.get("description") or "") <= 100:
            sentence = "Must be between 1 and 100 in length."
            raise invalid_form({f"{index}.description": ("BASE_TYPE_BAD_LENGTH", sentence)})
        if len(one.get("options") or []) > MAX_OPTIONS:
            raise invalid_form({f"{index}.options": ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")})


ROUTES = (
    Route("GET", "/applications/{application_id}/commands", list_commands),
    Route("PUT", "/applications/{application_id}/commands", replace_commands),
    Route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", list_commands),
    Route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", replace_commands),
)
