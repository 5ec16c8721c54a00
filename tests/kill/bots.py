"""Bots started by the nursery, as the harness holds them."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.kill.nursery import Order


class ForkedBot:
    """One process of the bot. `ended` gets its exit code (-9 when it was killed)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def kill(self) -> None:
        """End it with SIGKILL, and return when it is gone."""
        self._send(signal.SIGKILL)
        await asyncio.shield(self.ended)

    async def stop(self) -> int:
        """End it as an operator would, and return its exit code."""
        self._send(signal.SIGTERM)
        return await asyncio.shield(self.ended)

    def _send(self, number: signal.Signals) -> None:
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):  # it is dead, and the nursery is about to tell
                os.kill(self.pid, number)


class Nurse:
    """Starts bots; use `open`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._bots: dict[int, ForkedBot] = {}
        self._born: asyncio.Queue[ForkedBot] = asyncio.Queue()
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Nurse"]:
        """Start the nursery; at the end it and all its bots are gone."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tests.kill.nursery"), stdin=PIPE, stdout=PIPE
        )
        nurse = cls(process)
        assert process.stdout is not None
        assert process.stdin is not None
        await process.stdout.readline()
        reading = asyncio.create_task(nurse._read())
        try:
            yield nurse
        finally:
            process.stdin.close()
            await process.wait()
            await reading

    async def start(self, *arguments: str, environment: Mapping[str, str], directory: Path, output: Path) -> ForkedBot:
        """Start `backchannel` with these arguments."""
        assert self._process.stdin is not None
        order = Order(arguments, dict(environment), str(directory), str(output))
        async with self._turn:
            self._process.stdin.write(order.to_line())
            await self._process.stdin.drain()
            return await self._born.get()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            news = json.loads(line)
            if "started" in news:
                bot = self._bots[news["started"]] = ForkedBot(news["started"])
                self._born.put_nowait(bot)
            else:
                self._bots.pop(news["ended"]).ended.set_result(news["code"])
