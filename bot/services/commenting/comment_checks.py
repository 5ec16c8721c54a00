"""What must hold at the moment a comment is created, read afresh: rights, message, post, and its place among others."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import GoneError
from bot.domain.models import Entry, Reply
from bot.domain.outcomes import Later
from bot.domain.ports import Blog, Chat, Clock
from bot.domain.relays import ON_ITS_WAY, RelayState, is_being_undone
from bot.domain.rights import is_author
from bot.services.access import is_same_site
from bot.services.relaying.relay_rules import what_holds_back
from db import mirrors, relays
from db.engine import Begin, Transaction
from db.models import Consent, LedgerRow, Relay, StoredPost
from db.privacy import SOMEBODY_FORGOTTEN
from db.relays import Place

PAUSED_SECONDS: Final = 300.0
PARENT_SECONDS: Final = 5.0
PARENT_PATIENCE_SECONDS: Final = 300.0
"""How long a reply waits for the one it answers; then it nests under an ancestor or stands alone."""


FollowEdit = Callable[[Reply], Awaitable[None]]
"""Follows an edit of a message, as if Discord had told of it now; one that is known already changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A comment's row with all that belongs to it, as it was read in one transaction.

    `consent` is the writer's yes to exactly the text that is to be sent: the first try's, or the wanted one.
    """

    row: LedgerRow
    relay: Relay
    place: Place
    consent: Consent | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Stop:
    """The comment must not be created: the relay goes to `state` for `reason`."""

    state: RelayState
    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the comment goes."""

    post_id: int
    parent_id: int


class Checks:
    """Asks Discord and the blog whether a comment may be created now."""

    def __init__(self, begin: Begin, chat: Chat, clock: Clock, *, follow_edit: FollowEdit, wait_scale: float) -> None:
        self._begin = begin
        self._chat = chat
        self._clock = clock
        self._follow_edit = follow_edit
        self._scale = wait_scale

    async def target(self, job: Job, blog: Blog) -> Target | Stop | Later:
        """Return where the comment goes; or why it must not be created, or not yet.

        Changes nothing, but that an edit of the message is followed of which nobody told.
        """
        kept = self._kept(job)
        if kept is not None:
            return kept
        parent_id = await self._parent_id(job.relay)
        if parent_id is None:
            return Later(self._in(PARENT_SECONDS), "waits for the reply that it answers")
        stop = await self._rights(job) or await self._message(job)
        if stop is not None:
            return stop
        post_id = await self._post_id(job.place, blog)
        if isinstance(post_id, Stop):
            return post_id
        return Target(post_id, parent_id)

    def _kept(self, job: Job) -> Stop | Later | None:
        """Judge what our own store says."""
        relay, subscription = job.relay, job.place.subscription
        if subscription.removed_at is not None:
            return Stop(RelayState.WITHDRAWN, "subscription_removed")
        if relay.state not in ON_ITS_WAY:
            return Stop(RelayState(relay.state), relay.reason or "withdrawn")
        if job.consent is None:
            return Stop(RelayState.REFUSED, "no_consent")
        held_back = what_holds_back(relay, job.place)
        if held_back is not None:
            return _to_the_author(relay, held_back)
        if subscription.is_paused:
            return Later(self._in(PAUSED_SECONDS), "paused")
        return None

    async def may_edit(self, job: Job) -> bool | Later:
        """Return whether the right that an edit rests on still holds; or when to look again. Changes nothing."""
        if job.place.subscription.is_paused:
            return Later(self._in(PAUSED_SECONDS), "paused")
        by = (job.row.wanted or {}).get("decided_by")
        return by is None or await self._is_author(job, by)

    async def may_undo(self, job: Job) -> bool:
        """Return whether a comment may be taken off: at its writer's wish always, at an author's while they are one."""
        relay = job.relay
        if not is_being_undone(relay.state, relay.reason) or relay.decided_by is None:
            return True
        return await self._is_author(job, relay.decided_by)

    async def _is_author(self, job: Job, user_id: int) -> bool:
        if user_id == SOMEBODY_FORGOTTEN:
            return False
        member = await self._chat.member(job.relay.guild_id, user_id)
        return member is not None and is_author(member, job.place.subscription.author_role_id)

    async def _rights(self, job: Job) -> Stop | None:
        relay = job.relay
        if relay.is_as_blog_user and relay.decided_by != relay.writer_id:
            return Stop(RelayState.WITHDRAWN, "right_lost")
        if relay.decided_by is None or await self._is_author(job, relay.decided_by):
            return None
        return _to_the_author(relay, "right_lost")

    async def _message(self, job: Job) -> Stop | None:
        try:
            reply = await self._chat.read_reply(job.relay.thread_id, job.relay.message_id)
        except GoneError:
            return Stop(RelayState.WITHDRAWN, "message_deleted")
        await self._follow_edit(reply)
        return None

    async def _post_id(self, place: Place, blog: Blog) -> int | Stop:
        post_id = place.post.post_id
        is_own = is_same_site(place.blog.api_root, place.post.link or place.post.guid)
        if post_id is None or not is_own:
            found = await blog.post_id_of(_entry_of(place.post))
            # The post is shared by every guild with this feed. An API on another host than the post's own may
            # confirm its id, but not tell it: the others would send their comments there.
            if found is None or (found != post_id and not is_own):
                return Stop(RelayState.REFUSED, "post_unknown")
            post_id = found
        try:
            details = await blog.read_post(post_id)
        except GoneError as error:
            return Stop(RelayState.REFUSED, error.reason)
        if not details.is_published:
            return Stop(RelayState.REFUSED, "post_gone")
        return post_id if details.is_open_to_comments else Stop(RelayState.REFUSED, "closed")

    async def _parent_id(self, relay: Relay) -> int | None:
        """Return the comment to nest under (0: none), or None while that one is still on its way."""
        if relay.parent_message_id is None:
            return 0
        is_patient = self._clock() < relay.updated_at + timedelta(seconds=PARENT_PATIENCE_SECONDS * self._scale)
        message_id: int | None = relay.parent_message_id
        seen = {relay.message_id}
        async with self._begin() as tx:
            while message_id is not None and message_id not in seen:
                seen.add(message_id)
                parent = await relays.of_message(tx, message_id)
                if parent is None:
                    return await self._mirrored_parent_id(tx, relay, message_id)
                if parent.announcement_id != relay.announcement_id:
                    return 0
                if parent.state == RelayState.PUBLISHED and parent.comment_id is not None:
                    return parent.comment_id
                if parent.state in ON_ITS_WAY and is_patient:
                    return None
                message_id = parent.parent_message_id
        return 0

    async def _mirrored_parent_id(self, tx: Transaction, relay: Relay, message_id: int) -> int:
        """Return the reader's comment that a message of ours shows (0: it shows none), or a public ancestor of it.

        Where it shows several, nobody can know which one is meant: then it is what they all answer.
        """
        shown = await mirrors.comments_under(tx, message_id)
        if not shown or shown[0].blog_id != relay.blog_id:
            return 0
        if len(shown) == 1:
            return await mirrors.nearest_public(tx, relay.blog_id, shown[0].comment_id)
        parents = {comment.parent_comment_id for comment in shown}
        if len(parents) > 1:
            return 0
        return await mirrors.nearest_public(tx, relay.blog_id, parents.pop())

    def _in(self, seconds: float) -> datetime:
        return self._clock() + timedelta(seconds=seconds * self._scale)


def _to_the_author(relay: Relay, reason: str) -> Stop:
    """Have an author decide anew; what speaks as the blog's own user ends, for only its writer can send it again."""
    return Stop(RelayState.WITHDRAWN if relay.is_as_blog_user else RelayState.WAITING_FOR_AUTHOR, reason)


def _entry_of(post: StoredPost) -> Entry:
    return Entry(guid=post.guid, link=post.link, post_id=post.post_id, title=post.title, published_at=post.published_at)
