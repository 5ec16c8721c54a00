"""The loops: poll feeds that are due, work through the ledger, and end what nobody answered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog
from discord.ext import commands, tasks

from bot.client import BackchannelBot

log = structlog.get_logger(__name__)

STOP_SECONDS: Final = 6.0
"""For what is under way when the bot stops; what is not recorded by then is taken up by the next start."""


class Polls(Protocol):
    """Polls feeds."""

    async def poll_due(self) -> None:
        """Poll every feed that is due."""
        ...


class Ledger(Protocol):
    """Works through the ledger."""

    async def run_forever(self) -> None:
        """Reconcile rows as they become due, until `stop`."""
        ...

    def stop(self) -> None:
        """Begin nothing more."""
        ...


Sweep = Callable[[], Awaitable[int]]
"""Looks at what has become due by itself; returns how much there was. Safe to call at any time, and twice."""


class Background(commands.Cog):
    """Runs from the moment the cog is loaded until it is unloaded. A loop that fails is heard, and goes on.

    `tick_seconds` is how often due feeds are looked for, `sweep_seconds` how often each of `sweeps` is made.
    """

    def __init__(
        self,
        polls: Polls,
        ledger: Ledger,
        sweeps: Sequence[Sweep],
        *,
        tick_seconds: float,
        sweep_seconds: float,
    ) -> None:
        self._polls = polls
        self._rows = ledger
        self._sweeps = tuple(sweeps)
        self._poll.change_interval(seconds=tick_seconds)
        self._sweep.change_interval(seconds=sweep_seconds)

    async def cog_load(self) -> None:
        """Start the loops."""
        self._ledger.start()
        self._poll.start()
        self._sweep.start()

    async def cog_unload(self) -> None:
        """Let what is under way be recorded, then stop."""
        self._sweep.cancel()
        self._poll.cancel()
        self._ledger.stop()
        self._rows.stop()
        tasks_of_loops = (self._ledger.get_task(), self._poll.get_task(), self._sweep.get_task())
        under_way = [task for task in tasks_of_loops if task is not None]
        if under_way:
            _done, pending = await asyncio.wait(under_way, timeout=STOP_SECONDS)
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending)

    @tasks.loop(seconds=1)
    async def _ledger(self) -> None:
        """Reconcile until the runner is stopped; if it ever fails, begin anew a second later."""
        try:
            await self._rows.run_forever()
        except Exception:
            log.exception("runner_failed")

    @tasks.loop(seconds=1)
    async def _poll(self) -> None:
        """Poll what is due."""
        try:
            await self._polls.poll_due()
        except Exception:
            log.exception("polling_failed")

    @tasks.loop(seconds=60)
    async def _sweep(self) -> None:
        """Make every sweep; one that fails does not keep the others from theirs."""
        for sweep in self._sweeps:
            try:
                await sweep()
            except Exception:
                log.exception("sweep_failed", sweep=getattr(sweep, "__qualname__", ""))


async def setup(bot: BackchannelBot) -> None:
    """Start working behind the doors."""
    services = bot.services
    await bot.add_cog(
        Background(
            services.poll_feeds,
            services.runner,
            (
                services.relays.expire,
                services.subscriptions.forget_passwords,
                services.blog_watch.look,
                services.catch_up.go_on,
            ),
            tick_seconds=services.tick_seconds,
            sweep_seconds=services.sweep_seconds,
        )
    )
