"""Queries on feeds: which are due, and what a poll leaves behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.schedule import LONGEST_WAIT
from db.models import Feed, StoredBlog, Subscription

_FARTHEST_POLL: Final = LONGEST_WAIT + timedelta(hours=3)
"""A poll planned later than this was planned by a clock that was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFeed:
    """A feed to be polled now, as it was when it was read. `guild_id` is in whose turn that is."""

    id: int
    url: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    is_baselined: bool
    last_full_fetch_at: datetime | None
    failures: int
    guild_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What a successful poll leaves behind. `is_full` when it was made without validators."""

    feed_id: int
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    next_poll_at: datetime
    is_full: bool


async def due_feeds(
    tx: AsyncSession, *, now: datetime, limit: int, but_not: Collection[int] = frozenset()
) -> list[DueFeed]:
    """Return feeds whose time has come and that somebody still announces; those that answer well come first.

    Guilds take turns: the first feed of each comes before the second of any. A feed that was polled in the future
    counts as due: the clock was set back since. `but_not` are feeds that are being polled.
    """
    order = (Feed.failures, Feed.next_poll_at, Feed.id)
    turn = func.row_number().over(partition_by=Subscription.guild_id, order_by=order).label("turn")
    waiting = (
        select(Feed.id, Subscription.guild_id, turn)
        .join(StoredBlog, StoredBlog.feed_id == Feed.id)
        .join(Subscription, Subscription.blog_id == StoredBlog.id)
        .where(
            or_(
                Feed.next_poll_at.is_(None),
                Feed.next_poll_at <= now,
                Feed.next_poll_at > now + _FARTHEST_POLL,
                Feed.last_poll_at > now,
            ),
            Subscription.is_paused.is_(False),
            Subscription.removed_at.is_(None),
            Feed.id.not_in(but_not),
        )
        .subquery()
    )
    rows = await tx.execute(
        select(
            Feed.id,
            Feed.url,
            Feed.etag,
            Feed.last_modified,
            Feed.body_hash,
            Feed.is_baselined,
            Feed.last_full_fetch_at,
            Feed.failures,
            waiting.c.guild_id,
        )
        .join(waiting, waiting.c.id == Feed.id)
        .order_by(waiting.c.turn, *order)
        .limit(limit)
    )
    found: dict[int, DueFeed] = {}
    for row in rows.mappings():
        # A feed of several guilds comes with the one whose turn is nearest.
        found.setdefault(row["id"], DueFeed(**row))
    return list(found.values())


async def is_baselined(tx: AsyncSession, feed_id: int) -> bool:
    """Return whether the feed's archive is known, so that what is new in it is news."""
    return bool(await tx.scalar(select(Feed.is_baselined).where(Feed.id == feed_id)))


async def note_unchanged(tx: AsyncSession, readings: Collection[FeedReading], *, now: datetime) -> None:
    """Save that these feeds answered and had nothing new."""
    for is_full in (False, True):
        values = [_read_values(reading, now) for reading in readings if reading.is_full is is_full]
        if values:
            await tx.execute(update(Feed), values)


async def note_read(tx: AsyncSession, reading: FeedReading, *, title: str, moved_to: str | None, now: datetime) -> None:
    """Save that a feed was read and all its entries are known. A new address is taken on unless another feed has it."""
    values = {**_read_values(reading, now), "is_baselined": True}
    if title:
        values["title"] = title
    if moved_to and await tx.scalar(select(Feed.id).where(Feed.url == moved_to)) is None:
        values["url"] = moved_to
    await tx.execute(update(Feed), [values])


async def note_failure(tx: AsyncSession, feed_id: int, *, error: str, next_poll_at: datetime, now: datetime) -> None:
    """Save that a feed could not be read, and why; what is known of it stays."""
    await tx.execute(
        update(Feed)
        .where(Feed.id == feed_id)
        .values(failures=Feed.failures + 1, last_error=error, next_poll_at=next_poll_at, last_poll_at=now)
    )


def _read_values(reading: FeedReading, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "id": reading.feed_id,
        "etag": reading.etag,
        "last_modified": reading.last_modified,
        "body_hash": reading.body_hash,
        "last_poll_at": now,
        "next_poll_at": reading.next_poll_at,
        "failures": 0,
        "last_error": None,
    }
    return {**values, "last_full_fetch_at": now} if reading.is_full else values
