"""A nursery for the bots, a migrated database to start from, and a place where the sums are told."""

import os
import random
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.adapters.conftest import wordpress
from tests.kill.bots import Nurse
from tests.kill.rounds import Rounds, Sum
from tests.kill.worlds import open_real_world, open_world
from tests.wordpress.snapshot import Snapshot

__all__ = ["wordpress"]

SUM = "what was killed"
not_in_one_turn = pytest.mark.skipif(
    bool(os.environ.get("KILL_TURN")), reason="a run of one turn takes every call once and the random ones"
)
NewRounds = Callable[[float], Rounds]


@pytest.fixture
async def nurse() -> AsyncIterator[Nurse]:
    async with Nurse.open() as nurse:
        yield nurse


@pytest.fixture
def new_rounds(nurse: Nurse, tmp_path: Path, empty_database: Path) -> NewRounds:
    def new(window: float) -> Rounds:
        opening = partial(open_world, nurse, empty_database=empty_database, nonce_window_seconds=window)
        return Rounds(opening, tmp_path)

    return new


@pytest.fixture
def real_rounds(nurse: Nurse, tmp_path: Path, empty_database: Path, wordpress: Snapshot) -> NewRounds:
    """Give rounds on a real WordPress."""

    def new(window: float) -> Rounds:
        opening = partial(
            open_real_world, nurse, wordpress=wordpress, empty_database=empty_database, nonce_window_seconds=window
        )
        return Rounds(opening, tmp_path)

    return new


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[Sum], None]:
    """Keep a sum for the end of the run, and fail when something was lost or doubled."""

    def keep(total: Sum) -> None:
        request.node.user_properties.append((SUM, total.line()))
        assert not total.bad, "\n".join([total.line(), *total.bad])

    return keep


@pytest.fixture
def kill_turn() -> int | None:
    """One way for each call, the next with the next turn (KILL_TURN); None: every call in every way."""
    turn = os.environ.get("KILL_TURN")
    return int(turn) if turn else None


@pytest.fixture
def chance() -> tuple[int, random.Random]:
    """Chance that can be had again with KILL_SEED, and its seed."""
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(2**32))
    return seed, random.Random(seed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, line in report.user_properties:
                if name == SUM:
                    terminalreporter.write_line(str(line))
