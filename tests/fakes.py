"""Fakes of the ports, where a fault must be exact: a Discord and a blog that keep state and fail when told to."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.errors import BlogCredentialsError, DuplicateCommentError, GoneError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import (
    BlogAccess,
    BlogAddress,
    BlogRights,
    Comment,
    CommentDraft,
    CommentStatus,
    Entry,
    PostDetails,
    Reply,
)
from bot.domain.ports import ChannelFacts, MemberFacts


class Crash(BaseException):
    """The process dies here: nothing in the code may catch it."""


class Faults:
    """Errors to raise at named calls: before the effect, or after it (the answer is lost)."""

    def __init__(self) -> None:
        self._before: dict[str, list[BaseException]] = {}
        self._after: dict[str, list[BaseException]] = {}
        self.calls: list[str] = []
        self._crash_at: int | None = None
        self._is_crash_after = False

    def before(self, call: str, *errors: BaseException) -> None:
        """Have the next calls of this name fail without any effect."""
        self._before.setdefault(call, []).extend(errors)

    def after(self, call: str, *errors: BaseException) -> None:
        """Have the next calls of this name take effect and then fail."""
        self._after.setdefault(call, []).extend(errors)

    def crash_at(self, number: int, *, is_after: bool) -> None:
        """Have the process die at the call of this number (the first is 1), before or after its effect."""
        self._crash_at, self._is_crash_after = number, is_after

    def start(self, call: str) -> None:
        self.calls.append(call)
        if len(self.calls) == self._crash_at and not self._is_crash_after:
            raise Crash
        if self._before.get(call):
            raise self._before[call].pop(0)

    def end(self, call: str) -> None:
        if len(self.calls) == self._crash_at and self._is_crash_after:
            raise Crash
        if self._after.get(call):
            raise self._after[call].pop(0)

    def forget(self) -> None:
        """Have no more calls fail."""
        self._before.clear()
        self._after.clear()

    def count(self, call: str) -> int:
        return self.calls.count(call)


@dataclass
class SentMessage:
    """A message of ours as the fake Discord holds it."""

    message_id: int
    channel_id: int
    message: OutgoingMessage
    nonce: str
    is_deleted: bool = False


class FakeChat:
    """A Discord that keeps messages, members, reactions and threads in memory."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.replies: dict[int, Reply] = {}
        self.members: dict[tuple[int, int], MemberFacts] = {}
        self.owners: dict[int, int] = {}
        self.channels: dict[int, ChannelFacts] = {}
        self.messages: dict[int, SentMessage] = {}
        self.reactions: set[tuple[int, int, str]] = set()
        self.threads: dict[int, str] = {}
        self._ids = itertools.count(900_000)

    def messages_in(self, channel_id: int) -> list[OutgoingMessage]:
        """Return what a channel shows of ours, oldest first."""
        return [
            sent.message for sent in self.messages.values() if sent.channel_id == channel_id and not sent.is_deleted
        ]

    async def describe_channel(self, channel_id: int) -> ChannelFacts:
        self.faults.start("describe_channel")
        if channel_id not in self.channels:
            raise GoneError("no such channel")
        return self.channels[channel_id]

    async def member(self, guild_id: int, user_id: int) -> MemberFacts | None:
        self.faults.start("member")
        return self.members.get((guild_id, user_id))

    async def owner_id(self, guild_id: int) -> int:
        self.faults.start("owner_id")
        return self.owners[guild_id]

    async def direct_channel(self, user_id: int) -> int:
        self.faults.start("direct_channel")
        return user_id + 1_000_000

    async def newest_message_id(self, channel_id: int) -> int:
        self.faults.start("newest_message_id")
        return max((sent.message_id for sent in self.messages.values() if sent.channel_id == channel_id), default=0)

    async def find_own(self, channel_id: int, message: OutgoingMessage, *, after: int) -> Sequence[int]:
        self.faults.start("find_own")
        return [
            sent.message_id
            for sent in self.messages.values()
            if sent.channel_id == channel_id
            and sent.message_id > after
            and not sent.is_deleted
            and sent.message.marks() == message.marks()
            and (bool(message.marks()) or sent.message.text == message.text)
        ]

    async def send(self, channel_id: int, message: OutgoingMessage, *, nonce: str) -> int:
        self.faults.start("send")
        known = [sent.message_id for sent in self.messages.values() if sent.nonce == nonce]
        message_id = known[0] if known else next(self._ids)
        if not known:
            self.messages[message_id] = SentMessage(message_id, channel_id, message, nonce)
        self.faults.end("send")
        return message_id

    async def edit(self, channel_id: int, message_id: int, message: OutgoingMessage) -> None:
        self.faults.start("edit")
        sent = self.messages.get(message_id)
        if sent is None or sent.is_deleted:
            raise GoneError("no such message")
        sent.message = message
        self.faults.end("edit")

    async def delete(self, channel_id: int, message_id: int) -> None:
        self.faults.start("delete")
        if message_id in self.messages:
            self.messages[message_id].is_deleted = True
        self.faults.end("delete")

    async def open_thread(self, channel_id: int, message_id: int, *, name: str) -> int:
        self.faults.start("open_thread")
        self.threads.setdefault(message_id, name)
        self.faults.end("open_thread")
        return message_id

    async def react(self, channel_id: int, message_id: int, emoji: str) -> None:
        self.faults.start("react")
        self.reactions.add((channel_id, message_id, emoji))
        self.faults.end("react")

    async def unreact(self, channel_id: int, message_id: int, emoji: str) -> None:
        self.faults.start("unreact")
        self.reactions.discard((channel_id, message_id, emoji))
        self.faults.end("unreact")

    async def read_reply(self, channel_id: int, message_id: int) -> Reply:
        self.faults.start("read_reply")
        if message_id not in self.replies:
            raise GoneError("the message was deleted")
        return self.replies[message_id]

    async def read_replies(self, channel_id: int, *, after: int, limit: int) -> Sequence[Reply]:
        self.faults.start("read_replies")
        inside = [reply for reply in self.replies.values() if reply.channel_id == channel_id]
        later = [reply for reply in inside if reply.message_id > after]
        return sorted(later, key=lambda reply: reply.message_id)[:limit]


@dataclass
class FakeBlog:
    """A blog that keeps comments in memory; comments without a status become `default_status`.

    `late` holds comments that the blog stores only when told to, as a slow blog does after its caller has gone.
    """

    faults: Faults = field(default_factory=Faults)
    comments: dict[int, Comment] = field(default_factory=dict)
    posts: dict[int, PostDetails] = field(default_factory=dict)
    default_status: CommentStatus = CommentStatus.HELD
    approved_status: CommentStatus = CommentStatus.APPROVED
    refuses_password: bool = False
    refuses_duplicates: bool = True
    is_slow: bool = False
    late: list[CommentDraft] = field(default_factory=list)
    drafts: list[CommentDraft] = field(default_factory=list)
    last_id: int = 0
    rights: BlogRights = field(default_factory=lambda: BlogRights(user_id=1, user_name="ed"))

    def visible(self) -> list[Comment]:
        """Return what a reader sees, oldest first."""
        return [comment for comment in self.comments.values() if comment.status is CommentStatus.APPROVED]

    def set_status(self, comment_id: int, status: CommentStatus) -> None:
        """Moderate a comment, as the blog's owner does."""
        self.comments[comment_id] = replace(self.comments[comment_id], status=status)

    def commit_late(self) -> None:
        """Store what a slow blog was still working on."""
        for draft in self.late:
            self.store(draft)
        self.late.clear()

    def _start(self, call: str) -> None:
        self.faults.start(call)
        if self.refuses_password:
            raise BlogCredentialsError("the password was refused")

    def store(self, draft: CommentDraft) -> Comment:
        """Put a comment on the blog, whoever asked for it."""
        self.last_id = comment_id = max(self.last_id, *self.comments, 100) + 1  # an id is never given out twice
        comment = Comment(
            comment_id=comment_id,
            post_id=draft.post_id,
            parent_id=draft.parent_id,
            status=self.approved_status if draft.is_approved else self.default_status,
            author_name=draft.author_name or "The blog's user",
            author_email=draft.author_email or "user@blog.example",
            author_url=draft.author_url,
            content_raw=draft.content_html,
            link=f"https://blog.example/?p={draft.post_id}#comment-{comment_id}",
        )
        self.comments[comment_id] = comment
        return comment

    def _is_duplicate(self, draft: CommentDraft) -> bool:
        return self.refuses_duplicates and any(
            comment.content_raw == draft.content_html
            and comment.post_id == draft.post_id
            and comment.parent_id == draft.parent_id
            and comment.author_name == draft.author_name
            and comment.status is not CommentStatus.TRASH
            for comment in self.comments.values()
        )

    async def check_rights(self) -> BlogRights:
        self._start("check_rights")
        return self.rights

    async def post_id_of(self, entry: Entry) -> int | None:
        self._start("post_id_of")
        return next((post.post_id for post in self.posts.values() if post.link == entry.link), None)

    async def read_post(self, post_id: int) -> PostDetails:
        self._start("read_post")
        if post_id not in self.posts:
            raise GoneError("the post is gone", reason="post_gone")
        return self.posts[post_id]

    async def find_comments(self, post_id: int, *, key: str, email: str | None) -> Sequence[Comment]:
        self._start("find_comments")
        return [
            comment
            for comment in self.comments.values()
            if comment.post_id == post_id
            and comment.author_url.endswith(f"#bc-{key}")
            and email in (None, comment.author_email)
        ]

    async def create_comment(self, draft: CommentDraft) -> Comment:
        self._start("create_comment")
        self.drafts.append(draft)
        if self._is_duplicate(draft):
            raise DuplicateCommentError("the same comment is there")
        if self.is_slow:
            self.late.append(draft)
            self.faults.end("create_comment")
            raise AssertionError("a slow blog needs an error after the call")
        comment = self.store(draft)
        self.faults.end("create_comment")
        return comment

    async def read_comment(self, comment_id: int) -> Comment | None:
        self._start("read_comment")
        return self.comments.get(comment_id)

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
        self._start("edit_comment")
        if comment_id not in self.comments:
            raise GoneError("the comment is gone")
        before = self.comments[comment_id]
        after = replace(
            before,
            content_raw=before.content_raw if content_html is None else content_html,
            author_name=before.author_name if author_name is None else author_name,
            author_url=before.author_url if author_url is None else author_url,
            status=CommentStatus.APPROVED if is_approved else CommentStatus.SPAM if is_spam else before.status,
        )
        self.comments[comment_id] = after
        self.faults.end("edit_comment")
        return after

    async def has_answers(self, comment_id: int, post_id: int) -> bool:
        self._start("has_answers")
        return any(comment.parent_id == comment_id for comment in self.visible())

    async def comments_after(self, comment_id: int) -> Sequence[Comment]:
        self._start("comments_after")
        newest = sorted(self.comments.values(), key=lambda comment: comment.comment_id)[-500:]
        return newest[-1:] if comment_id < 0 else [one for one in newest if one.comment_id > comment_id]

    async def comments_by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        self._start("comments_by_id")
        return [self.comments[comment_id] for comment_id in comment_ids if comment_id in self.comments]

    async def bin_comment(self, comment_id: int) -> None:
        self._start("bin_comment")
        if comment_id in self.comments:
            self.set_status(comment_id, CommentStatus.TRASH)
        self.faults.end("bin_comment")


class FakeBlogs:
    """Opens the fake blog of each address, and remembers with what."""

    def __init__(self) -> None:
        self.blogs: dict[str, FakeBlog] = {}
        self.opened: list[BlogAccess] = []
        self.addresses: dict[str, BlogAddress] = {}
        self.faults = Faults()

    def at(self, url: str) -> FakeBlog:
        """Return the fake blog at an address, a fresh one the first time."""
        return self.blogs.setdefault(url, FakeBlog())

    async def discover(self, site: str) -> BlogAddress:
        self.faults.start("discover")
        return self.addresses.get(site) or BlogAddress(url=site, feed_url=f"{site}/feed/", api_root=f"{site}/wp-json/")

    def open(self, access: BlogAccess) -> FakeBlog:
        self.opened.append(access)
        return self.at(access.url)
