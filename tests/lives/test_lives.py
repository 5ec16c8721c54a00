"""Whatever happens to replies in whatever order, in the end both sides agree and nothing is doubled or lost.

The real application runs between the loopback Discord and the small blog, over sockets, on a clock that is moved on. A
crash cancels everything it does; a new one then opens the same file. What must be true is in `oracle`.
"""

import asyncio
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.lives.conftest import Tell
from tests.lives.life import Step, lives
from tests.lives.rounds import FirstDay, live

A_FEW = 20
MANY = int(os.environ.get("LIVES") or 1_000)
LIFE_SECONDS = 600.0
POLICIES = st.sampled_from(["approve", "approve", "direct"])
NOT_SLOW = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    database=None,
    phases=[Phase.generate],  # threads and sockets do not fail the same way again, so there is nothing to shrink by
)


def play(days: dict[str, FirstDay], steps: list[Step], policy: str, tell: Tell) -> None:
    tell(asyncio.run(asyncio.wait_for(live(days[policy], steps), LIFE_SECONDS)))


@pytest.mark.timeout(900)
@given(steps=lives(), policy=POLICIES)
@settings(NOT_SLOW, max_examples=A_FEW)
def test_both_sides_agree_after_any_life(
    first_days: dict[str, FirstDay], tell: Tell, steps: list[Step], policy: str
) -> None:
    """F25: events are told again and in another order, among all else that can happen."""
    play(first_days, steps, policy, tell)


@pytest.mark.slow
@pytest.mark.timeout(14_400)
@given(steps=lives(most=45), policy=POLICIES)
@settings(NOT_SLOW, max_examples=MANY)
def test_both_sides_agree_after_many_lives(
    first_days: dict[str, FirstDay], tell: Tell, steps: list[Step], policy: str
) -> None:
    """F25: the same with many lives (LIVES=...)."""
    play(first_days, steps, policy, tell)
