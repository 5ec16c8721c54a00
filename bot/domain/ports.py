"""What the services need from the outside, as narrow Protocols.

Every method may raise `TemporaryError` (try later), `UnknownResultError` (it may have happened),
`NoAccessError` (we may not see it), `GoneError` (it is not there) or `PermanentError`; adapters
translate their library's errors into these. Ids are Discord's snowflakes or the blog's own ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.messages import OutgoingMessage
from bot.domain.models import (
    BlogAccess,
    BlogAddress,
    BlogRights,
    Comment,
    CommentDraft,
    Entry,
    PostDetails,
    Reply,
)


class Clock(Protocol):
    """Tells the time; tests bring their own."""

    def __call__(self) -> datetime:
        """Return now, aware, in UTC."""
        ...


class Randomness(Protocol):
    """Makes keys and jitter; tests bring their own."""

    def key(self) -> str:
        """Return 22 random URL-safe characters (132 bits), fit for a Discord nonce (25 at most)."""
        ...

    def guard(self) -> str:
        """Return eight random hex digits for a button's id."""
        ...

    def fraction(self) -> float:
        """Return a number from 0 up to 1."""
        ...


# --- feeds ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """A feed's address with what is remembered of its last answer.

    `guild_id` is in whose turn it is read, where many wait.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    guild_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """What a feed answered. `entries` is None when nothing changed (304, or the same bytes).

    `etag` and `last_modified` are what to send next time: empty when they cannot be trusted.
    `moved_to` is the new address after a permanent redirect.
    """

    entries: tuple[Entry, ...] | None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    title: str = ""
    moved_to: str | None = None


class FeedReader(Protocol):
    """Reads a feed once."""

    async def read(self, request: FeedRequest) -> FeedAnswer:
        """Fetch and parse the feed within one deadline; raise TemporaryError when it is no feed."""
        ...


# --- blogs ---------------------------------------------------------------------------------------


class Blog(Protocol):
    """One blog with one user's application password, or without one."""

    async def check_rights(self) -> BlogRights:
        """Return whose password it is and what it may do; raise BlogCredentialsError when it is refused."""
        ...

    async def post_id_of(self, entry: Entry) -> int | None:
        """Return the engine's id of a feed's entry, or None when the blog does not know it."""
        ...

    async def read_post(self, post_id: int) -> PostDetails:
        """Return what the blog says of a post; GoneError when it was deleted or unpublished."""
        ...

    async def find_comments(self, post_id: int, *, key: str, email: str | None) -> Sequence[Comment]:
        """Return our comments with this key, oldest first, whatever their status.

        Ours are those whose URL ends in the key's fragment and whose e-mail is `email` (None: any).
        An empty answer is proof that there is none; where that cannot be proven, NoAccessError.
        """
        ...

    async def create_comment(self, draft: CommentDraft) -> Comment:
        """Create a comment; UnknownResultError when it may have been created all the same."""
        ...

    async def read_comment(self, comment_id: int) -> Comment | None:
        """Return a comment in any state, or None when it was deleted for good."""
        ...

    async def edit_comment(
        self,
        comment_id: int,
        *,
        content_html: str | None = None,
        author_name: str | None = None,
        author_url: str | None = None,
        is_approved: bool = False,
        is_spam: bool = False,
    ) -> Comment:
        """Change what is given and nothing else; GoneError when it was deleted."""
        ...

    async def has_answers(self, comment_id: int, post_id: int) -> bool:
        """Return whether anybody's visible comment answers this one."""
        ...

    async def comments_after(self, comment_id: int) -> Sequence[Comment]:
        """Return the whole blog's comments with a higher id, oldest first, whatever their status.

        At most the 500 newest; with -1 only the very newest one. NoAccessError when some are kept from us.
        """
        ...

    async def comments_by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        """Return those of these comments (at most 100) that were not deleted for good, whatever their status.

        NoAccessError when some are kept from us, for then a missing one proves nothing.
        """
        ...

    async def bin_comment(self, comment_id: int) -> None:
        """Put a comment into the blog's bin; fine when it is there already or deleted."""
        ...


class Blogs(Protocol):
    """Finds blogs and talks to them."""

    async def discover(self, site: str) -> BlogAddress:
        """Find feed and API behind what a person typed; UserError with one sentence when there is none."""
        ...

    def open(self, access: BlogAccess) -> Blog:
        """Return the blog behind these credentials; makes no call."""
        ...


# --- Discord -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """A channel as Discord describes it now. `missing` names what we lack there, in Discord's words."""

    channel_id: int
    guild_id: int
    name: str
    is_forum: bool = False
    is_public: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """A member of a guild, read afresh."""

    user_id: int
    name: str
    role_ids: frozenset[int]
    may_manage_guild: bool


class Chat(Protocol):
    """Discord, as the services need it. Every message pings nobody but whom it names."""

    async def describe_channel(self, channel_id: int) -> ChannelFacts:
        """Return the channel and which permissions we lack in it, read afresh."""
        ...

    async def member(self, guild_id: int, user_id: int) -> MemberFacts | None:
        """Return a member read afresh, or None when they left."""
        ...

    async def owner_id(self, guild_id: int) -> int:
        """Return who owns the guild."""
        ...

    async def direct_channel(self, user_id: int) -> int:
        """Return the id of our direct-message channel with a user."""
        ...

    async def newest_message_id(self, channel_id: int) -> int:
        """Return the channel's newest message id now (0 when it is empty): a mark in Discord's own time."""
        ...

    async def find_own(self, channel_id: int, message: OutgoingMessage, *, after: int) -> Sequence[int]:
        """Return the ids of our own messages after `after` that equal `message`, oldest first.

        Equal means: the same buttons' ids and links, or for a message without buttons the same text.
        An empty answer is proof; NoAccessError without Read Message History.
        """
        ...

    async def send(self, channel_id: int, message: OutgoingMessage, *, nonce: str) -> int:
        """Send a message and return its id. The same nonce within minutes returns the earlier message.

        UnknownResultError when the answer was lost.
        """
        ...

    async def edit(self, channel_id: int, message_id: int, message: OutgoingMessage) -> None:
        """Make a message of ours look like `message`; GoneError when somebody deleted it."""
        ...

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message of ours; fine when it is gone already."""
        ...

    async def open_thread(self, channel_id: int, message_id: int, *, name: str) -> int:
        """Open the message's thread, or find the one it has, and return its id (which is the message's)."""
        ...

    async def react(self, channel_id: int, message_id: int, emoji: str) -> None:
        """Add our reaction; fine when it is there already; GoneError when the message is gone."""
        ...

    async def unreact(self, channel_id: int, message_id: int, emoji: str) -> None:
        """Take our reaction away; fine when it is not there."""
        ...

    async def read_reply(self, channel_id: int, message_id: int) -> Reply:
        """Return a member's message read afresh; GoneError only for a message proven deleted."""
        ...

    async def read_replies(self, channel_id: int, *, after: int, limit: int) -> Sequence[Reply]:
        """Return the thread's first `limit` (at most 100) messages after `after`, oldest first.

        What is not among them is not there; NoAccessError where that cannot be proven.
        """
        ...
