"""From what a member types to the data of a command's interaction, as Discord's client builds it."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.demo.loopback.interactions import payloads
from bot.demo.loopback.interactions.models import CommandType
from bot.demo.loopback.world.models import Command, Guild, Json
from bot.demo.loopback.world.world import World


class CannotUseError(Exception):
    """Discord's client would not let the member do this at all; nothing reached the bot."""


class OptionType(IntEnum):
    """Discord's option types."""

    SUBCOMMAND = 1
    SUBCOMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    NUMBER = 10


RESOLVED = {OptionType.USER: "users", OptionType.CHANNEL: "channels", OptionType.ROLE: "roles"}


@dataclass(slots=True)
class Typed:
    """The path to a (sub)command and the options a member typed for it; `focused` is the one being typed."""

    command: Command
    path: list[Json]
    leaf: Json
    values: dict[str, Any]
    focused: str | None = None
    ids: dict[str, list[int]] = field(default_factory=dict)


def find(world: World, guild: Guild, name: str, kind: CommandType) -> Command:
    """Return a synced command as the guild's members see it; a guild's own wins over a global one."""
    found = [
        one
        for one in world.commands.values()
        if one.name == name and one.type == kind and one.guild_id in (guild.id, None)
    ]
    if not found or not guild.has_bot:
        known = sorted(one.name for one in world.commands.values())
        raise CannotUseError(f"There is no command {name!r}; synced are: {known}")
    return max(found, key=lambda one: one.guild_id is not None)


def typed(world: World, guild: Guild, words: str, values: dict[str, Any], *, focused: str | None = None) -> Typed:
    """Follow "blog connect" to its definition."""
    first, *rest = words.split()
    command = find(world, guild, first, CommandType.CHAT_INPUT)
    leaf, path = command.definition, []
    for word in rest:
        inner = {one["name"]: one for one in leaf.get("options") or [] if one["type"] <= OptionType.SUBCOMMAND_GROUP}
        if word not in inner:
            raise CannotUseError(f"/{words} does not exist; /{leaf['name']} has {sorted(inner)}")
        leaf = inner[word]
        path.append(leaf)
    if any(one["type"] <= OptionType.SUBCOMMAND_GROUP for one in leaf.get("options") or []):
        raise CannotUseError(f"/{words} needs one of its subcommands")
    return Typed(command, path, leaf, values, focused)


def data(world: World, guild: Guild, one: Typed, *, viewer_id: int) -> Json:
    """Return the interaction's data, with everything resolved that was named by id."""
    known = {option["name"]: option for option in one.leaf.get("options") or []}
    strangers = set(one.values) - set(known)
    if strangers:
        raise CannotUseError(f"{one.leaf['name']} has no option {sorted(strangers)}; it has {sorted(known)}")
    missing = [name for name, option in known.items() if option.get("required") and name not in one.values]
    if missing and one.focused is None:
        raise CannotUseError(f"{one.leaf['name']} needs {missing}")
    options = [_option(one, known[name], value) for name, value in one.values.items() if value is not None]
    for step in reversed(one.path):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    body: Json = {
        "id": str(one.command.id),
        "name": one.command.name,
        "type": int(CommandType.CHAT_INPUT),
        "options": options,
    }
    if one.command.guild_id is not None:
        body["guild_id"] = str(one.command.guild_id)
    if one.ids:
        body["resolved"] = payloads.resolved(world, guild.id, one.ids, channel_viewer=viewer_id)
    return body


def _option(one: Typed, option: Json, value: Any) -> Json:
    kind, name = OptionType(option["type"]), option["name"]
    if one.focused == name:
        return {"name": name, "type": int(kind), "value": str(value), "focused": True}
    if kind in RESOLVED:
        value = int(getattr(value, "id", value))
        one.ids.setdefault(RESOLVED[kind], []).append(value)
        return {"name": name, "type": int(kind), "value": str(value)}
    if one.focused is None:
        value = _checked(option, value)
    return {"name": name, "type": int(kind), "value": value}


def _checked(option: Json, value: Any) -> Any:
    name, choices = option["name"], option.get("choices") or []
    if choices:
        for choice in choices:
            if value in (choice["name"], choice["value"]):
                return choice["value"]
        raise CannotUseError(f"{name} must be one of {[choice['name'] for choice in choices]}")
    size = len(value) if isinstance(value, str) else value
    low, high = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    if option.get(low) is not None and size < option[low]:
        raise CannotUseError(f"{name} must be at least {option[low]}")
    if option.get(high) is not None and size > option[high]:
        raise CannotUseError(f"{name} must be at most {option[high]}")
    return value
