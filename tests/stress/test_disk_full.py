"""The disk is full at random moments. No effect without its key on disk, nothing lost, nothing doubled."""

import contextlib
import functools
import os
import random
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.domain.messages import Action
from db import ledger, relays
from db.engine import Store
from db.models import LedgerRow
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import World, button, writer

REPLIES = 5


class SmallDisk:
    """A file system that holds the database and little more; `fill` takes what is left of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "backchannel.db"
        self._filler = folder / "filler"

    def fill(self) -> None:
        with contextlib.closing(sqlite3.connect(self.database)) as other:  # what the log has, it could use again
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def small_disk(tmp_path: Path, empty_database: Path) -> Iterator[SmallDisk]:
    """Mount a tmpfs with room for the empty database and 256 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    size = empty_database.stat().st_size + 256 * 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system can be mounted only by root, outside of most containers")
    try:
        disk = SmallDisk(folder)
        disk.database.write_bytes(empty_database.read_bytes())
        yield disk
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
async def world(small_disk: SmallDisk, clock: TestClock, randomness: CountingRandomness) -> AsyncIterator[World]:
    store = Store(f"sqlite+aiosqlite:///{small_disk.database}")
    world = World(store.begin, clock, randomness)
    await world.furnish(policy="direct")
    yield world
    await store.close()


async def settle(world: World) -> None:
    """Let the runner work through time until nothing is due, each time as after a start."""
    for _try in range(30):
        await world.run()
        async with world.begin() as tx:
            due_at = await ledger.next_due_at(tx)
            await ledger.release_leases(tx)
        if due_at is None:
            return
        world.clock.now = max(world.clock.now, due_at)
    raise AssertionError("something is never settled")


class Story:
    """One member sends replies, an interaction at a time, on a disk that is full by chance before each of them."""

    def __init__(self, world: World, disk: SmallDisk, seed: int) -> None:
        self._world = world
        self._disk = disk
        self._chance = random.Random(seed)
        self.confirmed: set[int] = set()
        self.refused = 0

    async def tell(self) -> None:
        for number in range(REPLIES):
            await self._when_the_disk_lets_us(functools.partial(self._send, 500 + number))
            await self._when_the_disk_lets_us(self._world.run)
        self._disk.free()
        await settle(self._world)

    async def _when_the_disk_lets_us(self, action: Callable[[], Awaitable[None]]) -> None:
        if self._chance.random() < 0.4:
            self._disk.fill()
        try:
            await action()
        except* OperationalError as errors:
            assert "full" in str(errors.exceptions) or "disk" in str(errors.exceptions)
            self.refused += 1
        if self._chance.random() < 0.7:
            self._disk.free()

    async def _send(self, message_id: int) -> None:
        shown = await self._world.pick(self._world.reply(message_id, f"Words of {message_id}"), writer())
        relay_id, guard = button(shown, Action.SEND)
        await self._world.relays.send(relay_id, guard, writer(), self._world.interaction())
        self.confirmed.add(message_id)


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 50))])
async def test_full_disk_loses_and_doubles_nothing_and_is_got_over(
    world: World, small_disk: SmallDisk, seed: int
) -> None:
    """F5: no effect without its key on the disk."""
    story = Story(world, small_disk, seed)

    await story.tell()

    async with world.begin() as tx:
        keys = set(await tx.scalars(select(LedgerRow.key)))
    comments = list(world.blog.comments.values())
    assert {comment.author_url.rpartition("#bc-")[2] for comment in comments} <= keys
    assert {sent.nonce for sent in world.chat.messages.values()} <= keys
    published = {message_id for message_id in range(500, 500 + REPLIES) if await _is_sent(world, message_id)}
    assert story.confirmed <= published
    assert len(comments) == len(published)


async def _is_sent(world: World, message_id: int) -> bool:
    async with world.begin() as tx:
        relay = await relays.of_message(tx, message_id)
        return relay is not None and relay.comment_id is not None


async def test_runner_goes_on_by_itself_when_there_is_room_again(world: World, small_disk: SmallDisk) -> None:
    """F5: a row whose result could not be written down is looked for, not sent twice."""
    await world.agreed()
    real = world.blog.create_comment

    async def and_then_the_disk_is_full(draft: object) -> object:
        comment = await real(draft)  # type: ignore[arg-type] # handed through
        small_disk.fill()
        return comment

    world.blog.create_comment = and_then_the_disk_is_full  # type: ignore[assignment, method-assign] # the fault
    with structlog.testing.capture_logs() as logs:
        await world.run()
    assert "reconcile_failed" in {entry["event"] for entry in logs}
    del world.blog.create_comment
    small_disk.free()

    await settle(world)
    await settle(world)

    assert len(world.blog.comments) == 1
    assert await world.state() == "held"
