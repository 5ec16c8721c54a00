"""The gateway's side of a websocket, and the faults a test or a visitor can cause there."""

import asyncio
import contextlib
import json
from collections import Counter
from typing import Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from bot.demo.loopback.core import Core
from bot.demo.loopback.gateway import bodies
from bot.demo.loopback.gateway.intents import PRIVILEGED, Intent
from bot.demo.loopback.gateway.session import Connection, Session
from bot.demo.loopback.world import guild_payloads
from bot.demo.loopback.world.events import Event
from bot.demo.loopback.world.models import Json
from bot.demo.loopback.world.permissions import Permission

HEARTBEAT_INTERVAL_MS = 41_250
SESSION_LIVES_SECONDS = 180.0
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = (
    0,
    1,
    2,
    6,
    7,
    8,
    9,
    10,
    11,
)
AUTHENTICATION_FAILED = 4004
NOT_AUTHENTICATED = 4003
DECODE_ERROR = 4002
DISALLOWED_INTENTS = 4014
INVALID_INTENTS = 4013


class EventContract(Protocol):
    """Holds events against a description of the API."""

    def check_event(self, name: str, body: Json) -> None:
        """Look at what the gateway tells."""
        ...


class Gateway:
    """Keeps sessions, tells them what happens, and can be told to misbehave.

    `session_lives_seconds` is how long a lost session can be resumed ("a few minutes" in Discord's documentation);
    closing with 1000 or 1001 ends it at once.
    """

    def __init__(self, core: Core, contract: EventContract | None = None) -> None:
        self._core = core
        self._contract = contract
        self._world = core.world
        self.heartbeat_interval_ms = HEARTBEAT_INTERVAL_MS
        self.session_lives_seconds = SESSION_LIVES_SECONDS
        self.sessions: dict[str, Session] = {}
        self.identify_count = 0
        self.resume_count = 0
        self.told: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._doubled: Counter[str] = Counter()
        self._connections: set[Connection] = set()
        self._world.listeners.append(self._tell)

    # --- what a test may ask for -----------------------------------------------------------------

    @property
    def is_connected(self) -> bool:
        """Whether a bot has identified and is connected."""
        return any(session.connection is not None for session in self.sessions.values())

    def drop(self) -> None:
        """Cut every connection without a goodbye, as a broken network does. Sessions can be resumed."""
        for connection in tuple(self._connections):
            connection.abort()

    def ask_to_reconnect(self) -> None:
        """Send op 7."""
        for connection in tuple(self._connections):
            connection.send(RECONNECT)

    def invalidate(self, *, is_resumable: bool = False) -> None:
        """Send op 9. Without `is_resumable` the sessions are forgotten and what was missed is never told."""
        for connection in tuple(self._connections):
            connection.send(INVALID_SESSION, is_resumable)
        if not is_resumable:
            self.sessions.clear()

    async def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every connection with a code; only a client's own goodbye (1000, 1001) ends a session."""
        for connection in tuple(self._connections):
            connection.is_closed_by_us = True
            await connection.socket.close(code=code)

    def forget_sessions(self) -> None:
        """Make every resume fail from here on."""
        self.sessions.clear()

    def fall_silent(self) -> None:
        """Stop acknowledging heartbeats on the connections there are."""
        for connection in self._connections:
            connection.acknowledges_heartbeats = False

    def lose_next(self, name: str, times: int = 1) -> None:
        """Never deliver the next events of a name: Discord promises delivery of none."""
        self._lost[name] += times

    def repeat_next(self, name: str, times: int = 1) -> None:
        """Deliver the next events of a name twice: Discord promises "up to N times"."""
        self._doubled[name] += times

    # --- telling ---------------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        if not self._may_hear(event):
            return
        if self._lost[event.name] > 0:
            self._lost[event.name] -= 1
            return
        copies = 1
        if self._doubled[event.name] > 0:
            self._doubled[event.name] -= 1
            copies = 2
        self._forget_stale()
        for session in self.sessions.values():
            if session.hears(event):
                for _ in range(copies):
                    self._dispatch(session, event.name, event.render(session.has_content))
        self.told[event.name] += 1

    def _dispatch(self, session: Session, name: str, body: Json) -> None:
        if self._contract is not None:
            self._contract.check_event(name, body)
        session.dispatch(name, body)

    def leave(self) -> None:
        """Stop listening to the world."""
        if self._tell in self._world.listeners:
            self._world.listeners.remove(self._tell)

    def _may_hear(self, event: Event) -> bool:
        guild = self._world.guilds.get(event.guild_id or 0)
        if guild is not None and not guild.has_bot:
            return False
        channel = self._world.channels.get(event.channel_id or 0)
        return channel is None or self._world.may(self._world.bot.id, Permission.VIEW_CHANNEL, channel)

    def _forget_stale(self) -> None:
        now = self._world.seconds()
        for session in tuple(self.sessions.values()):
            if session.lost_at is not None and now - session.lost_at > self.session_lives_seconds:
                del self.sessions[session.id]

    # --- one connection --------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak the gateway's protocol on one websocket until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        transport = request.transport
        assert transport is not None
        connection = Connection(
            socket, transport.abort if isinstance(transport, asyncio.Transport) else transport.close
        )
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        connection.send(HELLO, {"heartbeat_interval": self.heartbeat_interval_ms})
        session: Session | None = None
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    session = await self._receive(connection, session, json.loads(message.data))
        finally:
            self._connections.discard(connection)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._lose(session, connection)
        return socket

    def _lose(self, session: Session | None, connection: Connection) -> None:
        if session is not None and session.connection is connection:
            session.connection = None
            session.lost_at = self._world.seconds()
            is_goodbye = connection.socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
            if is_goodbye and not connection.is_closed_by_us:
                self.sessions.pop(session.id, None)
        self._world.touch()

    async def _receive(self, connection: Connection, session: Session | None, frame: Json) -> Session | None:
        op, data = frame.get("op"), frame.get("d")
        if op == HEARTBEAT:
            if connection.acknowledges_heartbeats:
                connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY and isinstance(data, dict):
            return await self._identify(connection, data)
        elif op == RESUME and isinstance(data, dict):
            return await self._resume(connection, data)
        elif session is None:
            await connection.socket.close(code=NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS and isinstance(data, dict):
            self._send_members(session, data)
        return session

    async def _identify(self, connection: Connection, data: Json) -> Session | None:
        intents = int(data.get("intents") or 0)
        if data.get("token") != self._core.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return None
        if intents & PRIVILEGED & ~self._core.approved_intents:
            await connection.socket.close(code=DISALLOWED_INTENTS)
            return None
        number, count = data.get("shard") or (0, 1)
        session = Session(intents, (int(number), int(count)))
        session.connection = connection
        self.sessions[session.id] = session
        self.identify_count += 1
        self._greet(session)
        self._world.touch()
        return session

    def _greet(self, session: Session) -> None:
        world, (number, count) = self._world, session.shard
        guilds = [guild for guild in world.guilds.values() if guild.has_bot and (guild.id >> 22) % count == number]
        body = bodies.ready(
            world,
            guilds,
            session_id=session.id,
            shard=session.shard,
            gateway_url=self._core.gateway_url,
            approved_intents=self._core.approved_intents,
        )
        self._dispatch(session, "READY", body)
        with_members = bool(session.intents & Intent.GUILD_MEMBERS)
        for guild in guilds:
            if guild.is_available and session.intents & Intent.GUILDS:
                body = guild_payloads.guild_create(world, guild, with_members=with_members)
                self._dispatch(session, "GUILD_CREATE", body)

    async def _resume(self, connection: Connection, data: Json) -> Session | None:
        if data.get("token") != self._core.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return None
        self._forget_stale()
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            connection.send(INVALID_SESSION, data=False)
            return None
        session.connection = connection
        session.lost_at = None
        session.replay(int(data.get("seq") or 0))
        self.resume_count += 1
        self._world.touch()
        return session

    def _send_members(self, session: Session, data: Json) -> None:
        session.dispatch("GUILD_MEMBERS_CHUNK", bodies.members_chunk(self._world, data))
