"""A writer's yes, kept as proof, and its withdrawal."""

from collections.abc import Callable

import structlog

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor
from bot.domain.ports import Clock
from bot.domain.relays import RelayState, can_be_taken_back, is_being_undone, is_gone_on_blog, state_after_consent
from bot.domain.rights import is_author
from bot.domain.translation import _
from bot.services.relaying.pace import too_many_sent
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import no_entry, not_taken, out_of_date, writers_own
from bot.services.relaying.relay_standing import cannot_be_sent_again, state_for_writer
from bot.services.relaying.relay_texts import problem_with
from bot.services.relaying.relay_wording import is_before_the_yes, plain, preview, send_guard, wording
from db import consents, privacy, relays
from db.engine import Begin, Transaction
from db.models import Relay
from db.relays import Place

log = structlog.get_logger(__name__)

MAX_WAITING = 10
"""Replies of one member that may wait for one author: a queue is for reading, not for flooding."""


class Consents:
    """Records a yes with all that follows from it in one transaction, and takes it back."""

    def __init__(self, begin: Begin, effects: RelayEffects, clock: Clock, wake: Callable[[], None]) -> None:
        self._begin = begin
        self._effects = effects
        self._clock = clock
        self._wake = wake

    async def send(self, relay_id: int, guard: str, actor: Actor, interaction_id: int) -> OutgoingMessage:
        """Take the writer's yes to the text that was shown beside the button, and let it go its way."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not is_before_the_yes(relay):
                return state_for_writer(relay, place)
            if relay.is_as_blog_user and not is_author(actor, place.subscription.author_role_id):
                return plain(
                    _("Only the blog's author speaks as its own user. Use **Send to blog** on your message again.")
                )
            problem = problem_with(relay, place)
            if guard != send_guard(relay, place) or problem is not None:
                return preview(relay, place, problem=problem, lead=out_of_date())
            objection = (
                no_entry(place)
                or _block(relay, place)
                or await self._flood(tx, relay, place)
                or await too_many_sent(tx, place, now=self._clock())
            )
            if objection is not None:
                return plain(objection)
            await self._agree(tx, relay, place, interaction_id=interaction_id)
        self._wake()
        return state_for_writer(relay, place)

    async def send_as_blog_user(
        self, tx: Transaction, relay: Relay, place: Place, *, interaction_id: int
    ) -> OutgoingMessage:
        """Let an author's own message go out at once; the caller's transaction must still be committed."""
        await self._agree(tx, relay, place, interaction_id=interaction_id)
        return state_for_writer(relay, place)

    async def _flood(self, tx: Transaction, relay: Relay, place: Place) -> str | None:
        if relay.is_as_blog_user or _next_state(relay, place) is not RelayState.WAITING_FOR_AUTHOR:
            return None
        if await relays.count_waiting(tx, relay.subscription_id, writer_id=relay.writer_id) < MAX_WAITING:
            return None
        return _("{n} of your replies wait for the author already. Send this one when they have looked.").format(
            n=MAX_WAITING
        )

    async def _agree(self, tx: Transaction, relay: Relay, place: Place, *, interaction_id: int) -> None:
        now = self._clock()
        assert relay.text_hash is not None
        await consents.give(
            tx,
            relay,
            place,
            text_hash=relay.text_hash,
            wording=wording(relay, place),
            now=now,
            interaction_id=interaction_id,
        )
        relay.expires_at = None
        relays.move(relay, _next_state(relay, place), now=now)
        if relay.is_authors_pick or relay.is_as_blog_user:
            relay.decided_by, relay.decided_at = relay.picked_by, now
        elif place.is_trusted and place.stance is not None:  # whose right is read again before anything goes out
            relays.move(relay, RelayState.APPROVED, now=now)
            relay.decided_by, relay.decided_at = place.stance.decided_by, now
        if relay.state == RelayState.APPROVED:
            await self._effects.want_comment(tx, relay, is_approved=relay.decided_by is not None)
        await self._effects.follow(tx, relay, place)
        log.info("agreed", relay=relay.id, state=relay.state)

    async def take_off(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take the writer's yes back: the comment leaves the blog, or never gets there."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not can_be_taken_back(relay.state, relay.reason):
                return state_for_writer(relay, place)
            if guard != relay.guard:
                return state_for_writer(relay, place, lead=out_of_date())
            may_be_there = await relays.may_be_on_the_blog(tx, relay)
            await self.withdraw(tx, relay, reason="withdrawn")
        self._wake()
        if not may_be_there:
            return plain(_("All right. It stays on Discord; nothing of it was sent to the blog."))
        leaves = _("All right. It leaves the blog; copies others made may remain.")
        return plain(f"{leaves}\n{cannot_be_sent_again()}")

    async def take_all_back(self, tx: Transaction, writer_id: int) -> int:
        """Take back every yes of a writer, and what they have not sent yet; return how many replies that were."""
        taken = 0
        for relay in await privacy.relays_of(tx, writer_id):
            await self.keep_away(tx, relay, reason="withdrawn")
            if is_before_the_yes(relay) or can_be_taken_back(relay.state, relay.reason):
                await self.withdraw(tx, relay, reason="withdrawn")
                taken += 1
        return taken

    async def message_deleted(self, message_id: int) -> None:
        """Take a reply off the blog, or off its way there, because its message is proven deleted."""
        async with self._begin() as tx:
            relay = await relays.of_message(tx, message_id)
            if relay is None:
                return
            await self.keep_away(tx, relay, reason="message_deleted")
            if not (is_before_the_yes(relay) or can_be_taken_back(relay.state, relay.reason)):
                return
            await self.withdraw(tx, relay, reason="message_deleted")
        self._wake()

    async def keep_away(self, tx: Transaction, relay: Relay, *, reason: str) -> None:
        """Take the yes to a comment back that others are taking off, or took off: they may still go back on it.

        One that somebody binned on the blog goes should it come out again; one that an author is taking off goes
        whether they are still the author or not.
        """
        now = self._clock()
        if is_being_undone(relay.state, relay.reason):
            relays.move(relay, RelayState.WITHDRAWN, now=now, reason=reason)
        elif not is_gone_on_blog(relay.state, relay.reason):
            return
        await consents.withdraw(tx, relay.id, now=now)

    async def withdraw(self, tx: Transaction, relay: Relay, *, reason: str) -> None:
        """End a relay for `reason`: its writer's yes no longer holds, and its comment is not wanted."""
        now = self._clock()
        relays.move(relay, RelayState.WITHDRAWN, now=now, reason=reason)
        await consents.withdraw(tx, relay.id, now=now)
        await self._effects.unwant_comment(tx, relay)
        await self._effects.follow(tx, relay, await relays.place_of(tx, relay))
        log.info("withdrawn", relay=relay.id, reason=reason)


def _block(relay: Relay, place: Place) -> str | None:
    return not_taken() if place.is_blocked and not relay.is_as_blog_user else None


def _next_state(relay: Relay, place: Place) -> RelayState:
    is_authors = relay.is_authors_pick or relay.is_as_blog_user
    return state_after_consent(policy=place.subscription.policy, is_authors_pick=is_authors)
