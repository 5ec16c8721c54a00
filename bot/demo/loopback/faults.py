r"""Faults to order: refusals, lost answers, delays, and calls held until a test lets them go.

A route is given as a regular expression for the whole path as Discord documents it, either with ids
(r"/channels/\d+/messages") or with names ("/channels/{channel_id}/messages"). The method "*" is every method, so
`hold("*", ".*", nth=7)` holds the seventh call of all from now on.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.demo.loopback.traffic import RecordedRequest

FOREVER = -1
ANY = "*"


class Position(StrEnum):
    """Where a call stands: nothing done yet; done but nobody told; told."""

    ARRIVED = "arrived"
    CARRIED_OUT = "carried out"
    ANSWERED = "answered"


class DropConnectionError(Exception):
    """The TCP connection is to be cut instead of answering."""


@dataclass(slots=True)
class Reply:
    """What is answered instead of the real answer."""

    status: int
    body: Any = None
    html: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    """One fault and the calls it is for: from the `nth` match on (counted from 1), `times` times."""

    method: str
    route: re.Pattern[str]
    at: Position
    reply: Reply | None = None
    is_drop: bool = False
    delay_seconds: float = 0.0
    hold: "Hold | None" = None
    nth: int = 1
    times: int = 1
    seen: int = 0
    done: int = 0

    def takes(self, request: RecordedRequest) -> bool:
        """Count a request if it matches and return whether the fault is for it."""
        named = request.template or request.path
        if self.method not in (ANY, request.method):
            return False
        if not (self.route.fullmatch(named) or self.route.fullmatch(request.path)):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times != FOREVER and self.done >= self.times):
            return False
        self.done += 1
        return True


class Hold:
    """A call that waits. `reached` waits for it to come; `release` lets it go on, `drop` cuts its connection."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()
        self._is_dropped = False
        self.request: RecordedRequest | None = None

    async def reached(self, timeout: float = 60.0) -> RecordedRequest:
        """Wait until the call stands at the position, at most `timeout` seconds, and return it."""
        await asyncio.wait_for(self._reached.wait(), timeout)
        assert self.request is not None
        return self.request

    def release(self) -> None:
        """Let the call (and all later ones of this hold) go on."""
        self._released.set()

    def drop(self) -> None:
        """Cut the call's connection. Held on arrival, it is never carried out."""
        self._is_dropped = True
        self._released.set()

    async def wait(self, request: RecordedRequest) -> None:
        """Stand still until released."""
        self.request = request
        self._reached.set()
        await self._released.wait()
        if self._is_dropped:
            raise DropConnectionError


Hook = Callable[[Position, RecordedRequest], Awaitable[None]]


class Faults:
    """The plan of faults. Without any, everything works."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.hooks: list[Hook] = []

    def fail(
        self,
        method: str,
        route: str,
        *,
        status: int,
        body: Any = None,
        html: str | None = None,
        headers: dict[str, str] | None = None,
        nth: int = 1,
        times: int = 1,
    ) -> Fault:
        """Answer with a status before anything is carried out: JSON (`body`), or a proxy's page (`html`)."""
        shown = {"message": "An error was asked for", "code": 0} if body is None and html is None else body
        reply = Reply(status, shown, html, headers or {})
        return self._add(Fault(method, re.compile(route), Position.ARRIVED, reply, nth=nth, times=times))

    def rate_limit(
        self,
        method: str,
        route: str,
        *,
        retry_after: float,
        is_global: bool = False,
        scope: str = "user",
        nth: int = 1,
        times: int = 1,
    ) -> Fault:
        """Answer 429 as Discord itself does (with `Via`; without it discord.py believes in a ban by Cloudflare)."""
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": is_global}
        headers = {"Via": "1.1 loopback", "Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope}
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        return self.fail(method, route, status=429, body=body, headers=headers, nth=nth, times=times)

    def lose_answer(self, method: str, route: str, *, status: int | None = 502, nth: int = 1, times: int = 1) -> Fault:
        """Carry the call out, then answer with a proxy's error; `status` None cuts the connection instead."""
        reply = None if status is None else Reply(status, html="<html><body>Bad gateway</body></html>")
        fault = Fault(method, re.compile(route), Position.CARRIED_OUT, reply, status is None, nth=nth, times=times)
        return self._add(fault)

    def drop(self, method: str, route: str, *, nth: int = 1, times: int = 1) -> Fault:
        """Cut the connection before anything is carried out."""
        return self._add(Fault(method, re.compile(route), Position.ARRIVED, is_drop=True, nth=nth, times=times))

    def delay(self, method: str, route: str, seconds: float, *, nth: int = 1, times: int = FOREVER) -> Fault:
        """Wait before carrying a call out."""
        return self._add(
            Fault(method, re.compile(route), Position.ARRIVED, delay_seconds=seconds, nth=nth, times=times)
        )

    def hold(self, method: str, route: str, *, at: Position = Position.ARRIVED, nth: int = 1, times: int = 1) -> Hold:
        """Hold a call at a position until released."""
        hold = Hold()
        self._add(Fault(method, re.compile(route), at, hold=hold, nth=nth, times=times))
        return hold

    def clear(self) -> None:
        """Forget every fault and let go what is held."""
        for fault in self._faults:
            if fault.hold is not None:
                fault.hold.release()
        self._faults.clear()

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    async def at(self, position: Position, request: RecordedRequest) -> Reply | None:
        """Do what is planned for a call at a position; return the answer to give instead, if any.

        The hooks run first. Raises DropConnectionError when the connection is to be cut.
        """
        for hook in tuple(self.hooks):
            await hook(position, request)
        for fault in [one for one in tuple(self._faults) if one.at == position and one.takes(request)]:
            if fault.hold is not None:
                await fault.hold.wait(request)
            if fault.delay_seconds:
                await asyncio.sleep(fault.delay_seconds)
            if fault.is_drop:
                raise DropConnectionError
            if fault.reply is not None:
                return fault.reply
        return None
