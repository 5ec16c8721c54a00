"""Troubles a blog can have, ordered one by one, and a record of every call that arrived."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Hook = Callable[["RecordedCall", "Moment"], Awaitable[None]]
CLIENT_GONE = 499
"""Never seen by anybody: there is no connection left to say it on."""


class CutError(Exception):
    """Raised by a hook: the connection is cut here. On arrival nothing is carried out."""


class Moment(StrEnum):
    """The three moments of a call at which the other side may be killed."""

    ARRIVED = "arrived"
    """Nothing has happened yet."""
    DONE = "done"
    """The effect is there, the answer is not on its way."""
    ANSWERED = "answered"
    """The answer was written to the socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call as it arrived. `number` counts from 1; `path` is without the query."""

    number: int
    method: str
    path: str
    query: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong with the next `times` calls that fit `method` and `path` (a regular expression).

    `status` answers without carrying the call out, with `body` as HTML, or as JSON when it starts with `{`.
    `retry_after` joins it: seconds, or a date. `lose_answer` carries the call out and drops the connection;
    `drop` drops it at once. `delay_before_seconds` and `delay_after_seconds` wait on either side of the
    effect, which comes about even when the client has gone away meanwhile, as it does under PHP.
    """

    method: str = ".*"
    path: str = ".*"
    times: int = 1
    status: int | None = None
    body: str = "<html><head><title>Error</title></head><body><p>Something went wrong.</p></body></html>"
    retry_after: float | datetime | None = None
    lose_answer: bool = False
    drop: bool = False
    delay_before_seconds: float = 0.0
    delay_after_seconds: float = 0.0

    def fits(self, method: str, path: str) -> bool:
        """Return whether the fault is for this call."""
        return self.times > 0 and bool(re.fullmatch(self.method, method)) and bool(re.search(self.path, path))


class Faults:
    """Stands before the blog: records each call, and lets happen what was ordered."""

    def __init__(self) -> None:
        self.calls: list[RecordedCall] = []
        self.hook: Hook | None = None
        self._ordered: list[Fault] = []
        self._working: set[asyncio.Task[Any]] = set()

    def order(self, fault: Fault) -> None:
        """Let a fault happen; faults are taken in the order given."""
        self._ordered.append(fault)

    def clear(self) -> None:
        """Forget every fault that has not happened yet."""
        self._ordered.clear()

    def calls_of(self, method: str, path: str) -> list[RecordedCall]:
        """Return the recorded calls that fit, oldest first."""
        fault = Fault(method=method, path=path)
        return [call for call in self.calls if fault.fits(call.method, call.path)]

    async def settle(self) -> None:
        """Wait until no call is at work any more, those included whose client has gone away."""
        while self._working:
            await asyncio.wait(self._working)

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a call, well or badly."""
        if task := asyncio.current_task():
            self._working.add(task)
        try:
            return await self._answer(request, handler)
        except CutError:
            return _cut(request)
        except ConnectionResetError:  # whoever asked is gone, and what was carried out stays so
            return web.Response(status=CLIENT_GONE)
        finally:
            if task:
                self._working.discard(task)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = await self._record(request)
        fault = next((fault for fault in self._ordered if fault.fits(call.method, request.path_qs)), None)
        await self._tell(call, Moment.ARRIVED)
        if fault is None:
            response = await handler(request)
        else:
            fault.times -= 1
            response = await self._answer_badly(request, handler, fault)
        await self._tell(call, Moment.DONE)
        if self.hook is not None and request.transport is not None and not request.transport.is_closing():
            await response.prepare(request)
            await response.write_eof()
            await self._tell(call, Moment.ANSWERED)
        return response

    async def _record(self, request: web.Request) -> RecordedCall:
        call = RecordedCall(
            number=len(self.calls) + 1,
            method=request.method,
            path=request.path,
            query=request.query_string,
            headers=dict(request.headers),
            body=await request.read(),
        )
        self.calls.append(call)
        return call

    async def _tell(self, call: RecordedCall, moment: Moment) -> None:
        if self.hook is not None:
            await self.hook(call, moment)

    async def _answer_badly(self, request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
        if fault.drop:
            return _cut(request)
        if fault.status is not None:
            await asyncio.sleep(fault.delay_before_seconds)
            return _refusal(fault)
        await asyncio.sleep(fault.delay_before_seconds)
        response = await handler(request)
        await asyncio.sleep(fault.delay_after_seconds)
        return _cut(request) if fault.lose_answer else response


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=CLIENT_GONE)


def _refusal(fault: Fault) -> web.Response:
    kind = "application/json" if fault.body.startswith("{") else "text/html"
    response = web.Response(status=fault.status or 500, text=fault.body, content_type=kind)
    if isinstance(fault.retry_after, datetime):
        response.headers["Retry-After"] = format_datetime(fault.retry_after.astimezone(UTC), usegmt=True)
    elif fault.retry_after is not None:
        response.headers["Retry-After"] = str(int(timedelta(seconds=fault.retry_after).total_seconds()))
    return response
