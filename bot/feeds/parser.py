"""Parses feeds in a child process, which may be slow, run wild or die without the bot noticing more than an error."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Final

import structlog

import bot
from bot.domain.errors import TemporaryError
from bot.domain.fair_places import FairPlaces
from bot.domain.translation import _
from bot.feeds.wire import (
    LENGTH,
    MAX_ANSWER_BYTES,
    Document,
    ParsedFeed,
    Refusal,
    Refused,
    pack_document,
    unpack_answer,
)

log = structlog.get_logger(__name__)

DEADLINE_SECONDS: Final = 10.0
"""On the wall, for one document; its processor time is limited in the cell."""
CLOSE_SECONDS: Final = 2.0
_NOBODY: Final = -1
"""Whose turn it is to close."""


class CellDiedError(Exception):
    """The child process ended, or answered nonsense, in the middle of a document."""

    def __init__(self, returncode: int | None = None) -> None:
        super().__init__(f"the cell ended with {returncode}")
        self.returncode = returncode


class Parser:
    """One child process, started at the first document, kept warm, replaced when it dies.

    `deadline_seconds` bounds each document's time on the wall, waiting for other documents not counted. Guilds
    take turns: costly feeds of one of them keep another's waiting for two documents at most.
    """

    def __init__(self, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline_seconds = deadline_seconds
        self._places = FairPlaces(1)
        self._cell: Process | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._cell.pid if self._cell and self._cell.returncode is None else None

    async def parse(self, document: Document) -> ParsedFeed:
        """Return what the document says; TemporaryError when it is no feed or costs too much to read."""
        async with self._places.place(document.guild_id):
            answer = await self._ask(document)
        if isinstance(answer, Refused):
            log.warning("feed_refused", feed=document.url, refusal=answer.refusal.value, detail=answer.detail)
            raise TemporaryError(_sentence(answer.refusal))
        return answer

    async def close(self) -> None:
        """End the child process."""
        async with self._places.place(_NOBODY):
            await self._buried()

    async def _ask(self, document: Document) -> ParsedFeed | Refused:
        try:
            return await self._try(document)
        except CellDiedError as error:
            # SIGKILL comes from outside: it is no fault of this document, which a fresh cell may read.
            if error.returncode != -signal.SIGKILL:
                raise TemporaryError(_sentence(Refusal.TOO_MUCH)) from error
        try:
            return await self._try(document)
        except CellDiedError as error:
            raise TemporaryError(_sentence(Refusal.TOO_MUCH)) from error

    async def _try(self, document: Document) -> ParsedFeed | Refused:
        try:
            async with asyncio.timeout(self._deadline_seconds):
                cell = await self._running()
                return await _exchange(cell, document)
        except TimeoutError as error:
            await self._kill()
            log.warning("feed_parser_killed", feed=document.url, after_seconds=self._deadline_seconds)
            raise TemporaryError(_sentence(Refusal.TOO_MUCH)) from error
        except CellDiedError as error:
            returncode = await self._buried()
            log.warning("feed_parser_died", feed=document.url, returncode=returncode)
            raise CellDiedError(returncode) from error
        except asyncio.CancelledError:
            # An answer left in the pipe would be taken for the next document's.
            await self._kill()
            raise

    async def _running(self) -> Process:
        if self._cell is not None and self._cell.returncode is None:
            return self._cell
        await self._kill()
        root = Path(bot.__file__).parent.parent
        # None of our environment: what reads strangers' bytes has no business with the token.
        self._cell = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "bot.feeds.cell",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"PYTHONPATH": str(root), "LANG": os.environ.get("LANG", "C.UTF-8")},
            start_new_session=True,
        )
        return self._cell

    async def _buried(self) -> int | None:
        """Wait until the ended child is gone, and return how it ended; kill it when it only stopped talking."""
        cell = self._cell
        if cell is None:
            return None
        if cell.stdin is not None:
            cell.stdin.close()
        try:
            # Killing at once would race with asyncio's own wait for the child, and lose how it ended.
            async with asyncio.timeout(CLOSE_SECONDS):
                await cell.wait()
        except TimeoutError:
            log.warning("feed_parser_killed", pid=cell.pid)
        return await self._kill()

    async def _kill(self) -> int | None:
        cell, self._cell = self._cell, None
        if cell is None:
            return None
        if cell.returncode is None:
            cell.kill()
        if cell.stdin is not None:
            cell.stdin.close()
        if cell.stdout is not None:
            await cell.stdout.read()
        return await cell.wait()


async def _exchange(cell: Process, document: Document) -> ParsedFeed | Refused:
    if cell.stdin is None or cell.stdout is None:
        raise CellDiedError()
    try:
        cell.stdin.write(pack_document(document))
        await cell.stdin.drain()
        (length,) = LENGTH.unpack(await cell.stdout.readexactly(LENGTH.size))
        if length > MAX_ANSWER_BYTES:
            raise CellDiedError()
        return unpack_answer(await cell.stdout.readexactly(length))
    except (OSError, asyncio.IncompleteReadError, ValueError, KeyError, TypeError) as error:
        raise CellDiedError() from error


def _sentence(refusal: Refusal) -> str:
    match refusal:
        case Refusal.NOT_A_FEED:
            return _("There is no feed at this address, but another kind of page.")
        case Refusal.DOCTYPE:
            return _("The feed starts with a document type, which feeds do not need; it was not read.")
        case Refusal.BROKEN_OFF:
            return _("The feed broke off in the middle.")
        case Refusal.TOO_MUCH:
            return _("The feed is too large or too entangled to be read.")
        case Refusal.FAULT:
            return _("The feed could not be understood.")
