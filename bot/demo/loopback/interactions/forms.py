"""What a member fills in: a modal's fields, a select's values."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.demo.loopback.interactions import payloads
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Guild, Json, walk
from bot.demo.loopback.world.world import World

TEXT_INPUT = 4
STRING_SELECT = 3
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
LABEL = 18


def fields(modal: Json) -> list[tuple[str, Json]]:
    """Return a modal's fields with the labels that stand above them."""
    found: list[tuple[str, Json]] = []
    for outer in modal["components"]:
        if outer["type"] == LABEL:
            found.append((outer["label"], outer["component"]))
        else:
            found += [(inner.get("label") or "", inner) for inner in outer.get("components", [])]
    return found


def submitted(modal: Json, given: Mapping[str, Any], guild: Guild | None) -> tuple[list[Json], dict[str, list[int]]]:
    """Return the components of a modal's submission and the ids in it that need resolving.

    `given` names a field by label or custom id; a field that is not named keeps what the modal filled in.
    """
    known = fields(modal)
    names = {label for label, _ in known} | {one["custom_id"] for _, one in known}
    strangers = set(given) - names
    if strangers:
        raise CannotUseError(f"The form has no field {sorted(strangers)}; it has {sorted(label for label, _ in known)}")
    ids: dict[str, list[int]] = {}
    components: list[Json] = []
    for outer in modal["components"]:
        number = outer["id"]
        if outer["type"] == LABEL:
            filled = _filled(outer["label"], outer["component"], given, guild, ids)
            components.append({"type": LABEL, "id": number, "component": filled})
        elif outer["type"] == 1:
            inner = [_filled(one.get("label") or "", one, given, guild, ids) for one in outer["components"]]
            components.append({"type": 1, "id": number, "components": inner})
        else:
            components.append({"type": outer["type"], "id": number})
    return components, ids


def _filled(label: str, one: Json, given: Mapping[str, Any], guild: Guild | None, ids: dict[str, list[int]]) -> Json:
    custom_id = one["custom_id"]
    value = given.get(label, given.get(custom_id))
    body: Json = {"type": one["type"], "id": one["id"], "custom_id": custom_id}
    if one["type"] == TEXT_INPUT:
        return {**body, "value": _text(label, one, one.get("value") or "" if value is None else str(value))}
    if one["type"] in SELECTS:
        chosen = _preselected(one) if value is None else list(value) if isinstance(value, list | tuple) else [value]
        return {**body, "values": choose(one, chosen, guild, ids)}
    return {**body, "value": value} if value is not None else body


def _text(label: str, one: Json, text: str) -> str:
    if not text and one.get("required", True):
        raise CannotUseError(f"{label!r} must be filled in")
    if text and len(text) < (one.get("min_length") or 0):
        raise CannotUseError(f"{label!r} takes at least {one['min_length']} characters")
    if len(text) > (one.get("max_length") or 4000):
        raise CannotUseError(f"{label!r} takes at most {one.get('max_length') or 4000} characters")
    return text


def _preselected(one: Json) -> list[Any]:
    if one["type"] == STRING_SELECT:
        return [option["value"] for option in one["options"] if option.get("default")]
    return [int(default["id"]) for default in one.get("default_values") or []]


def choose(select: Json, chosen: Sequence[Any], guild: Guild | None, ids: dict[str, list[int]]) -> list[str]:
    """Return a select's values; a string select's options may be named by label, the others by id."""
    if select["type"] == STRING_SELECT:
        values = [_option_value(select, one) for one in chosen]
    else:
        numbers = [int(getattr(one, "id", one)) for one in chosen]
        for number in numbers:
            ids.setdefault(_kind(select["type"], number, guild), []).append(number)
        values = [str(number) for number in numbers]
    low = select.get("min_values", 1) if select.get("required", True) else 0
    high = select.get("max_values", 1)
    if not low <= len(values) <= high:
        raise CannotUseError(f"This menu takes {low} to {high} values, not {len(values)}")
    return values


def _option_value(select: Json, wanted: Any) -> str:
    for option in select["options"]:
        if wanted in (option["label"], option["value"]):
            return str(option["value"])
    raise CannotUseError(f"The menu has no {wanted!r}; it has {[option['label'] for option in select['options']]}")


def _kind(select_type: int, number: int, guild: Guild | None) -> str:
    if select_type == MENTIONABLE_SELECT:
        return "roles" if guild is not None and number in guild.roles else "users"
    return {USER_SELECT: "users", ROLE_SELECT: "roles", CHANNEL_SELECT: "channels"}[select_type]


def find_button(components: list[Json], wanted: str) -> Json:
    """Return the button with a label or custom id; a disabled one or a link cannot be pressed."""
    buttons = [one for one in walk(components) if one["type"] == 2]
    for one in buttons:
        if wanted in (one.get("custom_id"), one.get("label")):
            if one.get("disabled") or "custom_id" not in one:
                raise CannotUseError(f"The button {wanted!r} cannot be pressed")
            return one
    raise CannotUseError(f"There is no button {wanted!r}; there are {[one.get('label') for one in buttons]}")


def find_select(components: list[Json], wanted: str | None) -> Json:
    """Return the select with a placeholder or custom id, or the only one."""
    selects = [one for one in walk(components) if one["type"] in SELECTS]
    for one in selects:
        if wanted in (None, one.get("custom_id"), one.get("placeholder")) and not one.get("disabled"):
            return one
    raise CannotUseError(f"There is no menu {wanted!r}; there are {[one.get('placeholder') for one in selects]}")


def resolve(world: World, guild_id: int | None, ids: dict[str, list[int]], viewer_id: int) -> Json:
    """Return `resolved` for chosen ids, or nothing."""
    return {"resolved": payloads.resolved(world, guild_id, ids, channel_viewer=viewer_id)} if ids else {}
