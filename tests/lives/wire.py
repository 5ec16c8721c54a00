"""Stands between the world and the gateway: events are lost, repeated, or told in another order."""

import random
from collections.abc import Callable

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.events import Event
from bot.demo.loopback.world.models import Json


class Wire:
    """Lets everything through as it comes until told otherwise. Interactions are never repeated or put off."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        listeners = discord.world.listeners
        self._tell: Callable[[Event], None] = next(
            one for one in listeners if getattr(one, "__self__", None) is discord.gateway
        )
        listeners[listeners.index(self._tell)] = self
        self.is_deaf = False
        """Nothing is told, and never will be."""
        self.copies = 1
        self.told = 0
        self._put_off: list[Event] | None = None

    def __call__(self, event: Event) -> None:
        if self.is_deaf:
            return
        if not event.name.startswith("MESSAGE_"):
            self._tell(event)
            return
        fixed = _as_it_is_now(event)
        if self._put_off is not None:
            self._put_off += [fixed] * self.copies
        else:
            self.deliver([fixed] * self.copies)

    def deliver(self, events: list[Event]) -> None:
        """Tell these now."""
        for event in events:
            self.told += 1
            self._tell(event)

    def put_off(self) -> None:
        """Keep what happens from now on."""
        if self._put_off is None:
            self._put_off = []

    def kept(self) -> list[Event]:
        """Return what was kept, and keep no more."""
        kept, self._put_off = self._put_off or [], None
        return kept

    def tell_shuffled(self, chance: random.Random) -> None:
        """Tell what was kept in any order."""
        kept = self.kept()
        chance.shuffle(kept)
        self.deliver(kept)

    @property
    def is_keeping(self) -> bool:
        return self._put_off is not None


def _as_it_is_now(event: Event) -> Event:
    """Fix what the event says: told later it must not say what happened meanwhile."""
    bodies: dict[bool, Json] = {has_content: event.render(has_content) for has_content in (True, False)}
    return Event(event.name, lambda has_content: bodies[has_content], event.guild_id, event.channel_id)
