import asyncio

import pytest

from cogs.background import Background


class FakeWork:
    """Polls, ledger and questions in one, each failing as often as it is told."""

    def __init__(self) -> None:
        self.polls = self.runs = self.sweeps = 0
        self.failures = 0
        self.changed = asyncio.Event()
        self.is_stopped = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.is_recorded = False

    def _count(self, name: str) -> None:
        setattr(self, name, getattr(self, name) + 1)
        self.changed.set()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("out of luck")

    async def poll_due(self) -> None:
        self._count("polls")

    async def run_forever(self) -> None:
        self._count("runs")
        await self.is_stopped.wait()
        await self.may_finish.wait()
        self.is_recorded = True

    def stop(self) -> None:
        self.is_stopped.set()

    async def expire(self) -> int:
        self._count("sweeps")
        return 0

    async def until(self, polls: int, runs: int, sweeps: int) -> None:
        async with asyncio.timeout(60):
            while self.polls < polls or self.runs < runs or self.sweeps < sweeps:
                self.changed.clear()
                await self.changed.wait()


def a_background(work: FakeWork) -> Background:
    return Background(work, work, (work.expire,), tick_seconds=0.01, sweep_seconds=0.01)


async def test_a_loop_that_fails_goes_on() -> None:
    work = FakeWork()
    work.failures = 3
    background = a_background(work)
    await background.cog_load()

    await work.until(polls=3, runs=2, sweeps=3)

    work.may_finish.set()
    await background.cog_unload()


async def test_what_is_under_way_is_recorded_before_the_loops_end() -> None:
    work = FakeWork()
    background = a_background(work)
    await background.cog_load()
    await work.until(polls=1, runs=1, sweeps=1)

    stopping = asyncio.create_task(background.cog_unload())
    await work.is_stopped.wait()
    assert not work.is_recorded
    work.may_finish.set()
    await stopping

    assert work.is_recorded


async def test_what_does_not_end_in_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogs.background.STOP_SECONDS", 0.01)
    work = FakeWork()
    background = a_background(work)
    await background.cog_load()
    await work.until(polls=1, runs=1, sweeps=1)

    await background.cog_unload()

    assert not work.is_recorded
