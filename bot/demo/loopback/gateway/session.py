"""One gateway session: its numbered events, kept so that they can be replayed."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.demo.loopback.gateway.intents import Intent, wants
from bot.demo.loopback.world.events import Event
from bot.demo.loopback.world.models import Json

SHARD_SHIFT = 22


class Connection:
    """One websocket. Frames leave in the order they were queued, and a stuck reader holds up nobody."""

    def __init__(self, socket: web.WebSocketResponse, abort: Callable[[], None]) -> None:
        self.socket = socket
        self.abort = abort
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self.acknowledges_heartbeats = True
        self.is_closed_by_us = False

    def send(self, op: int, data: Any = None, *, name: str | None = None, seq: int | None = None) -> None:
        """Queue a frame."""
        self._frames.put_nowait(json.dumps({"op": op, "d": data, "s": seq, "t": name}))

    async def write(self) -> None:
        """Send what is queued until the socket closes or this is cancelled."""
        while not self.socket.closed:
            frame = await self._frames.get()
            try:
                await self.socket.send_str(frame)
            except (ConnectionError, RuntimeError):
                return


class Session:
    """What Discord remembers of a connected bot: intents, shard, and the events it was sent."""

    def __init__(self, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.seq = 0
        self.events: list[tuple[int, str, Json]] = []
        self.connection: Connection | None = None
        self.lost_at: float | None = None

    def hears(self, event: Event) -> bool:
        """Return whether the event is for this session: its shard and its intents."""
        number, count = self.shard
        guild_id = event.guild_id or 0
        return (guild_id >> SHARD_SHIFT) % count == number and wants(self.intents, event)

    @property
    def has_content(self) -> bool:
        """Whether it asked for the message content intent."""
        return bool(self.intents & Intent.MESSAGE_CONTENT)

    def dispatch(self, name: str, body: Json) -> None:
        """Send an event under its number and remember it; nobody need be connected."""
        self.seq += 1
        self.events.append((self.seq, name, body))
        if self.connection is not None:
            self.connection.send(0, body, name=name, seq=self.seq)

    def replay(self, after: int) -> None:
        """Send again what came after a number, then RESUMED."""
        assert self.connection is not None
        for seq, name, body in self.events:
            if seq > after:
                self.connection.send(0, body, name=name, seq=seq)
        self.dispatch("RESUMED", {})
