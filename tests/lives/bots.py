"""The bot of a life: in this process, where a crash cancels everything it does and a new one opens the same file."""

import asyncio
import contextlib
from collections.abc import Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, Protocol

from bot.app import be_on_discord, build
from bot.client import BackchannelBot
from bot.demo.loopback import LoopbackDiscord
from bot.settings import Settings
from tests.heartbeats import sweep_up
from tests.lives.places import HurriedClock
from tests.lives.store import BotsFile

START_SECONDS = 90.0
REST_SECONDS = 120.0
"""Only a bot that never comes to rest takes so long."""
LOOK_AGAIN_SECONDS = 0.005
QUIET_LOOKS = 2
EVENT_TASKS = ("discord.py:", "CommandTree", "discord-ui")
"""How discord.py names the tasks that answer what the gateway tells."""
AGAIN_SECONDS = 0.05
STUCK = "_terminate_graceful_close"
"""A connection that is closed in the middle of a call may wait for a thread that has ended; nobody waits for it."""

_whose: ContextVar["BotInProcess | None"] = ContextVar("_whose", default=None)


class LivingBot(Protocol):
    """A bot that can be ended like a crash and started again on what it left."""

    generation: int
    crashes: int
    died: asyncio.Event

    @property
    def is_alive(self) -> bool: ...

    async def start(self) -> None:
        """Start it, and return when it is on Discord, or when it died on the way there."""
        ...

    async def crash(self) -> None:
        """End it wherever it is."""
        ...

    async def stop(self) -> None:
        """End it as an operator would."""
        ...

    async def rest(self, *, is_held: bool = False) -> None:
        """Return when it has dealt with everything it was told, and nothing is due (unless a call is held)."""
        ...

    async def pass_time(self, seconds: float, *, is_held: bool = False) -> None:
        """Let so much time pass, with all that the bot does in it by itself."""
        ...


class BotInProcess:
    """The real application as `backchannel run` joins it, on a clock that can be moved on."""

    def __init__(self, settings: Settings, discord: LoopbackDiscord, clock: HurriedClock, file: BotsFile) -> None:
        self.generation = 0
        self.crashes = 0
        self.died = asyncio.Event()
        self._settings = settings
        self._discord = discord
        self._clock = clock
        self._file = file
        self._tasks: set[asyncio.Task[Any]] = set()
        self._root: asyncio.Task[None] | None = None
        self._bot: BackchannelBot | None = None
        asyncio.get_running_loop().set_task_factory(_make_task)  # type: ignore[arg-type]  # later Pythons hand over more

    @property
    def is_alive(self) -> bool:
        return self._root is not None and not self._root.done()

    async def start(self) -> None:
        self.generation += 1
        self.died.clear()
        context = copy_context()
        context.run(_whose.set, self)
        root = self._root = asyncio.get_running_loop().create_task(self._run(), context=context)
        async with asyncio.timeout(START_SECONDS):
            while self._bot is None or not self._bot.is_ready():
                if root.done():
                    if not root.cancelled():
                        root.result()
                    return  # it died on the way
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _run(self) -> None:
        async with build(self._settings, self._clock) as bot:
            self._bot = bot
            await be_on_discord(bot, self._settings)

    async def crash(self) -> None:
        self.generation += 1
        self.crashes += 1
        self._discord.gateway.drop()
        for task in tuple(self._tasks):
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks, timeout=AGAIN_SECONDS)
            for task in tuple(self._tasks):
                if _name_of(task).endswith(STUCK):
                    task.cancel()
        self._bot = self._root = None
        sweep_up()  # a connection that was left in the middle of a transaction holds the file's lock
        self.died.set()

    async def stop(self) -> None:
        if self._bot is not None:
            await self._bot.close()
        if self._root is not None and not self._root.done():
            await self._root
        self._bot = None
        asyncio.get_running_loop().set_task_factory(None)

    async def rest(self, *, is_held: bool = False) -> None:
        async with asyncio.timeout(REST_SECONDS):
            quiet_looks = 0
            while self.is_alive and quiet_looks < QUIET_LOOKS:
                quiet_looks = quiet_looks + 1 if self._is_quiet(is_held=is_held) else 0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.died.wait(), LOOK_AGAIN_SECONDS)

    def _is_quiet(self, *, is_held: bool) -> bool:
        bot, sessions = self._bot, list(self._discord.gateway.sessions.values())
        if bot is None or not bot.is_ready() or not sessions or bot.ws is None:
            return False
        if sessions[-1].connection is None or bot.ws.sequence != sessions[-1].seq:
            return False
        if any(_is_at_work(task) for task in self._tasks):
            return False
        return is_held or not self._file.is_busy(self._clock())

    async def pass_time(self, seconds: float, *, is_held: bool = False) -> None:
        self._clock.move(seconds)
        bot = self._bot
        if bot is None or not self.is_alive:
            return
        task = asyncio.get_running_loop().create_task(_look(bot), context=self._context())
        dying = asyncio.create_task(self.died.wait())
        await asyncio.wait({task, dying}, return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        bot.services.runner.wake()
        await self.rest(is_held=is_held)

    def _context(self) -> Context:
        context = copy_context()
        context.run(_whose.set, self)
        return context

    def take(self, task: asyncio.Task[Any]) -> None:
        """Count a task as the bot's."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _look(bot: BackchannelBot) -> None:
    """Do what the loops do when their time has come."""
    background: Any = bot.get_cog("Background")
    mirrors: Any = bot.get_cog("Mirrors")
    await background._sweep()
    await background._poll()
    await mirrors._look()


def _is_at_work(task: asyncio.Task[Any]) -> bool:
    return task.get_name().startswith(EVENT_TASKS) or _name_of(task) in {"_apply_settings_blog", "_look"}


def _name_of(task: asyncio.Task[Any]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", ""))


def _make_task(
    loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], *, context: Context | None = None, **more: Any
) -> asyncio.Task[Any]:
    task = asyncio.Task(coro, loop=loop, context=context, **more)
    owner = _whose.get() if context is None else context.get(_whose)
    if owner is not None:
        owner.take(task)
    return task
