"""Queries on why something is, or is not, where somebody expects it; each within one guild."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from db.engine import Transaction
from db.ledger import Purpose
from db.models import Announcement, LedgerRow, Relay, StoredBlog, StoredPost, Subscription


async def post_of_message(tx: Transaction, *, guild_id: int, message_id: int) -> StoredPost | None:
    """Return the post whose announcement or thread in this guild has this id."""
    query = (
        select(StoredPost)
        .join(Announcement, Announcement.post_row_id == StoredPost.id)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .where(
            Subscription.guild_id == guild_id,
            or_(Announcement.message_id == message_id, Announcement.thread_id == message_id),
        )
        .limit(1)
    )
    return await tx.scalar(query)


async def announcements_of(
    tx: Transaction, *, guild_id: int, post_row_id: int
) -> Sequence[tuple[Announcement, str | None]]:
    """Return a post's announcements in a guild, each with how its ledger row ended."""
    query = (
        select(Announcement, LedgerRow.outcome)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .outerjoin(
            LedgerRow,
            (LedgerRow.announcement_id == Announcement.id) & (LedgerRow.purpose == Purpose.ANNOUNCEMENT.value),
        )
        .where(Subscription.guild_id == guild_id, Announcement.post_row_id == post_row_id)
        .order_by(Announcement.id)
    )
    return [(announcement, outcome) for announcement, outcome in await tx.execute(query)]


async def relay_of_message(
    tx: Transaction, *, guild_id: int, message_id: int
) -> tuple[Relay, Subscription, StoredBlog, str | None] | None:
    """Return the relay of a message of this guild, with what its comment's last try said if it failed."""
    query = (
        select(Relay, Subscription, StoredBlog, LedgerRow.last_error)
        .join(Subscription, Subscription.id == Relay.subscription_id)
        .join(StoredBlog, StoredBlog.id == Relay.blog_id)
        .outerjoin(LedgerRow, (LedgerRow.relay_id == Relay.id) & (LedgerRow.purpose == Purpose.COMMENT.value))
        .where(Relay.guild_id == guild_id, Relay.message_id == message_id)
    )
    found = (await tx.execute(query)).first()
    return None if found is None else (found[0], found[1], found[2], found[3])
