"""Discord's ids: milliseconds since 2015 above, a counter below."""

from collections.abc import Callable
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000
COUNTER_BITS = 22


class Snowflakes:
    """Gives ids that strictly increase in time, also within one millisecond."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def __call__(self) -> int:
        """Return the next id."""
        by_time = (int(self._now() * 1000) - DISCORD_EPOCH_MS) << COUNTER_BITS
        self._last = max(by_time, self._last + 1)
        return self._last


def created_at(snowflake: int) -> datetime:
    """Return when an id was given out."""
    return datetime.fromtimestamp(((snowflake >> COUNTER_BITS) + DISCORD_EPOCH_MS) / 1000, UTC)
