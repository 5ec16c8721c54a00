"""The Retry-After header: how long the other side asks us to stay away."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.net.answer import WebAnswer

LONGEST = timedelta(hours=24)
"""A server that asks for more is asked again after a day all the same."""


def retry_after(answer: WebAnswer) -> timedelta | None:
    """Return the wait that an answer asks for, from zero to a day; None when it asks for none that makes sense.

    A date is measured from the answer's own Date, so that our clock need not agree with the server's.
    """
    value = answer.header("Retry-After").strip()
    if value.isascii() and value.isdigit():
        return _within_a_day(timedelta(seconds=min(int(value[:10]), LONGEST.total_seconds())))
    until, now = _moment(value), _moment(answer.header("Date"))
    return _within_a_day(until - now) if until and now else None


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _within_a_day(wait: timedelta) -> timedelta:
    return max(timedelta(), min(wait, LONGEST))
