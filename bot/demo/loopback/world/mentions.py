"""Whom a message pings (Discord's documentation, "Allowed Mentions")."""

import re
from dataclasses import dataclass, field

from bot.demo.loopback.world.models import Json

USER = re.compile(r"<@!?(\d{15,20})>")
ROLE = re.compile(r"<@&(\d{15,20})>")
EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(slots=True)
class Mentions:
    """Who is pinged. The replied-to author comes first, as in Discord's list."""

    user_ids: list[int] = field(default_factory=list)
    role_ids: list[int] = field(default_factory=list)
    has_everyone: bool = False


def find(text: str, allowed: Json | None, *, replied_to: int | None, default_parse: tuple[str, ...]) -> Mentions:
    """Return whom a text pings.

    `allowed` is the message's `allowed_mentions`; without it `default_parse` counts, and a reply pings. With it
    only what its `parse`, `users` and `roles` name, and a reply pings when `replied_user` is true.
    """
    parse = default_parse if allowed is None else tuple(allowed.get("parse") or ())
    named = allowed or {}
    pings_reply = allowed is None or bool(named.get("replied_user"))
    user_ids = [replied_to] if replied_to is not None and pings_reply else []
    user_ids += _kept(USER.findall(text), named.get("users"), is_all="users" in parse)
    role_ids = _kept(ROLE.findall(text), named.get("roles"), is_all="roles" in parse)
    has_everyone = "everyone" in parse and EVERYONE.search(text) is not None
    return Mentions(list(dict.fromkeys(user_ids)), list(dict.fromkeys(role_ids)), has_everyone)


def _kept(found: list[str], named: list[str] | None, *, is_all: bool) -> list[int]:
    allowed = {int(one) for one in named or ()}
    return [int(one) for one in found if is_all or int(one) in allowed]
