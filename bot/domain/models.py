"""The plain values that travel between the rooms. All of them are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as the parser hands it out: text only, no HTML is left in it.

    `title` and `author` are plain text; `excerpt` is Discord Markdown that is already safe
    to show. `post_id` is the engine's own id where the feed tells it.
    """

    guid: str | None = None
    link: str | None = None
    post_id: int | None = None
    title: str = ""
    excerpt: str = ""
    author: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    categories: tuple[str, ...] = ()
    image_url: str | None = None
    image_alt: str = ""
    is_protected: bool = False
    word_count: int = 0
    comment_count: int | None = None


class PostState(StrEnum):
    """What was decided about a post."""

    REMEMBERED = "remembered"
    """It was there before, or the author chose silence: known, not announced."""
    WANTED = "wanted"
    """It is to be announced, or has been."""
    HELD = "held"
    """The flood breaker holds it until the author answers."""
    UNPUBLISHED = "unpublished"
    """It was announced and is no longer on the blog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever did something in Discord, with the rights that came with the interaction."""

    user_id: int
    guild_id: int
    name: str
    role_ids: frozenset[int] = frozenset()
    may_manage_guild: bool = False
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A member's message in a thread, as Discord showed it at one moment.

    `content` is Discord Markdown as typed; None means that Discord did not tell it (no message
    content intent), which is not the same as empty. `channel_names` holds only channels that
    everybody in the guild can see.
    """

    message_id: int
    channel_id: int
    guild_id: int
    writer_id: int
    writer_name: str
    content: str | None
    edited_at: datetime | None = None
    is_bot: bool = False
    is_webhook: bool = False
    is_forwarded: bool = False
    is_system: bool = False
    has_attachments: bool = False
    replied_to_message_id: int | None = None
    channel_names: Mapping[int, str] = field(default_factory=dict)


class CommentStatus(StrEnum):
    """Where a comment stands on the blog."""

    APPROVED = "approved"
    HELD = "held"
    SPAM = "spam"
    TRASH = "trash"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDraft:
    """A comment to be created. Without `author_name` it goes out as the blog's own user.

    `author_url` ends in the comment's key. `is_approved` false leaves the status to the blog's own rules.
    """

    post_id: int
    content_html: str
    author_url: str
    author_name: str | None = None
    author_email: str | None = None
    parent_id: int = 0
    is_approved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as the blog holds it. `content_raw` is what was stored, byte for byte.

    `content_html` is what its page shows, where the blog told it; hostile like everything that strangers write.
    """

    comment_id: int
    post_id: int
    parent_id: int
    status: CommentStatus
    author_name: str
    author_email: str
    author_url: str
    content_raw: str
    link: str
    content_html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDetails:
    """What the blog itself tells about a post, beyond its feed. None or empty: not told."""

    post_id: int
    link: str
    title: str = ""
    is_published: bool = True
    is_open_to_comments: bool = True
    is_protected: bool = False
    author: str = ""
    image_url: str | None = None
    image_alt: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogRights:
    """The user an application password belongs to: what is missing, and what is too much."""

    user_id: int
    user_name: str
    missing: tuple[str, ...] = ()
    excessive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogAddress:
    """What was found behind a site's address. Without `api_root` the blog can be read, not commented."""

    url: str
    feed_url: str
    title: str = ""
    api_root: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogAccess:
    """All that is needed to talk to one blog. `application_password` is never printed."""

    api_root: str
    url: str
    username: str | None = None
    application_password: str | None = field(default=None, repr=False)
