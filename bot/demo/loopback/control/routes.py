"""The control plane's routes, all under /control.

Bodies and answers are JSON objects; ids are strings, as in Discord's API. GET /control/world (`?as_user=ID`) shows
everything, GET /control/events streams what happens, POST /control/members/{user_id}/{action} does what `Actor` does.
A page on another site must not be able to use them: every POST needs the JSON content type, and the address asked for
must be this machine's own.
"""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.control import snapshot
from bot.demo.loopback.control.people import People
from bot.demo.loopback.control.stream import stream
from bot.demo.loopback.errors import ApiError
from bot.demo.loopback.faults import Fault, Hold, Position
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import ChannelType, Json

if TYPE_CHECKING:
    from bot.demo.loopback.server import LoopbackDiscord

LOCAL_NAMES = ("127.0.0.1", "localhost")
Function = Callable[[web.Request, Json], Awaitable[Json]]


class Control:
    """Does over HTTP what the Python interface does."""

    def __init__(self, discord: "LoopbackDiscord") -> None:
        self._discord = discord
        self._people = People(discord)
        self._holds: dict[str, Hold] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the server."""
        return [
            self._route("GET", "/control/world", self._world),
            self._route("GET", "/control/requests", self._requests),
            self._route("POST", "/control/guilds", self._add_guild),
            self._route("POST", "/control/guilds/{guild_id}/channels", self._add_channel),
            self._route("POST", "/control/guilds/{guild_id}/roles", self._add_role),
            self._route("POST", "/control/guilds/{guild_id}/members", self._add_member),
            self._route("POST", "/control/members/{user_id}/{action}", self._act),
            self._route("GET", "/control/answers/{answer_id}", self._answer),
            self._route("POST", "/control/faults", self._add_fault),
            self._route("DELETE", "/control/faults", self._clear_faults),
            self._route("GET", "/control/holds/{name}", self._held),
            self._route("POST", "/control/holds/{name}/{action}", self._let_go),
            self._route("POST", "/control/gateway/{action}", self._gateway),
            web.get("/control/events", self._events),
        ]

    def _route(self, method: str, path: str, function: Function) -> web.RouteDef:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, function)

        return web.route(method, path, serve)

    async def _serve(self, request: web.Request, function: Function) -> web.StreamResponse:
        if not _is_local(request):
            return _shown(403, {"error": "Only this machine's own pages may use this."})
        try:
            body = await request.json() if request.can_read_body else {}
            return _shown(200, await function(request, body))
        except ApiError as error:
            return _shown(409, {"error": error.message, "code": error.code})
        except CannotUseError as error:
            return _shown(409, {"error": str(error)})
        except (NoAnswerError, TimeoutError) as error:
            return _shown(504, {"error": str(error) or "It did not happen in time."})
        except (KeyError, ValueError, TypeError) as error:
            return _shown(400, {"error": f"{type(error).__name__}: {error}"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if not _is_local(request):
            return _shown(403, {"error": "Only this machine's own pages may use this."})
        return await stream(self._discord.world, request)

    # --- looking ---------------------------------------------------------------------------------

    async def _world(self, request: web.Request, _body: Json) -> Json:
        viewer = request.query.get("as_user")
        return snapshot.world(self._discord.world, int(viewer) if viewer else None)

    async def _requests(self, _request: web.Request, _body: Json) -> Json:
        shown = [
            {"method": one.method, "template": one.template, "path": one.path, "json": one.json, "status": one.status}
            for one in self._discord.requests
        ]
        return {"requests": shown, "unknown": [one.route for one in self._discord.unknown_requests]}

    async def _answer(self, request: web.Request, _body: Json) -> Json:
        return self._people.show(self._people.answers[int(request.match_info["answer_id"])])

    # --- making ----------------------------------------------------------------------------------

    async def _add_guild(self, _request: web.Request, body: Json) -> Json:
        guild = self._discord.world.add_guild(str(body["name"]))
        return {"id": str(guild.id), "owner_id": str(guild.owner_id)}

    async def _add_channel(self, request: web.Request, body: Json) -> Json:
        channel = self._discord.world.add_channel(
            self._discord.world.guilds[int(request.match_info["guild_id"])],
            str(body["name"]),
            kind=ChannelType(int(body.get("type", 0))),
            is_private=bool(body.get("is_private")),
            tags=[str(tag) for tag in body.get("tags", [])],
        )
        return {"id": str(channel.id)}

    async def _add_role(self, request: web.Request, body: Json) -> Json:
        guild = self._discord.world.guilds[int(request.match_info["guild_id"])]
        return {"id": str(self._discord.world.add_role(guild, str(body["name"]), int(body.get("permissions", 0))).id)}

    async def _add_member(self, request: web.Request, body: Json) -> Json:
        guild = self._discord.world.guilds[int(request.match_info["guild_id"])]
        roles = [guild.roles[int(one)] for one in body.get("role_ids", [])]
        is_open = bool(body.get("is_open_to_dms", True))
        return {"id": str(self._discord.member(guild, str(body["name"]), roles=roles, is_open_to_dms=is_open).id)}

    async def _act(self, request: web.Request, body: Json) -> Json:
        return await self._people.act(int(request.match_info["user_id"]), request.match_info["action"], body)

    # --- breaking --------------------------------------------------------------------------------

    async def _add_fault(self, _request: web.Request, body: Json) -> Json:
        """Take {"kind": "fail"|"rate_limit"|"lose_answer"|"drop"|"delay"|"hold", "method", "route", ...}."""
        options = dict(body)
        kind, method, route = options.pop("kind"), str(options.pop("method")), str(options.pop("route"))
        faults = self._discord.faults
        if kind == "hold":
            hold = faults.hold(method, route, **{**options, "at": Position(options.get("at", Position.ARRIVED))})
            name = str(len(self._holds) + 1)
            self._holds[name] = hold
            return {"hold": name}
        if kind == "delay":
            faults.delay(method, route, float(options.pop("seconds")), **options)
            return {}
        known: dict[str, Callable[..., Fault]] = {
            "fail": faults.fail,
            "rate_limit": faults.rate_limit,
            "lose_answer": faults.lose_answer,
            "drop": faults.drop,
        }
        known[kind](method, route, **options)
        return {}

    async def _clear_faults(self, _request: web.Request, _body: Json) -> Json:
        self._discord.faults.clear()
        return {}

    async def _held(self, request: web.Request, _body: Json) -> Json:
        """Wait until the held call is there."""
        seconds = float(request.query.get("timeout", 10))
        found = await self._holds[request.match_info["name"]].reached(timeout=seconds)
        return {"method": found.method, "path": found.path, "json": found.json}

    async def _let_go(self, request: web.Request, _body: Json) -> Json:
        hold = self._holds[request.match_info["name"]]
        {"release": hold.release, "drop": hold.drop}[request.match_info["action"]]()
        return {}

    async def _gateway(self, request: web.Request, body: Json) -> Json:
        gateway, action = self._discord.gateway, request.match_info["action"]
        if action == "invalidate":
            gateway.invalidate(is_resumable=bool(body.get("is_resumable")))
        elif action == "close":
            await gateway.close(int(body.get("code", 1001)))
        else:
            known = {
                "drop": gateway.drop,
                "reconnect": gateway.ask_to_reconnect,
                "forget": gateway.forget_sessions,
                "silence": gateway.fall_silent,
            }
            known[action]()
        return {"is_connected": gateway.is_connected}


def _is_local(request: web.Request) -> bool:
    is_named_locally = request.host.rpartition(":")[0] in LOCAL_NAMES or request.host in LOCAL_NAMES
    return is_named_locally and (request.method != "POST" or request.content_type == "application/json")


def _shown(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
