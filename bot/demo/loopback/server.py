"""A Discord on this machine: one port for HTTP and gateway, and the hands of its members."""

import asyncio
import contextlib
import functools
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypedDict, TypeVar, Unpack

from aiohttp import web

from bot.demo.loopback.actors import Actor
from bot.demo.loopback.control.routes import Control
from bot.demo.loopback.core import API_PREFIX, TOKEN, Core
from bot.demo.loopback.faults import Faults
from bot.demo.loopback.gateway.intents import PRIVILEGED
from bot.demo.loopback.gateway.server import Gateway
from bot.demo.loopback.interactions.registry import ANSWER_WITHIN_SECONDS, TOKEN_LIVES_SECONDS, Interactions
from bot.demo.loopback.rate_limits import RateLimits
from bot.demo.loopback.rest import account, channels, commands, guilds, interactions, messages, reactions, webhooks
from bot.demo.loopback.rest.call import Route
from bot.demo.loopback.rest.pipeline import Contract, Pipeline
from bot.demo.loopback.traffic import RecordedRequest
from bot.demo.loopback.world.models import Guild, Role, User
from bot.demo.loopback.world.world import World

ROUTES: tuple[Route, ...] = tuple(
    itertools.chain(
        account.ROUTES,
        guilds.ROUTES,
        messages.ROUTES,
        reactions.ROUTES,
        channels.ROUTES,
        commands.ROUTES,
        interactions.ROUTES,
        webhooks.ROUTES,
    )
)
HOST = "127.0.0.1"
WAIT_SECONDS = 60.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOK_AGAIN_SECONDS = 0.02


Value = TypeVar("Value")


class Options(TypedDict, total=False):
    """The constructor's options, as `serve` takes them."""

    bot_permissions: int | None
    approved_intents: int
    answer_within_seconds: float
    token_lives_seconds: float
    nonce_window_seconds: float
    token: str
    contract: Contract | None
    front: Handler | None
    extra_routes: Iterable[web.AbstractRouteDef]
    now: Callable[[], float]


class LoopbackDiscord:
    """A Discord that a stock discord.py can use; listens on 127.0.0.1 only.

    Point the library at it with `discord.http.Route.BASE = api_url` and
    `DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)`, and log in with `token`.
    `contract` looks at every body that goes in or out. A `world` may be handed from one server to the next.
    `bot_permissions` gives the bot's role exactly these bits and @everyone none; `approved_intents` are the
    privileged ones switched on for the application; `now` is the world's clock in seconds.
    `front` answers GET / for browsers (the gateway has the same path), `extra_routes` are served beside Discord's.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        bot_permissions: int | None = None,
        approved_intents: int = PRIVILEGED,
        answer_within_seconds: float = ANSWER_WITHIN_SECONDS,
        token_lives_seconds: float = TOKEN_LIVES_SECONDS,
        nonce_window_seconds: float = 180.0,
        token: str = TOKEN,
        contract: Contract | None = None,
        front: Handler | None = None,
        extra_routes: Iterable[web.AbstractRouteDef] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.world = world or World(bot_permissions=bot_permissions, nonce_window_seconds=nonce_window_seconds, now=now)
        registry = Interactions(
            self.world, answer_within_seconds=answer_within_seconds, token_lives_seconds=token_lives_seconds
        )
        self.core = Core(self.world, registry, token, approved_intents)
        self.interactions = registry
        self.gateway = Gateway(self.core, contract)
        self.faults = Faults()
        self.rate_limits = RateLimits(self.world.seconds)
        self._contract = contract
        self._pipeline = Pipeline(self.core, self.faults, self.rate_limits, contract)
        self._front = front
        self._extra_routes = tuple(extra_routes)
        self._runner: web.AppRunner | None = None

    # --- where it is -----------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Its address, without a path."""
        return self.core.base_url

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL must be."""
        return self.core.api_url

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL must be."""
        return self.core.gateway_url

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.core.token

    # --- running ---------------------------------------------------------------------------------

    @classmethod
    @contextlib.asynccontextmanager
    async def serve(
        cls, world: World | None = None, *, port: int = 0, **options: Unpack[Options]
    ) -> AsyncIterator["LoopbackDiscord"]:
        """Run one on a free port (or the given one) as long as the block lasts; options are the constructor's."""
        discord = cls(world, **options)
        await discord.start(port)
        try:
            yield discord
        finally:
            await discord.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1."""
        application = web.Application(client_max_size=32 * 1024 * 1024)
        for route in ROUTES:
            serve = functools.partial(self._pipeline.serve, route)
            application.router.add_route(route.method, API_PREFIX + route.template, serve)
        application.router.add_route("*", API_PREFIX + "/{rest:.*}", functools.partial(self._pipeline.serve, None))
        application.router.add_get("/attachments/{file_id}/{filename}", self._file)
        application.add_routes(Control(self).routes())
        application.add_routes(self._extra_routes)
        application.router.add_get("/", self._root)
        self._runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self.core.base_url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Cut what is connected and close the port. The world stays."""
        self.faults.clear()
        self.gateway.drop()
        self.gateway.leave()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _root(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self.gateway.serve(request)
        if self._front is not None:
            return await self._front(request)
        return web.Response(text="A Discord on this machine, for one bot.\n")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file_id"]
        found = self.core.files.get(int(name)) if name.isdigit() else None
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[1], content_type=found[2].partition(";")[0])

    # --- watching --------------------------------------------------------------------------------

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every HTTP request so far."""
        return self._pipeline.requests

    @property
    def unknown_requests(self) -> list[RecordedRequest]:
        """Requests for routes that the loopback does not have."""
        return self._pipeline.unknown

    @property
    def contract_findings(self) -> list[str]:
        """What the contract complained of; empty without one."""
        return self._contract.findings if self._contract is not None else []

    def requests_of(self, method: str, template: str) -> list[RecordedRequest]:
        """Return the requests of one route, by its template."""
        return [one for one in self.requests if one.method == method and one.template == template]

    async def until(self, condition: Callable[[], Value | None], *, timeout: float = WAIT_SECONDS) -> Value:
        """Wait until the condition holds and return its value; TimeoutError after `timeout` seconds.

        It is looked at after every change of the world, and now and then besides: what a bot remembers or stores
        changes without the world hearing of it.
        """
        async with asyncio.timeout(timeout):
            while not (value := condition()):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.world.changed(), LOOK_AGAIN_SECONDS)
            return value

    async def ready(self, *, timeout: float = WAIT_SECONDS) -> None:
        """Wait until a bot is connected to the gateway."""
        await self.until(lambda: self.gateway.is_connected, timeout=timeout)

    # --- people ----------------------------------------------------------------------------------

    def member(
        self,
        guild: Guild,
        name: str,
        *,
        roles: Sequence[Role] = (),
        is_open_to_dms: bool = True,
        nick: str | None = None,
    ) -> Actor:
        """Bring a new user into a guild and return their hands."""
        user = self.world.add_user(name, is_open_to_dms=is_open_to_dms)
        self.world.join(guild, user, roles, nick=nick)
        return Actor(self.core, user, guild)

    def owner(self, guild: Guild) -> Actor:
        """Return the hands of a guild's owner."""
        return Actor(self.core, self.world.users[guild.owner_id], guild)

    def actor(self, guild: Guild, user: User) -> Actor:
        """Return the hands of a user who is a member already."""
        return Actor(self.core, user, guild)
