"""Records what became of a comment, with all that follows from it, in one transaction each."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.domain.models import Comment, CommentDraft, CommentStatus
from bot.domain.ports import Clock, Randomness
from bot.domain.relays import (
    ON_ITS_WAY,
    ON_THE_BLOG,
    RelayState,
    comment_url,
    is_being_undone,
    is_gone_on_blog,
    state_on_blog,
    text_hash,
    writer_email,
)
from bot.domain.why import sentence
from bot.services.commenting import sent_edits
from bot.services.commenting.comment_checks import Job, Stop, Target
from bot.services.relaying import edit_texts
from bot.services.relaying.moderation_wording import not_carried_out
from bot.services.relaying.queue_wording import not_taken_off
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import what_holds_back
from bot.services.relaying.relay_wording import plain
from bot.text.stored_html import stored_form
from db import consents, ledger, relays
from db.engine import Begin, Transaction
from db.models import LedgerRow, Relay
from db.relays import Place

log = structlog.get_logger(__name__)


class CommentRecords:
    """The store's side of reconciling a comment."""

    def __init__(self, begin: Begin, effects: RelayEffects, clock: Clock, randomness: Randomness) -> None:
        self._begin = begin
        self._effects = effects
        self._clock = clock
        self._randomness = randomness

    async def load(self, row_id: int) -> Job:
        """Return the row with all that belongs to it."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, row_id)
            text = (row.sent if relay.comment_id is None else None) or row.wanted or {}
            agreed = text_hash(text.get("name", ""), text.get("html", ""))
            return Job(
                row=row,
                relay=relay,
                place=place,
                consent=await consents.given_to(tx, relay, agreed),
                email=await relays.email_of(tx, blog_id=relay.blog_id, writer_id=relay.writer_id),
            )

    async def about_to_send(self, job: Job, target: Target) -> CommentDraft | None:
        """Note that the comment is about to be created and return it, or None when it was taken back meanwhile."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            if place.subscription.removed_at is not None or row.wanted is None or relay.state not in ON_ITS_WAY:
                return None
            if what_holds_back(relay, place) is not None:
                return None
            if row.revision != job.row.revision:  # what was checked is not what would be sent
                return None
            if not await _still_agreed(tx, row, relay):
                return None
            place.post.post_id = target.post_id
            ledger.mark_sent(row, now=self._clock())
            relays.move(relay, RelayState.SENDING, now=self._clock())
            return await self._draft(tx, row, relay, place, target)

    async def _draft(self, tx: Transaction, row: LedgerRow, relay: Relay, place: Place, target: Target) -> CommentDraft:
        assert row.sent is not None
        email = None
        if not relay.is_as_blog_user:
            fresh = writer_email(self._randomness.key())
            email = await relays.keep_email(tx, blog_id=relay.blog_id, writer_id=relay.writer_id, fresh=fresh)
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(place.blog.url))
        return CommentDraft(
            post_id=target.post_id,
            parent_id=target.parent_id,
            content_html=row.sent["html"],
            author_name=None if relay.is_as_blog_user else row.sent["name"],
            author_email=email,
            author_url=comment_url(place.subscription.invite_url, place.post.link, place.blog.url, origin, key=row.key),
            is_approved=row.sent["is_approved"],
        )

    async def applied(self, row_id: int, comment: Comment, *, is_looked_again: bool) -> LedgerRow:
        """Record the comment that is on the blog for this row; return the row."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, row_id)
            revision = row.applied_revision
            if relay.comment_id is None:  # a wish that came while the first text was under way is still to be done
                revision = row.revision if row.sent == row.wanted else row.revision - 1
            relay.comment_id, relay.comment_link = comment.comment_id, comment.link
            ledger.mark_applied(
                row,
                revision=revision,
                applied=_applied(comment, is_looked_again=is_looked_again),
                now=self._clock(),
            )
            if relay.state in ON_ITS_WAY | ON_THE_BLOG:
                relays.move(relay, state_on_blog(comment.status), now=self._clock(), reason=relay.reason)
            await self._effects.follow(tx, relay, place)
        log.info("commented", relay=relay.id, comment=comment.comment_id, state=relay.state)
        return row

    async def is_still_wanted(self, job: Job) -> bool:
        """Return whether nobody wants anything else by now; ask right before the call that changes a comment."""
        async with self._begin() as tx:
            return (await ledger.get(tx, job.row.id)).revision == job.row.revision

    async def about_to_edit(self, job: Job, html: str, *, is_free: bool) -> bool:
        """Note that the comment is about to be edited; return False when something else is wanted by now.

        `is_free`: nothing that the author stops holds it back.
        """
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            if row.revision != job.row.revision:
                return False
            if not is_free and what_holds_back(relay, place) is not None:
                return False
            row.applied = sent_edits.with_edit(row.applied or {}, html, now=self._clock())
        return True

    async def edited(self, job: Job, comment: Comment, *, span: timedelta) -> None:
        """Record an edit of what `job` wanted; a newer wish stays due. `span`: how long a blog may work on a call."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            looked = bool((row.applied or {}).get("is_looked_again"))
            applied = _applied(comment, is_looked_again=looked)
            applied |= sent_edits.still_under_way(job.row.applied or {}, span=span, now=self._clock())
            ledger.mark_applied(row, revision=job.row.revision, applied=applied, now=self._clock())
            if relay.state in ON_THE_BLOG:
                relays.move(relay, state_on_blog(comment.status), now=self._clock())
            await self._effects.follow(tx, relay, place)

    async def left_alone(self, job: Job) -> None:
        """Record that the blog's owner changed the comment: it is left as it is, and the author told once."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            ledger.mark_applied(row, revision=job.row.revision, applied=row.applied, now=self._clock())
            relay.reason = "changed_on_blog"
            await self._effects.tell_author_about(tx, relay, place, plain(sentence("changed_on_blog")))
            await self._effects.follow(tx, relay, place)

    async def edit_not_made(self, job: Job, *, reason: str) -> bool:
        """Record that an edit is not made for `reason`: it waits for the author, who is told if a right was lost.

        `job` wants an edit with the text before it. Returns whether something is still to be brought to the blog.
        """
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            wanted = dict(row.wanted or {})
            before = wanted.pop("before", None)
            if row.revision != job.row.revision or before is None:
                return True
            edit_texts.put_back(relay, before["source"], before["html"], self._randomness)
            wanted.pop("decided_by", None)
            row.wanted = {**wanted, "html": before["html"]}
            if relay.comment_id is None:  # nothing is there: what was tried first binds nobody
                row.sent = None
            is_to_be_brought = relay.comment_id is None or not _surely_says(row, before["html"])
            if not is_to_be_brought:
                ledger.mark_applied(row, revision=row.revision, applied=row.applied, now=self._clock())
            if reason == "right_lost":
                await self._effects.tell_author_about(tx, relay, place, not_carried_out(relay, place))
            await self._effects.follow(tx, relay, place)
        log.warning("edit_not_made", relay=relay.id, reason=reason)
        return is_to_be_brought

    async def moderation_not_made(self, job: Job) -> None:
        """Record that whoever moderated no longer speaks for the blog: the comment stands as it stood."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            if row.revision != job.row.revision:
                return
            row.wanted = {
                key: value for key, value in (row.wanted or {}).items() if key not in {"status", "decided_by"}
            }
            ledger.mark_applied(row, revision=row.revision, applied=row.applied, now=self._clock())
            await self._not_carried_out(tx, relay, place)
        log.warning("moderation_not_made", relay=relay.id, reason="right_lost")

    async def undo_not_made(self, job: Job, current: Comment) -> bool:
        """Record that whoever wanted a comment off the blog no longer speaks for it: the comment stays.

        Returns as `edit_not_made`.
        """
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            if row.revision != job.row.revision or not is_being_undone(relay.state, relay.reason):
                return False
            row.wanted = {"name": relay.name, "html": relay.content_html, "is_approved": True}
            is_to_be_brought = not _surely_says(row, relay.content_html)
            if not is_to_be_brought:
                ledger.mark_applied(row, revision=row.revision, applied=row.applied, now=self._clock())
            place.announcement.caught_up_at = None  # nobody followed what became of its message meanwhile
            relays.move(relay, state_on_blog(current.status), now=self._clock())
            await self._not_carried_out(tx, relay, place)
        log.warning("undo_not_made", relay=relay.id, reason="right_lost")
        return is_to_be_brought

    async def _not_carried_out(self, tx: Transaction, relay: Relay, place: Place) -> None:
        relay.decided_by = relay.decided_at = None
        await self._effects.tell_author_about(tx, relay, place, not_carried_out(relay, place))
        await self._effects.follow(tx, relay, place)

    async def taken_away(self, job: Job) -> None:
        """Record that the comment was taken off, and that it is looked at once more."""
        async with self._begin() as tx:
            row = await ledger.get(tx, job.row.id)
            row.applied = {**(row.applied or {}), "is_taken_away": True}

    async def removed(self, job: Job, *, reason: str | None) -> None:
        """Record that nothing of the relay is on the blog any more, which is final."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            await self._removed(tx, row, relay, place, reason=reason or relay.reason)
        log.info("removed", relay=relay.id, reason=relay.reason)

    async def _removed(
        self, tx: Transaction, row: LedgerRow, relay: Relay, place: Place, *, reason: str | None
    ) -> None:
        if await self._effects.put_unmade_edit_back(tx, relay):
            relay.edited_at = None  # should the comment come out of the bin, the thread tells the edit again
        await self._effects.unwant_comment(tx, relay)
        ledger.mark_applied(row, revision=row.revision, applied=None, now=self._clock())
        relays.move(relay, RelayState.REMOVED, now=self._clock(), reason=reason)
        await self._effects.follow(tx, relay, place)

    async def seen(self, row_id: int, comment: Comment | None) -> None:
        """Record how a comment of ours stands on the blog (None: deleted there), whoever changed it."""
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, row_id)
            relay.checked_at = self._clock()
            if is_gone_on_blog(relay.state, relay.reason):
                await self._out_of_the_bin(tx, row, relay, place, comment)
                return
            if relay.state not in ON_THE_BLOG or row.wanted is None or row.applied_revision != row.revision:
                return  # whoever reconciles the row looks for itself
            applied = row.applied or {}
            if comment is None or was_binned(applied, comment):
                await self._removed(tx, row, relay, place, reason="gone_on_blog")
            elif relay.state != state_on_blog(comment.status):
                row.applied = {**applied, "status": comment.status.value}
                relays.move(relay, state_on_blog(comment.status), now=self._clock(), reason=relay.reason)
                await self._effects.follow(tx, relay, place)
            else:
                return
        log.info("moderated_on_blog", relay=relay.id, state=relay.state)

    async def _out_of_the_bin(
        self, tx: Transaction, row: LedgerRow, relay: Relay, place: Place, comment: Comment | None
    ) -> None:
        """Record that the blog's owner restored a comment: it lives on, or goes if its writer took it back since."""
        if comment is None or comment.status is CommentStatus.TRASH or relay.content_html is None:
            return
        applied = {**_applied(comment, is_looked_again=True), "html": relay.content_html}
        if await consents.given_to(tx, relay, relay.text_hash) is None:
            row.revision, row.applied, row.due_at, row.outcome = row.revision + 1, applied, self._clock(), None
            relays.move(relay, RelayState.WITHDRAWN, now=self._clock(), reason="message_deleted")
            return
        row.wanted = {"name": relay.name, "html": relay.content_html, "is_approved": relay.decided_by is not None}
        ledger.mark_applied(row, revision=row.revision, applied=applied, now=self._clock())
        relays.move(relay, state_on_blog(comment.status), now=self._clock())
        place.announcement.caught_up_at = None  # nobody followed what became of its message meanwhile
        await self._effects.follow(tx, relay, place)
        log.info("restored_on_blog", relay=relay.id, state=relay.state)

    async def looked_in_vain(self, relay_ids: Sequence[int]) -> None:
        """Note that these were looked at, so that a blog that does not answer is not asked at once again."""
        async with self._begin() as tx:
            for relay_id in relay_ids:
                (await relays.get(tx, relay_id)).checked_at = self._clock()

    async def password_refused(self, blog_id: int) -> None:
        """Have everything for this blog wait, and its author told once."""
        async with self._begin() as tx:
            relay = await relays.any_on_blog(tx, blog_id)
            if relay is not None:
                await self._refused(tx, await relays.place_of(tx, relay))

    async def never_there(self, job: Job) -> None:
        """Record that an unwanted comment was never sent."""
        async with self._begin() as tx:
            row = await ledger.get(tx, job.row.id)
            if row.wanted is None:
                ledger.mark_applied(row, revision=row.revision, applied=None, now=self._clock())

    async def stopped(self, job: Job, stop: Stop) -> None:
        """Record why the comment, which is proven not to be on the blog, is not created."""
        now = self._clock()
        async with self._begin() as tx:
            row, relay, place = await self._again(tx, job.row.id)
            await self._effects.unwant_comment(tx, relay)
            ledger.forget_effect(row, key=row.key)
            ledger.mark_applied(row, revision=row.revision, applied=None, now=now)
            if relay.state not in ON_ITS_WAY:
                return
            if stop.state is RelayState.WAITING_FOR_AUTHOR:
                relay.decided_by = relay.decided_at = None
                relay.is_authors_pick = False
            if stop.reason == "message_deleted":
                await consents.withdraw(tx, relay.id, now=now)
            relays.move(relay, stop.state, now=now, reason=stop.reason)
            await self._effects.follow(tx, relay, place)
        log.warning("not_commented", relay=relay.id, state=relay.state, reason=stop.reason)

    async def credentials_refused(self, job: Job) -> None:
        """Have everything for this blog wait, and its author told once."""
        async with self._begin() as tx:
            await self._refused(tx, await relays.place_of(tx, job.relay))

    async def _refused(self, tx: Transaction, place: Place) -> None:
        if place.blog.state == "credentials":
            return
        place.blog.state = "credentials"
        await self._effects.alert_author(tx, place)
        log.warning("credentials_refused", blog=place.blog.url)

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Note on the relay that its row was closed."""
        relay = await relays.get(tx, row.relay_id)
        place = await relays.place_of(tx, relay)
        if relay.state in ON_ITS_WAY:
            relays.move(relay, RelayState.REFUSED, now=self._clock(), reason=reason)
        elif relay.state in ON_THE_BLOG:
            relay.reason = reason
            await self._leave_as_it_is(tx, row, relay)
        elif relay.state == RelayState.WITHDRAWN and relay.comment_id is not None:
            await self._effects.tell_author_about(tx, relay, place, not_taken_off(relay, place, reason=reason))
        await self._effects.follow(tx, relay, place)

    async def _leave_as_it_is(self, tx: Transaction, row: LedgerRow, relay: Relay) -> None:
        """Want no more of a comment than what it is: what was wanted last cannot be had."""
        if await self._effects.put_unmade_edit_back(tx, relay):
            edit_texts.forget(relay)
        row.wanted = {"name": relay.name, "html": relay.content_html, "is_approved": relay.decided_by is not None}
        ledger.mark_applied(row, revision=row.revision, applied=row.applied, now=self._clock())

    async def _again(self, tx: Transaction, row_id: int) -> tuple[LedgerRow, Relay, Place]:
        row = await ledger.get(tx, row_id)
        relay = await relays.get(tx, row.relay_id)
        return row, relay, await relays.place_of(tx, relay)


def was_binned(applied: Mapping[str, Any], comment: Comment) -> bool:
    """Return whether somebody binned the comment after it was seen elsewhere (a blog's rules may bin it at once)."""
    return comment.status is CommentStatus.TRASH and applied.get("status") != CommentStatus.TRASH.value


def _surely_says(row: LedgerRow, html: str | None) -> bool:
    """Return whether the comment says this, as seen last, and nothing that could change it was sent since."""
    applied = row.applied or {}
    is_seen = stored_form(applied.get("html", "")) == stored_form(html or "")
    return is_seen and not sent_edits.are_there(applied)


async def _still_agreed(tx: Transaction, row: LedgerRow, relay: Relay) -> bool:
    text = row.sent or row.wanted or {}
    return await consents.given_to(tx, relay, text_hash(text["name"], text["html"])) is not None


def _applied(comment: Comment, *, is_looked_again: bool) -> dict[str, Any]:
    return {
        "comment_id": comment.comment_id,
        "html": comment.content_raw,
        "status": comment.status.value,
        "is_looked_again": is_looked_again,
    }
