"""One stream of server-sent events for everything: a browser opens only six connections to one address."""

import asyncio
import json
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

STILL_THERE_SECONDS = 10.0
"""After a silence this long a comment is sent: only by writing is it noticed that the reader is gone."""


class Source(Protocol):
    """Something that changes. `version` differs after every change."""

    version: int

    async def changed(self) -> None:
        """Wait for the next change."""
        ...


async def stream(request: web.Request, sources: Mapping[str, Source]) -> web.StreamResponse:
    """Send `{name: version}` of the sources that changed: at first of all, then as it happens, until nobody reads."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    wake = asyncio.Event()
    pumps = [asyncio.create_task(_pump(source, wake)) for source in sources.values()]
    try:
        await asyncio.sleep(0)  # lets the pumps begin to listen before the first look
        await _tell(response, sources, wake)
    except ConnectionError:
        pass
    finally:
        for pump in pumps:
            pump.cancel()
    return response


async def _pump(source: Source, wake: asyncio.Event) -> None:
    while True:
        await source.changed()
        wake.set()


async def _tell(response: web.StreamResponse, sources: Mapping[str, Source], wake: asyncio.Event) -> None:
    told: dict[str, int] = {}
    while True:
        wake.clear()
        news = {name: source.version for name, source in sources.items() if told.get(name) != source.version}
        told |= news
        await response.write(f"data: {json.dumps(news)}\n\n".encode() if news else b": still there\n\n")
        try:
            async with asyncio.timeout(STILL_THERE_SECONDS):
                await wake.wait()
        except TimeoutError:
            continue
