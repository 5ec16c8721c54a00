"""Messages that vanished on Discord: what their writers delete leaves the blog at once, what others delete is asked."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog

from bot.domain.errors import BackchannelError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor
from bot.domain.ports import Chat, Clock, Randomness
from bot.domain.relays import can_be_taken_back
from bot.domain.rights import is_author
from bot.services.notices import tell_author
from bot.services.relaying.consents import Consents
from bot.services.relaying.relay_rules import no_longer_announced, no_longer_there, only_the_author
from bot.services.relaying.relay_wording import is_before_the_yes, plain
from bot.services.relaying.removal_wording import removal_question, too_late_to_undo
from bot.services.relaying.suggestion_box import SuggestionBox
from db import ledger, relays, removals, subscriptions, suggestions
from db.engine import Begin, Transaction
from db.models import Relay, Removal, Subscription

log = structlog.get_logger(__name__)

AT_ONCE: Final = 3
"""More removals than this that no writer made are held until the author answers."""
AT_ONCE_SECONDS: Final = 60.0
"""What goes within this time goes at once: a purge reaches us in several events."""
UNDO_SECONDS: Final = 60.0
"""How long after the author's word the comments still stand, so that it can be undone."""


class RemovalState(StrEnum):
    """What becomes of comments whose messages vanished together."""

    HELD = "held"
    TAKING_OFF = "taking_off"
    TAKEN_OFF = "taken_off"
    KEPT = "kept"


class Removals:
    """The removal breaker: one notice for all that vanished together, with an answer that can be undone."""

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        consents: Consents,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        wait_scale: float,
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._consents = consents
        self._clock = clock
        self._randomness = randomness
        self._box = SuggestionBox(clock, randomness)
        self._wake = wake
        self._scale = wait_scale

    async def messages_deleted(self, message_ids: Collection[int]) -> None:
        """Follow a deletion of many messages at once, which no writer can do."""
        async with self._begin() as tx:
            await self._lost(tx, await relays.of_messages(tx, message_ids))
            await self._box.drop(tx, await suggestions.waiting_among(tx, message_ids))
        self._wake()

    async def thread_deleted(self, thread_id: int) -> None:
        """Follow the deletion of a thread with all its messages."""
        async with self._begin() as tx:
            await self._lost(tx, await relays.in_thread(tx, thread_id))
            await self._box.drop(tx, await suggestions.waiting_in_thread(tx, thread_id))
        self._wake()

    async def channel_deleted(self, channel_id: int) -> None:
        """Follow the deletion of a channel with all its threads."""
        async with self._begin() as tx:
            await self._lost(tx, await relays.in_channel(tx, channel_id))
            await self._box.drop(tx, await suggestions.waiting_in_channel(tx, channel_id))
        self._wake()

    async def _lost(self, tx: Transaction, found: Sequence[Relay]) -> None:
        """Take off what is few; hold what is many, by the subscription that it belongs to."""
        for relay in found:
            await self._consents.keep_away(tx, relay, reason="message_deleted")
            if is_before_the_yes(relay):
                await self._consents.withdraw(tx, relay, reason="message_deleted")
        by_subscription: dict[int, list[Relay]] = {}
        for relay in found:
            if can_be_taken_back(relay.state, relay.reason) and relay.removal_id is None:
                by_subscription.setdefault(relay.subscription_id, []).append(relay)
        for subscription_id, lost in by_subscription.items():
            await self._lost_in(tx, subscription_id, lost)

    async def _lost_in(self, tx: Transaction, subscription_id: int, lost: Sequence[Relay]) -> None:
        held = await removals.held(tx, subscription_id)
        since = self._clock() - timedelta(seconds=AT_ONCE_SECONDS * self._scale)
        just_gone = await relays.count_removed_since(tx, subscription_id, since=since)
        if held is None and len(lost) + just_gone <= AT_ONCE:
            for relay in lost:
                await self._consents.withdraw(tx, relay, reason="purged")
            return
        subscription, _blog = await subscriptions.get(tx, subscription_id)
        if subscription.removed_at is not None:  # nobody there answers any more; their writers still can
            log.info("removals_not_asked", subscription=subscription_id, relays=len(lost))
            return
        if held is None:
            held = Removal(
                subscription_id=subscription_id, state=RemovalState.HELD.value, guard="", created_at=self._clock()
            )
            tx.add(held)
            await tx.flush()
            await self._begin_question_anew(tx, subscription_id)
        for relay in lost:
            relay.removal_id = held.id
        held.guard = self._randomness.guard()
        await tx.flush()
        await tell_of_removal(tx, held, self._clock, self._randomness)
        log.warning("removals_held", removal=held.id, relays=len(lost))

    async def take_off(self, removal_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take all that is held off the blog, a minute from now, so that it can be undone."""
        return await self._decide(removal_id, guard, actor, RemovalState.HELD, RemovalState.TAKING_OFF)

    async def keep(self, removal_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave all that is held on the blog."""
        return await self._decide(removal_id, guard, actor, RemovalState.HELD, RemovalState.KEPT)

    async def undo(self, removal_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take the decision back, so that it waits again."""
        return await self._decide(removal_id, guard, actor, None, RemovalState.HELD)

    async def guild_of(self, removal_id: int) -> int | None:
        """Return the guild that a held removal belongs to: a button in a direct message does not tell it."""
        async with self._begin() as tx:
            removal = await removals.find(tx, removal_id)
            if removal is None:
                return None
            return (await subscriptions.get(tx, removal.subscription_id))[0].guild_id

    async def _decide(
        self, removal_id: int, guard: str, actor: Actor, before: RemovalState | None, after: RemovalState
    ) -> OutgoingMessage:
        async with self._begin() as tx:
            removal = await removals.find(tx, removal_id)
            if removal is None:
                return no_longer_there()
            subscription, _blog = await subscriptions.get(tx, removal.subscription_id)
        if subscription.guild_id != actor.guild_id:
            return no_longer_there()
        if subscription.removed_at is not None:
            return plain(no_longer_announced())
        if not await self._is_author(subscription, actor.user_id):
            return only_the_author()
        async with self._begin() as tx:
            removal = await removals.get(tx, removal_id)
            if removal.state == RemovalState.TAKEN_OFF:
                return too_late_to_undo()
            if removal.guard == guard and (before is None or removal.state == before):
                self._move(removal, after, actor)
            answer = await tell_of_removal(tx, removal, self._clock, self._randomness)
        self._wake()
        return answer

    def _move(self, removal: Removal, state: RemovalState, actor: Actor) -> None:
        now = self._clock()
        removal.state, removal.guard = state.value, self._randomness.guard()
        removal.decided_by, removal.decided_at = (None, None) if state is RemovalState.HELD else (actor.user_id, now)
        is_leaving = state is RemovalState.TAKING_OFF
        removal.due_at = now + timedelta(seconds=UNDO_SECONDS * self._scale) if is_leaving else None
        log.info("removals_decided", removal=removal.id, state=removal.state)

    async def carry_out(self) -> int:
        """Take off what the author let go of and did not undo in time; return how many replies."""
        gone = 0
        async with self._begin() as tx:
            due = [
                (removal, (await subscriptions.get(tx, removal.subscription_id))[0])
                for removal in await removals.due(tx, now=self._clock())
            ]
        for removal, subscription in due:
            try:
                may = await self._is_author(subscription, removal.decided_by)
            except BackchannelError as error:
                log.info("removals_not_carried_out", removal=removal.id, why=str(error))
                continue
            gone += await self._carry_out(removal.id, removal.guard, may_still=may)
        if due:
            self._wake()
        return gone

    async def _carry_out(self, removal_id: int, guard: str, *, may_still: bool) -> int:
        """Take off what belongs together, or have it wait again when whoever decided may not any more."""
        gone = 0
        async with self._begin() as tx:
            removal = await removals.get(tx, removal_id)
            if removal.guard != guard or removal.state != RemovalState.TAKING_OFF:
                return 0
            removal.due_at = None
            if may_still:
                removal.state = RemovalState.TAKEN_OFF.value
                for relay in await relays.of_removal(tx, removal.id):
                    if can_be_taken_back(relay.state, relay.reason):
                        await self._consents.withdraw(tx, relay, reason="purged")
                        gone += 1
            else:
                removal.state, removal.guard = RemovalState.HELD.value, self._randomness.guard()
            await tell_of_removal(tx, removal, self._clock, self._randomness)
        return gone

    async def _is_author(self, subscription: Subscription, user_id: int | None) -> bool:
        """Return whether somebody speaks for a blog now; None and whoever was forgotten do not."""
        if not user_id or subscription.removed_at is not None:
            return False
        member = await self._chat.member(subscription.guild_id, user_id)
        return member is not None and is_author(member, subscription.author_role_id)

    async def _begin_question_anew(self, tx: Transaction, subscription_id: int) -> None:
        """Have the next notice be a message of its own: an edited old one is seen by nobody."""
        about = ledger.Subject(subscription_id=subscription_id)
        row = await ledger.find(tx, ledger.Purpose.REMOVAL_QUESTION, about)
        if row is not None:
            ledger.forget_effect(row, key=self._randomness.key())


async def tell_of_removal(tx: Transaction, removal: Removal, clock: Clock, randomness: Randomness) -> OutgoingMessage:
    """Bring the author's notice in line with how a removal stands; one that is about nothing any more goes.

    Returns how this one stands; the notice is about another one that waits, if there is one.
    """
    subscription, blog = await subscriptions.get(tx, removal.subscription_id)
    answer = removal_question(removal, await relays.of_removal(tx, removal.id), blog)
    told = await removals.to_tell_of(tx, removal.subscription_id) or removal
    lost = await relays.of_removal(tx, told.id)
    message = removal_question(told, lost, blog)
    purpose, about = ledger.Purpose.REMOVAL_QUESTION, ledger.Subject(subscription_id=removal.subscription_id)
    if lost:
        key, now = randomness.key(), clock()
        await tell_author(tx, purpose, about, message, about=(subscription, blog), key=key, now=now)
        return answer
    row = await ledger.find(tx, purpose, about)
    if row is not None:
        await ledger.want(tx, purpose, about, None, kind=ledger.Kind.MESSAGE, key=row.key, now=clock())
    return answer
