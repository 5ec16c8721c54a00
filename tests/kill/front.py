"""A real WordPress behind a front that sees every call and may cut it, as the small blog does by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
from aiohttp import web

from bot.demo.blog.faults import Faults
from tests.wordpress.real_blog import CALL_TIMEOUT_SECONDS, RealBlog
from tests.wordpress.server import Served, serve
from tests.wordpress.snapshot import Snapshot

CONTROL = "/backchannel-control"
OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class FrontedWordPress(RealBlog):
    """A WordPress whose callers all come by `faults`; use `open`."""

    def __init__(self, served: Served, session: aiohttp.ClientSession, faults: Faults) -> None:
        super().__init__(served, session)
        self.faults = faults

    @classmethod
    @asynccontextmanager
    async def open(cls, snapshot: Snapshot) -> AsyncIterator["FrontedWordPress"]:
        """Serve a fresh WordPress behind a front; the front carries on what its caller no longer waits for."""
        front = _Front()
        async with front.open() as shown_at:
            serving = serve(snapshot, shown_at=shown_at)
            served = await asyncio.to_thread(serving.__enter__)
            try:
                front.behind = served.url
                yield cls(replace(served, url=shown_at), front.session, front.faults)
                await front.faults.settle()
            finally:
                await asyncio.to_thread(serving.__exit__, None, None, None)


class _Front:
    """Hands calls on to what is behind it."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.behind = ""
        self.session: aiohttp.ClientSession

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Listen on a free loopback port and return the address."""
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_SECONDS)
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as self.session:
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            try:
                host, port = runner.addresses[0][:2]
                yield f"http://{host}:{port}"
            finally:
                await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == CONTROL:
            return await self._hand_on(request)
        return await self.faults.answer(request, self._hand_on)

    async def _hand_on(self, request: web.Request) -> web.StreamResponse:
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in OF_THE_CONNECTION]
        async with self.session.request(
            request.method,
            f"{self.behind}{request.raw_path}",
            headers=headers,
            data=await request.read(),
            allow_redirects=False,
        ) as answer:
            response = web.Response(status=answer.status, body=await answer.read())
            response.headers.clear()
            for name, value in answer.headers.items():
                if name.lower() not in OF_THE_CONNECTION:
                    response.headers.add(name, value)
            return response
