"""What follows in Discord and on the blog when a relay's state changes, wanted in the same transaction."""

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.edits import EditState
from bot.domain.messages import OutgoingMessage
from bot.domain.models import CommentStatus
from bot.domain.ports import Clock, Randomness
from bot.domain.relays import WAITS_FOR_AUTHOR, RelayState, is_being_undone
from bot.services.messages import wish
from bot.services.notices import tell_author
from bot.services.relaying import edit_texts
from bot.services.relaying.edit_wording import edit_card, edit_question
from bot.services.relaying.queue_wording import CardFacts, blog_alert, queue_card, queue_note
from bot.services.relaying.relay_wording import question
from bot.services.relaying.status_line import status_line
from db import consents, ledger, mirrors, relays, subscriptions
from db.engine import Transaction
from db.models import Announcement, LedgerRow, Relay, StoredPost
from db.relays import Place

PUBLISHED_EMOJI: Final = "✅"

MOST_CARDS: Final = 20
"""So many cards wait in a queue channel at most; what comes on top is counted in one line that names `/queue`."""


class RelayEffects:
    """Writes into the ledger what the world should hold, now that a relay stands where it does."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness

    async def ask(self, tx: Transaction, relay: Relay) -> None:
        """Want the writer asked in the thread."""
        await self._want_message(tx, ledger.Purpose.QUESTION, _of(relay), question(relay), relay.thread_id)

    async def want_comment(self, tx: Transaction, relay: Relay, *, is_approved: bool) -> None:
        """Want the relay's text on the blog: as approved, or under the blog's own rules."""
        wanted = {"name": relay.name, "html": relay.content_html, "is_approved": is_approved}
        await ledger.want(
            tx,
            ledger.Purpose.COMMENT,
            _of(relay),
            wanted,
            kind=ledger.Kind.COMMENT,
            key=self._randomness.key(),
            now=self._clock(),
        )

    async def want_edit(self, tx: Transaction, relay: Relay, *, by: int | None) -> None:
        """Make the later text the relay's own and want it on the blog.

        `by` is whose right it rests on, read again before the edit is made (None: the blog's own rules let it
        through). Should it be gone, or the author stop it before it is made, the text before counts.
        """
        row = await ledger.find(tx, ledger.Purpose.COMMENT, _of(relay))
        before = _unmade_before(row) or {"source": relay.source, "html": relay.content_html}
        edit_texts.take(relay, self._randomness)
        is_approved = relay.decided_by is not None
        wanted: dict[str, object] = {"name": relay.name, "html": relay.content_html, "is_approved": is_approved}
        wanted |= {"before": before} if by is None else {"before": before, "decided_by": by}
        await ledger.want(
            tx,
            ledger.Purpose.COMMENT,
            _of(relay),
            wanted,
            kind=ledger.Kind.COMMENT,
            key=self._randomness.key(),
            now=self._clock(),
        )

    async def want_status(self, tx: Transaction, relay: Relay, status: CommentStatus, *, by: int) -> bool:
        """Want the comment approved or marked as spam on the blog, by somebody whose right is read again.

        False while something else is on its way to the comment.
        """
        row = await ledger.find(tx, ledger.Purpose.COMMENT, _of(relay))
        if row is None or row.wanted is None or row.applied_revision != row.revision:
            return False
        kept = {key: row.wanted[key] for key in ("name", "html", "is_approved")}
        wanted = {**kept, "status": status.value, "decided_by": by}
        if wanted == row.wanted:  # the blog went back on it since
            row.revision, row.due_at = row.revision + 1, self._clock()
            return True
        purpose, kind = ledger.Purpose.COMMENT, ledger.Kind.COMMENT
        await ledger.want(tx, purpose, _of(relay), wanted, kind=kind, key=row.key, now=self._clock())
        return True

    async def unwant_comment(self, tx: Transaction, relay: Relay) -> None:
        """Want the relay's comment gone, whether it is there yet or not."""
        await self._unwant(tx, ledger.Purpose.COMMENT, _of(relay))

    async def put_unmade_edit_back(self, tx: Transaction, relay: Relay) -> bool:
        """Make the text before an edit that was not made yet the relay's own again; return whether there was one."""
        before = _unmade_before(await ledger.find(tx, ledger.Purpose.COMMENT, _of(relay)))
        if before is None:
            return False
        edit_texts.put_back(relay, before["source"], before["html"], self._randomness)
        return True

    async def is_being_moderated(self, tx: Transaction, relay: Relay) -> bool:
        """Return whether a decision about the comment's status is still on its way to the blog."""
        row = await ledger.find(tx, ledger.Purpose.COMMENT, _of(relay))
        is_unmade = row is not None and row.applied_revision != row.revision
        return row is not None and is_unmade and "status" in (row.wanted or {})

    async def alert_author(self, tx: Transaction, place: Place) -> None:
        """Want the author told that the blog refuses the application password."""
        about = ledger.Subject(subscription_id=place.subscription.id)
        await self._tell_author(tx, ledger.Purpose.BLOG_ALERT, about, blog_alert(place.blog), place)

    async def tell_author_about(self, tx: Transaction, relay: Relay, place: Place, message: OutgoingMessage) -> None:
        """Want the author told something about one relay, once."""
        await self._tell_author(tx, ledger.Purpose.BLOG_ALERT, _of(relay), message, place)

    async def follow(self, tx: Transaction, relay: Relay, place: Place) -> None:
        """Bring question, queue, reaction and the thread's line in line with where the relay stands."""
        if relay.state not in edit_texts.CAN_HAVE_EDIT and not is_being_undone(relay.state, relay.reason):
            edit_texts.forget(relay)
        await self._follow_question(tx, relay)
        await self._follow_edit(tx, relay, place)
        await self._follow_queue(tx, relay, place)
        await self._follow_reaction(tx, relay)
        await self.follow_status_line(tx, place.announcement)

    async def facts(self, tx: Transaction, relay: Relay) -> CardFacts:
        """Return what the author is told beside the reply itself."""
        consent = await consents.given_to(tx, relay, relay.text_hash)
        parent_id = relay.parent_message_id
        return CardFacts(
            published_before=await relays.count_published_before(tx, relay),
            agreed_at=None if consent is None else consent.agreed_at,
            parent=None if parent_id is None else await relays.of_message(tx, parent_id),
        )

    async def _follow_question(self, tx: Transaction, relay: Relay) -> None:
        row = await ledger.find(tx, ledger.Purpose.QUESTION, _of(relay))
        if row is None or row.wanted is None:
            return
        if relay.state == RelayState.WAITING_FOR_WRITER:
            await self.ask(tx, relay)  # its buttons follow the text
        else:
            await self._unwant(tx, ledger.Purpose.QUESTION, _of(relay))

    async def _follow_edit(self, tx: Transaction, relay: Relay, place: Place) -> None:
        channel_id = place.subscription.queue_channel_id
        if edit_texts.waits_for_author(relay) and channel_id is not None:
            await self._want_message(tx, ledger.Purpose.EDIT_CARD, _of(relay), edit_card(relay, place), channel_id)
        else:
            await self._unwant(tx, ledger.Purpose.EDIT_CARD, _of(relay))
        is_asked = relay.edit_state == EditState.WRITER and relay.state == RelayState.PUBLISHED
        if is_asked and await relays.may_be_asked(tx, guild_id=relay.guild_id, writer_id=relay.writer_id):
            message = edit_question(relay)
            await self._want_message(tx, ledger.Purpose.EDIT_QUESTION, _of(relay), message, relay.thread_id)
        else:
            await self._unwant(tx, ledger.Purpose.EDIT_QUESTION, _of(relay))

    async def _follow_queue(self, tx: Transaction, relay: Relay, place: Place) -> None:
        about = ledger.Subject(subscription_id=relay.subscription_id)
        channel_id = place.subscription.queue_channel_id
        card = await ledger.find(tx, ledger.Purpose.QUEUE_CARD, _of(relay))
        waiting = await relays.count_waiting(tx, relay.subscription_id)
        is_new = channel_id is not None and relay.state in WAITS_FOR_AUTHOR
        if card is not None or (is_new and await self._has_room(tx, relay, waiting)):
            message = queue_card(relay, place, await self.facts(tx, relay))
            await self._want_message(tx, ledger.Purpose.QUEUE_CARD, _of(relay), message, channel_id)
        if await relays.count_without_card(tx, relay.subscription_id):
            await self._tell_author(tx, ledger.Purpose.QUEUE_NOTE, about, queue_note(waiting), place)
        else:
            await self._unwant(tx, ledger.Purpose.QUEUE_NOTE, about)

    async def _has_room(self, tx: Transaction, relay: Relay, waiting: int) -> bool:
        """Return whether a waiting reply gets a card of its own; a full queue channel gets one line for the rest."""
        return waiting - await relays.count_without_card(tx, relay.subscription_id) < MOST_CARDS

    async def _follow_reaction(self, tx: Transaction, relay: Relay) -> None:
        if relay.state != RelayState.PUBLISHED:
            await self._unwant(tx, ledger.Purpose.REACTION, _of(relay))
            return
        row = await ledger.want(
            tx,
            ledger.Purpose.REACTION,
            _of(relay),
            {"emoji": PUBLISHED_EMOJI},
            kind=ledger.Kind.REACTION,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=relay.thread_id,
        )
        row.message_id = relay.message_id

    async def follow_status_line(self, tx: Transaction, announcement: Announcement) -> None:
        """Bring the thread's one line in line with what is on the blog."""
        about = ledger.Subject(subscription_id=announcement.subscription_id, announcement_id=announcement.id)
        published = await relays.published_in(tx, announcement.id)
        subscription, _blog = await subscriptions.get(tx, announcement.subscription_id)
        others = await mirrors.count_others(tx, announcement.id) if subscription.mirror == "answers" else 0
        if published or others:
            post = await tx.get_one(StoredPost, announcement.post_row_id)
            line = status_line(published, others=others, post_link=post.link)
            await self._want_message(tx, ledger.Purpose.STATUS_LINE, about, line, announcement.thread_id)
        else:
            await self._unwant(tx, ledger.Purpose.STATUS_LINE, about)

    async def _want_message(
        self,
        tx: Transaction,
        purpose: ledger.Purpose,
        about: ledger.Subject,
        message: OutgoingMessage,
        channel_id: int | None,
    ) -> LedgerRow:
        return await ledger.want(
            tx,
            purpose,
            about,
            wish(message),
            kind=ledger.Kind.MESSAGE,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=channel_id,
        )

    async def _tell_author(
        self, tx: Transaction, purpose: ledger.Purpose, about: ledger.Subject, message: OutgoingMessage, place: Place
    ) -> None:
        await tell_author(
            tx,
            purpose,
            about,
            message,
            about=(place.subscription, place.blog),
            key=self._randomness.key(),
            now=self._clock(),
        )

    async def _unwant(self, tx: Transaction, purpose: ledger.Purpose, about: ledger.Subject) -> None:
        """Want what is there, or on its way, gone; where nothing ever was wanted nothing is written."""
        row = await ledger.find(tx, purpose, about)
        if row is not None:
            await ledger.want(tx, purpose, about, None, kind=ledger.Kind(row.kind), key=row.key, now=self._clock())


def _of(relay: Relay) -> ledger.Subject:
    return ledger.Subject(subscription_id=relay.subscription_id, relay_id=relay.id)


def _unmade_before(row: LedgerRow | None) -> Mapping[str, Any] | None:
    """Return the text before an edit that was not made yet; nobody's right proved good for what lies between."""
    if row is None or row.wanted is None or row.applied_revision == row.revision:
        return None
    return row.wanted.get("before")
