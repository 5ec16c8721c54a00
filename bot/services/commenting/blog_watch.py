"""How our comments stand on their blogs by now: what was held becomes published, spam or gone, and Discord shows it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from bot.domain.errors import BackchannelError, BlogCredentialsError
from bot.domain.ports import Blogs, Clock, Randomness
from bot.services.access import access_of
from bot.services.commenting.comment_records import CommentRecords
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.side_by_side import at_each
from bot.services.turns import BlogTurns
from db import ledger, looks
from db.engine import Begin
from db.models import Relay, StoredBlog
from db.secrets import SecretBox

log = structlog.get_logger(__name__)

WAITING_SECONDS: Final = 60.0
"""A comment that nobody sees yet is looked at this often, or at every poll where polls are more frequent."""
OTHERS_SECONDS: Final = 900.0
"""A public comment's turn: comments have no date of change, so each must be asked about."""
OTHERS_POLLS: Final = 3
"""A public comment's turn comes after so many polls at the latest."""
BIN_DAYS: Final = 30
"""WordPress empties its bin after so long; until then what lies in it may come out again."""
LOOK_AT_ONCE: Final = 100
"""The most that WordPress lists in one answer, and the most that one blog is asked about in one look."""


class BlogWatch:
    """Asks blogs about our comments by turns, many in one call, and records what others decided there."""

    def __init__(
        self,
        begin: Begin,
        blogs: Blogs,
        secrets: SecretBox,
        clock: Clock,
        randomness: Randomness,
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
        self._records = CommentRecords(begin, RelayEffects(clock, randomness), clock, randomness)
        self._waiting = timedelta(seconds=min(WAITING_SECONDS, interval_seconds)) * wait_scale
        self._others = timedelta(seconds=min(OTHERS_SECONDS, OTHERS_POLLS * interval_seconds)) * wait_scale
        self._bin = timedelta(days=BIN_DAYS) * wait_scale
        self._scale = wait_scale

    async def look(self) -> int:
        """Look at the comments whose turn it is; return how many were looked at. The sweep calls it."""
        now = self._clock()
        async with self._begin() as tx:
            turn = await looks.to_look_at(
                tx,
                waiting_before=now - self._waiting,
                others_before=now - self._others,
                gone_since=now - self._bin,
                limit=LOOK_AT_ONCE,
            )
            by_blog: dict[int, list[Relay]] = {}
            for relay in turn:
                by_blog.setdefault(relay.blog_id, []).append(relay)
            stored = [await tx.get_one(StoredBlog, blog_id) for blog_id in by_blog]

        async def look(blog: StoredBlog) -> None:
            await self._look_in_turn(blog, by_blog[blog.id])

        await at_each(stored, look, wait_scale=self._scale)
        return len(turn)

    async def _look_in_turn(self, blog: StoredBlog, found: Sequence[Relay]) -> None:
        try:
            async with self._turns.at(blog):
                await self._look_at(blog.id, found)
        except BackchannelError as error:
            log.info("not_looked_at", blog=blog.url, why=str(error))
            await self._records.looked_in_vain([relay.id for relay in found])

    async def _look_at(self, blog_id: int, found: Sequence[Relay]) -> None:
        async with self._begin() as tx:  # read in our turn: its password may have been refused before it
            access = access_of(await tx.get_one(StoredBlog, blog_id), self._secrets)
        if access is None or access.application_password is None:
            await self._records.looked_in_vain([relay.id for relay in found])
            return
        try:
            listed = await self._blogs.open(access).comments_by_id([one.comment_id for one in found if one.comment_id])
        except BlogCredentialsError:
            self._turns.note_refused(access)
            await self._records.password_refused(blog_id)
            return
        comments = {comment.comment_id: comment for comment in listed}
        for relay in found:
            async with self._begin() as tx:
                about = ledger.Subject(subscription_id=relay.subscription_id, relay_id=relay.id)
                row = await ledger.find(tx, ledger.Purpose.COMMENT, about)
            if row is not None and relay.comment_id is not None:
                await self._records.seen(row.id, comments.get(relay.comment_id))
