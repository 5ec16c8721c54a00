"""A look at the database that changes nothing, beside a running bot or without one."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.orm import Session

from db.migrate import sqlite_path, sync_url


@contextmanager
def read_only(database_url: str) -> Iterator[Session]:
    """Open one consistent view of the database on a connection that cannot write. Blocking."""
    engine = _engine(database_url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def schema_of(session: Session) -> str | None:
    """Return the schema's revision, or None when the database is empty."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _engine(database_url: str) -> Engine:
    path = sqlite_path(database_url)
    if path is None:
        return create_engine(sync_url(database_url), execution_options={"postgresql_readonly": True})
    engine = create_engine(
        f"sqlite:///file:{quote(str(path.resolve()))}?mode=ro&uri=true", connect_args={"timeout": 30}
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # pysqlite opens no transaction for reading, and two queries could see two moments
    connection.exec_driver_sql("BEGIN")
