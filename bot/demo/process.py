"""The real bot in a process of its own, told where the loopback Discord and the blog are."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

EXIT_SECONDS = 10.0
"""What the bot promises for its end after SIGTERM."""

Event = Mapping[str, Any]
Hear = Callable[[Event], None]

ENDED = "ended"
"""The event by which a listener is told that the process is no more."""


def hear_nothing(_event: Event) -> None:
    """Let an event pass."""


class BotEndedError(Exception):
    """The bot's process ended before it said what was waited for; the text holds its last lines."""


class BotProcess:
    """`backchannel run` with its log read line by line. Use `start`; always `stop` or `kill` it."""

    def __init__(self, process: Process, log: Path | None, hear: Hear = hear_nothing) -> None:
        self._process = process
        self._log = log
        self._hear = hear
        self._changed = asyncio.Condition()
        self._has_ended = False
        self.events: list[Event] = []
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, environment: Mapping[str, str], *, directory: Path, log: Path | None = None, hear: Hear = hear_nothing
    ) -> "BotProcess":
        """Start the bot in `directory`; the file `log` keeps its lines, `hear` is told of its events and its end."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot", "run"),
            env={**environment, "LOG_FORMAT": "json"},
            cwd=directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
            limit=2**20,
        )
        return cls(process, log, hear)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.returncode is None

    async def event(self, name: str, *, seconds: float = 30.0, count: int = 1, **keys: object) -> Event:
        """Wait until the log has `count` events of this name with these keys, and return the last of them."""

        def found() -> Event | None:
            hits = [event for event in self.events if event.get("event") == name and keys.items() <= event.items()]
            return hits[count - 1] if len(hits) >= count else None

        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: found() is not None or self._has_ended)
        event = found()
        if event is None:
            raise BotEndedError("\n".join([f"the bot ended before '{name}':", *self.lines[-15:]]))
        return event

    async def wait(self) -> int:
        """Wait until the process ends by itself; return its exit code."""
        await self._reading
        return await self._process.wait()

    async def stop(self, *, seconds: float = EXIT_SECONDS) -> int:
        """End the bot as an operator would (SIGTERM) and return its exit code.

        One that has not ended after `seconds` is killed; TimeoutError when it broke its promise of EXIT_SECONDS.
        """
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(seconds):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            if seconds >= EXIT_SECONDS:
                raise
        await self._reading
        return self._process.returncode or 0

    async def kill(self) -> None:
        """End the bot with SIGKILL, in the middle of whatever it does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            await self._note(line.decode(errors="replace").rstrip())
        async with self._changed:
            self._has_ended = True
            self._changed.notify_all()
        self._hear({"event": ENDED})

    async def _note(self, line: str) -> None:
        self.lines.append(line)
        if self._log is not None:
            _append(self._log, line)
        try:
            event = json.loads(line)
        except ValueError:
            return
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        self._hear(event)


def _append(path: Path, line: str) -> None:
    with open(path, "a", encoding="utf-8", opener=_for_its_owner) as file:
        file.write(f"{line}\n")


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
