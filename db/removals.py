"""Queries on messages that vanished together, whose comments wait for the author's word."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db.engine import Transaction
from db.models import Removal


async def find(tx: Transaction, removal_id: int) -> Removal | None:
    """Return a removal for changing it."""
    return await tx.scalar(select(Removal).where(Removal.id == removal_id).with_for_update())


async def get(tx: Transaction, removal_id: int) -> Removal:
    """Return a removal for changing it; LookupError when there is none."""
    removal = await find(tx, removal_id)
    if removal is None:
        raise LookupError(f"removal {removal_id}")
    return removal


async def held(tx: Transaction, subscription_id: int) -> Removal | None:
    """Return what a subscription's author was asked about and has not answered."""
    query = select(Removal).where(Removal.subscription_id == subscription_id, Removal.state == "held")
    return await tx.scalar(query.order_by(Removal.id.desc()).limit(1).with_for_update())


async def due(tx: Transaction, *, now: datetime) -> Sequence[Removal]:
    """Return what is to be carried out now."""
    query = select(Removal).where(Removal.state == "taking_off", Removal.due_at <= now)
    return (await tx.scalars(query.with_for_update())).all()
