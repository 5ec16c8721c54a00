"""Alembic's entry: runs the revisions on the connection that `db.migrate` opened."""

from typing import Any, Literal

from alembic import context

import db.answer_models
import db.models  # noqa: F401 - the tables of both are compared with the database
from db.base import Base, UtcDateTime


def plain_types(kind: str, obj: Any, _context: object) -> str | Literal[False]:
    """Write our own column types into a revision as what the database knows, so that it stands alone."""
    return "sa.DateTime()" if kind == "type" and isinstance(obj, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_types,
)
context.run_migrations()
