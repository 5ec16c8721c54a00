"""Reconciles one comment: created once, edited when its text changes, taken off the blog when unwanted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.domain.errors import BlogCredentialsError, GoneError, PermanentError
from bot.domain.models import Comment, CommentStatus
from bot.domain.outcomes import Closed, Later, Outcome, Settled
from bot.domain.ports import Blog, Blogs, Chat, Clock, Randomness
from bot.domain.relays import RelayState
from bot.domain.translation import _
from bot.services.access import access_of
from bot.services.commenting import sent_edits
from bot.services.commenting.comment_checks import Checks, FollowEdit, Job, Stop
from bot.services.commenting.comment_records import CommentRecords, was_binned
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import what_holds_back
from bot.services.turns import BlogTurns
from db.engine import Begin, Transaction
from db.models import LedgerRow
from db.secrets import SecretBox

CALL_SECONDS: Final = 30.0
"""Our own deadline for one call to a blog."""
BLOG_RUN_SECONDS: Final = 30.0
"""How long a blog may go on with a request that we gave up: PHP's default max_execution_time."""
TWIN_LOOK_SECONDS: Final = 60.0
CREDENTIALS_SECONDS: Final = 6 * 3_600.0
"""A row of a blog whose password was refused looks this often whether it was mended; it makes no call."""


class Comments:
    """The reconciler of rows of kind `comment`."""

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        blogs: Blogs,
        secrets: SecretBox,
        clock: Clock,
        randomness: Randomness,
        *,
        follow_edit: FollowEdit,
        turns: BlogTurns | None = None,
        wait_scale: float = 1.0,
    ) -> None:
        self._turns = turns or BlogTurns()
        self._records = CommentRecords(begin, RelayEffects(clock, randomness), clock, randomness)
        self._checks = Checks(begin, chat, clock, follow_edit=follow_edit, wait_scale=wait_scale)
        self._blogs = blogs
        self._secrets = secrets
        self._clock = clock
        self._scale = wait_scale
        self._run = timedelta(seconds=CALL_SECONDS + BLOG_RUN_SECONDS) * wait_scale

    async def reconcile(self, row_id: int) -> Outcome:
        """Bring the blog to what the row wants, resuming where an earlier try stopped."""
        job = await self._records.load(row_id)
        async with self._turns.at(job.place.blog) as has_waited:
            return await self._reconcile(await self._records.load(row_id) if has_waited else job)

    async def _reconcile(self, job: Job) -> Outcome:
        stored = job.place.blog
        if job.row.wanted is None and job.row.first_sent_at is None:
            await self._records.never_there(job)
            return Settled()
        if stored.state == "credentials":
            return self._later(CREDENTIALS_SECONDS, "credentials")
        access = access_of(stored, self._secrets)
        if access is None or stored.sealed_password is None:
            if job.row.first_sent_at is not None:  # it may be public: the row waits for the blog to be connected again
                return self._later(CREDENTIALS_SECONDS, "feed_only")
            return Closed("feed_only")
        if access.application_password is None:
            return await self._credentials_refused(job)
        try:
            return await self._bring(job, self._blogs.open(access))
        except BlogCredentialsError:
            self._turns.note_refused(access)
            return await self._credentials_refused(job)

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Note on the relay that its row was closed for `reason`."""
        await self._records.gave_up(tx, row, reason)

    async def _bring(self, job: Job, blog: Blog) -> Outcome:
        if job.relay.comment_id is not None:
            return await self._tend(job, blog, job.relay.comment_id)
        if job.row.first_sent_at is not None:
            found = await self._find(job, blog)
            if found:
                return await self._adopt(job, blog, found)
            is_unwanted = job.row.wanted is None
            believed_at = self._absent_at(job, is_unwanted=is_unwanted)
            if self._clock() < believed_at:
                return Later(believed_at, "the blog may still be working on it")
            if is_unwanted:
                await self._records.removed(job, reason=None)
                return Settled()
        return await self._create(job, blog)

    async def _create(self, job: Job, blog: Blog) -> Outcome:
        target = await self._checks.target(job, blog)
        if isinstance(target, Later):
            return target
        if isinstance(target, Stop):
            if job.row.first_sent_at is not None and self._clock() < (
                absent_at := self._absent_at(job, is_unwanted=True)
            ):
                return Later(absent_at, "the blog may still be working on it")
            return await self._stop(job, target)
        may_edit = await self._checks.may_edit(job)  # the text may be a later one, which rests on a right of its own
        if isinstance(may_edit, Later):
            return may_edit
        if not may_edit:
            await self._records.edit_not_made(job, reason="right_lost")
            return Later(self._clock(), "the text before the edit counts")
        draft = await self._records.about_to_send(job, target)
        if draft is None:
            return Later(self._clock(), "changed meanwhile")
        try:
            comment = await blog.create_comment(draft)
        except BlogCredentialsError:
            raise
        except PermanentError as error:
            return await self._look_after_refusal(job.row.id, blog, error)
        return await self._applied(job.row.id, comment)

    async def _look_after_refusal(self, row_id: int, blog: Blog, error: PermanentError) -> Outcome:
        """Believe a refusal only when our comment is not there: it may be an earlier try's, or be kept all the same."""
        job = await self._records.load(row_id)
        found = await self._find(job, blog)
        if found:
            return await self._adopt(job, blog, found)
        return await self._stop(job, Stop(RelayState.REFUSED, error.reason))

    async def _stop(self, job: Job, stop: Stop) -> Outcome:
        await self._records.stopped(job, stop)
        return Closed(stop.reason) if stop.state is RelayState.REFUSED else Settled()

    async def _find(self, job: Job, blog: Blog) -> Sequence[Comment]:
        post_id = job.place.post.post_id
        assert post_id is not None  # saved together with the note that the comment is about to be sent
        email = None if job.relay.is_as_blog_user else job.email
        return await blog.find_comments(post_id, key=job.row.key, email=email)

    async def _adopt(self, job: Job, blog: Blog, found: Sequence[Comment]) -> Outcome:
        """Take the comment that an earlier try created as ours, the oldest; bin its twins."""
        await _bin_all(blog, found[1:])
        return await self._applied(job.row.id, found[0])

    async def _applied(self, row_id: int, comment: Comment) -> Outcome:
        row = await self._records.applied(row_id, comment, is_looked_again=False)
        if row.wanted is not None and row.send_count > 1 and row.applied_revision == row.revision:
            return self._later(TWIN_LOOK_SECONDS, "looks once more for a twin")
        return Settled()

    async def _tend(self, job: Job, blog: Blog, comment_id: int) -> Outcome:
        """Go on with a comment that was seen on the blog: it is never created again."""
        if job.row.wanted is None:
            return await self._remove(job, blog, comment_id)
        twin_until = self._twin_until(job)
        if _needs_second_look(job.row) and twin_until is None:
            return await self._look_for_twin(job, blog, comment_id)
        outcome: Outcome = Settled()
        if job.row.applied_revision != job.row.revision:
            outcome = await self._edit(job, blog, comment_id)
        if twin_until is not None and isinstance(outcome, Settled):
            return Later(twin_until, "looks once more for a twin")
        return outcome

    async def _look_for_twin(self, job: Job, blog: Blog, comment_id: int) -> Outcome:
        """Look a last time whether two tries both created a comment; keep the older that is not in the bin."""
        found = [comment for comment in await self._find(job, blog) if comment.status is not CommentStatus.TRASH]
        await _bin_all(blog, found[1:])
        kept = found[0] if found else None
        if kept is None or kept.comment_id == comment_id:
            kept = kept or await blog.read_comment(comment_id)
            if kept is None or was_binned(job.row.applied or {}, kept):
                return await self._gone(job)
        await self._records.applied(job.row.id, kept, is_looked_again=True)
        return Settled()

    async def _edit(self, job: Job, blog: Blog, comment_id: int) -> Outcome:
        wanted, applied = job.row.wanted or {}, job.row.applied or {}
        if job.place.subscription.removed_at is not None:
            return Closed("subscription_removed")
        current = await blog.read_comment(comment_id)
        if current is None or was_binned(job.row.applied or {}, current):
            return await self._gone(job)
        if "status" in wanted:
            return await self._moderate(job, blog, comment_id, wanted["status"])
        now = self._clock()
        under_way_until = sent_edits.may_come_until(applied, but=wanted["html"], span=self._run, now=now)
        if under_way_until is not None:
            return Later(under_way_until, "the blog may still be working on an earlier edit")
        is_known = current.content_raw in {applied.get("html"), wanted["html"]}
        is_there = sent_edits.is_one(applied, current.content_raw)
        if not is_known and not is_there:
            await self._records.left_alone(job)
            return Settled()
        if job.consent is None:
            return Closed("no_consent")
        may_edit = await self._checks.may_edit(job)
        if isinstance(may_edit, Later):
            return may_edit
        is_free = is_there or "before" not in wanted  # what only brings the text before an edit back is always made
        held_back = None if is_free else what_holds_back(job.relay, job.place)
        if held_back is not None or not may_edit:
            is_to_be_brought = await self._records.edit_not_made(job, reason=held_back or "right_lost")
            return Later(now, "the text before the edit counts") if is_to_be_brought else Settled()
        if not await self._records.about_to_edit(job, wanted["html"], is_free=is_free):
            return Later(self._clock(), "changed meanwhile")
        name = None if job.relay.is_as_blog_user else wanted["name"]
        try:
            comment = await blog.edit_comment(comment_id, content_html=wanted["html"], author_name=name)
        except GoneError:
            return await self._gone(job)
        await self._records.edited(job, comment, span=self._run)
        return Settled()

    async def _moderate(self, job: Job, blog: Blog, comment_id: int, status: str) -> Outcome:
        """Do on the blog what its author decided in Discord, if they still may."""
        may_moderate = await self._checks.may_edit(job)
        if isinstance(may_moderate, Later):
            return may_moderate
        if not may_moderate:
            await self._records.moderation_not_made(job)
            return Settled()
        if not await self._records.is_still_wanted(job):
            return Later(self._clock(), "changed meanwhile")
        is_approved = status == CommentStatus.APPROVED
        try:
            comment = await blog.edit_comment(comment_id, is_approved=is_approved, is_spam=not is_approved)
        except GoneError:
            return await self._gone(job)
        await self._records.edited(job, comment, span=self._run)
        return Settled()

    async def _gone(self, job: Job) -> Outcome:
        await self._records.removed(job, reason="gone_on_blog")
        return Settled()

    async def _remove(self, job: Job, blog: Blog, comment_id: int) -> Outcome:
        """Bin the comment, or blank it when others answered it: the bin hides the answers from the page."""
        if job.row.send_count > 1:
            found = await self._find(job, blog)
            await _bin_all(blog, [comment for comment in found if comment.comment_id != comment_id])
        current = await blog.read_comment(comment_id)
        if current is not None and current.status is not CommentStatus.TRASH:
            applied = job.row.applied or {}
            if not applied.get("is_taken_away") and not await self._checks.may_undo(job):
                is_to_be_brought = await self._records.undo_not_made(job, current)
                return Later(self._clock(), "the text before an edit counts") if is_to_be_brought else Settled()
            await self._take_away(job, blog, current)
            edit_until = sent_edits.may_come_until(applied, span=self._run, now=self._clock())
            under_way_until = max(filter(None, (edit_until, self._twin_until(job))), default=None)
            if under_way_until is not None:
                await self._records.taken_away(job)
                return Later(under_way_until, "an earlier try may still come, and bring the text back")
        await self._records.removed(job, reason=None)
        return Settled()

    async def _take_away(self, job: Job, blog: Blog, comment: Comment) -> None:
        is_visible = comment.status is CommentStatus.APPROVED
        if is_visible and await blog.has_answers(comment.comment_id, comment.post_id):
            try:
                await blog.edit_comment(
                    comment.comment_id, content_html=_blank(job.relay.reason), author_name="", author_url=""
                )
            except GoneError:
                return
        else:
            await blog.bin_comment(comment.comment_id)

    async def _credentials_refused(self, job: Job) -> Outcome:
        await self._records.credentials_refused(job)
        return self._later(CREDENTIALS_SECONDS, "credentials")

    def _absent_at(self, job: Job, *, is_unwanted: bool) -> datetime:
        """Return when it is believed that a comment which is not found does not come any more.

        One that nobody waits for is looked for as late as a twin would be.
        """
        span = timedelta(seconds=TWIN_LOOK_SECONDS) * self._scale if is_unwanted else timedelta()
        return _last_sent_at(job) + self._run + span

    def _twin_until(self, job: Job) -> datetime | None:
        """Return until when a twin that an earlier try created may still come up; None: not any more, or none can."""
        if job.row.send_count <= 1:
            return None
        until = _last_sent_at(job) + timedelta(seconds=TWIN_LOOK_SECONDS) * self._scale
        return until if self._clock() < until else None

    def _later(self, seconds: float, why: str) -> Later:
        return Later(self._clock() + timedelta(seconds=seconds * self._scale), why)


def _blank(reason: str | None) -> str:
    """Return what stands in the place of a comment that others answered; nobody knows who purged its message."""
    if reason == "purged":
        return _("Removed.")
    return _("Removed by the blog's author.") if reason == "undone" else _("Removed by its writer.")


def _last_sent_at(job: Job) -> datetime:
    assert job.row.last_sent_at is not None
    return job.row.last_sent_at


def _needs_second_look(row: LedgerRow) -> bool:
    return row.send_count > 1 and not (row.applied or {}).get("is_looked_again")


async def _bin_all(blog: Blog, twins: Sequence[Comment]) -> None:
    for twin in twins:
        await blog.bin_comment(twin.comment_id)
