"""A SQLite file's checksum, written when the file is closed for good and looked at when it is opened again.

SQLite notices a page that makes no sense, never a letter or a digit that changed in a row: its integrity check
finds nothing there. Disks do change bytes. A program's write moves the file's time, so a file with the time and
size that were noted and with other bytes was changed by nobody.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600
_CHUNK: Final = 1 << 20


def seal(path: Path) -> bool:
    """Note the file's time, size and checksum beside it; return False when it is still in use, and note nothing."""
    write_ahead_log = path.with_name(f"{path.name}-wal")
    if not path.exists() or write_ahead_log.exists():
        return False
    noted = json.dumps(_facts(path) | {"blake2b": _digest(path)})
    descriptor = os.open(_beside(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(noted)
    return True


def is_seal_broken(path: Path) -> bool:
    """Return whether the file's bytes differ from what was noted, though nobody wrote it since."""
    try:
        noted = json.loads(_beside(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    if not isinstance(noted, dict) or _facts(path).items() - noted.items():
        return False
    return bool(noted.get("blake2b") != _digest(path))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.seal")


def _facts(path: Path) -> dict[str, int | str]:
    found = path.stat()
    return {"bytes": found.st_size, "written_ns": found.st_mtime_ns}


def _digest(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
