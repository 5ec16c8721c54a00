"""Reconciles the thread of an announcement: opened once on its message."""

from typing import Protocol

import structlog

from bot.domain.errors import GoneError, NoAccessError, TemporaryError
from bot.domain.outcomes import Closed, Outcome, Settled
from bot.domain.ports import Chat, Clock
from bot.services.channel_troubles import TOO_MANY_THREADS
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow

log = structlog.get_logger(__name__)


class ThreadWatcher(Protocol):
    """Whoever must know that an announcement's thread is open, or cannot be."""

    async def thread_applied(self, tx: Transaction, row: LedgerRow, thread_id: int) -> None:
        """Draw the consequences of a thread that was just recorded, in the same transaction."""
        ...

    async def thread_waits(self, tx: Transaction, row: LedgerRow, error: TemporaryError) -> None:
        """Draw the consequences of a thread that cannot be opened yet, for want of a permission or of room."""
        ...

    async def thread_given_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Draw the consequences of a thread that cannot be opened."""
        ...


class Threads:
    """The reconciler of rows of kind `thread`: `message_id` is the message, `wanted` holds the `name`."""

    def __init__(self, begin: Begin, chat: Chat, clock: Clock, watcher: ThreadWatcher) -> None:
        self._begin = begin
        self._chat = chat
        self._clock = clock
        self._watcher = watcher

    async def reconcile(self, row_id: int) -> Outcome:
        """Open the thread or find it open. A thread has its message's id, so no second one can come to be."""
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            if row.wanted is None or row.applied is not None:
                row.applied_revision = row.revision
                return Settled()
            ledger.mark_sent(row, now=self._clock())
        assert row.channel_id is not None
        assert row.message_id is not None
        assert row.wanted is not None
        try:
            thread_id = await self._chat.open_thread(row.channel_id, row.message_id, name=row.wanted["name"])
        except GoneError as error:
            return Closed(error.reason)
        except TemporaryError as error:
            if isinstance(error, NoAccessError) or error.reason == TOO_MANY_THREADS:
                async with self._begin() as tx:
                    await self._watcher.thread_waits(tx, await ledger.get(tx, row_id), error)
            raise
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            ledger.mark_applied(row, revision=row.revision, applied={"thread_id": thread_id}, now=self._clock())
            await self._watcher.thread_applied(tx, row, thread_id)
        log.info("thread_opened", thread=thread_id)
        return Settled()

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Tell the watcher."""
        await self._watcher.thread_given_up(tx, row, reason)
