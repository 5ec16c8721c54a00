"""Serves the page and, beside it, the control planes of the loopback Discord and the small blog."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.demo.blog.control import BlogControl
from bot.demo.loopback.control.routes import Control
from bot.demo.page.doorman import Doorman
from bot.demo.page.framing import Framing
from bot.demo.page.stage_routes import StageRoutes
from bot.demo.page.story import Story
from bot.demo.page.stream import Source, stream
from bot.demo.stage import Stage

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.2
CALM = "X-Refusals-Are-Answers"
"""Sent by the page's script; the answer then carries the refusal's status here."""
REFUSALS = (400, 409, 502, 504)
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


@asynccontextmanager
async def serve(stage: Stage, story: Story, *, port: int = 0, framing: Framing | None = None) -> AsyncIterator[str]:
    """Serve the page on 127.0.0.1 as long as the block lasts, and give its address.

    `port` 0 takes a free one. `framing` is about the visitor's own blog, where the story is played on one.
    OSError when the port is taken.
    """
    doorman = _doorman(stage, framing)
    application = web.Application(middlewares=[doorman.middleware(), _answer_calmly])
    application.on_response_prepare.append(doorman.note_headers)
    application.add_routes(Control(stage.discord).routes())
    application.add_routes(StageRoutes(stage, story, framing, opening=story.length).routes())
    sources: dict[str, Source] = {"discord": stage.discord.world, "story": story.changes}
    if stage.small_blog is not None:
        application.add_routes(BlogControl(stage.small_blog).routes())
        sources["blog"] = stage.small_blog.changes

    async def tell(request: web.Request) -> web.StreamResponse:
        return await stream(request, sources)

    application.router.add_get("/events", tell)
    application.router.add_get("/", _file)
    application.router.add_get("/{folder:css|js}/{name}", _file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        taken = runner.addresses[0][1]
        doorman.stand_at(taken)
        yield f"http://{HOST}:{taken}/"
    finally:
        await runner.cleanup()


@web.middleware
async def _answer_calmly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Send the page a refusal as an answer: browsers log each status from 400 on as an error of the page itself."""
    response = await handler(request)
    is_refusal = response.status in REFUSALS and response.content_type == "application/json"
    if is_refusal and CALM in request.headers:
        response.headers[CALM] = str(response.status)
        response.set_status(200)
    return response


def _doorman(stage: Stage, framing: Framing | None) -> Doorman:
    pictures = [stage.discord.base_url]
    if stage.small_blog is not None:
        pictures.append(stage.small_blog.url)
    elif framing is not None:
        pictures += [framing.origin, "https:"]  # a blog may keep its pictures elsewhere
    is_framed = framing is not None and not framing.hindrance
    return Doorman(pictures_from=tuple(pictures), frames=framing.origin if framing and is_framed else None)


async def _file(request: web.Request) -> web.Response:
    folder, name = request.match_info.get("folder", ""), request.match_info.get("name", "index.html")
    place = resources.files(__package__).joinpath("static", folder)
    found = next((file for file in place.iterdir() if file.is_file() and file.name == name), None)
    kind = KINDS.get(name[name.rfind(".") :])
    if found is None or kind is None:
        return web.Response(status=404, text="There is nothing here.")
    headers = {"Cache-Control": "no-cache"}
    return web.Response(body=found.read_bytes(), content_type=kind, charset="utf-8", headers=headers)
