"""A nursery for the bots, a migrated database to start from, and a place where the sums are told."""

import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.kill.bots import Nurse
from tests.kill.rounds import Rounds, Sum

SUM = "what was killed"
NewRounds = Callable[[float], Rounds]


@pytest.fixture
async def nurse() -> AsyncIterator[Nurse]:
    async with Nurse.open() as nurse:
        yield nurse


@pytest.fixture
def new_rounds(nurse: Nurse, tmp_path: Path, empty_database: Path) -> NewRounds:
    return lambda window: Rounds(nurse, tmp_path, empty_database, nonce_window_seconds=window)


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
