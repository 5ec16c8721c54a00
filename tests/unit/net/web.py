"""A tiny web server for tests: it answers with what it is told and keeps what it was asked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A server on loopback. `seen` holds every request; `answer` may be replaced at any time."""

    answer: Answer
    port: int = 0
    seen: list[web.Request] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        await request.read()
        return await self.answer(request)


async def nothing(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="fine")


@asynccontextmanager
async def a_site(answer: Answer = nothing) -> AsyncIterator[Site]:
    site = Site(answer)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


class TableResolver(AbstractResolver):
    """Names from a table; each look-up of a name takes its next answer, the last one again and again."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        answers = self._names.get(host)
        if not answers:
            raise OSError(None, "no such name")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_found(host, address, port) for address in addresses]

    async def close(self) -> None:
        return None


def _found(host: str, address: str, port: int) -> ResolveResult:
    family = 10 if ":" in address else 2
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
