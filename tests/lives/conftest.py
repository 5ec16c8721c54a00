"""First days to start lives from, the library's pause left out, and a place where the sums are told."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import discord
import pytest
from structlog.testing import LogCapture

from tests.heartbeats import sweep_up
from tests.lives.rounds import FirstDay, Told, make_first_day, quiet

SUMS: pytest.StashKey["Sum"] = pytest.StashKey()
STORMS: pytest.StashKey[list[str]] = pytest.StashKey()
Tell = Callable[[Told], None]


class Sum:
    """What came of all lives of a run."""

    def __init__(self) -> None:
        self.lives = self.steps = self.crashes = self.events = self.bad = 0

    def add(self, told: Told) -> None:
        self.lives += 1
        self.steps += told.steps
        self.crashes += told.crashes
        self.events += told.events
        self.bad += bool(told.findings)

    def line(self) -> str:
        return (
            f"lives: {self.lives} with {self.steps} steps, {self.crashes} crashes and {self.events} events of messages "
            f"told; {self.bad} ended with the two sides apart"
        )


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Keep how a life went for the end of the run, and fail where something is wrong."""
    total = request.config.stash.setdefault(SUMS, Sum())

    def keep(told: Told) -> None:
        total.add(told)
        assert not told.findings, "\n".join([*told.story, *told.findings])

    return keep


@pytest.fixture
def tell_storm(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep how a storm went for the end of the run."""
    return request.config.stash.setdefault(STORMS, []).append


@pytest.fixture(scope="session")
def first_days(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FirstDay]:
    """A first day under each policy, made once."""
    with quiet(LogCapture()):
        return {
            policy: asyncio.run(make_first_day(tmp_path_factory.mktemp(policy), empty_database, policy=policy))
            for policy in ("approve", "direct")
        }


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the library's five seconds before each new session out."""

    async def at_once(_client: discord.Client, _shard_id: int | None, *, initial: bool = False) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Sweep up. A crash closes nothing; the end of a process would, and here a later test would be blamed."""
    yield
    sweep_up()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    total = config.stash.get(SUMS, None)
    if total is not None:
        terminalreporter.write_line(total.line())
    for line in config.stash.get(STORMS, []):
        terminalreporter.write_line(line)
