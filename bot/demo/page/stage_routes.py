"""What the page asks about the stage itself: who is on it, what the bot said, its ledger, its process."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from typing import Any

from aiohttp import web

from bot.demo.page.framing import Framing
from bot.demo.page.story import Story
from bot.demo.process import BotEndedError
from bot.demo.stage import Stage
from bot.domain.translation import _

Json = dict[str, Any]

STATUS_SECONDS = 20.0


class StageRoutes:
    """Shows the stage, and ends and starts the bot's process as an operator could; never reaches into the bot."""

    def __init__(self, stage: Stage, story: Story, framing: Framing | None, *, opening: int) -> None:
        self._stage = stage
        self._story = story
        self._framing = framing
        self._opening = opening
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the server."""
        return [
            web.get("/stage", self._show),
            web.get("/stage/story", self._tell),
            web.get("/stage/ledger", self._ledger),
            web.post("/stage/bot/{action:kill|start}", self._steer),
        ]

    async def _show(self, _request: web.Request) -> web.Response:
        stage = self._stage
        roles = ((stage.author, "author"), (stage.ada, "member"), (stage.ben, "member"), (stage.newcomer, "newcomer"))
        return _shown(
            {
                "guild_id": str(stage.author.guild.id),
                "news_id": str(stage.news.id),
                "queue_id": str(stage.queue.id),
                "people": [{"id": str(actor.id), "role": role} for actor, role in roles],
                "opening": self._opening,
                "own_blog": self._framing.shown() if self._framing else None,
            }
        )

    async def _tell(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        lines = self._story.since(int(after) if after.isdecimal() else 0)
        return _shown({"is_running": self._stage.bot.is_running, "length": self._story.length, "lines": lines})

    async def _ledger(self, _request: web.Request) -> web.Response:
        """Answer what `backchannel status --json` prints, asked as an operator would ask it. Ids are strings here."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot", "status", "--json"),
            env=self._stage.environment,
            cwd=self._stage.directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(STATUS_SECONDS):
                out, complaint = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            return _shown({"error": complaint.decode(errors="replace").strip()}, status=502)
        return _shown({"status": json.loads(out, parse_int=str)})

    async def _steer(self, request: web.Request) -> web.Response:
        async with self._one_at_a_time:
            bot = self._stage.bot
            if request.match_info["action"] == "kill":
                await bot.kill()
            elif not bot.is_running:
                try:
                    await self._stage.start_bot()
                except (BotEndedError, TimeoutError) as error:
                    return _shown({"error": str(error) or _("The bot did not start in time.")}, status=502)
        self._story.changes.touch()
        return _shown({"is_running": self._stage.bot.is_running})


def _shown(body: Json, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
