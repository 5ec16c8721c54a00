"""A few numbers about the store, for whoever watches over the bot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.engine import Transaction
from db.models import Feed, LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How much waits, since when the oldest is overdue, and how the feeds fare."""

    due: int
    oldest_due_at: datetime | None
    feeds: int
    failing_feeds: int
    last_poll_at: datetime | None


async def numbers(tx: Transaction) -> Numbers:
    """Return the numbers as they are now."""
    due, oldest = (await tx.execute(select(func.count(LedgerRow.due_at), func.min(LedgerRow.due_at)))).one()
    feeds, failing, last = (
        await tx.execute(
            select(func.count(Feed.id), func.count(Feed.id).filter(Feed.failures > 0), func.max(Feed.last_poll_at))
        )
    ).one()
    return Numbers(due=due, oldest_due_at=oldest, feeds=feeds, failing_feeds=failing, last_poll_at=last)


async def nudge(tx: Transaction, *, now: datetime) -> None:
    """Have every feed polled at once."""
    for feed in await tx.scalars(select(Feed).where(Feed.next_poll_at > now)):
        feed.next_poll_at = now
