"""What changes in the world are told as: Discord's gateway events before anybody's intents are applied."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.loopback.world.models import Json


@dataclass(frozen=True, slots=True)
class Event:
    """One dispatch. `render` gives its body, with or without the content that needs the message content intent.

    `guild_id` is None for direct messages; `channel_id` names the channel that its receiver must be able to see.
    """

    name: str
    render: Callable[[bool], Json]
    guild_id: int | None = None
    channel_id: int | None = None


def plain(name: str, body: Json, *, guild_id: int | None = None, channel_id: int | None = None) -> Event:
    """Return an event whose body is the same for every intent."""
    return Event(name, lambda _has_content: dict(body), guild_id, channel_id)
