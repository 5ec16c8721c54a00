"""Queries on what a blog's author thinks of a member: trusted, blocked, or nothing in particular."""

from datetime import datetime

from sqlalchemy import delete, select

from db.engine import Transaction
from db.models import WriterStance

TRUSTED = "trusted"
BLOCKED = "blocked"


async def of(tx: Transaction, *, blog_id: int, writer_id: int) -> WriterStance | None:
    """Return the stance towards a member on a blog, if one was taken."""
    return await tx.scalar(
        select(WriterStance).where(WriterStance.blog_id == blog_id, WriterStance.writer_id == writer_id)
    )


async def take(
    tx: Transaction, *, blog_id: int, writer_id: int, stance: str | None, decided_by: int, now: datetime
) -> None:
    """Take a stance towards a member on a blog; None takes it back."""
    await tx.execute(delete(WriterStance).where(WriterStance.blog_id == blog_id, WriterStance.writer_id == writer_id))
    if stance is not None:
        tx.add(WriterStance(blog_id=blog_id, writer_id=writer_id, stance=stance, decided_by=decided_by, decided_at=now))
    await tx.flush()
