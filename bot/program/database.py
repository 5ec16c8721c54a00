"""Opens the database for commands that only read it, and says in a sentence when there is nothing to read."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.domain.errors import UserError
from bot.domain.translation import _
from db.migrate import sqlite_path
from db.migrations import HEAD
from db.read_only import read_only, schema_of


@contextmanager
def reading(database_url: str) -> Iterator[Session]:
    """Open one consistent view; UserError when there is no database, or one of another version."""
    path = sqlite_path(database_url)
    if path is not None and not path.exists():
        raise UserError(_no_database())
    try:
        with read_only(database_url) as session:
            _require_our_schema(schema_of(session))
            yield session
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise UserError(_("The database cannot be read: `backchannel check` says more.")) from error


def _require_our_schema(found: str | None) -> None:
    if found is None:
        raise UserError(_no_database())
    if found != HEAD:
        raise UserError(
            _("The database has schema {found} and this program reads {known}: run `backchannel migrate`.").format(
                found=found, known=HEAD
            )
        )


def _no_database() -> str:
    return _("There is no database yet: `backchannel run` makes it at its first start.")
