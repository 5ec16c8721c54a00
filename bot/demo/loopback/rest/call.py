"""One call of a route, and the route itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.loopback.core import Core
from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.gateway.intents import Intent
from bot.demo.loopback.world import message_payloads
from bot.demo.loopback.world.models import Attachment, Channel, Guild, Json, Message
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.world import World


@dataclass(slots=True)
class Call:
    """What a route's function gets: ids from the path, the query, the JSON body, the files."""

    core: Core
    path: Mapping[str, str]
    query: Mapping[str, str]
    json: Any = None
    files: list[Attachment] = field(default_factory=list)
    status: int = 200

    @property
    def world(self) -> World:
        """The world."""
        return self.core.world

    @property
    def body(self) -> Json:
        """The JSON body as an object; refuses with 50035 what is none."""
        if self.json is None:
            return {}
        if not isinstance(self.json, dict):
            raise invalid_form({"body": ("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")})
        return self.json

    def id(self, name: str) -> int:
        """Return an id from the path; what is no snowflake is refused."""
        text = self.path[name]
        if not text.isdigit():
            raise invalid_form({name: ("NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')})
        return int(text)

    def number(self, name: str, default: int) -> int:
        """Return a number from the query."""
        text = self.query.get(name, "")
        return int(text) if text.isdigit() else default

    def limit(self, default: int, highest: int) -> int:
        """Return `limit` from the query; refuse one outside 1 to `highest`."""
        limit = self.number("limit", default)
        if not 1 <= limit <= highest:
            raise invalid_form({"limit": ("NUMBER_TYPE_MAX", f"int value should be between 1 and {highest}.")})
        return limit

    def channel(self, *needed: Permission) -> Channel:
        """Return the path's channel; 10003 when there is none, 50001 and 50013 by the bot's permissions."""
        channel = self.world.channel(self.id("channel_id"))
        if channel.guild_id is not None and not self.world.guilds[channel.guild_id].has_bot:
            raise refusal(50001)
        self.world.require(self.world.bot.id, Permission.VIEW_CHANNEL, channel)
        for permission in needed:
            self.world.require(self.world.bot.id, permission, channel)
        return channel

    def message(self, *needed: Permission) -> Message:
        """Return the path's message as the bot may see it; an ephemeral one is unknown to these routes (10008)."""
        channel = self.channel(*needed)
        message = self.world.message(channel.id, self.id("message_id"))
        if message.is_ephemeral:
            raise refusal(10008)
        return message

    def guild(self) -> Guild:
        """Return the path's guild; 10004 when there is none or the bot is not in it."""
        guild = self.world.guilds.get(self.id("guild_id"))
        if guild is None or not guild.has_bot:
            raise refusal(10004)
        return guild

    def shown(self, message: Message) -> Json:
        """Return a message as REST shows it: content needs the intent switched on for the application."""
        has_content = bool(self.core.approved_intents & Intent.MESSAGE_CONTENT)
        return message_payloads.message(self.world, message, has_content=has_content)


Answer = Json | list[Json] | None
"""A JSON body, or None for 204."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `template` is written as in Discord's documentation, with names in braces."""

    method: str
    template: str
    function: Callable[[Call], Awaitable[Answer]]
    status: int = 200
    needs_token: bool = True
