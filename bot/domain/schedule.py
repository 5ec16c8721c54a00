"""When to poll a feed next, and when to try a ledger row again. All of it is arithmetic on what is handed in."""

from datetime import datetime, timedelta
from typing import Final

POLL_JITTER: Final = 0.1
"""A poll comes up to this share of the interval early, so that feeds do not march in step."""
POLL_BACK_OFF: Final = timedelta(minutes=5)
RETRY_BACK_OFF: Final = timedelta(seconds=2)
RETRY_JITTER: Final = 0.5
LONGEST_RETRY: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(hours=24)
"""Nobody is waited for longer than this, whatever a Retry-After says."""
MAX_ATTEMPTS: Final = 60
"""A ledger row is given up after this many tries: the first eleven within an hour, the others an hour apart."""
FULL_FETCH_EVERY: Final = timedelta(hours=24)
"""A feed is fetched without its validators this often: they miss trashed, hidden and back-dated posts."""

_MOST_DOUBLINGS = 20


def next_poll_at(now: datetime, *, interval_seconds: float, fraction: float) -> datetime:
    """Return when a feed that answered is polled again. `fraction` is a random number from 0 up to 1."""
    return now + timedelta(seconds=interval_seconds * (1 - POLL_JITTER * fraction))


def poll_again_at(
    now: datetime,
    failures: int,
    *,
    interval_seconds: float,
    retry_after: timedelta | None,
    fraction: float,
    wait_scale: float,
) -> datetime:
    """Return when a feed that failed for the `failures`-th time in a row (1 or more) is polled again.

    Five minutes, doubled with each failure, up to a day; `retry_after` wins, though never over the interval
    or a day.
    """
    if retry_after is not None:
        wait = min(max(retry_after, timedelta(seconds=interval_seconds)), LONGEST_WAIT)
    else:
        doublings = min(max(failures, 1) - 1, _MOST_DOUBLINGS)
        wait = min(POLL_BACK_OFF * (1 << doublings), LONGEST_WAIT) * wait_scale
    return now + wait * (1 + POLL_JITTER * fraction)


def retry_at(
    now: datetime, attempts: int, *, retry_after: timedelta | None, fraction: float, wait_scale: float
) -> datetime:
    """Return when a ledger row that was tried `attempts` times (1 or more) is tried again.

    Two seconds, doubled with each attempt, up to an hour, with up to half of it taken off at random
    (`fraction`, from 0 up to 1); `retry_after` is kept to, up to a day, and is not scaled.
    """
    if retry_after is not None:
        return now + min(max(retry_after, timedelta()), LONGEST_WAIT)
    doublings = min(max(attempts, 1) - 1, _MOST_DOUBLINGS)
    wait = min(RETRY_BACK_OFF * (1 << doublings), LONGEST_RETRY) * wait_scale
    return now + wait * (1 - RETRY_JITTER * fraction)


def is_full_fetch_due(now: datetime, last_full_fetch_at: datetime | None) -> bool:
    """Return whether a feed is to be fetched without its validators now; a clock that was set back counts as due."""
    if last_full_fetch_at is None:
        return True
    return not timedelta() <= now - last_full_fetch_at < FULL_FETCH_EVERY
