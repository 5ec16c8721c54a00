"""The claim of one process to one database: whoever holds it works, everybody else waits."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from db.migrate import sqlite_path

LOOK_SECONDS: Final = 0.5
"""How often a process that waits looks whether the other one is gone."""

PULSE_SECONDS: Final = 5.0
"""How often the connection that holds a claim on PostgreSQL is tried: the claim ends with it."""

_OWNER_ONLY: Final = 0o600
_LOCK_KEY: Final = 0x6261636C
"""Of PostgreSQL's advisory lock, one beside the migrations'; it counts within one database."""


class Claim(Protocol):
    """A claim that can be taken, lost and given back."""

    async def try_take(self) -> bool:
        """Take the claim and return True, or return False when another process has it."""
        ...

    async def lost(self) -> None:
        """Return when the claim is no longer ours, so that another process may have it."""
        ...

    async def release(self) -> None:
        """Give the claim back; fine when it was never taken."""
        ...


def claim_to(database_url: str) -> Claim:
    """Return the claim to a database; nothing is opened yet."""
    if database_url.startswith("sqlite"):
        path = sqlite_path(database_url)
        return FileClaim(None if path is None else path.with_name(f"{path.name}.lock"))
    return PostgresClaim(database_url)


async def take(claim: Claim, stop: asyncio.Event) -> bool:
    """Wait for the claim until `stop` is set; return whether it was taken."""
    while not stop.is_set():
        if await claim.try_take():
            return True
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await stop.wait()
        except TimeoutError:
            pass
    return False


class FileClaim:
    """A lock of the operating system on a file beside the database (`None`: one in memory is nobody else's).

    The kernel gives it back with the process, however that ends. The file itself stays: another process
    may wait for it at that moment, and a new file of the same name would be another lock.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._descriptor: int | None = None

    async def try_take(self) -> bool:
        """Take the lock and return True, or return False; OSError when the file cannot be made."""
        if self._path is None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._descriptor = descriptor
        return True

    async def lost(self) -> None:
        """Never return: the lock is held as long as the process lives."""
        await asyncio.Event().wait()

    async def release(self) -> None:
        """Let go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PostgresClaim:
    """An advisory lock of PostgreSQL, held by a connection of its own: it ends with that connection."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_async_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None

    async def try_take(self) -> bool:
        """Take the lock and return True, or return False; SQLAlchemyError when the database is away."""
        connection = self._connection or await self._engine.connect()
        self._connection = connection
        return bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK_KEY}))

    async def lost(self) -> None:
        """Return when the connection broke; noticed within PULSE_SECONDS."""
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            assert self._connection is not None
            try:
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._connection.execute(text("SELECT 1"))
            except (SQLAlchemyError, TimeoutError, OSError):
                return

    async def release(self) -> None:
        """Close the connection, and the lock with it."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
        await self._engine.dispose()
