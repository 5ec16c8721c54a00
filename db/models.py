"""Mapped classes, one a table. Times are aware UTC; ids of Discord are 64-bit integers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Feed(Base):
    """A feed that is polled once, however many guilds announce it."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    body_hash: Mapped[str | None] = mapped_column(Text)
    is_baselined: Mapped[bool] = mapped_column(default=False)
    last_poll_at: Mapped[datetime | None]
    last_full_fetch_at: Mapped[datetime | None]
    next_poll_at: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class StoredPost(Base):
    """A post we know from a feed. `entry_hash` is of what its card shows."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(Text)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    guid: Mapped[str | None] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    excerpt: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(Text, default="")
    categories: Mapped[list[str]]
    image_url: Mapped[str | None] = mapped_column(Text)
    image_alt: Mapped[str] = mapped_column(Text, default="")
    is_protected: Mapped[bool] = mapped_column(default=False)
    word_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int | None]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    entry_hash: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime]


class PostIdentity(Base):
    """One of the names by which a feed has called a post: its id, a guid, a canonical link."""

    __tablename__ = "post_identities"
    __table_args__ = (UniqueConstraint("feed_id", "identity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    post_row_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    identity: Mapped[str] = mapped_column(Text)


class StoredBlog(Base):
    """A blog as one guild connected it: two guilds on one blog share its feed, never its password.

    `state` is `ok`, `feed_only` (it can be read, not commented), or `credentials` (its password was refused).
    """

    __tablename__ = "blogs"
    __table_args__ = (UniqueConstraint("guild_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger, index=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    api_root: Mapped[str | None] = mapped_column(Text)
    username: Mapped[str | None] = mapped_column(Text)
    sealed_password: Mapped[str | None] = mapped_column(Text)
    user_name: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="ok")
    connected_by: Mapped[int | None] = mapped_column(BigInteger)
    is_from_settings: Mapped[bool] = mapped_column(default=False)
    newest_comment_id: Mapped[int | None] = mapped_column(BigInteger)
    comments_looked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Subscription(Base):
    """One blog announced in one channel. `policy` is `approve` or `direct`, `mirror` is `answers`, `all` or `none`."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("blog_id", "channel_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blog_id: Mapped[int] = mapped_column(ForeignKey("blogs.id", ondelete="CASCADE"))
    guild_id: Mapped[int] = mapped_column(BigInteger, index=True)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    policy: Mapped[str] = mapped_column(Text, default="approve")
    mirror: Mapped[str] = mapped_column(Text, default="answers", server_default="answers")
    author_role_id: Mapped[int | None] = mapped_column(BigInteger)
    ping_role_id: Mapped[int | None] = mapped_column(BigInteger)
    queue_channel_id: Mapped[int | None] = mapped_column(BigInteger)
    invite_url: Mapped[str | None] = mapped_column(Text)
    away_until: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Announcement(Base):
    """One post announced in one channel. `turn` counts the author's own repeats of it.

    `state` is `draft` (the author is looking at it), `wanted`, `announced`, `failed` or `dropped`.
    """

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("subscription_id", "post_row_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    post_row_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    turn: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Text)
    lead: Mapped[str] = mapped_column(Text, default="")
    guard: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    thread_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    relaying_stopped_by: Mapped[int | None] = mapped_column(BigInteger)
    caught_up_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Relay(Base):
    """One reply on its way to the blog. The text is kept until it is purged; its hash stays.

    `state` is one of `bot.domain.relays.RelayState`. `guard` goes into the buttons and changes
    with the text, so that a button agrees only to what was shown beside it. `edited_at` is the message's newest
    edit that was dealt with; `is_own_text` says that its writer typed the text in the preview. `edit_*` is a later
    text that waits: `edit_state` names who must say yes to it, `author` or `writer`. `checked_at` is when
    the comment was last looked at on the blog.
    """

    __tablename__ = "relays"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    thread_id: Mapped[int] = mapped_column(BigInteger, index=True)
    guild_id: Mapped[int] = mapped_column(BigInteger, index=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    blog_id: Mapped[int] = mapped_column(ForeignKey("blogs.id"), index=True)
    writer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    picked_by: Mapped[int] = mapped_column(BigInteger)
    is_authors_pick: Mapped[bool] = mapped_column(default=False)
    is_as_blog_user: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    guard: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, default="")
    content_html: Mapped[str | None] = mapped_column(Text)
    text_hash: Mapped[str | None] = mapped_column(Text)
    edited_at: Mapped[datetime | None]
    is_own_text: Mapped[bool] = mapped_column(default=False)
    edit_state: Mapped[str | None] = mapped_column(Text)
    edit_source: Mapped[str | None] = mapped_column(Text)
    edit_html: Mapped[str | None] = mapped_column(Text)
    edit_hash: Mapped[str | None] = mapped_column(Text)
    edit_decided_by: Mapped[int | None] = mapped_column(BigInteger)
    edit_decided_at: Mapped[datetime | None]
    parent_message_id: Mapped[int | None] = mapped_column(BigInteger)
    removal_id: Mapped[int | None] = mapped_column(index=True)
    comment_id: Mapped[int | None] = mapped_column(BigInteger)
    comment_link: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Consent(Base):
    """A writer's recorded yes to one text going to one blog: who, when, which click, which wording.

    The text of a later edit follows from the wording that was agreed to: it has no click, but `edited_at`.
    """

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    relay_id: Mapped[int] = mapped_column(ForeignKey("relays.id"), index=True)
    writer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    blog_url: Mapped[str] = mapped_column(Text)
    interaction_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    edited_at: Mapped[datetime | None]
    wording: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(Text)
    agreed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Removal(Base):
    """Many messages that vanished at once, not by their writers' hands: their comments wait for the author's word.

    `state` is `held`, `taking_off` (carried out at `due_at`, until then it can be undone), `taken_off` or `kept`.
    """

    __tablename__ = "removals"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(Text)
    guard: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WriterStance(Base):
    """What a blog's author thinks of a member: `trusted` goes out without a look, `blocked` is not taken."""

    __tablename__ = "writer_stances"
    __table_args__ = (UniqueConstraint("blog_id", "writer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blog_id: Mapped[int] = mapped_column(ForeignKey("blogs.id", ondelete="CASCADE"))
    writer_id: Mapped[int] = mapped_column(BigInteger)
    stance: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int] = mapped_column(BigInteger)
    decided_at: Mapped[datetime]


class WriterIdentity(Base):
    """The e-mail that stands for one member on one blog: random, and no mail can reach it."""

    __tablename__ = "writer_identities"
    __table_args__ = (UniqueConstraint("blog_id", "writer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blog_id: Mapped[int] = mapped_column(ForeignKey("blogs.id", ondelete="CASCADE"))
    writer_id: Mapped[int] = mapped_column(BigInteger)
    email: Mapped[str] = mapped_column(Text)


class Refusal(Base):
    """A member who asked never to be asked again in a guild."""

    __tablename__ = "refusals"
    __table_args__ = (UniqueConstraint("guild_id", "writer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    writer_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


_IS_DUE = text("due_at IS NOT NULL")


class LedgerRow(Base):
    """One effect outside the process: what is wanted, and what is applied.

    `kind` names who reconciles it (`message`, `thread`, `comment`, `reaction`); `purpose` what it
    is for. `wanted` null means that it should not be there. `revision` counts the changes of
    `wanted`, `applied_revision` says which one the world has. `sent` is what the first try sent
    and `after_id` Discord's newest message id before it, to recognise it by.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        # On PostgreSQL it is as partial, by the migration: to say so here, too, would load that dialect at every start.
        Index("ix_ledger_due", "due_at", sqlite_where=_IS_DUE),
        UniqueConstraint("purpose", "announcement_id", "relay_id", "subscription_id", "mirror_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    subscription_id: Mapped[int] = mapped_column(BigInteger, index=True)
    announcement_id: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    relay_id: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    mirror_id: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    key: Mapped[str] = mapped_column(Text, unique=True)
    channel_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    wanted: Mapped[dict[str, Any] | None]
    revision: Mapped[int] = mapped_column(default=1)
    applied: Mapped[dict[str, Any] | None]
    applied_revision: Mapped[int] = mapped_column(default=0)
    sent: Mapped[dict[str, Any] | None]
    after_id: Mapped[int | None] = mapped_column(BigInteger)
    first_sent_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    send_count: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Note(Base):
    """A small fact that must outlive the process, by name: the commands' hash, the version that ran last."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
