"""Small facts that must outlive the process, by name."""

from db.engine import Begin
from db.models import Note


class Notes:
    """Reads and writes notes, each in a transaction of its own."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def read(self, name: str) -> str | None:
        """Return what was last written under the name, or None."""
        async with self._begin() as tx:
            note = await tx.get(Note, name)
            return None if note is None else note.value

    async def write(self, name: str, value: str) -> None:
        """Keep the text under the name."""
        async with self._begin() as tx:
            await tx.merge(Note(name=name, value=value))
