"""Keeps the answers to writers' clicks true, for as long as Discord lets them be edited."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor
from bot.domain.ports import Clock
from bot.services.relaying.relay_rules import is_writers_relay
from bot.services.relaying.relay_standing import state_for_writer
from bot.services.relaying.relay_wording import is_before_the_yes
from db import relays
from db.engine import Begin

KEPT_SECONDS: Final = 840.0
"""A minute less than the quarter of an hour in which Discord takes edits of an answer."""

Show = Callable[[OutgoingMessage], Awaitable[bool]]
"""Shows a message in the place of an answer; False when that answer is not there any more."""


@dataclass(frozen=True, slots=True)
class _Kept:
    actor: Actor
    shown: OutgoingMessage
    show: Show
    until: datetime


class LiveAnswers:
    """Remembers the newest click on each reply, in this process only: later the menu on the message tells the same."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock
        self._kept: dict[int, _Kept] = {}

    def keep(self, relay_id: int, actor: Actor, shown: OutgoingMessage, show: Show) -> None:
        """Keep the answer that somebody was `shown` about a reply."""
        self._kept[relay_id] = _Kept(actor, shown, show, self._clock() + timedelta(seconds=KEPT_SECONDS))

    async def refresh(self) -> None:
        """Show what has changed since; the sweep calls it."""
        for relay_id, kept in list(self._kept.items()):
            now_shown = None if kept.until <= self._clock() else await self._as_it_stands(relay_id, kept)
            if now_shown is None:
                self._kept.pop(relay_id, None)
            elif now_shown != kept.shown:
                self._kept[relay_id] = replace(kept, shown=now_shown)
                if not await kept.show(now_shown):
                    self._kept.pop(relay_id, None)

    async def _as_it_stands(self, relay_id: int, kept: _Kept) -> OutgoingMessage | None:
        """Return what its writer is told now; None for anybody else, and where nothing is left."""
        async with self._begin() as tx:
            relay = await relays.find(tx, relay_id)
            if relay is None or not is_writers_relay(relay, kept.actor):
                return None
            if is_before_the_yes(relay):
                return kept.shown
            return state_for_writer(relay, await relays.place_of(tx, relay))
