"""Secrets at rest: sealed with Fernet keys from the settings before they reach a column."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SecretBox:
    """Seals and opens secrets. The newest key seals; every key opens.

    `keys` are Fernet keys, newest first; ValueError at the first use when one of them is not a Fernet key. With no
    keys nothing can be sealed and nothing opened.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    @cached_property
    def _fernet(self) -> "MultiFernet | None":
        if not self._keys:
            return None
        # imported here: seven MB that a bot without a blog's password need not spend
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        return MultiFernet([Fernet(key) for key in self._keys])

    def seal(self, secret: str) -> str | None:
        """Return the secret encrypted, or None when there is no key to do it with."""
        return None if self._fernet is None else self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str | None) -> str | None:
        """Return the secret, or None when there is none or the key that sealed it was lost."""
        if sealed is None or self._fernet is None:
            return None
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
