from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identifies import AT_ONCE, ONE_EVERY, still_counting, wait_before

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_first_ones_need_no_wait() -> None:
    assert wait_before([NOON] * (AT_ONCE - 1), NOON) == timedelta()
    assert wait_before([NOON] * AT_ONCE, NOON) == ONE_EVERY


def test_what_was_used_comes_back_with_time() -> None:
    used = [NOON] * AT_ONCE
    assert wait_before(used, NOON + ONE_EVERY) == timedelta()
    assert wait_before([*used, NOON + ONE_EVERY], NOON + ONE_EVERY) == ONE_EVERY


def test_clock_that_was_set_back_forgets_nothing() -> None:
    ahead = [NOON + DAY] * AT_ONCE
    assert still_counting(ahead, NOON) == [NOON] * AT_ONCE
    assert wait_before(still_counting(ahead, NOON), NOON) == ONE_EVERY


@given(st.lists(st.floats(0, 600), min_size=1, max_size=700))
def test_however_a_bot_crashes_an_hour_has_at_most_100_and_a_day_at_most_600(lives: list[float]) -> None:
    """Each life ends after some seconds; each start waits as long as it is told to."""
    now, made = NOON, list[datetime]()
    for seconds in lives:
        earlier = still_counting(made, now)
        now += wait_before(earlier, now)
        made.append(now)
        now += timedelta(seconds=seconds)
    for first in made:
        assert sum(first <= moment < first + HOUR for moment in made) <= 100
        assert sum(first <= moment < first + DAY for moment in made) <= 600
