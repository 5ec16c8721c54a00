"""Fixtures for all tests: a real SQLite file, a clock that is told the time, keys that can be told apart."""

import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from db.engine import Begin, Store
from db.migrate import upgrade
from tests.heartbeats import end_heartbeats


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class CountingRandomness:
    """Keys that count up, so that a test can tell them apart."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def key(self) -> str:
        return f"key{next(self._count):019d}"

    def guard(self) -> str:
        return f"{next(self._count):08x}"

    def fraction(self) -> float:
        return 0.5


@pytest.fixture(autouse=True)
def discord_is_discord() -> Iterator[None]:
    """The library's addresses belong to the whole process, and a test's Discord is gone after it."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.fixture(autouse=True)
def no_heart_beats_on() -> Iterator[None]:
    """Their loop ends with the test, so a beat after it fails another one."""
    yield
    end_heartbeats()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def randomness() -> CountingRandomness:
    return CountingRandomness()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.db"
    upgrade(f"sqlite+aiosqlite:///{path}", now=datetime.now(UTC))
    return path


@pytest.fixture
def database_url(tmp_path: Path, empty_database: Path) -> str:
    path = tmp_path / "backchannel.db"
    path.write_bytes(empty_database.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    yield store
    await store.close()


@pytest.fixture
def begin(store: Store) -> Begin:
    return store.begin
