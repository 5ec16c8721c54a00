"""The store's connection: SQLite with its pragmas or PostgreSQL, and one transaction as `async with`."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

Transaction = AsyncSession
"""One open transaction, by the name that services know it."""

Begin = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Opens one transaction: committed at the end of the block, rolled back when it raises."""

BUSY_TIMEOUT_SECONDS = 40
"""How long a transaction waits for another process to let go of the SQLite file: a lock of half a minute is sat out."""

BUSY_LOOK_SECONDS = 0.5
"""How long it waits at a time: within that, nobody can make it give up, and the bot could not be stopped."""

CHECKPOINT_PAGES = 32
"""How long the log grows before it is folded into the file: SQLite's own thousand pages can fill a small disk."""

CLOSE_SECONDS = 5.0
"""How long a store that closes waits for the transactions that are under way."""


def set_sqlite_pragmas(connection: Any, _record: object) -> None:
    """Make one SQLite connection durable and patient.

    FULL, for in WAL mode NORMAL may forget the last commits at a power cut, and a forgotten
    `first_sent_at` would be a message sent twice.
    """
    try:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            _patient_for(BUSY_LOOK_SECONDS),
            "journal_mode = WAL",
            "synchronous = FULL",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what is purged is overwritten, not only unlinked
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:  # cancelled, or a file that cannot be used: nobody else would close it
        connection.close()
        raise


def end_transaction(connection: Any, _record: object, _error: BaseException | None) -> None:
    """Roll back what a connection was in the middle of when it is given up, as one is whose task is cancelled.

    Closing it is not enough: SQLite keeps the lock until the last cursor is gone, and the cancelled task's
    traceback holds that one (https://www.sqlite.org/c3ref/close.html).
    """
    connection.rollback()


def close_returned(connection: Any, _record: object) -> None:
    """Close a connection that comes back after its store was closed."""
    if connection is not None:
        connection.close()


def begin_immediate(connection: Any) -> None:
    """Take SQLite's write lock at the start, so that no transaction fails half-way for want of it."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= give_up_at:
                raise
        else:
            return


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _patient_for(seconds: float) -> str:
    return f"busy_timeout = {seconds * 1000:.0f}"


_SCRUBBING = (
    f"PRAGMA {_patient_for(BUSY_TIMEOUT_SECONDS)}",
    "VACUUM",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    f"PRAGMA {_patient_for(BUSY_LOOK_SECONDS)}",
)


class Store:
    """One database. Close it when done; `begin` is handed to whoever needs transactions."""

    def __init__(self, database_url: str) -> None:
        self._is_sqlite = make_url(database_url).get_backend_name() == "sqlite"
        # a connection that a restart of PostgreSQL cut is noticed before it is used, and made anew
        self.engine: AsyncEngine = create_async_engine(
            database_url, hide_parameters=True, pool_pre_ping=not self._is_sqlite
        )
        self._one_writer = asyncio.Lock() if self._is_sqlite else None
        self._under_way = 0
        self._is_closing = False
        self._at_rest = asyncio.Event()
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", set_sqlite_pragmas)
            event.listen(self.engine.sync_engine, "invalidate", end_transaction)
            event.listen(self.engine.sync_engine, "begin", begin_immediate)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction. Never hold it over a call to the outside.

        Whoever comes after `close` is cancelled, as everything is that still runs at the end of the process.
        """
        async with self._one_writer or nullcontext():
            with self._counted():
                async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                    yield session

    @contextmanager
    def _counted(self) -> Iterator[None]:
        if self._is_closing:
            raise asyncio.CancelledError
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._at_rest.set()

    async def scrub(self) -> None:
        """Write a SQLite file anew and empty its log, so that no trace of deleted rows is left in either.

        Blocks writers while it runs. On PostgreSQL nothing is done: its own vacuum does that in time.
        """
        if not self._is_sqlite:
            return
        async with self._one_writer or nullcontext():
            with self._counted():
                async with self.engine.connect() as connection:
                    # past SQLAlchemy, which would open a transaction, and VACUUM runs in none
                    driver = (await connection.get_raw_connection()).driver_connection
                    assert driver is not None
                    for statement in _SCRUBBING:
                        async with driver.execute(statement) as cursor:
                            await cursor.fetchall()

    async def close(self) -> None:
        """Let what is under way end (for `CLOSE_SECONDS` at most), begin nothing more, and close every connection."""
        self._is_closing = True
        self._at_rest.clear()
        try:
            if self._under_way:
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await self._at_rest.wait()
        finally:
            # whoever still holds a connection would bring it back to a pool that is closed already
            event.listen(self.engine.sync_engine, "checkin", close_returned)
            await self.engine.dispose()
