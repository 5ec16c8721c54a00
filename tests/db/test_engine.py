"""A store that closes: what is under way ends first, and no connection is left to anybody."""

import asyncio
import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from db.engine import Store


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
    await store.engine.dispose()
    assert await notes(database_url) == []
