"""Queries on which threads are still to be compared with what was sent from them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from bot.domain.relays import BEFORE_THE_YES, CAN_BE_TAKEN_OFF, RelayState
from db.answer_models import Suggestion
from db.engine import Transaction
from db.models import Announcement, Relay, Subscription
from db.relays import WAITS_FOR_AUTHOR_NOW


def _is_live() -> ColumnElement[bool]:
    """Return the condition of a reply whose message still means something for the blog."""
    return and_(
        Relay.removal_id.is_(None),
        or_(
            Relay.state.in_([state.value for state in BEFORE_THE_YES | CAN_BE_TAKEN_OFF]),
            and_(Relay.state == RelayState.REFUSED.value, Relay.reason == "author_refused"),
        ),
    )


async def forget_marks(tx: Transaction) -> None:
    """Note that every thread is to be read again."""
    await tx.execute(update(Announcement).where(Announcement.caught_up_at.is_not(None)).values(caught_up_at=None))


async def read_again(tx: Transaction, *, blog_id: int, writer_id: int) -> None:
    """Note that the threads with a writer's replies for a blog are to be read again."""
    threads = select(Relay.announcement_id).where(Relay.blog_id == blog_id, Relay.writer_id == writer_id)
    await tx.execute(update(Announcement).where(Announcement.id.in_(threads)).values(caught_up_at=None))


async def set_mark(tx: Transaction, announcement_id: int, *, now: datetime) -> None:
    """Note that a thread was read."""
    await tx.execute(update(Announcement).where(Announcement.id == announcement_id).values(caught_up_at=now))


async def threads_behind(tx: Transaction) -> Sequence[tuple[int, int]]:
    """Return (announcement, thread) of the threads to be read, which hold live replies or suggestions, newest first.

    Also those of removed blogs: what is deleted there leaves the blog all the same.
    """
    suggested = select(Suggestion.id).where(
        Suggestion.thread_id == Announcement.thread_id, Suggestion.state == "waiting"
    )
    query = (
        select(Announcement.id, Announcement.thread_id)
        .where(
            Announcement.caught_up_at.is_(None),
            Announcement.thread_id.is_not(None),
            or_(
                select(Relay.id).where(Relay.announcement_id == Announcement.id, _is_live()).exists(),
                suggested.exists(),
            ),
        )
        .order_by(Announcement.id.desc())
    )
    return [(announcement_id, thread_id) for announcement_id, thread_id in await tx.execute(query) if thread_id]


async def live_message_ids(tx: Transaction, thread_id: int) -> Sequence[int]:
    """Return the messages of a thread's live replies and of those that are suggested, oldest first."""
    replies = select(Relay.message_id).where(Relay.thread_id == thread_id, _is_live())
    suggested = select(Suggestion.message_id).where(Suggestion.thread_id == thread_id, Suggestion.state == "waiting")
    return sorted({*await tx.scalars(replies), *await tx.scalars(suggested)})


async def never_asked_again(tx: Transaction) -> Sequence[Relay]:
    """Return what waits for its writer or the author, or whose edit does, and was asked only once; oldest first."""
    waiting = or_(Relay.state == RelayState.WAITING_FOR_WRITER.value, WAITS_FOR_AUTHOR_NOW)
    query = (
        select(Relay)
        .join(Subscription, Subscription.id == Relay.subscription_id)
        .where(waiting, Relay.asked_again_at.is_(None), Subscription.removed_at.is_(None))
        .order_by(Relay.id)
    )
    return (await tx.scalars(query)).all()
