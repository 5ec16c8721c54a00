"""Leases due ledger rows, has them reconciled, and settles how it ended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.errors import BackchannelError, NoAccessError, PermanentError, TemporaryError
from bot.domain.outcomes import Closed, Later, Outcome, Settled
from bot.domain.ports import Clock, Randomness
from bot.domain.schedule import MAX_ATTEMPTS, retry_at
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 30.0
"""A wake-up may be missed; a due row is not looked for later than this."""

LEASE_SECONDS = 600.0
"""Longer than any reconciling takes: it makes at most some ten calls of at most 30 s each."""

LEASE_AT_ONCE = 50

SET_BACK = timedelta(minutes=1)
"""A clock that shows so much less than at the last look was set back; less is an ordinary correction."""

NO_ACCESS_MAX_ATTEMPT = 12
"""Lost access changes nothing but the pace: such a row waits, however long."""


class Reconciler(Protocol):
    """Brings the world to what one kind of row wants."""

    async def reconcile(self, row_id: int) -> Outcome:
        """Look, act, record; safe to run twice, resuming where an earlier try stopped."""
        ...

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Draw the consequences of a row that is being closed for `reason`, in the same transaction."""
        ...


@dataclass(frozen=True, slots=True)
class _Leased:
    row_id: int
    kind: str
    revision: int
    """The newest wish at the lease; one that comes while the row is under way is newer."""


class Runner:
    """Works through the ledger: rows of one channel or blog in turn, different ones side by side."""

    def __init__(
        self,
        begin: Begin,
        reconcilers: Mapping[ledger.Kind, Reconciler],
        clock: Clock,
        randomness: Randomness,
        *,
        wait_scale: float = 1.0,
    ) -> None:
        self._begin = begin
        self._reconcilers = reconcilers
        self._clock = clock
        self._randomness = randomness
        self._scale = wait_scale
        self._woken = asyncio.Event()
        self._busy_lanes: set[int] = set()
        self._under_way: set[int] = set()
        self._is_stopping = False
        self._looked_at = clock()

    def wake(self) -> None:
        """Have due rows looked for at once. Call it after the transaction that made them due."""
        self._woken.set()

    def stop(self) -> None:
        """Lease nothing more; `run_forever` returns when what is under way is recorded."""
        self._is_stopping = True
        self._woken.set()

    async def run_forever(self) -> None:
        """Reconcile rows as they become due, until `stop`."""
        async with self._begin() as tx:
            await ledger.release_leases(tx)
            await ledger.make_due_from_the_future(tx, now=self._clock())
        async with asyncio.TaskGroup() as lanes:
            while not self._is_stopping:
                self._woken.clear()
                await self._tick(lanes)
                await self._sleep()

    async def drain(self) -> None:
        """Reconcile what is due now, and what that makes due at once; then return."""
        while await self.drain_once():
            pass

    async def drain_once(self) -> bool:
        """Reconcile what is due now and nobody works on; return whether there was anything."""
        async with asyncio.TaskGroup() as lanes:
            return await self._start_lanes(lanes) > 0

    async def _tick(self, lanes: asyncio.TaskGroup) -> None:
        try:
            await self._start_lanes(lanes)
        except Exception:  # a locked or full database must not end the loop; the sweep tries again
            log.exception("ledger_not_read")

    async def _sleep(self) -> None:
        seconds = SWEEP_SECONDS * self._scale
        try:
            async with self._begin() as tx:
                next_due_at = await ledger.next_due_at(tx)
        except Exception:
            log.exception("ledger_not_read")
        else:
            if next_due_at is not None:
                seconds = min(seconds, max(0.01, (next_due_at - self._clock()).total_seconds()))
            if self._busy_lanes:  # a due row of a busy lane waits for that lane's end, which wakes us
                seconds = max(seconds, 0.5 * self._scale)
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _start_lanes(self, lanes: asyncio.TaskGroup) -> int:
        leased = await self._lease()
        for lane, rows in leased.items():
            self._busy_lanes.add(lane)
            lanes.create_task(self._work(lane, rows))
        return len(leased)

    async def _lease(self) -> Mapping[int, Sequence[_Leased]]:
        now = self._clock()
        leased: dict[int, list[_Leased]] = {}
        is_set_back, self._looked_at = now < self._looked_at - SET_BACK, now
        async with self._begin() as tx:
            if is_set_back:
                await ledger.make_due(tx, now=now)
            for row in await ledger.due(tx, now=now, limit=LEASE_AT_ONCE, busy_lanes=self._busy_lanes):
                if row.id in self._under_way:  # its lane may have changed, as a direct message's does
                    continue
                row.leased_until = self._lease_end()
                leased.setdefault(ledger.lane_of(row), []).append(_Leased(row.id, row.kind, row.revision))
        self._under_way.update(row.row_id for rows in leased.values() for row in rows)
        return leased

    def _lease_end(self) -> datetime:
        return self._clock() + timedelta(seconds=LEASE_SECONDS * self._scale)

    async def _renew(self, row_id: int) -> None:
        """Begin a row's lease anew: it may have waited long for the rows before it."""
        async with self._begin() as tx:
            (await ledger.get(tx, row_id)).leased_until = self._lease_end()

    async def _work(self, lane: int, rows: Sequence[_Leased]) -> None:
        held: frozenset[int] = frozenset()
        try:
            for place, row in enumerate(rows):
                if self._is_stopping:
                    return
                if row.row_id in held:
                    continue
                try:
                    if place > 0:
                        await self._renew(row.row_id)
                    not_before = await self._reconcile(row)
                    if not_before is not None:
                        held |= await self._hold(row, rows[place + 1 :], not_before)
                except Exception:  # the lease ends by itself, and the row comes back
                    log.exception("row_not_settled", row=row.row_id)
        finally:
            self._under_way.difference_update(row.row_id for row in rows)
            self._busy_lanes.discard(lane)
            self.wake()

    async def _hold(self, refused: _Leased, rest: Sequence[_Leased], not_before: datetime) -> frozenset[int]:
        """Put off what the same blog would refuse as well: it has just told us to write less often."""
        row_ids = [row.row_id for row in rest]
        async with self._begin() as tx:
            await ledger.hold_comments(tx, await ledger.get(tx, refused.row_id), until=not_before)
            return frozenset(row_ids) - await ledger.are_due(tx, row_ids, now=self._clock())

    async def _reconcile(self, leased: _Leased) -> datetime | None:
        """Have one row reconciled and settled; return when its blog wants the next comment, if it said so."""
        reconciler = self._reconcilers[ledger.Kind(leased.kind)]
        error: Exception | None = None
        outcome: Outcome = Settled()
        try:
            outcome = await reconciler.reconcile(leased.row_id)
        except BackchannelError as raised:
            error = raised
        except Exception as raised:
            log.exception("reconcile_failed", row=leased.row_id, kind=leased.kind)
            error = raised
        async with self._begin() as tx:
            row = await ledger.get(tx, leased.row_id)
            reason = self._settle(row, outcome, error, leased)
            not_before = row.due_at if isinstance(error, TemporaryError) and error.retry_after is not None else None
            if reason is not None:
                await reconciler.gave_up(tx, row, reason)
        if reason is not None:
            log.warning("given_up", row=leased.row_id, purpose=row.purpose, reason=reason)
            self.wake()
        return not_before if leased.kind == ledger.Kind.COMMENT.value else None

    def _settle(self, row: LedgerRow, outcome: Outcome, error: Exception | None, leased: _Leased) -> str | None:
        """Record how it ended; return the reason when the row was given up."""
        now = self._clock()
        if error is not None:
            outcome = self._after(row, error)
        match outcome:
            case Settled():
                ledger.settle(row, now=now)
            case Later(due_at, why):
                ledger.postpone(row, due_at=due_at, error=why or None)
            case Closed() if row.applied_revision != row.revision != leased.revision:
                ledger.postpone(row, due_at=now, error=None)  # it was an older wish that cannot be had
            case Closed(reason):
                ledger.close(row, reason=reason, now=now)
                return reason
        return None

    def _after(self, row: LedgerRow, error: Exception) -> Outcome:
        row.attempts += 1
        row.last_error = str(error) if isinstance(error, BackchannelError) else type(error).__name__
        if isinstance(error, PermanentError):
            return Closed(error.reason)
        if row.attempts >= MAX_ATTEMPTS and not isinstance(error, NoAccessError) and not _may_be_public(row):
            return Closed("gave_up")
        retry_after = error.retry_after if isinstance(error, TemporaryError) else None
        due_at = retry_at(
            self._clock(),
            min(row.attempts, NO_ACCESS_MAX_ATTEMPT),
            retry_after=retry_after,
            fraction=self._randomness.fraction(),
            wait_scale=self._scale,
        )
        log.info("comes_back", row=row.id, purpose=row.purpose, attempt=row.attempts, why=row.last_error)
        return Later(due_at)


def _may_be_public(row: LedgerRow) -> bool:
    """Return whether a comment may be on the blog without our knowing: such a row is never given up."""
    return row.kind == ledger.Kind.COMMENT.value and row.first_sent_at is not None and row.applied is None
