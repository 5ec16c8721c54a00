"""A SQLite file that changed by itself is never worked on."""

import asyncio
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.condition import Health, examine
from db.engine import Store
from db.migrate import sqlite_path
from db.models import Feed, Note, StoredPost
from db.seal import is_seal_broken, seal
from tests.conftest import TestClock

OFFSETS = 500


@pytest.fixture
def closed(database_url: str, clock: TestClock) -> Path:
    """Give a database with some rows, as a bot leaves it that was stopped."""

    async def fill() -> None:
        store = Store(database_url)
        async with store.begin() as tx:
            feed = Feed(url="https://blog.example/feed/")
            tx.add(feed)
            await tx.flush()
            tx.add_all([_post(feed.id, number, clock) for number in range(50)])
            tx.add(Note(name="commands_hash", value="0" * 64))
        await store.close()

    asyncio.run(fill())
    path = sqlite_path(database_url)
    assert path is not None
    assert seal(path)
    return path


def _post(feed_id: int, number: int, clock: TestClock) -> StoredPost:
    return StoredPost(
        feed_id=feed_id,
        state="wanted",
        post_id=number,
        guid=f"https://blog.example/?p={number}",
        title=f"Post {number}",
        excerpt="Snow fell. " * 20,
        categories=[],
        entry_hash="h",
        first_seen_at=clock(),
    )


def health(path: Path) -> Health:
    return examine(f"sqlite+aiosqlite:///{path}").health


def rot(path: Path, offset: int, bit: int) -> None:
    """Change one bit as a disk does: without a trace in the file's time."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ (1 << bit)]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_none_of_500_flipped_bits_is_worked_on(closed: Path) -> None:
    """F7: also those in the middle of a text, where SQLite itself notices nothing."""
    chance = random.Random(7)
    size = closed.stat().st_size
    silent = []
    for number in range(OFFSETS):
        offset, bit = size * number // OFFSETS + chance.randrange(size // OFFSETS), chance.randrange(8)
        rot(closed, offset, bit)
        if health(closed) in {Health.CURRENT, Health.OLDER, Health.ABSENT}:
            silent.append(offset)
        rot(closed, offset, bit)
    assert silent == []
    assert health(closed) is Health.CURRENT


def test_sqlite_alone_would_not_have_seen_a_changed_word(closed: Path) -> None:
    offset = closed.read_bytes().index(b"Snow fell.")
    rot(closed, offset, 0)
    assert health(closed) is Health.DAMAGED
    with closing(sqlite3.connect(closed)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_file_that_somebody_wrote_is_no_damaged_one(closed: Path) -> None:
    """An operator's own hand, a restored backup, a bot that was killed: the seal says nothing about these."""
    with closing(sqlite3.connect(closed)) as connection, connection:
        connection.execute("UPDATE notes SET value = 'x'")
    assert not is_seal_broken(closed)
    assert health(closed) is Health.CURRENT


@pytest.mark.parametrize("noted", ["", "[]", "{}", "rubbish"])
def test_seal_that_cannot_be_read_says_nothing(closed: Path, noted: str) -> None:
    closed.with_name(f"{closed.name}.seal").write_text(noted)
    assert health(closed) is Health.CURRENT


def test_file_in_use_is_not_sealed(closed: Path) -> None:
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE x (y)")
        connection.commit()
        assert not seal(closed)
