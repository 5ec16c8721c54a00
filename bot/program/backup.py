"""`backchannel backup FILE`: a copy of the SQLite file while the bot goes on working."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TextIO

from bot.domain.errors import UserError
from bot.domain.translation import _
from bot.settings import Settings
from db.migrate import sqlite_path

PAGES_AT_ONCE = 256
OWNER_ONLY = 0o600


def back_up(settings: Settings, target: Path, *, out: TextIO) -> int:
    """Copy the database to `target`, which must not exist, and return the exit code.

    Raises UserError and leaves nothing behind when it cannot be done.
    """
    source = sqlite_path(settings.database_url)
    if source is None:
        raise UserError(_("This database is PostgreSQL: use pg_dump to back it up."))
    if not source.is_file():
        raise UserError(_("There is no database yet: {path} does not exist.").format(path=source))
    _reserve(target)
    try:
        _copy(source, target)
    except sqlite3.Error as error:
        target.unlink()
        raise UserError(_("The database could not be copied: `backchannel check` says more.")) from error
    out.write(_("The database was copied to {path}. Keep SECRET_KEY as well.").format(path=target) + "\n")
    return 0


def _reserve(target: Path) -> None:
    """Make the file, for our eyes only, and only when it is not there."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError as error:
        raise UserError(_("{path} exists already, and a backup overwrites nothing.").format(path=target)) from error
    except OSError as error:
        raise UserError(_("{path} cannot be written: {error}.").format(path=target, error=error.strerror)) from error


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the copy is damaged")
