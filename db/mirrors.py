"""Queries on readers' comments and the messages that show them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, or_, select

from bot.domain.models import PostState
from bot.domain.relays import RelayState
from db import ledger
from db.answer_models import AnswerPing, BlogComment, Mirror, MirroredComment
from db.engine import Transaction
from db.models import Announcement, LedgerRow, Relay, StoredBlog, StoredPost, Subscription

DEEPEST: Final = 20
"""So many ancestors of a comment are asked about; WordPress itself nests ten deep, and a blog may answer anything."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A post's thread that readers' comments may come into."""

    announcement: Announcement
    subscription: Subscription
    post: StoredPost


async def blogs_to_look_at(tx: Transaction, *, looked_before: datetime) -> Sequence[StoredBlog]:
    """Return blogs with a password that works, announced somewhere, that were not looked at since then."""
    live = select(Subscription.blog_id).where(Subscription.removed_at.is_(None), Subscription.is_paused.is_(False))
    query = (
        select(StoredBlog)
        .where(
            StoredBlog.state == "ok",
            StoredBlog.api_root.is_not(None),
            StoredBlog.sealed_password.is_not(None),
            StoredBlog.id.in_(live),
            or_(StoredBlog.comments_looked_at.is_(None), StoredBlog.comments_looked_at <= looked_before),
        )
        .order_by(StoredBlog.id)
    )
    return (await tx.scalars(query)).all()


async def threads_of(tx: Transaction, blog_id: int, *, post_ids: Collection[int]) -> Sequence[Thread]:
    """Return the threads of a blog's announced posts, where it is neither removed nor paused, that have to change.

    Those of `post_ids`, and those that neither show nor count a public comment on their post yet.
    """
    placed = select(MirroredComment.id).where(
        MirroredComment.announcement_id == Announcement.id, MirroredComment.blog_comment_id == BlogComment.id
    )
    is_behind = (
        select(BlogComment.id)
        .where(
            BlogComment.blog_id == blog_id,
            BlogComment.post_id == StoredPost.post_id,
            BlogComment.is_public,
            ~placed.exists(),
        )
        .exists()
    )
    query = (
        select(Announcement, Subscription, StoredPost)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .join(StoredPost, StoredPost.id == Announcement.post_row_id)
        .where(
            Subscription.blog_id == blog_id,
            Subscription.removed_at.is_(None),
            Subscription.is_paused.is_(False),
            Announcement.thread_id.is_not(None),
            StoredPost.post_id.is_not(None),
            or_(StoredPost.post_id.in_(post_ids), is_behind),
        )
        .order_by(Announcement.id)
    )
    return [Thread(*row) for row in await tx.execute(query)]


async def announced_posts(tx: Transaction, blog_id: int) -> dict[int, bool]:
    """Return the ids, on the blog, of its announced posts, and whether everybody can read each there."""
    query = (
        select(StoredPost.post_id, StoredPost.is_protected, StoredPost.state)
        .join(Announcement, Announcement.post_row_id == StoredPost.id)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .where(Subscription.blog_id == blog_id, StoredPost.post_id.is_not(None))
    )
    return {
        post_id: not is_protected and state != PostState.UNPUBLISHED
        for post_id, is_protected, state in await tx.execute(query)
        if post_id is not None
    }


async def longest_unchecked(
    tx: Transaction, blog_id: int, *, hidden_since: datetime, limit: int
) -> Sequence[BlogComment]:
    """Return comments whose state was not looked at for the longest; hidden ones only if seen since then."""
    query = (
        select(BlogComment)
        .where(BlogComment.blog_id == blog_id, or_(BlogComment.is_public, BlogComment.seen_at >= hidden_since))
        .order_by(BlogComment.checked_at, BlogComment.id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def known(tx: Transaction, blog_id: int, comment_ids: Collection[int]) -> dict[int, BlogComment]:
    """Return what is known of these comments, by their ids on the blog."""
    query = select(BlogComment).where(BlogComment.blog_id == blog_id, BlogComment.comment_id.in_(comment_ids))
    return {comment.comment_id: comment for comment in await tx.scalars(query)}


async def relayed(tx: Transaction, blog_id: int, comment_ids: Collection[int]) -> set[int]:
    """Return which of these comments are relayed replies."""
    query = select(Relay.comment_id).where(Relay.blog_id == blog_id, Relay.comment_id.in_(comment_ids))
    return {comment_id for comment_id in await tx.scalars(query) if comment_id is not None}


async def not_placed(tx: Transaction, thread: Thread) -> Sequence[BlogComment]:
    """Return the public comments on a thread's post that it neither shows nor counts yet, the oldest first."""
    placed = select(MirroredComment.blog_comment_id).where(MirroredComment.announcement_id == thread.announcement.id)
    query = (
        select(BlogComment)
        .where(
            BlogComment.blog_id == thread.subscription.blog_id,
            BlogComment.post_id == thread.post.post_id,
            BlogComment.is_public,
            BlogComment.id.not_in(placed),
        )
        .order_by(BlogComment.comment_id)
    )
    return (await tx.scalars(query)).all()


async def answered_relay(tx: Transaction, comment: BlogComment, announcement_id: int) -> Relay | None:
    """Return the relayed reply of this thread that a comment answers, directly or through other readers'."""
    parent_id, seen = comment.parent_comment_id, {comment.comment_id}
    while parent_id and parent_id not in seen and len(seen) <= DEEPEST:
        seen.add(parent_id)
        relay = await tx.scalar(select(Relay).where(Relay.blog_id == comment.blog_id, Relay.comment_id == parent_id))
        if relay is not None:
            return relay if relay.announcement_id == announcement_id else None
        parent = (await known(tx, comment.blog_id, [parent_id])).get(parent_id)
        parent_id = 0 if parent is None else parent.parent_comment_id
    return None


async def mirrors_showing(tx: Transaction, blog_comment_ids: Collection[int]) -> Sequence[Mirror]:
    """Return the messages that show any of these comments."""
    shows = select(MirroredComment.mirror_id).where(MirroredComment.blog_comment_id.in_(blog_comment_ids))
    return (await tx.scalars(select(Mirror).where(Mirror.id.in_(shows)).order_by(Mirror.id))).all()


async def mirrors_of_writer(tx: Transaction, writer_id: int) -> Sequence[Mirror]:
    """Return the messages that show answers to a member's replies."""
    replies = select(Relay.id).where(Relay.writer_id == writer_id)
    return (await tx.scalars(select(Mirror).where(Mirror.relay_id.in_(replies)))).all()


async def find(tx: Transaction, mirror_id: int) -> Mirror | None:
    """Return a message that shows comments."""
    return await tx.get(Mirror, mirror_id)


async def shown_in(tx: Transaction, mirror_id: int) -> Sequence[BlogComment]:
    """Return what a message is to show: its comments that everybody can read on the blog."""
    query = (
        select(BlogComment)
        .join(MirroredComment, MirroredComment.blog_comment_id == BlogComment.id)
        .where(MirroredComment.mirror_id == mirror_id, BlogComment.is_public)
        .order_by(BlogComment.comment_id)
    )
    return (await tx.scalars(query)).all()


async def comments_under(tx: Transaction, message_id: int) -> Sequence[BlogComment]:
    """Return all comments that a message of ours was made for, also those not public any more."""
    query = (
        select(BlogComment)
        .join(MirroredComment, MirroredComment.blog_comment_id == BlogComment.id)
        .join(Mirror, Mirror.id == MirroredComment.mirror_id)
        .join(LedgerRow, LedgerRow.mirror_id == Mirror.id)
        .where(
            LedgerRow.purpose == ledger.Purpose.MIRROR.value,
            or_(LedgerRow.message_id == message_id, Mirror.gone_message_id == message_id),
        )
        .order_by(BlogComment.comment_id)
    )
    return (await tx.scalars(query)).all()


async def nearest_public(tx: Transaction, blog_id: int, comment_id: int) -> int:
    """Return this comment or its nearest ancestor that everybody can read (0: none that is known)."""
    seen: set[int] = set()
    while comment_id and comment_id not in seen and len(seen) <= DEEPEST:
        seen.add(comment_id)
        comment = (await known(tx, blog_id, [comment_id])).get(comment_id)
        if comment is None:
            relay = await tx.scalar(select(Relay).where(Relay.blog_id == blog_id, Relay.comment_id == comment_id))
            return comment_id if relay is not None and relay.state == RelayState.PUBLISHED else 0
        if comment.is_public:
            return comment_id
        comment_id = comment.parent_comment_id
    return 0


async def count_others(tx: Transaction, announcement_id: int) -> int:
    """Return how many public comments a thread only counts."""
    query = (
        select(func.count(BlogComment.id))
        .join(MirroredComment, MirroredComment.blog_comment_id == BlogComment.id)
        .where(
            MirroredComment.announcement_id == announcement_id,
            MirroredComment.mirror_id.is_(None),
            BlogComment.is_public,
        )
    )
    return await tx.scalar(query) or 0


async def wants_ping(tx: Transaction, *, guild_id: int, writer_id: int) -> bool:
    """Return whether a member asked to be pinged in a guild when a reader answers them."""
    query = select(AnswerPing.id).where(AnswerPing.guild_id == guild_id, AnswerPing.writer_id == writer_id)
    return await tx.scalar(query) is not None


async def want_ping(tx: Transaction, *, guild_id: int, writer_id: int, now: datetime) -> None:
    """Note that a member wants to be pinged."""
    if not await wants_ping(tx, guild_id=guild_id, writer_id=writer_id):
        tx.add(AnswerPing(guild_id=guild_id, writer_id=writer_id, created_at=now))


async def unwant_ping(tx: Transaction, *, guild_id: int, writer_id: int) -> None:
    """Note that a member does not want to be pinged."""
    await tx.execute(delete(AnswerPing).where(AnswerPing.guild_id == guild_id, AnswerPing.writer_id == writer_id))
