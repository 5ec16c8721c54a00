"""Announcements: what is wanted for a post in each channel, and what follows once its message and thread are there."""

from collections.abc import Sequence
from enum import StrEnum

import structlog

from bot.domain.errors import NoAccessError, TemporaryError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import PostState
from bot.domain.ports import Clock, Randomness
from bot.domain.translation import _
from bot.services.announcing.announcement_texts import card_of, first_line, held_question, less_of
from bot.services.channel_troubles import ChannelTroubles, Trouble
from bot.services.messages import wish
from bot.services.notices import tell_author
from bot.text.cards import thread_name
from bot.text.escape import escape_markdown
from db import ledger, posts, subscriptions
from db.engine import Transaction
from db.models import Announcement, LedgerRow, StoredBlog, StoredPost, Subscription

log = structlog.get_logger(__name__)


class AnnouncementState(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    """The author is looking at it."""
    HELD = "held"
    """The flood breaker holds it until the author answers."""
    WANTED = "wanted"
    ANNOUNCED = "announced"
    FAILED = "failed"
    DROPPED = "dropped"
    """The author chose silence."""


AUTOMOD = "automod"
CHANNEL_DELETED = "channel_deleted"

SHOWN = frozenset({AnnouncementState.WANTED, AnnouncementState.ANNOUNCED})


class Announcements:
    """Writes down what announcements are wanted, and watches the ledger's rows about them."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._troubles = ChannelTroubles(clock, randomness)

    async def want(self, tx: Transaction, *, post_row_id: int) -> None:
        """Want a new post announced in every channel that is subscribed to its feed."""
        post = await posts.get(tx, post_row_id)
        for subscription, blog in await subscriptions.of_feed(tx, post.feed_id):
            if await subscriptions.newest_announcement(tx, subscription_id=subscription.id, post_row_id=post.id):
                continue
            announcement = await self.add(tx, subscription, post, state=AnnouncementState.WANTED)
            await self.want_message(tx, announcement, post, blog)

    async def revise(self, tx: Transaction, *, post_row_id: int) -> None:
        """Have every announcement of a changed post show it as it is now."""
        post = await posts.get(tx, post_row_id)
        for announcement in await subscriptions.announcements_of_post(tx, post_row_id):
            subscription, blog = await subscriptions.get(tx, announcement.subscription_id)
            if announcement.state in SHOWN and subscription.removed_at is None:
                await self.want_message(tx, announcement, post, blog)

    async def ask_about_held(self, tx: Transaction, *, feed_id: int) -> None:
        """Keep the feed's held posts back in every channel, and ask each author once what to do with them."""
        held = await posts.in_state(tx, feed_id=feed_id, state=PostState.HELD)
        for subscription, blog in await subscriptions.of_feed(tx, feed_id):
            for post in held:
                known = await subscriptions.newest_announcement(
                    tx, subscription_id=subscription.id, post_row_id=post.id
                )
                if known is None:
                    await self.add(tx, subscription, post, state=AnnouncementState.HELD)
            await self._ask(tx, subscription, blog)

    async def _ask(self, tx: Transaction, subscription: Subscription, blog: StoredBlog) -> None:
        waiting = await held_announcements(tx, subscription.id)
        subject = ledger.Subject(subscription_id=subscription.id)
        asked = await ledger.find(tx, ledger.Purpose.HELD_QUESTION, subject)
        if asked is not None and not OutgoingMessage.from_json((asked.wanted or {})["message"]).buttons:
            ledger.forget_effect(asked, key=self._randomness.key())  # that question was answered; this is another
        found = await subscriptions.posts_by_id(tx, [announcement.post_row_id for announcement in waiting])
        await tell_author(
            tx,
            ledger.Purpose.HELD_QUESTION,
            subject,
            held_question(blog, subscription, found, guard=waiting[0].guard),
            about=(subscription, blog),
            key=self._randomness.key(),
            now=self._clock(),
        )

    async def add(
        self, tx: Transaction, subscription: Subscription, post: StoredPost, *, state: AnnouncementState, turn: int = 0
    ) -> Announcement:
        """Add an announcement in this state; nothing is wanted of Discord yet."""
        announcement = Announcement(
            subscription_id=subscription.id,
            post_row_id=post.id,
            turn=turn,
            state=state.value,
            lead="",
            guard=self._randomness.guard(),
            channel_id=subscription.channel_id,
            created_at=self._clock(),
        )
        tx.add(announcement)
        await tx.flush()
        return announcement

    async def want_message(
        self, tx: Transaction, announcement: Announcement, post: StoredPost, blog: StoredBlog
    ) -> None:
        """Want the announcement's message to show the post as it is known now."""
        subscription, _blog = await subscriptions.get(tx, announcement.subscription_id)
        await ledger.want(
            tx,
            ledger.Purpose.ANNOUNCEMENT,
            _subject(announcement),
            wish(card_of(post, announcement, subscription, blog)),
            kind=ledger.Kind.MESSAGE,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=announcement.channel_id,
        )

    # what follows from the ledger's rows

    async def message_applied(self, tx: Transaction, row: LedgerRow) -> None:
        """Note the announcement's message, and want its thread."""
        announcement = await self._of(tx, row)
        announcement.message_id = row.message_id
        announcement.state = AnnouncementState.ANNOUNCED.value
        await self._troubles.over(tx, row.subscription_id, Trouble.NO_MESSAGE)
        post = await posts.get(tx, announcement.post_row_id)
        thread = await ledger.want(
            tx,
            ledger.Purpose.THREAD,
            _subject(announcement),
            {"name": thread_name(posts.entry_of(post))},
            kind=ledger.Kind.THREAD,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=announcement.channel_id,
        )
        thread.message_id = row.message_id
        log.info("announced", guid=post.guid, channel=announcement.channel_id, message=row.message_id)

    async def message_waits(self, tx: Transaction, row: LedgerRow, error: NoAccessError) -> None:
        """Tell the author once that the channel's posts wait."""
        await self._troubles.wait(tx, row.subscription_id, Trouble.NO_MESSAGE, reason=error.reason, why=str(error))

    async def message_given_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Tell the author once that a post could not be announced; a deleted message is somebody's decision.

        What AutoMod or the link filter refuses is wanted anew with less in it, down to the bare title.
        """
        announcement = await self._of(tx, row)
        if reason == AUTOMOD and await self._want_less(tx, announcement, row):
            return
        if announcement.message_id is None:
            announcement.state = AnnouncementState.FAILED.value
            if reason == CHANNEL_DELETED:
                await self._troubles.channel_deleted(tx, row.subscription_id)
            elif reason == AUTOMOD:
                await self._tell_of_filter(tx, announcement)
            else:
                await self._tell(tx, announcement, row)
        log.warning("announcement_given_up", announcement=announcement.id, reason=reason)

    async def thread_applied(self, tx: Transaction, row: LedgerRow, thread_id: int) -> None:
        """Note the thread, and want its first line."""
        announcement = await self._of(tx, row)
        announcement.thread_id = thread_id
        await self._troubles.over(tx, row.subscription_id, Trouble.NO_THREAD)
        post = await posts.get(tx, announcement.post_row_id)
        _subscription, blog = await subscriptions.get(tx, announcement.subscription_id)
        await ledger.want(
            tx,
            ledger.Purpose.FIRST_LINE,
            _subject(announcement),
            wish(first_line(post, blog)),
            kind=ledger.Kind.MESSAGE,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=thread_id,
        )

    async def thread_waits(self, tx: Transaction, row: LedgerRow, error: TemporaryError) -> None:
        """Tell the author once that the channel's posts are without threads for now."""
        await self._troubles.wait(tx, row.subscription_id, Trouble.NO_THREAD, reason=error.reason, why=str(error))

    async def thread_given_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Tell the author once, unless the message itself was deleted."""
        if reason != "message_deleted":
            await self._tell(tx, await self._of(tx, row), row)

    async def _want_less(self, tx: Transaction, announcement: Announcement, row: LedgerRow) -> bool:
        """Want less of what was refused, and tell the author so; return False when there is nothing to leave out."""
        post = await posts.get(tx, announcement.post_row_id)
        _subscription, blog = await subscriptions.get(tx, announcement.subscription_id)
        less = less_of(OutgoingMessage.from_json((row.wanted or {})["message"]), post)
        if less is None:
            return False
        if row.message_id is None:
            ledger.forget_effect(row, key=self._randomness.key())  # the first was refused, so it is not there
        row.wanted = wish(less)
        row.revision += 1
        row.due_at, row.attempts, row.outcome = self._clock(), 0, None
        sentence = _(
            "The server's AutoMod or Discord's link filter refused a post of **{blog}** as I wanted to show it in "
            "<#{channel}>, so I left its excerpt and picture out."
        ).format(blog=escape_markdown(blog.title or blog.url), channel=announcement.channel_id)
        await self._say(tx, announcement, sentence)
        return True

    async def _of(self, tx: Transaction, row: LedgerRow) -> Announcement:
        announcement = await tx.get(Announcement, row.announcement_id)
        if announcement is None:
            raise LookupError(f"announcement {row.announcement_id}")
        return announcement

    async def _tell(self, tx: Transaction, announcement: Announcement, row: LedgerRow) -> None:
        post = await posts.get(tx, announcement.post_row_id)
        sentence = _("I could not announce **{title}** in <#{channel}>: {why}").format(
            title=escape_markdown(post.title), channel=announcement.channel_id, why=row.last_error or ""
        )
        await self._say(tx, announcement, sentence)

    async def _tell_of_filter(self, tx: Transaction, announcement: Announcement) -> None:
        """Tell it without the title: a filter that refused that would refuse the telling too."""
        _subscription, blog = await subscriptions.get(tx, announcement.subscription_id)
        sentence = _(
            "The server's AutoMod or Discord's link filter refused even the title of a post of **{blog}**, so it is "
            "not announced in <#{channel}>. **/announce** tries again."
        ).format(blog=escape_markdown(blog.title or blog.url), channel=announcement.channel_id)
        await self._say(tx, announcement, sentence)

    async def _say(self, tx: Transaction, announcement: Announcement, sentence: str) -> None:
        await tell_author(
            tx,
            ledger.Purpose.BLOG_ALERT,
            _subject(announcement),
            OutgoingMessage(text=sentence),
            about=await subscriptions.get(tx, announcement.subscription_id),
            key=self._randomness.key(),
            now=self._clock(),
        )


def _subject(announcement: Announcement) -> ledger.Subject:
    return ledger.Subject(subscription_id=announcement.subscription_id, announcement_id=announcement.id)


async def held_announcements(tx: Transaction, subscription_id: int) -> Sequence[Announcement]:
    """Return what a subscription's author was asked about, the oldest post first."""
    return await subscriptions.announcements_in_state(
        tx, subscription_id=subscription_id, state=AnnouncementState.HELD.value
    )
