"""Server-sent events: what happens in the world, as it happens."""

import json
from collections import deque

from aiohttp import web

from bot.demo.loopback.world.events import Event
from bot.demo.loopback.world.models import Json
from bot.demo.loopback.world.world import World


async def stream(world: World, request: web.Request) -> web.StreamResponse:
    """Send each event as `{"type": its name, "body": ...}`, and after every change `{"type": "changed"}`.

    The latter comes for what no event tells, too (ephemeral messages, answers), and carries the world's version.
    """
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    waiting: deque[Json] = deque()

    def listen(event: Event) -> None:
        waiting.append({"type": event.name, "body": event.render(True)})

    world.listeners.append(listen)
    try:
        await _send(response, {"type": "changed", "version": world.version})
        while True:
            await world.changed()
            while waiting:
                await _send(response, waiting.popleft())
            await _send(response, {"type": "changed", "version": world.version})
    except ConnectionError:
        return response
    finally:
        world.listeners.remove(listen)


async def _send(response: web.StreamResponse, body: Json) -> None:
    await response.write(f"data: {json.dumps(body)}\n\n".encode())
