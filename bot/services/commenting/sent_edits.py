"""Edits that were sent and never answered: a blog may have carried them out, or may do so a moment later.

They are kept in the ledger row's `applied`, by their text's hash, until an answer tells what the comment says.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.relays import text_hash
from bot.text.stored_html import stored_form

_KEY = "sent_edits"


def with_edit(applied: Mapping[str, Any], html: str, *, now: datetime) -> dict[str, Any]:
    """Return `applied` with the note that an edit to `html` is about to be sent."""
    return {**applied, _KEY: {**applied.get(_KEY, {}), _hash(html): now.isoformat()}}


def is_one(applied: Mapping[str, Any], html: str) -> bool:
    """Return whether a comment that says `html` says so by an edit of ours whose answer was lost."""
    return _hash(html) in applied.get(_KEY, {})


def may_come_until(
    applied: Mapping[str, Any], *, but: str | None = None, span: timedelta, now: datetime
) -> datetime | None:
    """Return until when an edit may still be carried out; None: none is under way.

    `span` is how long a blog may work on a call. One to the text `but` does no harm, for it is what is wanted.
    """
    own = None if but is None else _hash(but)
    ends = [end for text, end in _ends(applied, span=span, now=now).items() if text != own]
    return max(ends, default=None)


def still_under_way(applied: Mapping[str, Any], *, span: timedelta, now: datetime) -> dict[str, Any]:
    """Return the note on what may still be carried out, although a later try was answered."""
    ends = _ends(applied, span=span, now=now)
    return {_KEY: {text: at for text, at in applied[_KEY].items() if text in ends}} if ends else {}


def are_there(applied: Mapping[str, Any]) -> bool:
    """Return whether the comment may say something that was sent and never answered."""
    return bool(applied.get(_KEY))


def _ends(applied: Mapping[str, Any], *, span: timedelta, now: datetime) -> dict[str, datetime]:
    """Return until when each text may still come. A time after now is of a clock that was set back: it says nothing."""
    sent_at = {text: datetime.fromisoformat(at) for text, at in applied.get(_KEY, {}).items()}
    return {text: at + span for text, at in sent_at.items() if at <= now < at + span}


def _hash(html: str) -> str:
    return text_hash("", stored_form(html))
