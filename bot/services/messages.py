"""Reconciles one message of ours: sent once, edited when what it should say changes, deleted when unwanted.

A row's `wanted` is what `wish` makes: the message, for a direct message whom it goes to, and what
is said where instead when that person's direct messages are closed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.domain.errors import GoneError, NoAccessError, PermanentError
from bot.domain.messages import OutgoingMessage
from bot.domain.outcomes import Closed, Outcome, Settled
from bot.domain.ports import Chat, Clock
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow

log = structlog.get_logger(__name__)

_DMS_CLOSED = "dms_closed"

KEY_LENGTH = 22
"""Of a key made from another: as long as any, and within Discord's 25 characters of a nonce."""


def wish(
    message: OutgoingMessage,
    *,
    channel_id: int | None = None,
    direct_user_id: int | None = None,
    fallback: OutgoingMessage | None = None,
    fallback_channel_id: int | None = None,
) -> dict[str, Any]:
    """Return what a message row wants. With `direct_user_id` the row's channel is found when it is sent.

    `owner_of_guild_id` in the place of `direct_user_id` (see `notices`) is the guild's owner. A message that
    stands elsewhere than in `channel_id` is taken away there and said here.
    """
    wanted: dict[str, Any] = {"message": message.to_json()}
    if channel_id is not None:
        wanted["channel_id"] = channel_id
    if direct_user_id is not None:
        wanted["direct_user_id"] = direct_user_id
    if fallback is not None and fallback_channel_id is not None:
        wanted["fallback"] = fallback.to_json()
        wanted["fallback_channel_id"] = fallback_channel_id
    return wanted


def _message(wanted: Mapping[str, Any], *, is_fallback: bool) -> OutgoingMessage:
    return OutgoingMessage.from_json(wanted["fallback" if is_fallback and "fallback" in wanted else "message"])


class MessageWatcher(Protocol):
    """Whoever must know that a message of one purpose is there, or cannot be."""

    async def message_applied(self, tx: Transaction, row: LedgerRow) -> None:
        """Draw the consequences of a message that was just recorded, in the same transaction."""
        ...

    async def message_waits(self, tx: Transaction, row: LedgerRow, error: NoAccessError) -> None:
        """Draw the consequences of a channel that does not let us: the message waits until it does."""
        ...

    async def message_given_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Draw the consequences of a message that will not be sent or was deleted."""
        ...


class Messages:
    """The reconciler of rows of kind `message`."""

    def __init__(
        self, begin: Begin, chat: Chat, clock: Clock, watchers: Mapping[ledger.Purpose, MessageWatcher]
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._clock = clock
        self._watchers = watchers

    async def reconcile(self, row_id: int) -> Outcome:
        """Bring the channel to what the row wants, resuming where an earlier try stopped."""
        try:
            return await self._bring(row_id)
        except NoAccessError as error:
            await self._waits(row_id, error)
            raise

    async def _waits(self, row_id: int, error: NoAccessError) -> None:
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            watcher = self._watchers.get(ledger.Purpose(row.purpose))
            if watcher is not None:
                await watcher.message_waits(tx, row, error)

    async def _bring(self, row_id: int) -> Outcome:
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
        if row.message_id is not None and (row.wanted or {}).get("channel_id", row.channel_id) != row.channel_id:
            row = await self._move(row)
        if row.channel_id is None and row.wanted is not None:
            row = await self._find_channel(row)
        if row.message_id is None and (row.wanted is not None or row.first_sent_at is not None):
            row = await self._place(row)
        if row.applied_revision == row.revision:
            return Settled()
        return await self._revise(row)

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Tell whoever watches this kind of message."""
        watcher = self._watchers.get(ledger.Purpose(row.purpose))
        if watcher is not None:
            await watcher.message_given_up(tx, row, reason)

    async def _find_channel(self, row: LedgerRow) -> LedgerRow:
        assert row.wanted is not None
        user_id = row.wanted.get("direct_user_id")
        if user_id is None:
            user_id = await self._chat.owner_id(row.wanted["owner_of_guild_id"])
        try:
            channel_id = await self._chat.direct_channel(user_id)
        except PermanentError as error:
            if error.reason != _DMS_CLOSED or "fallback" not in row.wanted:
                raise
            channel_id = row.wanted["fallback_channel_id"]
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            row.channel_id = channel_id
        return row

    async def _move(self, row: LedgerRow) -> LedgerRow:
        """Take the message away where it stands; it is sent anew where it belongs now."""
        assert row.wanted is not None
        assert row.message_id is not None
        await self._chat.delete(row.channel_id or 0, row.message_id)
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            ledger.forget_effect(row, key=hashlib.sha256(row.key.encode()).hexdigest()[:KEY_LENGTH])
            row.channel_id = (row.wanted or {}).get("channel_id")
        return row

    async def _place(self, row: LedgerRow) -> LedgerRow:
        """Send the message, unless an earlier try did; return the row as it is then."""
        assert row.channel_id is not None
        if row.first_sent_at is None:
            after_id = await self._chat.newest_message_id(row.channel_id)
        else:
            after_id = row.after_id or 0
            found = await self._look(row)
            if found:
                return await self._record(row, found[0], twins=found[1:])
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            if row.wanted is None:  # unwanted by now, and proven not to be there
                ledger.mark_applied(row, revision=row.revision, applied=None, now=self._clock())
                return row
            ledger.mark_sent(row, now=self._clock(), after_id=after_id)
        return await self._send(row)

    async def _send(self, row: LedgerRow) -> LedgerRow:
        """Send what the first try sent: only that can be recognised."""
        assert row.sent is not None
        assert row.channel_id is not None
        is_fallback = self._is_fallback(row)
        try:
            message = _message(row.sent, is_fallback=is_fallback)
            message_id = await self._chat.send(row.channel_id, message, nonce=row.key)
        except PermanentError as error:
            if error.reason == _DMS_CLOSED and "fallback" in row.sent and not is_fallback:
                return await self._fall_back(row)
            raise
        return await self._record(row, message_id)

    async def _look(self, row: LedgerRow) -> list[int]:
        """Return our messages that this row's first try may have sent, oldest first."""
        assert row.sent is not None
        assert row.channel_id is not None
        message = _message(row.sent, is_fallback=self._is_fallback(row))
        candidates = await self._chat.find_own(row.channel_id, message, after=row.after_id or 0)
        async with self._begin() as tx:
            taken = await ledger.claimed(tx, candidates, but_row_id=row.id)
        return [message_id for message_id in candidates if message_id not in taken]

    def _is_fallback(self, row: LedgerRow) -> bool:
        return bool(row.sent and row.channel_id == row.sent.get("fallback_channel_id"))

    async def _fall_back(self, row: LedgerRow) -> LedgerRow:
        """Say the other thing in the other place; the row starts anew there."""
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            assert row.sent is not None
            sent = row.sent
            row.channel_id = sent["fallback_channel_id"]
            row.sent, row.first_sent_at, row.after_id = None, None, None
        return await self._place(row)

    async def _record(self, row: LedgerRow, message_id: int, *, twins: Sequence[int] = ()) -> LedgerRow:
        for twin in twins:
            log.warning("twin_deleted", row=row.id, message=twin)
            await self._chat.delete(row.channel_id or 0, twin)
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            row.message_id = message_id
            revision = row.revision if row.sent == row.wanted else 0
            ledger.mark_applied(row, revision=revision, applied=row.sent, now=self._clock())
            await self._applied(tx, row)
        log.info("sent", purpose=row.purpose, channel=row.channel_id, message=message_id)
        return row

    async def _applied(self, tx: Transaction, row: LedgerRow) -> None:
        watcher = self._watchers.get(ledger.Purpose(row.purpose))
        if watcher is not None:
            await watcher.message_applied(tx, row)

    async def _revise(self, row: LedgerRow) -> Outcome:
        """Edit or delete the message that is there."""
        revision, wanted = row.revision, row.wanted
        if row.channel_id is not None and row.message_id is not None:
            if wanted is None:
                await self._chat.delete(row.channel_id, row.message_id)
            else:
                message = _message(wanted, is_fallback=row.channel_id == wanted.get("fallback_channel_id"))
                try:
                    await self._chat.edit(row.channel_id, row.message_id, message)
                except GoneError as error:  # somebody deleted it, which is their decision: it is not sent again
                    return Closed(error.reason)
        async with self._begin() as tx:
            row = await ledger.get(tx, row.id)
            ledger.mark_applied(row, revision=revision, applied=wanted, now=self._clock())
            if wanted is None:
                row.message_id = None
        return Settled()
