"""A store that closes: what is under way ends first, and no connection is left to anybody."""

import asyncio
import gc
import itertools
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from db.engine import BUSY_TIMEOUT_SECONDS, Store


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Fail when a connection was let go of within the block and not closed."""
    gc.collect()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(warning.message) for warning in warned] == []


class Work:
    """A transaction that ends when it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def do(self) -> None:
        async with self._store.begin() as tx:
            await tx.execute(text("INSERT INTO notes (name, value) VALUES ('work', 'done')"))
            self.begun.set()
            await self.may_end.wait()


async def notes(database_url: str) -> list[str]:
    store = Store(database_url)
    async with store.begin() as tx:
        found = list(await tx.scalars(text("SELECT value FROM notes WHERE name = 'work'")))
    await store.close()
    return found


async def test_a_transaction_that_is_under_way_ends_before_the_store_closes(database_url: str) -> None:
    with nothing_left_open():
        await _close_around(database_url)
    assert await notes(database_url) == ["done"]


async def _close_around(database_url: str) -> None:
    store = Store(database_url)
    work = Work(store)
    working = asyncio.create_task(work.do())
    await work.begun.wait()
    closing = asyncio.create_task(store.close())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not closing.done()
    work.may_end.set()
    await asyncio.gather(working, closing)


async def test_whoever_comes_after_the_close_is_cancelled(database_url: str) -> None:
    store = Store(database_url)
    first, second = Work(store), Work(store)
    working = asyncio.create_task(first.do())
    await first.begun.wait()
    waiting = asyncio.create_task(second.do())
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    first.may_end.set()
    await asyncio.gather(working, closing)
    await asyncio.wait((waiting,))
    assert waiting.cancelled()
    assert await notes(database_url) == ["done"]


async def test_a_transaction_that_does_not_end_does_not_keep_the_store_from_closing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.CLOSE_SECONDS", 0.01)
    store = Store(database_url)
    work = Work(store)
    working = asyncio.create_task(work.do())
    await work.begun.wait()
    await store.close()
    assert not working.done()
    working.cancel()
    await asyncio.wait((working,))
    assert await notes(database_url) == []


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """Hold the file as another program does."""
    connection = sqlite3.connect(database_url.partition("///")[2], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


def is_free(database_url: str) -> bool:
    """Return whether another process could write to the file at once."""
    connection = sqlite3.connect(database_url.partition("///")[2], timeout=0)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute", "commit"])
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_wherever_a_transaction_is_cancelled_it_leaves_no_lock(
    database_url: str, moment: str, number: int
) -> None:
    """F3: what else is recorded while the bot stops would wait for a transaction that nobody ends."""
    store = Store(database_url)
    working = asyncio.create_task(_write(store))
    countdown = itertools.count(number, -1)

    def cancel(*_anything: object) -> None:
        if next(countdown) == 1:
            working.cancel()

    event.listen(store.engine.sync_engine, moment, cancel)
    with nothing_left_open():
        await asyncio.wait((working,))  # it is held here, with its exception and all that hangs on it
        assert is_free(database_url)
        async with store.begin() as tx:
            await tx.execute(text("DELETE FROM notes"))
        await store.close()


async def _write(store: Store) -> None:
    """Make three transactions of three statements each, with their beginning."""
    for _ in range(3):
        async with store.begin() as tx:
            await tx.execute(text("INSERT OR REPLACE INTO notes (name, value) VALUES ('work', 'done')"))
            await tx.execute(text("SELECT value FROM notes"))


async def test_a_connection_whose_making_is_cancelled_is_closed(database_url: str) -> None:
    async def connect_and_be_cancelled() -> None:
        store = Store(database_url)
        working = asyncio.create_task(_write(store))

        def cancel(connection: Any, _record: object) -> None:
            working.cancel()

        event.listen(store.engine.sync_engine, "connect", cancel, insert=True)
        await asyncio.wait((working,))
        assert working.cancelled()
        await store.close()

    with nothing_left_open():
        await connect_and_be_cancelled()


async def test_whoever_waits_for_another_program_can_be_stopped(database_url: str) -> None:
    """F3, F6: the bot ends although somebody holds its database."""
    store = Store(database_url)
    asked = asyncio.Event()
    event.listen(store.engine.sync_engine, "before_cursor_execute", lambda *_anything: asked.set())
    with held(database_url):
        working = asyncio.create_task(_write(store))
        await asked.wait()
        working.cancel()
        await asyncio.wait((working,), timeout=BUSY_TIMEOUT_SECONDS / 2)
        assert working.cancelled()
        await store.close()
    assert await notes(database_url) == []


async def test_whoever_waits_for_another_program_goes_on_when_it_lets_go(database_url: str) -> None:
    """F6: however often it looked in vain."""
    store = Store(database_url)
    looks = asyncio.Semaphore(0)
    event.listen(store.engine.sync_engine, "before_cursor_execute", lambda *_anything: looks.release())
    with held(database_url):
        working = asyncio.create_task(_write(store))
        for _look in range(2):
            await looks.acquire()
    await working
    await store.close()
    assert await notes(database_url) == ["done"]


async def test_a_close_that_is_cancelled_closes_all_the_same(database_url: str) -> None:
    with nothing_left_open():
        await _close_and_be_cancelled(database_url)


async def _close_and_be_cancelled(database_url: str) -> None:
    store = Store(database_url)
    work = Work(store)
    working = asyncio.create_task(work.do())
    await work.begun.wait()
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait((closing,))
    work.may_end.set()
    await working
