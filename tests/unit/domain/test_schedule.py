from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import (
    LONGEST_WAIT,
    MAX_ATTEMPTS,
    POLL_JITTER,
    is_full_fetch_due,
    next_poll_at,
    poll_again_at,
    retry_at,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@given(st.floats(0, 1, exclude_max=True), st.floats(0.1, 86_400))
def test_a_poll_comes_within_its_interval_and_not_much_earlier(fraction: float, interval: float) -> None:
    wait = (next_poll_at(NOW, interval_seconds=interval, fraction=fraction) - NOW).total_seconds()

    assert interval * 0.9 - 0.001 <= wait <= interval + 0.001


def polled_again(failures: int, retry_after: timedelta | None = None, *, wait_scale: float = 1.0) -> timedelta:
    at = poll_again_at(
        NOW, failures, interval_seconds=300, retry_after=retry_after, fraction=0.0, wait_scale=wait_scale
    )
    return at - NOW


def test_a_failing_feed_is_asked_less_and_less_down_to_once_a_day() -> None:
    waits = [polled_again(failures) for failures in (1, 2, 3, 9, 10, 1000)]

    assert waits == [
        timedelta(minutes=5),
        timedelta(minutes=10),
        timedelta(minutes=20),
        timedelta(minutes=1280),
        timedelta(hours=24),
        timedelta(hours=24),
    ]


def test_a_dead_feed_is_asked_at_most_sixty_times_in_a_month() -> None:
    """F34: less and less, down to once a day."""
    now, requests = NOW, 0
    while now < NOW + timedelta(days=30):
        requests += 1
        now = poll_again_at(now, requests, interval_seconds=300, retry_after=None, fraction=0.0, wait_scale=1.0)

    assert requests <= 60


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(0), timedelta(minutes=5)),
        (timedelta(days=4000), timedelta(hours=24)),
    ],
)
def test_a_feeds_retry_after_wins_within_reason(asked: timedelta, kept: timedelta) -> None:
    assert polled_again(1, asked, wait_scale=0.001) == kept


def test_the_scale_shortens_our_waits() -> None:
    assert polled_again(1, wait_scale=0.01) == timedelta(seconds=3)


def retried(attempts: int, *, retry_after: timedelta | None = None, fraction: float = 0.0) -> timedelta:
    return retry_at(NOW, attempts, retry_after=retry_after, fraction=fraction, wait_scale=1.0) - NOW


def test_a_row_is_tried_again_soon_and_then_hourly() -> None:
    assert [retried(n).total_seconds() for n in (1, 2, 3, 4, 12, 60)] == [2, 4, 8, 16, 3600, 3600]


def test_jitter_takes_off_up_to_half() -> None:
    assert timedelta(seconds=4) < retried(3, fraction=0.99) < retried(3)


def test_a_rows_retry_after_is_kept_to_exactly_up_to_a_day() -> None:
    assert retried(1, retry_after=timedelta(seconds=90), fraction=0.5) == timedelta(seconds=90)
    assert retried(1, retry_after=timedelta(seconds=-1)) == timedelta(0)
    assert retried(1, retry_after=timedelta(days=9)) == LONGEST_WAIT


def test_a_row_outlives_a_day_of_outage() -> None:
    waited = sum((retried(n, fraction=0.5) for n in range(1, MAX_ATTEMPTS)), timedelta())

    assert waited > timedelta(days=1)


def test_a_full_fetch_is_due_once_a_day_and_when_the_clock_was_set_back() -> None:
    assert is_full_fetch_due(NOW, None)
    assert not is_full_fetch_due(NOW, NOW - timedelta(hours=23))
    assert is_full_fetch_due(NOW, NOW - timedelta(hours=24))
    assert is_full_fetch_due(NOW, NOW + timedelta(days=1))


def test_the_first_failures_jitter_stays_below_a_tenth() -> None:
    at = poll_again_at(NOW, 1, interval_seconds=1, retry_after=None, fraction=1.0, wait_scale=1.0)

    assert at - NOW == timedelta(minutes=5) * (1 + POLL_JITTER)
