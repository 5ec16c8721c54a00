"""The machine's own time and chance, behind the ports that tests replace."""

import secrets
import string
from datetime import UTC, datetime

KEY_LENGTH = 22
"""Letters and digits: 131 bits, within the 25 characters of a Discord nonce."""

_ALPHABET = string.ascii_letters + string.digits


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


class SystemRandomness:
    """Chance from the operating system."""

    def __init__(self) -> None:
        self._random = secrets.SystemRandom()

    def key(self) -> str:
        """Return 22 random letters and digits."""
        return "".join(self._random.choices(_ALPHABET, k=KEY_LENGTH))

    def guard(self) -> str:
        """Return eight random hex digits."""
        return secrets.token_hex(4)

    def fraction(self) -> float:
        """Return a random number from 0 up to 1."""
        return self._random.random()
