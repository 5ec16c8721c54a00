"""The door for machines: is the bot well, its numbers, and a knock that has the feeds polled at once.

Started only when HTTP_PORT is set. It tells nothing about people or posts, and whatever is sent to it
is not read: a knock (WordPress: Settings > Writing > Update Services) says only that something is new.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from bot.domain.ports import Clock
from db import health
from db.engine import Begin

NUDGE_SECONDS: Final = 30.0
"""A knock counts at most this often, whoever knocks."""

MAX_BODY_BYTES: Final = 64 * 1024

PING_ANSWER: Final = (
    '<?xml version="1.0"?><methodResponse><params><param><value><struct>'
    "<member><name>flerror</name><value><boolean>0</boolean></value></member>"
    "<member><name>message</name><value><string>Thank you.</string></value></member>"
    "</struct></value></param></params></methodResponse>"
)
"""What WordPress expects of an update service, in XML-RPC's words for success."""


class Watch:
    """Answers `/healthz`, `/metrics` and `/ping`. `is_connected` tells whether Discord's gateway is there."""

    def __init__(self, begin: Begin, clock: Clock, is_connected: Callable[[], bool]) -> None:
        self._begin = begin
        self._clock = clock
        self._is_connected = is_connected
        self._nudged_at: datetime | None = None

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen until the block ends; gives the port (a free one for 0). OSError when it is taken."""
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_get("/healthz", self._health)
        application.router.add_get("/metrics", self._metrics)
        application.router.add_post("/ping", self._ping)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        """200 while Discord and the database are there, 503 otherwise."""
        async with self._begin() as tx:
            found = await health.numbers(tx)
        is_connected = self._is_connected()
        told = {
            "discord": is_connected,
            "due": found.due,
            "oldest_due_seconds": self._since(found.oldest_due_at),
            "failing_feeds": found.failing_feeds,
            "last_poll_seconds": self._since(found.last_poll_at) if found.last_poll_at else None,
        }
        return web.json_response(told, status=200 if is_connected else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        async with self._begin() as tx:
            found = await health.numbers(tx)
        gauges = {
            "backchannel_discord_connected": int(self._is_connected()),
            "backchannel_ledger_due": found.due,
            "backchannel_ledger_oldest_due_seconds": self._since(found.oldest_due_at),
            "backchannel_feeds": found.feeds,
            "backchannel_feeds_failing": found.failing_feeds,
        }
        lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in gauges.items()]
        return web.Response(text="".join(lines), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _ping(self, _request: web.Request) -> web.Response:
        now = self._clock()
        if self._nudged_at is None or now - self._nudged_at >= timedelta(seconds=NUDGE_SECONDS):
            self._nudged_at = now
            async with self._begin() as tx:
                await health.nudge(tx, now=now)
        return web.Response(text=PING_ANSWER, content_type="text/xml")

    def _since(self, moment: datetime | None) -> float:
        return 0.0 if moment is None else round(max(0.0, (self._clock() - moment).total_seconds()), 3)
