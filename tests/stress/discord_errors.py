"""Discord's refusals as discord.py raises them."""

from types import SimpleNamespace
from typing import Any, cast

import discord


def http_error(status: int, code: int, **headers: str) -> discord.HTTPException:
    """Return what the library raises for an answer with this status and Discord's own code."""
    response = cast(Any, SimpleNamespace(status=status, reason="", headers=headers))
    kinds = {403: discord.Forbidden, 404: discord.NotFound}
    return kinds.get(status, discord.HTTPException)(response, {"code": code, "message": "no"})
