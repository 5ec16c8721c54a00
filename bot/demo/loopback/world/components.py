"""Components as a message stores them: numbered, with Discord's defaults filled in."""

import copy
import itertools
from collections.abc import Callable, Iterator

from bot.demo.loopback.world.models import Json

NUMBERED_BY_DISCORD = 1


def stored(components: list[Json], next_id: Callable[[], int]) -> list[Json]:
    """Return what Discord answers for components it was sent.

    Each gets an `id`, counted from 1 in reading order, unless it brought one; media become "unfurled" objects.
    """
    copies = copy.deepcopy(components)
    numbers = itertools.count(NUMBERED_BY_DISCORD)
    for component in copies:
        _complete(component, numbers, next_id)
    return copies


def _complete(component: Json, numbers: Iterator[int], next_id: Callable[[], int]) -> None:
    component["id"] = component.get("id") or next(numbers)
    for key, value in _defaults(component["type"]).items():
        component.setdefault(key, value)
    for field in ("media", "file"):
        if isinstance(component.get(field), dict):
            component[field] = _unfurled(component[field], next_id)
    for item in component.get("items", []):
        item["media"] = _unfurled(item["media"], next_id)
        item.setdefault("description", None)
        item.setdefault("spoiler", False)
    for inner in component.get("components", []):
        _complete(inner, numbers, next_id)
    for single in ("accessory", "component"):
        if component.get(single):
            _complete(component[single], numbers, next_id)
    for empty in [
        key for key, value in component.items() if value is None and key not in ("accent_color", "description")
    ]:
        del component[empty]


def _defaults(kind: int) -> Json:
    if kind == 17:
        return {"accent_color": None, "spoiler": False}
    if kind == 11:
        return {"description": None, "spoiler": False}
    if kind == 13:
        return {"spoiler": False, "name": "", "size": 0}
    if kind == 14:
        return {"spacing": 1, "divider": True}
    if kind in (3, 5, 6, 7, 8):
        return {"min_values": 1, "max_values": 1}
    return {}


def _unfurled(media: Json, next_id: Callable[[], int]) -> Json:
    return {"id": str(next_id()), "proxy_url": media["url"], **{key: media[key] for key in ("url",)}}
