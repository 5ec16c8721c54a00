"""How often the bot introduces itself to Discord is counted on disk."""

from datetime import datetime, timedelta

import pytest
import structlog

from bot.services.identifies import NOTE, Identifies, Memory
from db.engine import Begin
from db.notes import Notes
from tests.conftest import TestClock


class Paper:
    """A memory that is quicker than a disk."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self.notes.get(name)

    async def write(self, name: str, value: str) -> None:
        self.notes[name] = value


def a_life(memory: Memory, clock: TestClock) -> Identifies:
    """Return what a process that was just started has: everything else is in the memory."""

    async def sleep(seconds: float) -> None:
        clock.move(seconds=seconds)

    return Identifies(memory, clock, sleep=sleep)


async def test_500_crashes_at_once_make_at_most_100_identifies_an_hour(clock: TestClock) -> None:
    """F4: a thousand a day would cost the token."""
    made: list[datetime] = []
    paper = Paper()
    for _crash in range(500):
        await a_life(paper, clock).count()
        made.append(clock())

    most = max(sum(first <= moment < first + timedelta(hours=1) for moment in made) for first in made)
    a_day = max(sum(first <= moment < first + timedelta(days=1) for moment in made) for first in made)
    assert most <= 60
    assert a_day <= 520
    assert (made[-1] - made[0]) / 500 >= timedelta(seconds=90)


async def test_wait_is_told_once_with_its_reason(clock: TestClock) -> None:
    paper = Paper()
    for _life in range(40):
        await a_life(paper, clock).count()

    with structlog.testing.capture_logs() as logs:
        await a_life(paper, clock).wait()

    (told,) = logs
    assert told["event"] == "waits_before_identify"
    assert told["seconds"] == 180
    assert "resets its token" in told["why"]


@pytest.mark.parametrize("rubbish", ["", "x", "-5 1.5", "[]"])
async def test_note_that_cannot_be_read_counts_as_none(begin: Begin, clock: TestClock, rubbish: str) -> None:
    await Notes(begin).write(NOTE, rubbish)

    await a_life(Notes(begin), clock).count()

    assert await Notes(begin).read(NOTE) == str(round(clock().timestamp()))


async def test_yesterdays_are_forgotten(begin: Begin, clock: TestClock) -> None:
    await a_life(Notes(begin), clock).count()
    clock.move(hours=25)

    await a_life(Notes(begin), clock).count()

    assert (await Notes(begin).read(NOTE) or "").count(" ") == 0
