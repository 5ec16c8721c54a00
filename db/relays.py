"""Queries on relays and their writers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from bot.domain.edits import EditState
from bot.domain.relays import BEFORE_THE_YES, ON_ITS_WAY, ON_THE_BLOG, WAITS_FOR_AUTHOR, RelayState
from db.engine import Transaction
from db.ledger import Kind, Purpose, Subject, want
from db.models import (
    Announcement,
    LedgerRow,
    Refusal,
    Relay,
    StoredBlog,
    StoredPost,
    Subscription,
    WriterIdentity,
    WriterStance,
)
from db.stances import BLOCKED, TRUSTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reply belongs: the announcement whose thread it stands in, with all that hangs on it.

    `stance` is what the blog's author thinks of its writer, if anything.
    """

    announcement: Announcement
    subscription: Subscription
    blog: StoredBlog
    post: StoredPost
    stance: WriterStance | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether its writer's replies and edits go out without a look."""
        return self.stance is not None and self.stance.stance == TRUSTED

    @property
    def is_blocked(self) -> bool:
        """Whether nothing more of its writer is taken."""
        return self.stance is not None and self.stance.stance == BLOCKED


async def _place(tx: Transaction, condition: ColumnElement[bool], *, writer_id: int | None) -> Place | None:
    its_writers = and_(WriterStance.blog_id == StoredBlog.id, WriterStance.writer_id == writer_id)
    query = (
        select(Announcement, Subscription, StoredBlog, StoredPost, WriterStance)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .join(StoredBlog, StoredBlog.id == Subscription.blog_id)
        .join(StoredPost, StoredPost.id == Announcement.post_row_id)
        .outerjoin(WriterStance, its_writers)
        .where(condition)
    )
    found = (await tx.execute(query)).first()
    if found is None:
        return None
    return Place(announcement=found[0], subscription=found[1], blog=found[2], post=found[3], stance=found[4])


_WAITS_ITSELF = Relay.state.in_([state.value for state in WAITS_FOR_AUTHOR])
_ITS_EDIT_WAITS = and_(
    Relay.edit_state == EditState.AUTHOR.value, Relay.state.in_([state.value for state in ON_ITS_WAY | ON_THE_BLOG])
)
WAITS_FOR_AUTHOR_NOW = or_(_WAITS_ITSELF, _ITS_EDIT_WAITS)
"""The condition of a reply that waits for the author, or of one whose edit does."""


async def place_of_thread(tx: Transaction, thread_id: int, *, writer_id: int | None = None) -> Place | None:
    """Return what a thread is about, or None when it is no post's thread. `writer_id` is whose message is looked at."""
    return await _place(tx, Announcement.thread_id == thread_id, writer_id=writer_id)


async def place_of(tx: Transaction, relay: Relay) -> Place:
    """Return where a relay's message stands."""
    place = await _place(tx, Announcement.id == relay.announcement_id, writer_id=relay.writer_id)
    if place is None:
        raise LookupError(f"announcement {relay.announcement_id}")
    return place


async def find(tx: Transaction, relay_id: int) -> Relay | None:
    """Return a relay for changing it: on PostgreSQL nobody else changes it meanwhile."""
    return await tx.scalar(select(Relay).where(Relay.id == relay_id).with_for_update())


async def get(tx: Transaction, relay_id: int) -> Relay:
    """Return a relay for changing it; LookupError when there is none."""
    relay = await find(tx, relay_id)
    if relay is None:
        raise LookupError(f"relay {relay_id}")
    return relay


async def of_message(tx: Transaction, message_id: int) -> Relay | None:
    """Return the relay of a message, for changing it."""
    return await tx.scalar(select(Relay).where(Relay.message_id == message_id).with_for_update())


async def any_on_blog(tx: Transaction, blog_id: int) -> Relay | None:
    """Return a relay of this blog, if there is one."""
    return await tx.scalar(select(Relay).where(Relay.blog_id == blog_id).limit(1))


async def newest_of(tx: Transaction, *, blog_id: int, writer_id: int) -> Relay | None:
    """Return a member's newest relay on a blog, if there is one."""
    query = select(Relay).where(Relay.blog_id == blog_id, Relay.writer_id == writer_id)
    return await tx.scalar(query.order_by(Relay.id.desc()).limit(1))


async def of_messages(tx: Transaction, message_ids: Collection[int]) -> Sequence[Relay]:
    """Return the relays of these messages, for changing them, oldest message first."""
    return (await tx.scalars(_for_change(Relay.message_id.in_(message_ids)))).all()


async def in_thread(tx: Transaction, thread_id: int) -> Sequence[Relay]:
    """Return the relays of a thread, for changing them, oldest message first."""
    return (await tx.scalars(_for_change(Relay.thread_id == thread_id))).all()


async def in_channel(tx: Transaction, channel_id: int) -> Sequence[Relay]:
    """Return the relays of all threads of a channel, for changing them, oldest message first."""
    announced = select(Announcement.id).where(Announcement.channel_id == channel_id)
    return (await tx.scalars(_for_change(Relay.announcement_id.in_(announced)))).all()


async def of_removal(tx: Transaction, removal_id: int) -> Sequence[Relay]:
    """Return the relays whose messages vanished together, for changing them."""
    return (await tx.scalars(_for_change(Relay.removal_id == removal_id))).all()


async def held_back_in_thread(tx: Transaction, announcement_id: int) -> Sequence[Relay]:
    """Return what waits for the author again because its thread was stopped, for changing."""
    return await _held_back(tx, Relay.announcement_id == announcement_id, reason="thread_stopped")


async def held_back_of_writer(tx: Transaction, *, blog_id: int, writer_id: int) -> Sequence[Relay]:
    """Return what waits for a blog's author again because its writer was blocked, for changing."""
    its_writers = and_(Relay.blog_id == blog_id, Relay.writer_id == writer_id)
    return await _held_back(tx, its_writers, reason="writer_blocked")


async def _held_back(tx: Transaction, where: ColumnElement[bool], *, reason: str) -> Sequence[Relay]:
    waiting = and_(where, Relay.state == RelayState.WAITING_FOR_AUTHOR.value, Relay.reason == reason)
    return (await tx.scalars(_for_change(waiting))).all()


async def count_removed_since(tx: Transaction, subscription_id: int, *, since: datetime) -> int:
    """Return how many replies were taken off lately because others deleted their messages."""
    query = select(func.count(Relay.id)).where(
        Relay.subscription_id == subscription_id,
        Relay.reason == "purged",
        Relay.removal_id.is_(None),
        Relay.updated_at > since,
    )
    return await tx.scalar(query) or 0


def _for_change(condition: ColumnElement[bool]) -> Select[Relay]:
    return select(Relay).where(condition).order_by(Relay.message_id).with_for_update()


def move(relay: Relay, state: RelayState, *, now: datetime, reason: str | None = None) -> None:
    """Note that the relay is in another state, and why. A purged text is not brought back."""
    relay.state, relay.reason, relay.updated_at = state.value, reason, now


async def may_be_asked(tx: Transaction, *, guild_id: int, writer_id: int) -> bool:
    """Return whether a member has not said that they never want to be asked in this guild."""
    refusal = select(Refusal.id).where(Refusal.guild_id == guild_id, Refusal.writer_id == writer_id)
    return await tx.scalar(refusal) is None


async def never_ask_again(tx: Transaction, *, guild_id: int, writer_id: int, now: datetime) -> None:
    """Remember that a member does not want to be asked in this guild."""
    if await may_be_asked(tx, guild_id=guild_id, writer_id=writer_id):
        tx.add(Refusal(guild_id=guild_id, writer_id=writer_id, created_at=now))


async def email_of(tx: Transaction, *, blog_id: int, writer_id: int) -> str | None:
    """Return the e-mail that stands for a member on a blog, if one was given out."""
    return await tx.scalar(
        select(WriterIdentity.email).where(WriterIdentity.blog_id == blog_id, WriterIdentity.writer_id == writer_id)
    )


async def keep_email(tx: Transaction, *, blog_id: int, writer_id: int, fresh: str) -> str:
    """Return the e-mail that stands for a member on a blog; `fresh` becomes it when there is none yet."""
    known = await email_of(tx, blog_id=blog_id, writer_id=writer_id)
    if known is None:
        tx.add(WriterIdentity(blog_id=blog_id, writer_id=writer_id, email=fresh))
    return known or fresh


async def waiting_for_author(tx: Transaction, subscription_ids: Collection[int]) -> Sequence[Relay]:
    """Return what waits for the author of these subscriptions, a reply or an edit of one, oldest first."""
    query = (
        select(Relay)
        .where(Relay.subscription_id.in_(subscription_ids), WAITS_FOR_AUTHOR_NOW)
        .order_by(Relay.updated_at, Relay.id)
    )
    return (await tx.scalars(query)).all()


async def count_waiting(tx: Transaction, subscription_id: int, *, writer_id: int | None = None) -> int:
    """Return how many replies wait for a subscription's author, of one writer or of all."""
    query = select(func.count(Relay.id)).where(Relay.subscription_id == subscription_id, WAITS_FOR_AUTHOR_NOW)
    if writer_id is not None:
        query = query.where(Relay.writer_id == writer_id)
    return await tx.scalar(query) or 0


async def count_without_card(tx: Transaction, subscription_id: int) -> int:
    """Return how many replies, or edits, wait for a subscription's author and are shown on no card of their own."""
    shown = select(LedgerRow.relay_id).where(LedgerRow.subscription_id == subscription_id)
    cards = shown.where(LedgerRow.purpose == Purpose.QUEUE_CARD.value)
    edits = shown.where(LedgerRow.purpose == Purpose.EDIT_CARD.value, LedgerRow.wanted.is_not(None))
    query = select(func.count(Relay.id)).where(
        Relay.subscription_id == subscription_id,
        or_(and_(_WAITS_ITSELF, Relay.id.not_in(cards)), and_(_ITS_EDIT_WAITS, Relay.id.not_in(edits))),
    )
    return await tx.scalar(query) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """How many messages were picked since some moment."""

    in_guild: int
    in_thread: int
    of_writer: int


async def count_picked(
    tx: Transaction, *, guild_id: int, writer_id: int, announcement_id: int, since: datetime
) -> Picked:
    """Return how many messages of a guild were picked for the first time since then."""
    of_writer = func.count(Relay.id).filter(Relay.writer_id == writer_id)
    in_thread = func.count(Relay.id).filter(Relay.announcement_id == announcement_id)
    query = select(func.count(Relay.id), in_thread, of_writer).where(
        Relay.guild_id == guild_id, Relay.created_at > since
    )
    everywhere, here, theirs = (await tx.execute(query)).one()
    return Picked(in_guild=everywhere, in_thread=here, of_writer=theirs)


async def count_questions(tx: Transaction, *, guild_id: int, writer_id: int) -> int:
    """Return how many questions wait for a member in a guild."""
    query = select(func.count(Relay.id)).where(
        Relay.guild_id == guild_id,
        Relay.writer_id == writer_id,
        Relay.state == RelayState.WAITING_FOR_WRITER.value,
    )
    return await tx.scalar(query) or 0


async def published_in(tx: Transaction, announcement_id: int) -> Sequence[Relay]:
    """Return the replies of one thread that everybody can read on the blog, oldest message first."""
    query = (
        select(Relay)
        .where(Relay.announcement_id == announcement_id, Relay.state == RelayState.PUBLISHED.value)
        .order_by(Relay.message_id)
    )
    return (await tx.scalars(query)).all()


async def count_published_before(tx: Transaction, relay: Relay) -> int:
    """Return how many other replies of a relay's writer are on its blog."""
    query = select(func.count(Relay.id)).where(
        Relay.blog_id == relay.blog_id,
        Relay.writer_id == relay.writer_id,
        Relay.id != relay.id,
        Relay.state == RelayState.PUBLISHED.value,
    )
    return await tx.scalar(query) or 0


async def refused_lately(
    tx: Transaction, announcement_id: int, *, reasons: Collection[str], since: datetime
) -> str | None:
    """Return for which of `reasons` the blog refused the newest reply that it judged in this thread, after `since`."""
    refused = (Relay.state == RelayState.REFUSED.value) & Relay.reason.in_(reasons)
    query = (
        select(Relay.state, Relay.reason, Relay.updated_at)
        .where(
            Relay.announcement_id == announcement_id, refused | Relay.state.in_([state.value for state in ON_THE_BLOG])
        )
        .order_by(Relay.updated_at.desc(), Relay.id.desc())
        .limit(1)
    )
    found = (await tx.execute(query)).first()
    if found is None or found.state != RelayState.REFUSED.value or found.updated_at <= since:
        return None
    return str(found.reason)


async def unanswered(tx: Transaction, *, now: datetime) -> Sequence[Relay]:
    """Return relays whose question or preview has expired."""
    query = select(Relay).where(Relay.state.in_([state.value for state in BEFORE_THE_YES]), Relay.expires_at <= now)
    return (await tx.scalars(query.with_for_update())).all()


async def unanswered_edits(tx: Transaction, *, now: datetime) -> Sequence[Relay]:
    """Return relays whose writer was asked about an edit and did not answer in time."""
    query = select(Relay).where(
        Relay.edit_state == EditState.WRITER.value,
        Relay.state.not_in([state.value for state in BEFORE_THE_YES]),
        Relay.expires_at <= now,
    )
    return (await tx.scalars(query.with_for_update())).all()


async def may_be_on_the_blog(tx: Transaction, relay: Relay) -> bool:
    """Return whether a call that creates the comment was ever about to be made."""
    query = select(LedgerRow.id).where(
        LedgerRow.kind == Kind.COMMENT.value, LedgerRow.relay_id == relay.id, LedgerRow.first_sent_at.is_not(None)
    )
    return relay.comment_id is not None or await tx.scalar(query) is not None


async def wake_blog(tx: Transaction, blog_id: int, now: datetime) -> None:
    """Make due at once what waits for a blog whose password works again, and take back the alert about it."""
    relays_of_blog = select(Relay.id).where(Relay.blog_id == blog_id)
    await tx.execute(
        update(LedgerRow)
        .where(
            LedgerRow.kind == Kind.COMMENT.value,
            LedgerRow.relay_id.in_(relays_of_blog),
            or_(
                LedgerRow.due_at.is_not(None),
                LedgerRow.outcome == "credentials",
                and_(LedgerRow.wanted.is_(None), LedgerRow.applied_revision != LedgerRow.revision),
            ),
        )
        .values(due_at=now, attempts=0, outcome=None)
    )
    alerts = select(LedgerRow).where(
        LedgerRow.purpose == Purpose.BLOG_ALERT.value,
        LedgerRow.announcement_id == 0,
        LedgerRow.relay_id == 0,
        LedgerRow.subscription_id.in_(select(Subscription.id).where(Subscription.blog_id == blog_id)),
    )
    for alert in (await tx.scalars(alerts)).all():
        about = Subject(subscription_id=alert.subscription_id)
        await want(tx, Purpose.BLOG_ALERT, about, None, kind=Kind.MESSAGE, key=alert.key, now=now)
