"""How reconciling one ledger row ended."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The world is as the row wants it."""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing is wrong, but the row must be looked at again at `due_at`."""

    due_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The row is given up for `reason`, a word that `domain.why` turns into a sentence."""

    reason: str


Outcome = Settled | Later | Closed
