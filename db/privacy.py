"""Queries on what is kept about one member, and on what must be forgotten or purged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Text, and_, cast, delete, func, or_, select, update

from bot.domain.relays import RelayState
from db.answer_models import AnswerPing, ForgetRequest, ForgottenMark, SuggestedBy, Suggestion
from db.base import Base
from db.engine import Transaction
from db.ledger import Kind, Purpose
from db.models import Consent, LedgerRow, Note, Refusal, Relay, StoredBlog, WriterIdentity, WriterStance

FINAL = (RelayState.REFUSED, RelayState.WITHDRAWN, RelayState.REMOVED)
"""Where a relay ends: nothing of it is on a blog, or will be by itself."""

SOMEBODY_FORGOTTEN = 0
"""Stands in the place of a member's id where a row must say that somebody decided, but no longer who."""

_SCRUB_NOTE = "scrub_is_due"

_MAPPED = Base.metadata.sorted_tables

_HAS_TEXT = or_(Relay.source.is_not(None), Relay.content_html.is_not(None), Relay.edit_source.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept about a member, counted."""

    replies: int
    texts: int
    consents: int
    emails: int
    decisions: int
    other_deeds: int
    stances: int
    suggested: int
    suggestions: int
    is_asked_here: bool
    is_pinged_here: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A consent, and where the reply that it is about stands."""

    consent: Consent
    relay: Relay
    blog: StoredBlog


async def kept_about(tx: Transaction, *, member_id: int, guild_id: int) -> Kept:
    """Return what is kept about a member, in whichever server; `guild_id` is where they look."""
    mine = Relay.writer_id == member_id

    async def count(*conditions: ColumnElement[bool]) -> int:
        return await tx.scalar(select(func.count()).where(*conditions)) or 0

    refusal = await count(Refusal.writer_id == member_id, Refusal.guild_id == guild_id)
    return Kept(
        replies=await count(mine),
        texts=await count(mine, _HAS_TEXT),
        consents=await count(Consent.writer_id == member_id),
        emails=await count(WriterIdentity.writer_id == member_id),
        decisions=await count(Relay.writer_id != member_id, or_(*[by == member_id for by in _deeds_of(Relay)])),
        other_deeds=sum(
            [
                await count(by == member_id)
                for table in _MAPPED
                if table is not Relay.__table__
                for by in _deeds(table.columns)
            ]
        ),
        stances=await count(WriterStance.writer_id == member_id),
        suggested=await count(Suggestion.writer_id == member_id, Suggestion.source != ""),
        suggestions=await count(SuggestedBy.member_id == member_id),
        is_asked_here=not refusal,
        is_pinged_here=bool(await count(AnswerPing.writer_id == member_id, AnswerPing.guild_id == guild_id)),
    )


async def proofs_of(tx: Transaction, member_id: int) -> Sequence[Proof]:
    """Return a member's consents, newest first."""
    found = await tx.execute(
        select(Consent, Relay, StoredBlog)
        .join(Relay, Relay.id == Consent.relay_id)
        .join(StoredBlog, StoredBlog.id == Relay.blog_id)
        .where(Consent.writer_id == member_id)
        .order_by(Consent.agreed_at.desc(), Consent.id.desc())
    )
    return [Proof(*row) for row in found]


async def relays_of(tx: Transaction, member_id: int) -> Sequence[Relay]:
    """Return everything of a member that was ever picked, for changing it."""
    return (await tx.scalars(select(Relay).where(Relay.writer_id == member_id).with_for_update())).all()


async def ask_again(tx: Transaction, *, guild_id: int, member_id: int, mark: str) -> None:
    """Let a member be asked again in a guild."""
    await tx.execute(delete(Refusal).where(Refusal.guild_id == guild_id, Refusal.writer_id == member_id))
    await tx.execute(delete(ForgottenMark).where(ForgottenMark.mark == mark))


# --- forgetting ----------------------------------------------------------------------------------


async def ask_to_be_forgotten(tx: Transaction, member_id: int, *, now: datetime) -> None:
    """Note that a member is to be forgotten."""
    if await tx.get(ForgetRequest, member_id) is None:
        tx.add(ForgetRequest(member_id=member_id, asked_at=now))


async def is_being_forgotten(tx: Transaction, member_id: int) -> bool:
    """Return whether a member asked to be forgotten and that is not done yet."""
    return await tx.get(ForgetRequest, member_id) is not None


async def forget_requests(tx: Transaction) -> Sequence[ForgetRequest]:
    """Return whom to forget, the oldest wish first."""
    return (await tx.scalars(select(ForgetRequest).order_by(ForgetRequest.asked_at))).all()


async def is_marked(tx: Transaction, mark: str) -> bool:
    """Return whether a member with this mark was forgotten."""
    return await tx.get(ForgottenMark, mark) is not None


async def salt(tx: Transaction, fresh: str) -> str:
    """Return the random text that marks are made with; `fresh` becomes it when there is none yet."""
    note = await tx.get(Note, "salt_of_marks")
    if note is None:
        note = Note(name="salt_of_marks", value=fresh)
        tx.add(note)
        await tx.flush()
    return note.value


async def has_work_left(tx: Transaction, member_id: int) -> bool:
    """Return whether the ledger still works on something that a member wrote, decided or is named in."""
    mine = select(Relay.id).where(Relay.writer_id == member_id)
    lines = select(Relay.announcement_id).where(Relay.writer_id == member_id)
    concerned = or_(
        LedgerRow.relay_id.in_(mine),
        and_(LedgerRow.purpose == Purpose.STATUS_LINE.value, LedgerRow.announcement_id.in_(lines)),
        _names(member_id),
    )
    busy = or_(LedgerRow.due_at.is_not(None), LedgerRow.leased_until.is_not(None))
    return await tx.scalar(select(LedgerRow.id).where(concerned, busy).limit(1)) is not None


async def told_of(tx: Transaction, member_id: int) -> Sequence[Relay]:
    """Return other members' relays whose card quotes this member, or says what they decided."""
    my_messages = select(Relay.message_id).where(Relay.writer_id == member_id)
    query = select(Relay).where(
        Relay.writer_id != member_id,
        or_(Relay.parent_message_id.in_(my_messages), *[by == member_id for by in _deeds_of(Relay)]),
    )
    return (await tx.scalars(query.with_for_update())).all()


async def forget(tx: Transaction, member_id: int, *, mark: str, now: datetime) -> None:
    """Delete a member's rows, take their id out of everybody else's, and leave the mark and nothing else."""
    await _clear_ledger(tx, member_id)
    await _leave_deeds_nameless(tx, member_id)
    for table in reversed(Base.metadata.sorted_tables):
        for column in _own(table.columns):
            await tx.execute(delete(table).where(column == member_id))
    await tx.merge(ForgottenMark(mark=mark, forgotten_at=now))
    await tx.merge(Note(name=_SCRUB_NOTE, value="1"))


async def is_scrub_due(tx: Transaction) -> bool:
    """Return whether traces of deleted rows may still be in the file."""
    return await tx.get(Note, _SCRUB_NOTE) is not None


async def scrub_done(tx: Transaction) -> None:
    """Note that no traces are left."""
    await tx.execute(delete(Note).where(Note.name == _SCRUB_NOTE))


def _own(columns: Any) -> Iterator[Column[int]]:
    """Yield the columns that say whose a row is."""
    return (column for column in columns if column.name in {"writer_id", "member_id"})


def _deeds(columns: Any) -> Iterator[Column[int]]:
    """Yield the columns that say who did something to somebody else's row."""
    return (column for column in columns if column.name.endswith("_by") and isinstance(column.type, BigInteger))


def _deeds_of(model: type[Base]) -> list[Column[int]]:
    return list(_deeds(model.__table__.columns))


def _names(member_id: int) -> ColumnElement[bool]:
    """Return the condition that a ledger row's texts hold a member's id."""
    texts = (LedgerRow.wanted, LedgerRow.applied, LedgerRow.sent)
    return or_(*[cast(text, Text).contains(str(member_id)) for text in texts])


async def _leave_deeds_nameless(tx: Transaction, member_id: int) -> None:
    told = f"<@{member_id}>"
    await tx.execute(
        update(Consent)
        .where(Consent.wording.contains(told))
        .values(wording=func.replace(Consent.wording, told, f"<@{SOMEBODY_FORGOTTEN}>"))
    )
    for table in Base.metadata.sorted_tables:
        for column in _deeds(table.columns):
            nobody = None if column.nullable and column.name in {"connected_by", "asked_by"} else SOMEBODY_FORGOTTEN
            await tx.execute(update(table).where(column == member_id).values({column.name: nobody}))


async def _clear_ledger(tx: Transaction, member_id: int) -> None:
    """Delete the rows about a member's relays but for alerts, which name nobody; clean those that name them."""
    mine = select(Relay.id).where(Relay.writer_id == member_id)
    lines = select(Relay.announcement_id).where(Relay.writer_id == member_id)
    quoting = select(Relay.id).where(
        Relay.parent_message_id.in_(select(Relay.message_id).where(Relay.writer_id == member_id))
    )
    lost = select(Relay.subscription_id).where(Relay.writer_id == member_id, Relay.removal_id.is_not(None))
    await tx.execute(
        delete(LedgerRow).where(LedgerRow.relay_id.in_(mine), LedgerRow.purpose != Purpose.BLOG_ALERT.value)
    )
    named = or_(
        _names(member_id),
        LedgerRow.relay_id.in_(quoting),
        and_(LedgerRow.purpose == Purpose.STATUS_LINE.value, LedgerRow.announcement_id.in_(lines)),
        and_(LedgerRow.purpose == Purpose.REMOVAL_QUESTION.value, LedgerRow.subscription_id.in_(lost)),
    )
    for row in (await tx.scalars(select(LedgerRow).where(named, LedgerRow.kind == Kind.MESSAGE.value))).all():
        if row.message_id is None or _is_to(row, member_id):
            await tx.delete(row)
        else:  # a message that is there is only edited or deleted, and neither asks how it began
            row.sent = row.applied = None
    await _leave_wishes_nameless(tx, member_id)
    await tx.flush()


async def _leave_wishes_nameless(tx: Transaction, member_id: int) -> None:
    """Take a member out of what others' comments are wanted by: nobody's right stands behind that any more."""
    query = select(LedgerRow).where(_names(member_id), LedgerRow.kind == Kind.COMMENT.value)
    for row in (await tx.scalars(query)).all():
        row.wanted, row.sent = _nameless(row.wanted, member_id), _nameless(row.sent, member_id)


def _nameless(text: dict[str, Any] | None, member_id: int) -> dict[str, Any] | None:
    if text is None or text.get("decided_by") != member_id:
        return text
    return {**text, "decided_by": SOMEBODY_FORGOTTEN}


def _is_to(row: LedgerRow, member_id: int) -> bool:
    """Return whether it is a direct message to this member: its channel is theirs too."""
    return any((text or {}).get("direct_user_id") == member_id for text in (row.wanted, row.sent))


# --- purging -------------------------------------------------------------------------------------


async def to_purge(tx: Transaction, *, before: datetime, limit: int = 100) -> Sequence[Relay]:
    """Return relays that ended before this moment and whose text is still kept; nothing is at work on them."""
    busy = select(LedgerRow.relay_id).where(or_(LedgerRow.due_at.is_not(None), LedgerRow.leased_until.is_not(None)))
    query = (
        select(Relay)
        .where(
            Relay.state.in_([state.value for state in FINAL]),
            Relay.updated_at <= before,
            _HAS_TEXT,
            Relay.id.not_in(busy),
        )
        .order_by(Relay.id)
        .limit(limit)
    )
    return (await tx.scalars(query.with_for_update())).all()


async def purge(tx: Transaction, relay: Relay) -> None:
    """Drop a relay's text and name wherever they are kept. Its hash and its consents stay."""
    relay.source = relay.content_html = None
    relay.edit_state = relay.edit_source = relay.edit_html = relay.edit_hash = None
    relay.name = ""
    rows = (await tx.scalars(select(LedgerRow).where(LedgerRow.relay_id == relay.id))).all()
    for row in rows:
        row.sent = None
        if row.kind == Kind.COMMENT.value:
            row.wanted = row.applied = None
        elif row.kind == Kind.MESSAGE.value:
            row.applied = None
            if row.message_id is None:
                await tx.delete(row)
    await tx.flush()
