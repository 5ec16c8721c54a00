"""All HTTP that leaves for addresses other people typed: guarded, bounded in time and size, without cookies."""

import asyncio
import base64
import json as json_module
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot import __version__
from bot.domain.errors import PermanentError, TemporaryError, UnknownResultError
from bot.domain.translation import _
from bot.net.answer import PERMANENT_REDIRECTS, Credentials, Redirect, WebAnswer
from bot.net.guard import AllowedHosts, ForbiddenAddressError, RefusedConnection, open_public_socket
from bot.net.resolver import BoundedResolver

DEADLINE_SECONDS: Final = 20.0
MAX_BYTES: Final = 5_000_000
"""Of the decoded body. WordPress' own largest answers are far below; 300 kB of gzip can decode to 300 MB."""
MAX_REDIRECTS: Final = 5
MAX_HEADER_BYTES: Final = 8190
MAX_HEADERS: Final = 100
CONNECTIONS_PER_HOST: Final = 4
CHUNK_BYTES: Final = 65_536

_REDIRECTS = PERMANENT_REDIRECTS | {302, 303, 307}
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_OWN_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "host", "user-agent"})


class NoSuchHostError(TemporaryError):
    """The name has no address; nothing was sent."""


class NoConnectionError(TemporaryError):
    """No connection could be made; nothing was sent."""


class MovedError(PermanentError):
    """A call with a password was sent to another place; it was not followed, and the password not shown there."""

    def __init__(self, message: str, *, reason: str = "moved") -> None:
        super().__init__(message, reason=reason)


@dataclass(slots=True)
class _Sending:
    """One request on its way. `has_connection` once bytes of it may have left."""

    method: str
    host: str
    has_connection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What was asked for; `deadline_at` is in the event loop's time."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    auth: Credentials | None
    max_bytes: int


class WebClient:
    """Speaks HTTP to blogs and feeds; made once, closed once.

    `allowed` is the operator's list of hosts that may be private. `wait_scale` multiplies every deadline.
    `resolver` replaces the system's name look-up.
    """

    def __init__(
        self,
        *,
        allowed: AllowedHosts | None = None,
        wait_scale: float = 1.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self.allowed = allowed or AllowedHosts()
        self._wait_scale = wait_scale
        self._resolver = resolver
        self._own_resolver: BoundedResolver | None = None
        self._public: aiohttp.ClientSession | None = None
        self._private: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection; the client is not used afterwards."""
        for session in (self._public, self._private):
            if session is not None:
                await session.close()
        if self._own_resolver is not None:
            await self._own_resolver.close()

    def is_trusted(self, url: str) -> bool:
        """Return whether nobody on the way can change what this address says: it has TLS, or the operator lists it."""
        place = URL(url)
        return place.scheme == "https" or place in self.allowed

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        auth: Credentials | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
        max_redirects: int = MAX_REDIRECTS,
    ) -> WebAnswer:
        """Return whatever the server answered, errors and 304 included.

        `deadline_seconds` is for everything together, redirects included. Redirects are followed for GET and
        HEAD only; with `auth` only within the same origin (MovedError, or TemporaryError when the redirect is a
        temporary one). Raise ForbiddenAddressError for an address that is never asked; NoSuchHostError or
        NoConnectionError when nothing can have been sent; UnknownResultError when another method than GET and
        HEAD may have reached the server; TemporaryError for all else, also an answer over `max_bytes`.
        """
        place = self.allowed.check(url)
        if auth and place.scheme != "https" and place not in self.allowed:
            raise ForbiddenAddressError(
                _("{host} is asked for without encryption, so no password is sent there.").format(host=place.host)
            )
        call = _Call(
            method=method.upper(),
            headers=_with_own(headers or {}, has_json=json is not None),
            body=None if json is None else json_module.dumps(json).encode(),
            auth=auth,
            max_bytes=max_bytes,
        )
        sending = _Sending(call.method, place.host or "")
        try:
            async with asyncio.timeout(deadline_seconds * self._wait_scale):
                return await self._follow(call, place, sending, max_redirects)
        except TimeoutError as error:
            raise _lost(sending, _("{host} did not answer in time.").format(host=sending.host)) from error

    async def _follow(self, call: _Call, place: URL, sending: _Sending, max_redirects: int) -> WebAnswer:
        hops: list[Redirect] = []
        while True:
            answer = await self._ask(call, place, sending, tuple(hops))
            target = answer.header("Location")
            if answer.status not in _REDIRECTS or not target or call.method not in _SAFE_METHODS:
                return answer
            if len(hops) >= max_redirects:
                raise TemporaryError(_("{host} redirects too many times.").format(host=place.host))
            place = self._next(call, place, answer.status, target)
            hops.append(Redirect(answer.status, str(place)))
            sending.host = place.host or ""

    def _next(self, call: _Call, place: URL, status: int, target: str) -> URL:
        try:
            following = self.allowed.check(str(place.join(URL(target))))
        except ValueError as error:
            raise TemporaryError(_("{host} redirects to no valid address.").format(host=place.host)) from error
        if call.auth is None or following.origin() == place.origin():
            return following
        sentence = _("{host} sends on to {other}; the password was not shown there.").format(
            host=place.host, other=following.host
        )
        raise MovedError(sentence) if status in PERMANENT_REDIRECTS else TemporaryError(sentence)

    async def _ask(self, call: _Call, place: URL, sending: _Sending, hops: tuple[Redirect, ...]) -> WebAnswer:
        headers = dict(call.headers)
        if call.auth:
            headers["Authorization"] = _basic(call.auth)
        session = self._session_for(place)
        with _translated(sending):
            async with session.request(
                call.method,
                place,
                headers=headers,
                data=call.body,
                allow_redirects=False,
                trace_request_ctx=sending,
            ) as response:
                return WebAnswer(
                    status=response.status,
                    headers=_joined(response),
                    body=await _read(response, call.max_bytes, sending),
                    url=str(place),
                    redirects=hops,
                )

    def _session_for(self, place: URL) -> aiohttp.ClientSession:
        # Two pools, so that a connection to a private address can only be made for, and reused by, a host on the
        # list: whatever else resolves to the same address and port goes through the guarded pool.
        if place in self.allowed:
            self._private = self._private or _session(self._connector(None))
            return self._private
        self._public = self._public or _session(self._connector(open_public_socket))
        return self._public

    def _connector(self, socket_factory: aiohttp.SocketFactoryType | None) -> aiohttp.TCPConnector:
        if self._resolver is None:
            self._resolver = self._own_resolver = BoundedResolver()
        return aiohttp.TCPConnector(
            limit=0, limit_per_host=CONNECTIONS_PER_HOST, resolver=self._resolver, socket_factory=socket_factory
        )


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),  # the deadline is around the whole call, redirects included
        headers={"User-Agent": f"Backchannel/{__version__}"},
        trace_configs=[_connection_marks()],
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        max_headers=MAX_HEADERS,
        read_bufsize=CHUNK_BYTES,
    )


def _connection_marks() -> aiohttp.TraceConfig:
    async def mark(_session: aiohttp.ClientSession, context: SimpleNamespace, _event: object) -> None:
        context.trace_request_ctx.has_connection = True

    marks = aiohttp.TraceConfig()
    marks.on_connection_create_end.append(mark)
    marks.on_connection_reuseconn.append(mark)
    return marks


def _with_own(headers: Mapping[str, str], *, has_json: bool) -> dict[str, str]:
    taken = _OWN_HEADERS & {name.lower() for name in headers}
    if taken:
        raise ValueError(f"set by the client itself: {', '.join(sorted(taken))}")
    return {**headers, "Content-Type": "application/json"} if has_json else dict(headers)


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.username}:{credentials.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _joined(response: aiohttp.ClientResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


async def _read(response: aiohttp.ClientResponse, max_bytes: int, sending: _Sending) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            response.close()
            raise _lost(sending, _("{host} answered with more than is read.").format(host=sending.host))
    return bytes(body)


@contextmanager
def _translated(sending: _Sending) -> Iterator[None]:
    host = sending.host
    try:
        yield
    except (aiohttp.ClientConnectorDNSError, UnicodeError) as error:
        raise NoSuchHostError(_("There is no host named {host}.").format(host=host)) from error
    except aiohttp.ClientSSLError as error:
        raise NoConnectionError(_("{host} does not show a valid certificate.").format(host=host)) from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, RefusedConnection):
            raise ForbiddenAddressError(
                _(
                    "{host} is not on the public internet, so it is not asked. "
                    "The bot's operator can allow it with ALLOW_PRIVATE_HOSTS=host:port."
                ).format(host=host)
            ) from error
        raise NoConnectionError(_("{host} does not accept connections.").format(host=host)) from error
    except aiohttp.InvalidURL as error:
        raise ForbiddenAddressError(_("That is not an address of the web.")) from error
    except aiohttp.ClientError as error:
        raise _lost(sending, _("{host} broke off its answer.").format(host=host)) from error


def _lost(sending: _Sending, sentence: str) -> TemporaryError:
    if not sending.has_connection:
        return NoConnectionError(sentence)
    return TemporaryError(sentence) if sending.method in _SAFE_METHODS else UnknownResultError(sentence)
