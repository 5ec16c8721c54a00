"""Queries on the ledger: want, lease, mark as sent, settle."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import LedgerRow

FARTHEST_WAIT = timedelta(hours=25)
"""No row waits longer than a day."""


class Kind(StrEnum):
    """Who reconciles a row."""

    MESSAGE = "message"
    THREAD = "thread"
    COMMENT = "comment"
    REACTION = "reaction"


class Purpose(StrEnum):
    """What a row is for; with its subject it names the row."""

    ANNOUNCEMENT = "announcement"
    THREAD = "thread"
    FIRST_LINE = "first_line"
    STATUS_LINE = "status_line"
    QUESTION = "question"
    QUEUE_CARD = "queue_card"
    QUEUE_NOTE = "queue_note"
    HELD_QUESTION = "held_question"
    BLOG_ALERT = "blog_alert"
    CHANNEL_ALERT = "channel_alert"
    THREAD_ALERT = "thread_alert"
    REACTION = "reaction"
    COMMENT = "comment"
    EDIT_CARD = "edit_card"
    EDIT_QUESTION = "edit_question"
    REMOVAL_QUESTION = "removal_question"
    CATCH_UP_NOTE = "catch_up_note"
    MIRROR = "mirror"
    SUGGESTION_NOTE = "suggestion_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a row is about: always a subscription, often one announcement, relay or mirror of it."""

    subscription_id: int
    announcement_id: int = 0
    relay_id: int = 0
    mirror_id: int = 0


async def find(tx: AsyncSession, purpose: Purpose, subject: Subject) -> LedgerRow | None:
    """Return the row for this purpose and subject, if there is one."""
    return await tx.scalar(
        select(LedgerRow).where(
            LedgerRow.purpose == purpose.value,
            LedgerRow.subscription_id == subject.subscription_id,
            LedgerRow.announcement_id == subject.announcement_id,
            LedgerRow.relay_id == subject.relay_id,
            LedgerRow.mirror_id == subject.mirror_id,
        )
    )


async def want(
    tx: AsyncSession,
    purpose: Purpose,
    subject: Subject,
    wanted: Mapping[str, Any] | None,
    *,
    kind: Kind,
    key: str,
    now: datetime,
    channel_id: int | None = None,
) -> LedgerRow:
    """Write down what the world should hold (None: it should not be there), and make the row due.

    `key` and `channel_id` count only for a new row, `key` also for a message wanted anew after its
    deletion. Wanting what is wanted already changes nothing;
    a row that was closed is opened again only by a new wish.
    """
    row = await find(tx, purpose, subject)
    if row is None:
        row = LedgerRow(
            kind=kind.value,
            purpose=purpose.value,
            subscription_id=subject.subscription_id,
            announcement_id=subject.announcement_id,
            relay_id=subject.relay_id,
            mirror_id=subject.mirror_id,
            key=key,
            channel_id=channel_id,
            wanted=None if wanted is None else dict(wanted),
            due_at=now,
            created_at=now,
        )
        tx.add(row)
        await tx.flush()
    elif row.wanted != wanted:
        if row.kind == Kind.MESSAGE.value and row.wanted is None and row.message_id is None and _is_over(row):
            forget_effect(row, key=key)  # the earlier message is over, and its nonce with it
        row.wanted = None if wanted is None else dict(wanted)
        row.revision += 1
        row.due_at, row.attempts, row.outcome = now, 0, None
    return row


def _is_over(row: LedgerRow) -> bool:
    """Return whether it is proven that nothing is there: a half-sent row was unwanted before anybody looked."""
    return row.first_sent_at is None or row.applied_revision == row.revision


def forget_effect(row: LedgerRow, *, key: str) -> None:
    """Make the row start anew, for an effect that is over (a message told once, now told again)."""
    row.key, row.message_id, row.applied, row.applied_revision = key, None, None, 0
    row.sent, row.after_id, row.first_sent_at, row.last_sent_at, row.send_count = None, None, None, None, 0


async def get(tx: AsyncSession, row_id: int) -> LedgerRow:
    """Return the row; LookupError when there is none."""
    row = await tx.get(LedgerRow, row_id)
    if row is None:
        raise LookupError(f"ledger row {row_id}")
    return row


_LANE = func.coalesce(LedgerRow.channel_id, -LedgerRow.subscription_id)


def lane_of(row: LedgerRow) -> int:
    """Return which rows this one must not overtake: those of its channel, or for comments of its blog."""
    return row.channel_id if row.channel_id is not None else -row.subscription_id


async def due(tx: AsyncSession, *, now: datetime, limit: int, busy_lanes: Collection[int] = ()) -> Sequence[LedgerRow]:
    """Return rows that are due and not leased, the oldest wish first, but for those of busy lanes.

    A time that lies farther ahead than anything waits was written by a clock that has been set back since.
    """
    nonsense = now + FARTHEST_WAIT
    query = (
        select(LedgerRow)
        .where(
            or_(LedgerRow.due_at <= now, LedgerRow.due_at > nonsense),
            or_(LedgerRow.leased_until.is_(None), LedgerRow.leased_until <= now, LedgerRow.leased_until > nonsense),
        )
        .order_by(LedgerRow.due_at, LedgerRow.id)
        .limit(limit)
    )
    if busy_lanes:
        query = query.where(_LANE.not_in(busy_lanes))
    return (await tx.scalars(query)).all()


async def next_due_at(tx: AsyncSession) -> datetime | None:
    """Return when the next row that nobody works on becomes due."""
    return await tx.scalar(select(func.min(LedgerRow.due_at)).where(LedgerRow.leased_until.is_(None)))


async def make_due(tx: AsyncSession, *, now: datetime) -> None:
    """Make due at once whatever waits: the clock was set back, and its times mean nothing any more."""
    await tx.execute(update(LedgerRow).where(LedgerRow.due_at > now).values(due_at=now))
    await _forget_future_sendings(tx, now=now)


async def make_due_from_the_future(tx: AsyncSession, *, now: datetime) -> None:
    """Make due at once what was wanted later than now: the clock was set back while nobody was there."""
    await tx.execute(update(LedgerRow).where(LedgerRow.due_at > now, LedgerRow.created_at > now).values(due_at=now))
    await _forget_future_sendings(tx, now=now)


async def _forget_future_sendings(tx: AsyncSession, *, now: datetime) -> None:
    """Count what was sent later than now as sent now: when that was is not known, so it is waited for in full."""
    await tx.execute(update(LedgerRow).where(LedgerRow.last_sent_at > now).values(last_sent_at=now))


async def release_leases(tx: AsyncSession) -> None:
    """Let go of every lease: whoever held them is gone, for one process works on one database."""
    await tx.execute(update(LedgerRow).where(LedgerRow.leased_until.is_not(None)).values(leased_until=None))


async def claimed(tx: AsyncSession, message_ids: Collection[int], *, but_row_id: int) -> set[int]:
    """Return which of these messages belong to another row."""
    found = await tx.scalars(
        select(LedgerRow.message_id).where(
            LedgerRow.kind == Kind.MESSAGE.value, LedgerRow.message_id.in_(message_ids), LedgerRow.id != but_row_id
        )
    )
    return {message_id for message_id in found if message_id is not None}


def mark_sent(row: LedgerRow, *, now: datetime, after_id: int | None = None) -> None:
    """Note, before the call, that it is about to be made; `sent` stays what the first try sent."""
    if row.first_sent_at is None:
        row.first_sent_at, row.after_id = now, after_id
    if row.sent is None:
        row.sent = row.wanted
    row.last_sent_at = now
    row.send_count += 1


def mark_applied(row: LedgerRow, *, revision: int, applied: Mapping[str, Any] | None, now: datetime) -> None:
    """Note what the world holds now, and that it is what `revision` wanted."""
    row.applied = None if applied is None else dict(applied)
    row.applied_revision = revision
    row.last_error = None
    if row.revision == revision:
        row.settled_at = now


def settle(row: LedgerRow, *, now: datetime) -> None:
    """End the lease; a wish that came meanwhile keeps the row due."""
    row.leased_until, row.attempts = None, 0
    if row.applied_revision == row.revision:
        row.due_at, row.outcome, row.settled_at = None, "settled", now
    else:
        row.due_at = now


def postpone(row: LedgerRow, *, due_at: datetime, error: str | None) -> None:
    """End the lease; the row comes back at `due_at`."""
    row.leased_until, row.due_at = None, due_at
    if error is not None:
        row.last_error = error


async def hold_comments(tx: AsyncSession, row: LedgerRow, *, until: datetime) -> None:
    """Put off every comment of the same subscription that is still to be created, whoever leased it, to `until`."""
    await tx.execute(
        update(LedgerRow)
        .where(
            LedgerRow.kind == Kind.COMMENT.value,
            LedgerRow.subscription_id == row.subscription_id,
            LedgerRow.id != row.id,
            LedgerRow.wanted.is_not(None),
            LedgerRow.applied.is_(None),
            LedgerRow.due_at < until,
        )
        .values(due_at=until, leased_until=None)
    )


async def are_due(tx: AsyncSession, row_ids: Collection[int], *, now: datetime) -> frozenset[int]:
    """Return which of these rows are still to be worked on now."""
    return frozenset(await tx.scalars(select(LedgerRow.id).where(LedgerRow.id.in_(row_ids), LedgerRow.due_at <= now)))


def close(row: LedgerRow, *, reason: str, now: datetime) -> None:
    """Give the row up for `reason`; a new wish opens it again."""
    row.leased_until, row.outcome, row.settled_at = None, reason, now
    row.due_at = None
