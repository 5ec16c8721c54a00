"""Our way to SQLite: one trip to its thread for a statement, and all that SQLAlchemy asks of a cursor."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.one_trip import OneTripConnection


class CountingConnection(OneTripConnection):
    """Counts the trips."""

    trips = 0

    async def _execute(self, *asked: Any, **named: Any) -> Any:
        self.trips += 1
        return await super()._execute(*asked, **named)  # type: ignore[no-untyped-call]  # aiosqlite types no such call


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[CountingConnection]:
    connection = CountingConnection(str(tmp_path / "trips.db"))
    await connection
    yield connection
    await connection.close()


@pytest.fixture
async def engine(connection: CountingConnection) -> AsyncIterator[AsyncEngine]:
    async def the_one() -> CountingConnection:
        return connection

    engine = create_async_engine("sqlite+aiosqlite:///", async_creator=the_one)
    async with engine.begin() as tx:
        await tx.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield engine
    await engine.dispose()


async def test_a_statement_makes_one_trip(engine: AsyncEngine, connection: CountingConnection) -> None:
    async with engine.connect() as tx:
        before = connection.trips
        await tx.execute(text("INSERT INTO words (word) VALUES ('a'), ('b')"))
        rows = (await tx.execute(text("SELECT word FROM words ORDER BY id"))).scalars().all()
        assert (rows, connection.trips - before) == (["a", "b"], 2)


async def test_a_statement_tells_its_rows_and_its_row(engine: AsyncEngine) -> None:
    async with engine.begin() as tx:
        added = await tx.execute(text("INSERT INTO words (word) VALUES ('a')"))
        more = await tx.execute(text("INSERT INTO words (word) VALUES (:word)"), [{"word": "b"}, {"word": "c"}])
        changed = await tx.execute(text("UPDATE words SET word = word || '!' WHERE word > 'a'"))
        assert (added.lastrowid, more.rowcount, changed.rowcount) == (1, 2, 2)
        assert (await tx.execute(text("SELECT word FROM words WHERE id = 3"))).scalar_one() == "c!"


async def test_what_sqlite_refuses_is_an_error_of_sqlalchemy_and_the_connection_goes_on(engine: AsyncEngine) -> None:
    async with engine.begin() as tx:
        await tx.execute(text("INSERT INTO words (word) VALUES ('a')"))
    with pytest.raises(IntegrityError):
        async with engine.begin() as tx:
            await tx.execute(text("INSERT INTO words (word) VALUES ('b')"))
            await tx.execute(text("INSERT INTO words (word) VALUES ('a')"))
    async with engine.connect() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM words"))).scalar_one() == 1
