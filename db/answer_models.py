"""Mapped classes of what comes back: the blog's comments in a thread, suggestions, and members to be forgotten."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class BlogComment(Base):
    """A reader's comment on an announced post. Its words are kept only while everybody can read them on the blog."""

    __tablename__ = "blog_comments"
    __table_args__ = (UniqueConstraint("blog_id", "comment_id"), Index(None, "blog_id", "post_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    blog_id: Mapped[int] = mapped_column(ForeignKey("blogs.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger)
    parent_comment_id: Mapped[int] = mapped_column(BigInteger)
    is_public: Mapped[bool]
    name: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[datetime]
    checked_at: Mapped[datetime]


class Mirror(Base):
    """One message in a thread that shows comments of readers. With `message_id` it replies to that message.

    `relay_id` is whose reply they answer (0: nobody's, or a forgotten member's). `gone_message_id` is what it was
    while it was there: somebody may have replied to it.
    """

    __tablename__ = "mirrors"

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), index=True)
    relay_id: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    gone_message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    guard: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class MirroredComment(Base):
    """Which message of a thread shows a reader's comment; without one it is only counted there."""

    __tablename__ = "mirrored_comments"
    __table_args__ = (UniqueConstraint("announcement_id", "blog_comment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"))
    blog_comment_id: Mapped[int] = mapped_column(ForeignKey("blog_comments.id", ondelete="CASCADE"), index=True)
    mirror_id: Mapped[int | None] = mapped_column(ForeignKey("mirrors.id", ondelete="CASCADE"), index=True)


class AnswerPing(Base):
    """A member who wants to be pinged in a guild when a reader answers a reply of theirs on the blog."""

    __tablename__ = "answer_pings"
    __table_args__ = (UniqueConstraint("guild_id", "writer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    writer_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class Suggestion(Base):
    """A reply that members other than its writer would like on the blog. Its text is kept until it is decided.

    `state` is `waiting`, `asked` (the author asked the writer), `refused` or `dropped` (its message is gone).
    """

    __tablename__ = "suggestions"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger, index=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[int] = mapped_column(BigInteger, index=True)
    message_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    writer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    writer_name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    parent_message_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    guard: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class SuggestedBy(Base):
    """A member who suggested a reply."""

    __tablename__ = "suggested_by"
    __table_args__ = (UniqueConstraint("suggestion_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id", ondelete="CASCADE"))
    guild_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger, index=True)
    suggested_at: Mapped[datetime]


class ForgetRequest(Base):
    """A member who asked to be forgotten, until that is done: what is on blogs is taken off first."""

    __tablename__ = "forget_requests"

    member_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]


class ForgottenMark(Base):
    """All that is kept of a member who was forgotten: a salted hash, so that nobody asks them again."""

    __tablename__ = "forgotten_marks"

    mark: Mapped[str] = mapped_column(Text, primary_key=True)
    forgotten_at: Mapped[datetime]
