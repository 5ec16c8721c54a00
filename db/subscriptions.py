"""Queries on blogs, subscriptions and announcements."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from db.engine import Transaction
from db.models import Announcement, Feed, LedgerRow, Relay, StoredBlog, StoredPost, Subscription


async def of_feed(tx: Transaction, feed_id: int) -> Sequence[tuple[Subscription, StoredBlog]]:
    """Return the subscriptions that announce a feed now: neither removed nor paused."""
    query = (
        select(Subscription, StoredBlog)
        .join(StoredBlog, StoredBlog.id == Subscription.blog_id)
        .where(StoredBlog.feed_id == feed_id, Subscription.removed_at.is_(None), Subscription.is_paused.is_(False))
        .order_by(Subscription.id)
    )
    return [(subscription, blog) for subscription, blog in await tx.execute(query)]


async def of_guild(tx: Transaction, guild_id: int) -> Sequence[tuple[Subscription, StoredBlog]]:
    """Return a guild's subscriptions that were not removed, the oldest first."""
    query = (
        select(Subscription, StoredBlog)
        .join(StoredBlog, StoredBlog.id == Subscription.blog_id)
        .where(Subscription.guild_id == guild_id, Subscription.removed_at.is_(None))
        .order_by(Subscription.id)
    )
    return [(subscription, blog) for subscription, blog in await tx.execute(query)]


async def get(tx: Transaction, subscription_id: int) -> tuple[Subscription, StoredBlog]:
    """Return a subscription and its blog; LookupError when there is none."""
    subscription = await tx.get(Subscription, subscription_id)
    blog = None if subscription is None else await tx.get(StoredBlog, subscription.blog_id)
    if subscription is None or blog is None:
        raise LookupError(f"subscription {subscription_id}")
    return subscription, blog


async def find_feed(tx: Transaction, url: str) -> Feed | None:
    """Return the feed with this address."""
    return await tx.scalar(select(Feed).where(Feed.url == url))


async def find_blog(tx: Transaction, *, guild_id: int, url: str) -> StoredBlog | None:
    """Return the guild's blog with this address."""
    return await tx.scalar(select(StoredBlog).where(StoredBlog.guild_id == guild_id, StoredBlog.url == url))


async def get_blog(tx: Transaction, blog_id: int) -> StoredBlog | None:
    """Return the blog with this id."""
    return await tx.get(StoredBlog, blog_id)


async def left_with_a_password(tx: Transaction) -> Sequence[StoredBlog]:
    """Return blogs that keep a password although they are announced nowhere and nothing of ours is on them."""
    followed = exists().where(Subscription.blog_id == StoredBlog.id, Subscription.removed_at.is_(None))
    present = exists().where(
        Relay.blog_id == StoredBlog.id,
        LedgerRow.relay_id == Relay.id,
        LedgerRow.kind == "comment",
        LedgerRow.first_sent_at.is_not(None),
        (LedgerRow.applied.is_not(None)) | (LedgerRow.due_at.is_not(None)),
    )
    query = select(StoredBlog).where(StoredBlog.sealed_password.is_not(None), ~followed, ~present)
    return (await tx.scalars(query)).all()


async def blogs_with_api(tx: Transaction, feed_id: int) -> Sequence[StoredBlog]:
    """Return the blogs of this feed, in any guild, that have an API; those with a password first."""
    query = (
        select(StoredBlog)
        .where(StoredBlog.feed_id == feed_id, StoredBlog.api_root.is_not(None))
        .order_by(StoredBlog.sealed_password.is_(None), StoredBlog.id)
    )
    return (await tx.scalars(query)).all()


async def find_in_channel(tx: Transaction, *, blog_id: int, channel_id: int) -> Subscription | None:
    """Return the blog's subscription in a channel, a removed one too."""
    return await tx.scalar(
        select(Subscription).where(Subscription.blog_id == blog_id, Subscription.channel_id == channel_id)
    )


async def announcements_of_post(tx: Transaction, post_row_id: int) -> Sequence[Announcement]:
    """Return every announcement of a post, in all channels."""
    return (await tx.scalars(select(Announcement).where(Announcement.post_row_id == post_row_id))).all()


async def newest_announcement(tx: Transaction, *, subscription_id: int, post_row_id: int) -> Announcement | None:
    """Return the newest announcement of a post in one subscription, a draft too."""
    return await tx.scalar(
        select(Announcement)
        .where(Announcement.subscription_id == subscription_id, Announcement.post_row_id == post_row_id)
        .order_by(Announcement.turn.desc())
        .limit(1)
    )


async def announcements_in_state(tx: Transaction, *, subscription_id: int, state: str) -> Sequence[Announcement]:
    """Return a subscription's announcements in this state, the oldest post first."""
    query = (
        select(Announcement)
        .join(StoredPost, StoredPost.id == Announcement.post_row_id)
        .where(Announcement.subscription_id == subscription_id, Announcement.state == state)
        .order_by(func.coalesce(StoredPost.published_at, StoredPost.first_seen_at), Announcement.id)
    )
    return (await tx.scalars(query)).all()


async def posts_by_id(tx: Transaction, post_row_ids: Sequence[int]) -> Sequence[StoredPost]:
    """Return these posts."""
    return (await tx.scalars(select(StoredPost).where(StoredPost.id.in_(post_row_ids)))).all()
