"""Somebody holds the database for seconds. Whoever presses waits, nobody sees an error, nothing is lost."""

import asyncio
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from db.migrate import sqlite_path
from tests.cogs.conftest import House, empty_house, house
from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "empty_house", "house", "loopback"]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock as another program does."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


@asynccontextmanager
async def locked_for(path: Path, seconds: float) -> AsyncIterator[None]:
    """Lock the database now and let go after so many seconds, whatever the block does meanwhile."""
    is_locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(path):
            is_locked.set()
            release.wait(seconds)

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(is_locked.wait)
    try:
        yield
    finally:
        await holding


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("seconds", "times"),
    [
        (0.5, 2),
        pytest.param(2.0, 25, marks=pytest.mark.slow),
        pytest.param(30.0, 4, marks=pytest.mark.slow),
    ],
)
async def test_locked_database_makes_people_wait_and_loses_nothing(
    house: House, database_url: str, seconds: float, times: int, caplog: pytest.LogCaptureFixture
) -> None:
    """F6: up to thirty seconds with `make stress`."""
    await house.connected()
    thread = await house.thread()
    path = sqlite_path(database_url)
    assert path is not None
    house.mira.timeout = 10 + seconds
    chance = random.Random(7)
    sent = []
    for number in range(times):
        message_id = await house.mira.say(thread, f"Thought {number}")
        async with locked_for(path, seconds * (0.2 + 0.8 * chance.random())):
            preview = await house.mira.use_menu("Send to blog", thread, message_id)
            first = preview if "Send" in preview.buttons else await preview.updated(timeout=10 + seconds)
        assert "Send" in first.buttons
        async with locked_for(path, 0.1):
            answer = await house.press(house.mira, first, "Send")
        assert "went wrong" not in answer.text
        sent.append(message_id)
        queue = await house.owner.use_command("queue", in_channel=house.channel)
        async with locked_for(path, 0.1):
            await house.press(house.owner, queue, next(label for label in queue.buttons if "Publish" in label))
    await house.until(lambda: len(house.blog.visible()) == times)
    assert not [record for record in caplog.records if "press_failed" in record.getMessage()]
