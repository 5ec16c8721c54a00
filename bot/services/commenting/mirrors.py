"""Brings readers' comments into the threads, keeps them as they are on the blog, and takes them out again."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

import structlog

from bot.domain.errors import BackchannelError, BlogCredentialsError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, Comment, CommentStatus
from bot.domain.ports import Blog, Blogs, Clock, Randomness
from bot.domain.relays import EMAIL_DOMAIN
from bot.services.access import access_of
from bot.services.commenting.mirror_effects import MirrorEffects
from bot.services.commenting.mirror_wording import COMMENTS_IN_A_MESSAGE, how_to_answer, name_of, text_of
from bot.services.side_by_side import LOOK_SECONDS, at_each
from bot.services.turns import BlogTurns
from db import mirrors
from db.answer_models import BlogComment, Mirror, MirroredComment
from db.engine import Begin, Transaction
from db.mirrors import Thread
from db.models import StoredBlog
from db.secrets import SecretBox

log = structlog.get_logger(__name__)

CHECKED_AT_ONCE: Final = 100
"""As many as WordPress lists in one answer; with n known comments each is looked at every n / 100 looks."""

HIDDEN_DAYS: Final = 30
"""A comment that waits or is spam for longer is not looked for any more."""

MESSAGES_AT_ONCE: Final = 5
"""Of one look in one thread; what is more is counted, for a thread is no place for a flood."""

_Answered = tuple[int, int | None, BlogComment]
"""A comment with the relay that it answers and that one's message (0 and None: it answers none)."""

_OURS = re.compile(r"#bc-[\w-]+$")


class Mirrors:
    """Looks at each blog's comments every `interval_seconds`: what is new, and by turns how known ones stand."""

    def __init__(
        self,
        begin: Begin,
        blogs: Blogs,
        secrets: SecretBox,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        interval_seconds: float,
        turns: BlogTurns | None = None,
        wait_scale: float = 1.0,
    ) -> None:
        self._turns = turns or BlogTurns()
        self._begin = begin
        self._blogs = blogs
        self._secrets = secrets
        self._clock = clock
        self._randomness = randomness
        self._effects = MirrorEffects(clock, randomness)
        self._wake = wake
        self._interval = timedelta(seconds=interval_seconds)
        self._scale = wait_scale

    async def look(self) -> None:
        """Look at every blog that is due. A blog that fails is logged and looked at again when its turn comes."""
        async with self._begin() as tx:
            due = await mirrors.blogs_to_look_at(tx, looked_before=self._clock() - self._interval)
        await at_each(due, self._look_in_turn, wait_scale=self._scale)

    async def _look_in_turn(self, blog: StoredBlog) -> None:
        try:
            async with self._turns.at(blog):
                await self._look_at(blog.id)
        except (BackchannelError, TimeoutError) as error:
            log.warning("comments_not_read", blog=blog.url, why=str(error) or "the blog took too long")
            await self._looked(blog.id)

    async def _look_at(self, blog_id: int) -> None:
        async with self._begin() as tx:  # read in our turn: its password may have been refused before it
            stored = await tx.get_one(StoredBlog, blog_id)
        access = access_of(stored, self._secrets)
        if access is None or access.application_password is None:
            await self._looked(stored.id)
            return
        try:
            await self._compare(stored, self._blogs.open(access))
        except BlogCredentialsError:
            self._turns.note_refused(access)
            await self._credentials_refused(stored.id)

    async def _compare(self, stored: StoredBlog, blog: Blog) -> None:
        async with self._begin() as tx:
            since = self._clock() - timedelta(days=HIDDEN_DAYS) * self._scale
            turn = [
                comment.comment_id
                for comment in await mirrors.longest_unchecked(tx, stored.id, hidden_since=since, limit=CHECKED_AT_ONCE)
            ]
        mark = stored.newest_comment_id
        async with asyncio.timeout(
            LOOK_SECONDS * self._scale
        ):  # around calls alone: a transaction is not to be cut off
            fresh = await blog.comments_after(-1 if mark is None else mark)
            checked = await blog.comments_by_id(turn) if turn else []
        async with self._begin() as tx:
            blog_row = await tx.get_one(StoredBlog, stored.id)
            blog_row.comments_looked_at = self._clock()
            blog_row.newest_comment_id = max([mark or 0, *[comment.comment_id for comment in fresh]])
            posts = await mirrors.announced_posts(tx, stored.id)
            changed = await self._check(tx, blog_row, turn, _readable(checked, posts))
            if mark is not None:  # what was there before the first look is nobody's news
                changed += await self._note(tx, blog_row, [one for one in fresh if one.post_id in posts], posts)
            await self._show(tx, blog_row, changed)
        self._wake()

    async def _check(
        self, tx: Transaction, blog: StoredBlog, turn: Sequence[int], found: Sequence[Comment]
    ) -> list[BlogComment]:
        """Record how known comments stand now; return those that changed."""
        by_id = {comment.comment_id: comment for comment in found}
        changed = []
        for comment_id, row in (await mirrors.known(tx, blog.id, turn)).items():
            row.checked_at = self._clock()
            if _write(row, by_id.get(comment_id), home_url=blog.url):
                changed.append(row)
        return changed

    async def _note(
        self, tx: Transaction, blog: StoredBlog, fresh: Sequence[Comment], posts: Mapping[int, bool]
    ) -> list[BlogComment]:
        """Record new comments of readers on announced posts; return them."""
        ids = [comment.comment_id for comment in fresh]
        passed_over = {*await mirrors.known(tx, blog.id, ids), *await mirrors.relayed(tx, blog.id, ids)}
        rows = []
        for comment in fresh:
            if comment.comment_id in passed_over or is_ours(comment):
                continue
            row = BlogComment(
                blog_id=blog.id,
                comment_id=comment.comment_id,
                post_id=comment.post_id,
                parent_comment_id=comment.parent_id,
                is_public=False,
                seen_at=self._clock(),
                checked_at=self._clock(),
            )
            _write(row, comment if posts[comment.post_id] else None, home_url=blog.url)
            tx.add(row)
            rows.append(row)
        await tx.flush()
        return rows

    async def _show(self, tx: Transaction, blog: StoredBlog, changed: Sequence[BlogComment]) -> None:
        """Bring the messages and lines of all the blog's threads in line with what is known now."""
        for mirror in await mirrors.mirrors_showing(tx, [comment.id for comment in changed]):
            await self._effects.show(tx, mirror)
        posts_changed = {comment.post_id for comment in changed}
        for thread in await mirrors.threads_of(tx, blog.id, post_ids=posts_changed):
            await self._place(tx, thread, await mirrors.not_placed(tx, thread))
            await self._effects.count(tx, thread)

    async def _place(self, tx: Transaction, thread: Thread, comments: Sequence[BlogComment]) -> None:
        """Give each comment its message, or none where it is only counted."""
        answered: list[_Answered] = []
        for comment in comments:
            relay = await mirrors.answered_relay(tx, comment, thread.announcement.id)
            answered.append((relay.id if relay else 0, relay.message_id if relay else None, comment))
        groups = [
            (relay_id, message_id, [comment for _relay, _message, comment in whole[start:][:COMMENTS_IN_A_MESSAGE]])
            for (relay_id, message_id), whole in _by_relay(answered)
            for start in range(0, len(whole), COMMENTS_IN_A_MESSAGE)
        ]
        room = MESSAGES_AT_ONCE
        for relay_id, message_id, group in groups:
            mirror = None
            if room and _is_shown(thread.subscription.mirror, is_answer=relay_id != 0):
                room -= 1
                mirror = await self._new_mirror(tx, thread, relay_id, message_id)
            _put(tx, thread, mirror, group)
            await tx.flush()
            if mirror is not None:
                await self._effects.show(tx, mirror)

    async def _new_mirror(self, tx: Transaction, thread: Thread, relay_id: int, message_id: int | None) -> Mirror:
        mirror = Mirror(
            announcement_id=thread.announcement.id,
            relay_id=relay_id,
            message_id=message_id,
            guard=self._randomness.guard(),
            created_at=self._clock(),
        )
        tx.add(mirror)
        await tx.flush()
        return mirror

    async def _looked(self, blog_id: int) -> None:
        async with self._begin() as tx:
            (await tx.get_one(StoredBlog, blog_id)).comments_looked_at = self._clock()

    async def _credentials_refused(self, blog_id: int) -> None:
        async with self._begin() as tx:
            blog = await tx.get_one(StoredBlog, blog_id)
            if blog.state == "ok":
                blog.state = "credentials"
                await self._effects.alert_authors(tx, blog)
        log.warning("credentials_refused", blog=blog.url)
        self._wake()

    # --- doors -----------------------------------------------------------------------------------

    async def how_to_answer(self, actor: Actor) -> OutgoingMessage:
        """Say how to answer a reader on the blog."""
        async with self._begin() as tx:
            is_pinged = await mirrors.wants_ping(tx, guild_id=actor.guild_id, writer_id=actor.user_id)
        return how_to_answer(is_pinged=is_pinged)

    async def ping_me(self, actor: Actor) -> OutgoingMessage:
        """Ping a member from now on when a reader answers a reply of theirs."""
        async with self._begin() as tx:
            await mirrors.want_ping(tx, guild_id=actor.guild_id, writer_id=actor.user_id, now=self._clock())
        return how_to_answer(is_pinged=True)

    async def ping_not(self, actor: Actor) -> OutgoingMessage:
        """Ping a member no more."""
        async with self._begin() as tx:
            await mirrors.unwant_ping(tx, guild_id=actor.guild_id, writer_id=actor.user_id)
        return how_to_answer(is_pinged=False)


def _is_shown(setting: str, *, is_answer: bool) -> bool:
    return setting == "all" or (setting == "answers" and is_answer)


def _by_relay(answered: Sequence[_Answered]) -> list[tuple[tuple[int, int | None], list[_Answered]]]:
    """Return what answers one reply together, the oldest comment first."""
    in_order = sorted(answered, key=lambda one: (one[0], one[2].comment_id))
    return [(whose, list(whole)) for whose, whole in groupby(in_order, key=lambda one: (one[0], one[1]))]


def is_ours(comment: Comment) -> bool:
    """Return whether a comment came from Discord, told by the comment alone: also a fresh database makes no echo."""
    return _OURS.search(comment.author_url) is not None or comment.author_email.endswith(f"@{EMAIL_DOMAIN}")


def _readable(comments: Sequence[Comment], posts: Mapping[int, bool]) -> list[Comment]:
    """Return the comments on posts that everybody can read: those on others are for fewer people than the thread."""
    return [comment for comment in comments if posts.get(comment.post_id)]


def _put(tx: Transaction, thread: Thread, mirror: Mirror | None, group: Iterable[BlogComment]) -> None:
    for comment in group:
        tx.add(
            MirroredComment(
                announcement_id=thread.announcement.id,
                blog_comment_id=comment.id,
                mirror_id=mirror.id if mirror else None,
            )
        )


def _write(row: BlogComment, comment: Comment | None, *, home_url: str) -> bool:
    """Give a row what the blog shows of its comment, nothing where it shows none; return whether that is new."""
    before = (row.is_public, row.name, row.text, row.link)
    if comment is None or comment.status is not CommentStatus.APPROVED:
        row.is_public, row.name, row.text, row.link = False, "", "", ""
    else:
        row.is_public, row.link = True, comment.link
        row.name, row.text = name_of(comment), text_of(comment, home_url=home_url)
    return before != (row.is_public, row.name, row.text, row.link)
