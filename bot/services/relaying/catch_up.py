"""What happened while nobody listened: edits and deletions are read from the threads, and what waits is asked again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.errors import BackchannelError, GoneError, NoAccessError, PermanentError
from bot.domain.models import Reply
from bot.domain.ports import Chat, Clock, Randomness
from bot.domain.relays import RelayState
from bot.services.notices import tell_author
from bot.services.relaying.catch_up_wording import away_note, unreadable_note
from bot.services.relaying.relays import Relays
from db import catching_up, ledger, relays
from db.engine import Begin, Transaction
from db.models import Relay
from db.notes import Notes

log = structlog.get_logger(__name__)

PAGE_SIZE: Final = 100
"""The most messages that Discord lists in one answer."""
ASK_AGAIN_SECONDS: Final = 600.0
"""Buttons pressed in a shorter absence are pressed again by whoever pressed them."""
UNREADABLE_SECONDS: Final = 3_600.0
"""A thread that we may not read is tried this often: Discord counts calls that it refuses."""

ALIVE_SECONDS: Final = 60.0
"""How exactly the length of an absence is known."""

_ALIVE_AT: Final = "alive_at"


class CatchUp:
    """Compares every thread with what was sent from it, after each time that events may have been missed.

    The mark is in the store, one a thread: whatever a crash leaves undone is done after the next start.
    """

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        doors: Relays,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        wait_scale: float = 1.0,
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._relays = doors
        self._clock = clock
        self._randomness = randomness
        self._wake = wake
        self._scale = wait_scale
        self._notes = Notes(begin)
        self._one_at_a_time = asyncio.Lock()
        self._unreadable_until: dict[int, datetime] = {}
        self._alive_at: datetime | None = None

    async def session_began(self) -> None:
        """Note that events may have been missed before now, and catch up. Called for each new gateway session."""
        async with self._one_at_a_time, self._begin() as tx:  # what is being read now was read too early
            await catching_up.forget_marks(tx)
        self._unreadable_until.clear()
        if await self._was_away_long():
            await self._ask_again()
        await self.go_on()

    async def go_on(self) -> int:
        """Catch up with the threads that are still to be read; return how many were. The sweep calls it."""
        read = 0
        async with self._one_at_a_time:
            async with self._begin() as tx:
                behind = await catching_up.threads_behind(tx)
            gone: dict[int, list[int]] = {}
            for announcement_id, thread_id in behind:
                if self._unreadable_until.get(thread_id, self._clock()) > self._clock():
                    continue
                missing = await self._catch_up(thread_id)
                if missing:
                    gone[announcement_id] = missing
                elif missing is not None:
                    await self._mark(announcement_id)
                read += missing is not None
            await self._follow_deletions(gone)
        await self._note_alive()
        return read

    async def _mark(self, announcement_id: int) -> None:
        async with self._begin() as tx:
            await catching_up.set_mark(tx, announcement_id, now=self._clock())

    async def _note_alive(self) -> None:
        now = self._clock()
        if self._alive_at is None or now - self._alive_at >= timedelta(seconds=ALIVE_SECONDS * self._scale):
            await self._notes.write(_ALIVE_AT, now.isoformat())
            self._alive_at = now

    async def _catch_up(self, thread_id: int) -> list[int] | None:
        """Follow a thread's edits and return which messages are gone; None when it could not be read."""
        try:
            gone = await self._read(thread_id)
        except (NoAccessError, GoneError, PermanentError) as error:  # nothing is proven: the comments stay
            self._unreadable_until[thread_id] = self._clock() + timedelta(seconds=UNREADABLE_SECONDS * self._scale)
            await self._tell_unreadable(thread_id, is_readable=False)
            log.warning("thread_not_read", thread=thread_id, why=str(error))
            return None
        except BackchannelError as error:
            log.info("thread_not_read", thread=thread_id, why=str(error))
            return None
        await self._tell_unreadable(thread_id, is_readable=True)
        return gone

    async def _read(self, thread_id: int) -> list[int]:
        """Read the pages that hold replies of ours to keep: never more pages than such replies."""
        async with self._begin() as tx:
            expected = await catching_up.live_message_ids(tx, thread_id)
        gone: list[int] = []
        at = 0
        while at < len(expected):
            page = await self._chat.read_replies(thread_id, after=expected[at] - 1, limit=PAGE_SIZE)
            there = {reply.message_id: reply for reply in page}
            last = page[-1].message_id if len(page) >= PAGE_SIZE else expected[-1]
            covered = [message_id for message_id in expected[at:] if message_id <= last]
            gone += await self._compare(covered, there)
            at += len(covered)
        log.info("caught_up", thread=thread_id, replies=len(expected), gone=len(gone))
        return gone

    async def _compare(self, message_ids: Sequence[int], there: dict[int, Reply]) -> list[int]:
        for message_id in message_ids:
            if message_id in there:
                await self._relays.edits.message_edited(there[message_id])
        return [message_id for message_id in message_ids if message_id not in there]

    async def _follow_deletions(self, gone: Mapping[int, Sequence[int]]) -> None:
        """Nobody can say any more who deleted what: few go at once, many in all threads together are asked about."""
        if not gone:
            return
        await self._relays.removals.messages_deleted([message_id for those in gone.values() for message_id in those])
        for announcement_id in gone:
            await self._mark(announcement_id)

    async def _tell_unreadable(self, thread_id: int, *, is_readable: bool) -> None:
        """Tell the author once that a thread cannot be read; take the notice back when it can."""
        async with self._begin() as tx:
            place = await relays.place_of_thread(tx, thread_id)
            if place is None or place.subscription.removed_at is not None:
                return
            about = ledger.Subject(subscription_id=place.subscription.id, announcement_id=place.announcement.id)
            row = await ledger.find(tx, ledger.Purpose.CATCH_UP_NOTE, about)
            if is_readable and row is not None:
                kind = ledger.Kind(row.kind)
                now = self._clock()
                await ledger.want(tx, ledger.Purpose.CATCH_UP_NOTE, about, None, kind=kind, key=row.key, now=now)
            elif not is_readable:
                await tell_author(
                    tx,
                    ledger.Purpose.CATCH_UP_NOTE,
                    about,
                    unreadable_note(place),
                    about=(place.subscription, place.blog),
                    key=self._randomness.key(),
                    now=self._clock(),
                )
        self._wake()

    async def _was_away_long(self) -> bool:
        alive_at = await self._notes.read(_ALIVE_AT)
        if alive_at is None:
            return False
        return self._clock() - datetime.fromisoformat(alive_at) >= timedelta(seconds=ASK_AGAIN_SECONDS * self._scale)

    async def _ask_again(self) -> None:
        """Ask again what still waits, each at most once: buttons pressed meanwhile reached nobody."""
        async with self._begin() as tx:
            waiting = await catching_up.never_asked_again(tx)
        for relay in waiting:
            if relay.state == RelayState.WAITING_FOR_WRITER:
                await self._ask_writer_again(relay)
        by_subscription: dict[int, list[int]] = {}
        for relay in waiting:
            if relay.state != RelayState.WAITING_FOR_WRITER:
                by_subscription.setdefault(relay.subscription_id, []).append(relay.id)
        async with self._begin() as tx:
            for relay_ids in by_subscription.values():
                await self._ask_author_again(tx, relay_ids)
        self._wake()

    async def _ask_writer_again(self, relay: Relay) -> None:
        about = ledger.Subject(subscription_id=relay.subscription_id, relay_id=relay.id)
        async with self._begin() as tx:
            row = await ledger.find(tx, ledger.Purpose.QUESTION, about)
        deleted = None if row is None else row.message_id
        if row is not None and deleted is not None and row.channel_id is not None:
            try:
                await self._chat.delete(row.channel_id, deleted)
            except BackchannelError as error:
                log.info("question_stays", relay=relay.id, why=str(error))
                return
        async with self._begin() as tx:
            row = await ledger.find(tx, ledger.Purpose.QUESTION, about)
            (await relays.get(tx, relay.id)).asked_again_at = self._clock()
            # one that was sent or recorded only since is new: it stays, and no other is needed
            if row is not None and row.wanted is not None and deleted is not None and row.message_id == deleted:
                ledger.forget_effect(row, key=self._randomness.key())
                row.due_at, row.outcome = self._clock(), None

    async def _ask_author_again(self, tx: Transaction, relay_ids: Sequence[int]) -> None:
        now = self._clock()
        for relay_id in relay_ids:
            relay = await relays.get(tx, relay_id)
            relay.asked_again_at = now
        place = await relays.place_of(tx, relay)
        about = ledger.Subject(subscription_id=place.subscription.id)
        row = await ledger.find(tx, ledger.Purpose.CATCH_UP_NOTE, about)
        if row is not None:
            ledger.forget_effect(row, key=self._randomness.key())
            row.revision, row.due_at, row.outcome = row.revision + 1, now, None
        await tell_author(
            tx,
            ledger.Purpose.CATCH_UP_NOTE,
            about,
            away_note(len(relay_ids)),
            about=(place.subscription, place.blog),
            key=self._randomness.key(),
            now=now,
        )
