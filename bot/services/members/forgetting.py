"""Lets go of what need not be kept: members who asked to be forgotten, and texts of relays that ended."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from bot.domain.ports import Clock, Randomness
from bot.domain.relays import RelayState, is_reconsiderable
from bot.services.commenting.mirror_effects import MirrorEffects
from bot.services.forgotten_members import ForgottenMembers
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.removals import tell_of_removal
from bot.services.relaying.suggestion_box import SuggestionBox
from db import mirrors, privacy, relays, removals, suggestions
from db.engine import Begin, Transaction
from db.models import Relay

log = structlog.get_logger(__name__)

TEXT_DAYS: Final = 30
"""How long a text is kept after its relay ended: for questions about it, and for thinking again."""

PATIENCE_DAYS: Final = 7
"""A blog that cannot be reached for this long does not keep a member from being forgotten."""


class Forgetting:
    """The sweep's part. `scrub` leaves no trace of deleted rows in the database's files; it may take a while."""

    def __init__(
        self,
        begin: Begin,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        scrub: Callable[[], Awaitable[None]],
        *,
        wait_scale: float = 1.0,
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._randomness = randomness
        self._effects = RelayEffects(clock, randomness)
        self._mirrors = MirrorEffects(clock, randomness)
        self._box = SuggestionBox(clock, randomness)
        self._memory = ForgottenMembers(randomness)
        self._wake = wake
        self._scrub = scrub
        self._scale = wait_scale

    async def let_go(self) -> None:
        """Forget whom nothing is under way for any more, purge old texts, and remove their traces."""
        async with self._begin() as tx:
            waiting = [request.member_id for request in await privacy.forget_requests(tx)]
        for member_id in waiting:
            await self._forget(member_id)
        await self._purge()
        async with self._begin() as tx:
            is_due = await privacy.is_scrub_due(tx)
        if is_due:
            await self._scrub()
            async with self._begin() as tx:
                await privacy.scrub_done(tx)

    async def _forget(self, member_id: int) -> None:
        now = self._clock()
        async with self._begin() as tx:
            (request,) = [one for one in await privacy.forget_requests(tx) if one.member_id == member_id]
            is_patient = now < request.asked_at + timedelta(days=PATIENCE_DAYS) * self._scale
            if is_patient and await privacy.has_work_left(tx, member_id):
                return
            concerned = await privacy.told_of(tx, member_id)
            for relay in concerned:
                if relay.state == RelayState.WAITING_FOR_WRITER and relay.picked_by == member_id:
                    relays.move(relay, RelayState.WITHDRAWN, now=now, reason="unanswered")
            answers = await mirrors.mirrors_of_writer(tx, member_id)
            lost = await removals.told_of(tx, member_id)
            tx.expunge(request)
            await privacy.forget(tx, member_id, mark=await self._memory.mark_of(tx, member_id), now=now)
            for mirror in answers:
                mirror.relay_id = 0
                await self._mirrors.show(tx, mirror)
            for relay in concerned:
                await tx.refresh(relay)
                await self._effects.follow(tx, relay, await relays.place_of(tx, relay))
            for removal in lost:
                await tx.refresh(removal)
                await tell_of_removal(tx, removal, self._clock, self._randomness)
        log.info("forgotten")
        self._wake()

    async def _purge(self) -> None:
        before = self._clock() - timedelta(days=TEXT_DAYS) * self._scale
        async with self._begin() as tx:
            ended = await privacy.to_purge(tx, before=before)
            for relay in ended:
                await self._purge_one(tx, relay)
            await self._box.drop(tx, await suggestions.too_old(tx, before=before))
        if ended:
            log.info("texts_purged", relays=len(ended))
            self._wake()

    async def _purge_one(self, tx: Transaction, relay: Relay) -> None:
        await privacy.purge(tx, relay)
        if is_reconsiderable(relay.state, relay.reason):
            relay.reason = "author_refused_for_good"
        await self._effects.follow(tx, relay, await relays.place_of(tx, relay))
