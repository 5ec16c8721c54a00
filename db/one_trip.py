"""SQLite through aiosqlite with one trip to its thread for a statement, where SQLAlchemy would make four.

A trip costs more than most statements: a cursor is opened, used, emptied and closed in the same one.
"""

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import aiosqlite

Parameters = Sequence[Any]


class OneTripCursor:
    """What SQLAlchemy needs of a cursor. It runs one statement, and holds all that came of it."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: "OneTripConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> "OneTripCursor":
        """Open nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hold nothing any more."""
        await self.close()

    async def execute(self, statement: str, parameters: Parameters = ()) -> None:
        """Run a statement and fetch all its rows."""
        await self._connection.run(self._run, sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Parameters]) -> None:
        """Run a statement for each of the parameters."""
        await self._connection.run(self._run, sqlite3.Cursor.executemany, statement, parameters)

    async def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Forget what was not fetched; in SQLite it is closed already."""
        self._rows = []

    def _run(self, way: Any, statement: str, parameters: Sequence[Any]) -> None:
        """Run in the connection's thread."""
        cursor = self._connection.opened_cursor()
        try:
            way(cursor, statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors make one trip, and whose thread ends with the process."""

    def __init__(self, database: str) -> None:
        super().__init__(lambda: sqlite3.connect(database, check_same_thread=False), iter_chunk_size=64)
        self._thread.daemon = True

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # SQLAlchemy asks for no more than it has
        """Return a cursor; nothing is opened yet."""
        return OneTripCursor(self)

    def opened_cursor(self) -> sqlite3.Cursor:
        """Return a cursor of SQLite's; only for the connection's own thread."""
        return self._conn.cursor()

    async def run(self, function: Any, *arguments: Any) -> None:
        """Call a function in the connection's own thread."""
        await self._execute(function, *arguments)  # type: ignore[no-untyped-call]  # aiosqlite types no such call


async def connect(database: str) -> OneTripConnection:
    """Open a SQLite file."""
    connection = OneTripConnection(database)
    await connection
    return connection
