"""Recognises members who were forgotten, by a mark that tells nobody who they are."""

import hashlib
import hmac

from bot.domain.ports import Randomness
from db import privacy
from db.engine import Transaction


class ForgottenMembers:
    """Makes and looks up marks: a hash of the member's id with a random salt of this database's own."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    async def mark_of(self, tx: Transaction, member_id: int) -> str:
        """Return a member's mark."""
        salt = await privacy.salt(tx, self._randomness.key() + self._randomness.key())
        return hmac.new(salt.encode(), str(member_id).encode(), hashlib.sha256).hexdigest()

    async def is_forgotten(self, tx: Transaction, member_id: int) -> bool:
        """Return whether this member was forgotten, or asked to be."""
        if await privacy.is_being_forgotten(tx, member_id):
            return True
        return await privacy.is_marked(tx, await self.mark_of(tx, member_id))
