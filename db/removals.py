"""Queries on messages that vanished together, whose comments wait for the author's word."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from db.engine import Transaction
from db.models import Relay, Removal


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


async def to_tell_of(tx: Transaction, subscription_id: int) -> Removal | None:
    """Return what a subscription's notice is about: the newest that waits for the author, else the newest."""
    newest = select(Removal).where(Removal.subscription_id == subscription_id).order_by(Removal.id.desc()).limit(1)
    return await held(tx, subscription_id) or await tx.scalar(newest.with_for_update())


async def told_of(tx: Transaction, member_id: int) -> Sequence[Removal]:
    """Return what a member lost messages by, or decided, where the author's notice is still about it."""
    newest = select(func.max(Removal.id)).group_by(Removal.subscription_id)
    lost = select(Relay.removal_id).where(Relay.writer_id == member_id, Relay.removal_id.is_not(None))
    concerned = or_(Removal.id.in_(lost), Removal.decided_by == member_id)
    is_told = or_(Removal.id.in_(newest), Removal.state == "held")
    return (await tx.scalars(select(Removal).where(is_told, concerned).with_for_update())).all()


async def due(tx: Transaction, *, now: datetime) -> Sequence[Removal]:
    """Return what is to be carried out now."""
    query = select(Removal).where(Removal.state == "taking_off", Removal.due_at <= now)
    return (await tx.scalars(query.with_for_update())).all()
