"""Queries on what members suggest of each other's replies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from db.answer_models import SuggestedBy, Suggestion
from db.engine import Transaction
from db.models import Announcement


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion that waits, and how many members made it."""

    suggestion: Suggestion
    members: int


async def of_message(tx: Transaction, message_id: int) -> Suggestion | None:
    """Return the suggestion of a message."""
    return await tx.scalar(select(Suggestion).where(Suggestion.message_id == message_id).with_for_update())


async def waiting_among(tx: Transaction, message_ids: Collection[int]) -> Sequence[Suggestion]:
    """Return the suggestions of these messages that wait, for changing them."""
    return await _waiting(tx, Suggestion.message_id.in_(message_ids))


async def waiting_in_thread(tx: Transaction, thread_id: int) -> Sequence[Suggestion]:
    """Return the suggestions of a thread that wait, for changing them."""
    return await _waiting(tx, Suggestion.thread_id == thread_id)


async def waiting_in_channel(tx: Transaction, channel_id: int) -> Sequence[Suggestion]:
    """Return the suggestions of all threads of a channel that wait, for changing them."""
    threads = select(Announcement.thread_id).where(Announcement.channel_id == channel_id)
    return await _waiting(tx, Suggestion.thread_id.in_(threads))


async def _waiting(tx: Transaction, condition: ColumnElement[bool]) -> Sequence[Suggestion]:
    query = select(Suggestion).where(Suggestion.state == "waiting", condition).order_by(Suggestion.message_id)
    return (await tx.scalars(query.with_for_update())).all()


async def find(tx: Transaction, suggestion_id: int) -> Suggestion | None:
    """Return a suggestion for changing it."""
    return await tx.scalar(select(Suggestion).where(Suggestion.id == suggestion_id).with_for_update())


async def second(tx: Transaction, suggestion: Suggestion, *, member_id: int, now: datetime) -> None:
    """Note that a member suggests this too; saying it twice changes nothing."""
    known = select(SuggestedBy.id).where(SuggestedBy.suggestion_id == suggestion.id, SuggestedBy.member_id == member_id)
    if await tx.scalar(known) is None:
        tx.add(
            SuggestedBy(
                suggestion_id=suggestion.id, guild_id=suggestion.guild_id, member_id=member_id, suggested_at=now
            )
        )


async def count_by_member(tx: Transaction, *, guild_id: int, member_id: int, since: datetime) -> int:
    """Return how many replies a member suggested in a guild since then."""
    query = select(func.count(SuggestedBy.id)).where(
        SuggestedBy.guild_id == guild_id, SuggestedBy.member_id == member_id, SuggestedBy.suggested_at > since
    )
    return await tx.scalar(query) or 0


async def count_waiting(tx: Transaction, *, guild_id: int, thread_id: int | None = None) -> int:
    """Return how many suggestions wait in a guild, or in one thread of it."""
    query = select(func.count(Suggestion.id)).where(Suggestion.guild_id == guild_id, Suggestion.state == "waiting")
    if thread_id is not None:
        query = query.where(Suggestion.thread_id == thread_id)
    return await tx.scalar(query) or 0


async def waiting(tx: Transaction, subscription_ids: Collection[int]) -> Sequence[Waiting]:
    """Return what waits for the author of these subscriptions, what most members want first."""
    members = func.count(SuggestedBy.id)
    query = (
        select(Suggestion, members)
        .outerjoin(SuggestedBy, SuggestedBy.suggestion_id == Suggestion.id)
        .where(Suggestion.subscription_id.in_(subscription_ids), Suggestion.state == "waiting")
        .group_by(Suggestion.id)
        .order_by(members.desc(), Suggestion.id)
    )
    return [Waiting(suggestion, count) for suggestion, count in await tx.execute(query)]


async def end(tx: Transaction, suggestion: Suggestion, state: str) -> None:
    """Note how a suggestion ended; neither its text nor who made it is needed any longer."""
    suggestion.state, suggestion.source, suggestion.writer_name = state, "", ""
    await tx.execute(delete(SuggestedBy).where(SuggestedBy.suggestion_id == suggestion.id))


async def too_old(tx: Transaction, *, before: datetime) -> Sequence[Suggestion]:
    """Return suggestions that wait since before this moment."""
    query = select(Suggestion).where(Suggestion.state == "waiting", Suggestion.created_at <= before)
    return (await tx.scalars(query.with_for_update())).all()
