"""Queries on which of our comments are to be looked at on their blogs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from bot.domain.relays import RelayState
from db.engine import Transaction
from db.models import Relay, StoredBlog, Subscription


async def to_look_at(
    tx: Transaction, *, waiting_before: datetime, others_before: datetime, gone_since: datetime, limit: int
) -> Sequence[Relay]:
    """Return replies on blogs that were not looked at lately: those that nobody sees yet first, then by turns.

    `waiting_before` and `others_before` say how long ago "lately" is for either kind. What somebody removed on
    the blog after `gone_since` has its turn too, for it may lie in the bin and come out again.
    """
    waiting = [RelayState.HELD.value, RelayState.SPAM.value]
    never = Relay.checked_at.is_(None)
    is_gone = and_(
        Relay.state == RelayState.REMOVED.value, Relay.reason == "gone_on_blog", Relay.updated_at > gone_since
    )
    query = (
        select(Relay)
        .join(StoredBlog, StoredBlog.id == Relay.blog_id)
        .join(Subscription, Subscription.id == Relay.subscription_id)
        .where(
            StoredBlog.state == "ok",
            Subscription.removed_at.is_(None),
            Relay.comment_id.is_not(None),
            or_(
                and_(Relay.state.in_(waiting), or_(never, Relay.checked_at <= waiting_before)),
                and_(
                    or_(Relay.state == RelayState.PUBLISHED.value, is_gone),
                    or_(never, Relay.checked_at <= others_before),
                ),
            ),
        )
        .order_by(Relay.state.not_in(waiting), Relay.checked_at, Relay.id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()
