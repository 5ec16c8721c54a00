"""Queries on which of our comments are to be looked at on their blogs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select

from bot.domain.relays import RelayState
from db.engine import Transaction
from db.models import Relay, StoredBlog, Subscription

MOST_AT_ONCE: Final = 2_000
"""Of all blogs together; what is left over comes first the next time."""


async def to_look_at(
    tx: Transaction, *, waiting_before: datetime, others_before: datetime, gone_since: datetime, limit: int
) -> Sequence[Relay]:
    """Return replies on blogs that were not looked at lately, at most `limit` of each blog.

    Half of them may be such that nobody sees yet, and half the others: however many wait, or are spam for good, on
    this blog or elsewhere, the others have their turn.
    `waiting_before` and `others_before` say how long ago "lately" is for either kind. What somebody removed on
    the blog after `gone_since` has its turn too, for it may lie in the bin and come out again.
    """
    waiting = [RelayState.HELD.value, RelayState.SPAM.value]
    never = Relay.checked_at.is_(None)
    is_gone = and_(
        Relay.state == RelayState.REMOVED.value, Relay.reason == "gone_on_blog", Relay.updated_at > gone_since
    )
    is_waiting = Relay.state.in_(waiting)
    turn = func.row_number().over(partition_by=(Relay.blog_id, is_waiting), order_by=(Relay.checked_at, Relay.id))
    due = (
        select(Relay.id, turn.label("turn"))
        .join(StoredBlog, StoredBlog.id == Relay.blog_id)
        .join(Subscription, Subscription.id == Relay.subscription_id)
        .where(
            StoredBlog.state == "ok",
            Subscription.removed_at.is_(None),
            Relay.comment_id.is_not(None),
            or_(
                and_(is_waiting, or_(never, Relay.checked_at <= waiting_before)),
                and_(
                    or_(Relay.state == RelayState.PUBLISHED.value, is_gone),
                    or_(never, Relay.checked_at <= others_before),
                ),
            ),
        )
        .subquery()
    )
    query = (
        select(Relay)
        .join(due, due.c.id == Relay.id)
        .where(due.c.turn <= limit // 2)
        .order_by(due.c.turn, Relay.checked_at, Relay.id)
        .limit(MOST_AT_ONCE)
    )
    return (await tx.scalars(query)).all()
