"""What every HTTP call goes through: recorded, faulted, admitted, checked, carried out, answered."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import BodyPartReader, web

from bot.demo.loopback.core import API_PREFIX, Core
from bot.demo.loopback.errors import ApiError, refusal
from bot.demo.loopback.faults import DropConnectionError, Faults, Position, Reply
from bot.demo.loopback.rate_limits import RateLimits
from bot.demo.loopback.rest.call import Call, Route
from bot.demo.loopback.traffic import RecordedRequest
from bot.demo.loopback.world.models import Attachment

PAYLOAD = "payload_json"


class Contract(Protocol):
    """Holds bodies against a description of the API and keeps a line for whatever differs."""

    findings: list[str]

    def check_request(self, method: str, template: str, body: Any) -> None:
        """Look at what the bot sent."""
        ...

    def check_response(self, method: str, template: str, status: int, body: Any) -> None:
        """Look at what we answer."""
        ...

    def check_event(self, name: str, body: Any) -> None:
        """Look at what the gateway tells."""
        ...


class Pipeline:
    """Takes requests to routes and answers them."""

    def __init__(self, core: Core, faults: Faults, limits: RateLimits, contract: Contract | None) -> None:
        self._core = core
        self._faults = faults
        self._limits = limits
        self._contract = contract
        self.requests: list[RecordedRequest] = []
        self.unknown: list[RecordedRequest] = []

    async def serve(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        """Answer one request, with all that was planned for it."""
        files: list[Attachment] = []
        record = await self._record(route, request, files)
        response: web.StreamResponse
        try:
            response = await self._answer(route, request, record, files)
            await response.prepare(request)
            await response.write_eof()
            await self._faults.at(Position.ANSWERED, record)
        except DropConnectionError:
            if request.transport is not None:
                request.transport.close()
            response = web.Response()
        except ConnectionResetError:  # whoever asked is gone, and what was carried out stays so
            response = web.Response()
        self._core.world.touch()
        return response

    async def _record(self, route: Route | None, request: web.Request, files: list[Attachment]) -> RecordedRequest:
        record = RecordedRequest(
            len(self.requests) + 1,
            request.method,
            route.template if route else None,
            request.path.removeprefix(API_PREFIX),
            dict(request.query),
            headers={name: request.headers[name] for name in ("X-Audit-Log-Reason",) if name in request.headers},
        )
        self.requests.append(record)
        if route is None:
            self.unknown.append(record)
        record.json = await self._read(request, files)
        self._core.world.touch()
        return record

    async def _answer(
        self, route: Route | None, request: web.Request, record: RecordedRequest, files: list[Attachment]
    ) -> web.Response:
        reply = await self._faults.at(Position.ARRIVED, record)
        if reply is not None:
            record.status = reply.status
            return faulty(reply)
        headers, wait_seconds = self._limits.take(record)
        if wait_seconds is not None:
            return self._too_many(record, headers, wait_seconds)
        status, body = await self._carry_out(route, request, record, files)
        record.status, record.answer = status, body
        self._core.world.touch()
        reply = await self._faults.at(Position.CARRIED_OUT, record)
        return faulty(reply) if reply is not None else as_json(status, body, headers)

    async def _carry_out(
        self, route: Route | None, request: web.Request, record: RecordedRequest, files: list[Attachment]
    ) -> tuple[int, Any]:
        try:
            route = self._admitted(route, request)
            if self._contract is not None:
                self._contract.check_request(route.method, route.template, record.json)
            call = Call(self._core, request.match_info, request.query, record.json, files, route.status)
            body: Any = await route.function(call)
            status = call.status if body is not None else 204
        except ApiError as error:
            status, body = error.status, error.to_json()
        if self._contract is not None and route is not None:
            self._contract.check_response(route.method, route.template, status, body)
        return status, body

    def _admitted(self, route: Route | None, request: web.Request) -> Route:
        if route is None:
            raise refusal(0)
        if route.needs_token and request.headers.get("Authorization") != f"Bot {self._core.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        return route

    def _too_many(self, record: RecordedRequest, headers: Mapping[str, str], wait_seconds: float) -> web.Response:
        record.status = 429
        body = {"message": "You are being rate limited.", "retry_after": round(wait_seconds, 3), "global": False}
        more = {"Via": "1.1 loopback", "Retry-After": str(max(1, round(wait_seconds))), "X-RateLimit-Scope": "user"}
        return as_json(429, body, {**headers, **more})

    async def _read(self, request: web.Request, files: list[Attachment]) -> Any:
        if not request.can_read_body:
            return None
        if request.content_type != "multipart/form-data":
            return _parsed(await request.read())
        body: Any = None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            content = bytes(await part.read())
            if part.name == PAYLOAD:
                body = _parsed(content)
            else:
                files.append(self._keep(part, content))
        _describe(files, body)
        return body

    def _keep(self, part: BodyPartReader, content: bytes) -> Attachment:
        file_id = self._core.world.next_id()
        filename = part.filename or "file"
        kind = part.headers.get("Content-Type", "application/octet-stream")
        self._core.files[file_id] = (filename, content, kind)
        url = f"{self._core.base_url}/attachments/{file_id}/{filename}"
        return Attachment(file_id, filename, content, kind, url=url)


def _parsed(content: bytes) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return None


def _describe(files: list[Attachment], body: Any) -> None:
    described = body.get("attachments") or [] if isinstance(body, dict) else []
    for file, told in zip(files, described, strict=False):
        file.description = told.get("description")


def as_json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer. discord.py compares the content type letter by letter: no charset."""
    if body is None:
        return web.Response(status=status, headers=headers)
    content = json.dumps(body).encode()
    return web.Response(status=status, body=content, headers=headers, content_type="application/json")


def faulty(reply: Reply) -> web.Response:
    """Return an answer that was ordered."""
    if reply.html is not None:
        return web.Response(
            status=reply.status, body=reply.html.encode(), headers=reply.headers, content_type="text/html"
        )
    return as_json(reply.status, reply.body, reply.headers)
