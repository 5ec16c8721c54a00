"""Brings a database to this program's schema, safely when several processes start at once."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Engine, make_url

from db.engine import begin_immediate, set_sqlite_pragmas
from db.migrations import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x6261636B  # "back": one number for PostgreSQL's advisory lock, the same in every process


_OWNER_ONLY = 0o600
"""Of a new SQLite file: it holds consents and sealed passwords."""


class NewerSchemaError(Exception):
    """The database was last used by a newer Backchannel than this one."""


def sync_url(database_url: str) -> URL:
    """Return the address with a driver that works without an event loop."""
    url = make_url(database_url)
    return url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url


def sqlite_path(database_url: str) -> Path | None:
    """Return the SQLite file of this address, or None for another database or one in memory."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def revision_of(database_url: str) -> str | None:
    """Return the schema's revision, or None when there is no schema yet. Changes nothing."""
    path = sqlite_path(database_url)
    if path is not None and not path.exists():
        return None
    engine = create_engine(sync_url(database_url))
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def upgrade(database_url: str, *, now: datetime) -> Path | None:
    """Bring the database to the newest schema and return the copy that was made of a SQLite file, if any.

    Blocking: call it in a thread, or before the loop runs. Raises NewerSchemaError and changes
    nothing when the schema is newer than this program.
    """
    found = revision_of(database_url)
    if found == HEAD:
        return None
    path = sqlite_path(database_url)
    if path is not None and not path.exists():
        os.close(os.open(path, os.O_CREAT, _OWNER_ONLY))
    engine = create_engine(sync_url(database_url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", set_sqlite_pragmas)
        event.listen(engine, "begin", begin_immediate)
    try:
        return _upgrade(engine, path, now)
    finally:
        engine.dispose()


def _upgrade(engine: Engine, path: Path | None, now: datetime) -> Path | None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        found = _revision(connection)
        if found == HEAD:  # another process was quicker
            return None
        if found is not None and found > HEAD:
            raise NewerSchemaError(f"the database has schema {found}, this program knows {HEAD}")
        copy = _copy(path, now) if path is not None and inspect(connection).get_table_names() else None
        _run_revisions(connection)
    return copy


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _copy(path: Path, now: datetime) -> Path:
    """Copy the file as it was committed last; another connection still sees that while we hold the lock."""
    target = path.with_name(f"{path.name}.before-{HEAD}-{now:%Y%m%dT%H%M%S}")
    os.close(os.open(target, os.O_CREAT, _OWNER_ONLY))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _run_revisions(connection: Connection) -> None:
    # imported here: alembic costs a start as much time as discord.py, and most starts change nothing
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
