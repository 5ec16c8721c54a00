"""What the bot did, as its own log tells it, kept for the page."""

from datetime import UTC, datetime
from typing import Any

from bot.demo.changes import Changes
from bot.demo.process import Event

Json = dict[str, Any]

OURS = ("bot.", "cogs.")
"""Whose events are told: the libraries' own are for the log file."""
MOST_LINES = 500
_ENVELOPE = ("event", "logger", "level", "timestamp", "exception")


class Story:
    """The bot's events in their order, over every start of the process."""

    def __init__(self) -> None:
        self.changes = Changes()
        self._lines: list[Json] = []
        self._told = 0

    def hear(self, event: Event) -> None:
        """Take one event."""
        logger = str(event.get("logger", OURS[0]))
        if not logger.startswith(OURS):
            return
        self._told += 1
        keys = {key: str(value) for key, value in event.items() if key not in _ENVELOPE}
        line = {
            "number": self._told,
            "event": str(event.get("event", "")),
            "level": str(event.get("level", "info")),
            "at": str(event.get("timestamp") or datetime.now(UTC).isoformat()),
            "keys": keys,
        }
        self._lines = [*self._lines, line][-MOST_LINES:]
        self.changes.touch()

    def since(self, number: int) -> list[Json]:
        """Return the lines after the one with this number."""
        return [line for line in self._lines if line["number"] > number]

    @property
    def length(self) -> int:
        """How many lines there have been."""
        return self._told
