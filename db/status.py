"""What the program tells of its own state, read without changing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.ledger import Purpose
from db.models import Announcement, Feed, LedgerRow, Relay, StoredBlog, StoredPost, Subscription


@dataclass(frozen=True, slots=True)
class BlogStatus:
    """A blog: `ok`, `feed_only`, `credentials`, `paused` everywhere, or `removed` from every channel."""

    url: str
    state: str
    last_poll_at: datetime | None


@dataclass(frozen=True, slots=True)
class PostStatus:
    """A post we know, and what was decided about it."""

    post_id: int | None
    guid: str | None
    url: str | None
    state: str


@dataclass(frozen=True, slots=True)
class AnnouncementStatus:
    """A post in one channel."""

    post_url: str | None
    guild_id: int
    channel_id: int
    message_id: int | None
    thread_id: int | None
    state: str


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """A reply on its way to the blog."""

    message_id: int
    comment_id: int | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at one moment. `due` counts ledger rows that are not settled; the oldest is overdue since then."""

    blogs: Sequence[BlogStatus]
    posts: Sequence[PostStatus]
    announcements: Sequence[AnnouncementStatus]
    relays: Sequence[RelayStatus]
    due: int
    oldest_due_seconds: float


@dataclass(frozen=True, slots=True)
class AnnouncementAnswer:
    """Why a post is, or is not, in one channel. `reason` is a reason word, `error` the newest one while it is tried."""

    guild_id: int
    channel_id: int
    state: str
    reason: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """What is known of a post that was asked about."""

    title: str
    url: str | None
    state: str
    announcements: Sequence[AnnouncementAnswer]


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """What is known of a message that was asked about; never its text."""

    message_id: int
    state: str
    reason: str | None
    blog: str
    error: str | None


def read_status(session: Session, *, now: datetime) -> Status:
    """Return the state of everything at `now`."""
    due, oldest = session.execute(select(func.count(LedgerRow.due_at), func.min(LedgerRow.due_at))).one()
    return Status(
        blogs=_blogs(session),
        posts=[
            PostStatus(*row)
            for row in session.execute(
                select(StoredPost.post_id, StoredPost.guid, StoredPost.link, StoredPost.state).order_by(StoredPost.id)
            )
        ],
        announcements=_announcements(session),
        relays=[
            RelayStatus(*row)
            for row in session.execute(
                select(Relay.message_id, Relay.comment_id, Relay.state, Relay.reason).order_by(Relay.id)
            )
        ],
        due=due,
        oldest_due_seconds=round(max(0.0, (now - oldest).total_seconds()), 3) if oldest else 0,
    )


def _blogs(session: Session) -> list[BlogStatus]:
    here = Subscription.removed_at.is_(None)
    counts = (
        select(
            Subscription.blog_id,
            func.count().filter(here).label("here"),
            func.count().filter(here, Subscription.is_paused.is_(False)).label("active"),
        )
        .group_by(Subscription.blog_id)
        .subquery()
    )
    rows = session.execute(
        select(StoredBlog.url, StoredBlog.state, Feed.last_poll_at, counts.c.here, counts.c.active)
        .join(Feed, Feed.id == StoredBlog.feed_id)
        .outerjoin(counts, counts.c.blog_id == StoredBlog.id)
        .order_by(StoredBlog.id)
    )
    return [
        BlogStatus(url, _blog_state(state, here=count, active=active), polled_at)
        for url, state, polled_at, count, active in rows
    ]


def _blog_state(state: str, *, here: int | None, active: int | None) -> str:
    if not here:
        return "removed"
    return state if active else "paused"


def _announcements(session: Session) -> list[AnnouncementStatus]:
    rows = session.execute(
        select(
            StoredPost.link,
            Subscription.guild_id,
            Announcement.channel_id,
            Announcement.message_id,
            Announcement.thread_id,
            Announcement.state,
        )
        .join(StoredPost, StoredPost.id == Announcement.post_row_id)
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .order_by(Announcement.id)
    )
    return [AnnouncementStatus(*row) for row in rows]


def find_posts(session: Session, asked: str, *, limit: int) -> list[PostAnswer]:
    """Return the newest posts with this address or guid, or with these words in the title."""
    words = asked.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    bare = asked.rstrip("/")
    posts = session.scalars(
        select(StoredPost)
        .where(
            or_(
                StoredPost.link.in_([asked, bare, f"{bare}/"]),
                StoredPost.guid == asked,
                StoredPost.title.ilike(f"%{words}%", escape="\\"),
            )
        )
        .order_by(StoredPost.id.desc())
        .limit(limit)
    )
    return [_post_answer(session, post) for post in posts]


def find_announced(session: Session, message_id: int) -> PostAnswer | None:
    """Return the post whose announcement or thread has this id."""
    post = session.scalar(
        select(StoredPost)
        .join(Announcement, Announcement.post_row_id == StoredPost.id)
        .where(or_(Announcement.message_id == message_id, Announcement.thread_id == message_id))
    )
    return None if post is None else _post_answer(session, post)


def _post_answer(session: Session, post: StoredPost) -> PostAnswer:
    rows = session.execute(
        select(
            Subscription.guild_id, Announcement.channel_id, Announcement.state, LedgerRow.outcome, LedgerRow.last_error
        )
        .join(Subscription, Subscription.id == Announcement.subscription_id)
        .outerjoin(
            LedgerRow,
            (LedgerRow.announcement_id == Announcement.id) & (LedgerRow.purpose == Purpose.ANNOUNCEMENT.value),
        )
        .where(Announcement.post_row_id == post.id)
        .order_by(Announcement.id)
    )
    return PostAnswer(post.title, post.link, post.state, [AnnouncementAnswer(*row) for row in rows])


def find_relay(session: Session, message_id: int) -> RelayAnswer | None:
    """Return where the reply that is this message stands."""
    row = session.execute(
        select(Relay.message_id, Relay.state, Relay.reason, StoredBlog.title, StoredBlog.url, LedgerRow.last_error)
        .join(StoredBlog, StoredBlog.id == Relay.blog_id)
        .outerjoin(LedgerRow, (LedgerRow.relay_id == Relay.id) & (LedgerRow.purpose == Purpose.COMMENT.value))
        .where(Relay.message_id == message_id)
    ).one_or_none()
    if row is None:
        return None
    message, state, reason, title, url, error = row
    return RelayAnswer(message, state, reason, title or url, error)
