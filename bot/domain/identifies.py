"""How often the bot may introduce itself to Discord's gateway (IDENTIFY), whatever keeps ending it.

Discord allows 1,000 a day and resets the token of a bot that needs more, so a crash loop would end the bot
for good. These numbers stay far below: at most 60 an hour and 520 a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

AT_ONCE: Final = 40
"""So many need no wait: an operator who tries things out is not slowed down."""

ONE_EVERY: Final = timedelta(minutes=3)
"""After these, one for each such span that passes."""


def wait_before(earlier: Sequence[datetime], now: datetime) -> timedelta:
    """Return how long to wait before the next one. `earlier` are those that count, see `still_counting`.

    Each of them used one of AT_ONCE, and ONE_EVERY gives one back.
    """
    if not earlier:
        return timedelta()
    used, at = 0.0, min(earlier)
    for moment in sorted(earlier):
        used = max(0.0, used - (moment - at) / ONE_EVERY) + 1
        at = moment
    used = max(0.0, used - (now - at) / ONE_EVERY)
    return max(timedelta(), (used + 1 - AT_ONCE) * ONE_EVERY)


def still_counting(earlier: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return the moments of the last day. One that lies ahead (the clock was set back) counts as now."""
    return sorted(min(moment, now) for moment in earlier if now - moment < timedelta(days=1))
