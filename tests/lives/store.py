"""What the bot's database file says, read beside the bot: the consents above all, which nobody else knows."""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Yes:
    """One consent."""

    message_id: int
    text_hash: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class BotsFile:
    """Reads the file; changes nothing."""

    path: Path

    def consents(self) -> list[Yes]:
        query = (
            "SELECT message_id, consents.text_hash, withdrawn_at IS NOT NULL FROM consents "
            "JOIN relays ON relays.id = relay_id"
        )
        return [Yes(message_id, text_hash, bool(gone)) for message_id, text_hash, gone in self._ask(query)]

    def has_seen(self, comment_id: int) -> bool:
        """Return whether the bot knows that a comment of its own is on the blog."""
        return bool(self._ask(f"SELECT 1 FROM relays WHERE comment_id = {comment_id}"))

    def waiting(self) -> list[tuple[str, str | None]]:
        """Return purpose and last error of every ledger row that is not settled or closed, however late it is due."""
        return [
            (purpose, why)
            for purpose, why in self._ask("SELECT purpose, last_error FROM ledger WHERE due_at IS NOT NULL")
        ]

    def is_busy(self, now: datetime) -> bool:
        """Return whether a row is due or under way."""
        due_at = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        return bool(self._ask(f"SELECT 1 FROM ledger WHERE leased_until IS NOT NULL OR due_at <= '{due_at}' LIMIT 1"))

    def is_ready_for_posts(self) -> bool:
        """Return whether the bot knows the archive and the comments, so that what comes now is new."""
        return bool(
            self._ask("SELECT 1 FROM feeds WHERE is_baselined")
            and self._ask("SELECT 1 FROM blogs WHERE newest_comment_id IS NOT NULL")
        )

    def relays(self) -> list[tuple[Any, ...]]:
        """Return where the relays stand, for a failing test to say."""
        return self._ask("SELECT id, message_id, state, reason, edit_state, comment_id, removal_id FROM relays")

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=5)) as database:
            return database.execute(query).fetchall()
