"""Reconciles our reaction on a member's message."""

from bot.domain.errors import GoneError
from bot.domain.outcomes import Closed, Outcome, Settled
from bot.domain.ports import Chat, Clock
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow


class Reactions:
    """The reconciler of rows of kind `reaction`: `message_id` is the message, `wanted` holds the `emoji`."""

    def __init__(self, begin: Begin, chat: Chat, clock: Clock) -> None:
        self._begin = begin
        self._chat = chat
        self._clock = clock

    async def reconcile(self, row_id: int) -> Outcome:
        """Add the reaction or take it away. Both may be done twice without harm."""
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            revision, wanted, applied = row.revision, row.wanted, row.applied
            if wanted is not None:
                ledger.mark_sent(row, now=self._clock())
        assert row.channel_id is not None
        assert row.message_id is not None
        try:
            if wanted is not None:
                await self._chat.react(row.channel_id, row.message_id, wanted["emoji"])
            elif applied is not None or row.first_sent_at is not None:
                emoji = (applied or row.sent or {}).get("emoji", "")
                await self._chat.unreact(row.channel_id, row.message_id, emoji)
        except GoneError as error:
            return Closed(error.reason)
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            ledger.mark_applied(row, revision=revision, applied=wanted, now=self._clock())
        return Settled()

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        """Nothing follows from a missing reaction."""
