"""Whether a database is fit to be used: what a start refuses to run on, and what `check` tells."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from db.migrate import sqlite_path
from db.migrations import HEAD
from db.models import StoredBlog
from db.read_only import read_only, schema_of
from db.seal import is_seal_broken
from db.secrets import SecretBox


class Health(StrEnum):
    """How a database is found."""

    ABSENT = "absent"
    """There is none yet, or an empty one."""
    CURRENT = "current"
    OLDER = "older"
    """Its schema is brought up at the next start."""
    NEWER = "newer"
    """A newer program used it last: this one must not touch it."""
    DAMAGED = "damaged"
    """SQLite finds its file broken."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found: the health, the schema's revision, and SQLite's own first complaint."""

    health: Health
    revision: str | None = None
    complaint: str = ""


def examine(database_url: str) -> Condition:
    """Return the database's condition; changes nothing, makes nothing. Blocking, and slow for a large file."""
    path = sqlite_path(database_url)
    if path is not None and not path.exists():
        return Condition(Health.ABSENT)
    try:
        complaint = _complaint(path) if path is not None else ""
        if complaint:
            return Condition(Health.DAMAGED, complaint=complaint)
        with read_only(database_url) as session:
            revision = schema_of(session)
    except (sqlite3.Error, SQLAlchemyError) as error:
        return Condition(_health_behind(error), complaint=type(error).__name__)
    if revision is None:
        return Condition(Health.ABSENT)
    if revision == HEAD:
        return Condition(Health.CURRENT, revision)
    return Condition(Health.OLDER if revision < HEAD else Health.NEWER, revision)


def _health_behind(error: Exception) -> Health:
    cause = error.orig if isinstance(error, DBAPIError) else error
    is_broken = isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError)
    return Health.DAMAGED if is_broken else Health.UNREACHABLE


def _complaint(path: Path) -> str:
    return "its bytes changed while nobody wrote it" if is_seal_broken(path) else _integrity(path)


def _integrity(path: Path) -> str:
    """Return SQLite's first complaint about the file, or nothing."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        first = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        broken_link = connection.execute("PRAGMA foreign_key_check").fetchone()
    if first != "ok":
        return first
    return f"a row of {broken_link[0]} points nowhere" if broken_link else ""


def sealed_shut(database_url: str, secrets: SecretBox) -> list[str]:
    """Return the addresses of the blogs whose password none of the keys opens."""
    with read_only(database_url) as session:
        blogs = session.execute(
            select(StoredBlog.url, StoredBlog.sealed_password).where(StoredBlog.sealed_password.is_not(None))
        ).all()
    return [url for url, sealed in blogs if secrets.open(sealed) is None]
