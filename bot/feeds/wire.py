"""What passes between the bot and its parsing cell: length-prefixed JSON, and a feed's bytes as they are."""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.domain.models import Entry

LENGTH: Final = struct.Struct(">I")
MAX_ANSWER_BYTES: Final = 16_000_000
"""Two hundred entries with every field at its cap, escaped, stay below it."""

_DATES = ("published_at", "updated_at")


class Refusal(StrEnum):
    """Why the cell did not read a document."""

    NOT_A_FEED = "not_a_feed"
    DOCTYPE = "doctype"
    BROKEN_OFF = "broken_off"
    TOO_MUCH = "too_much"
    FAULT = "fault"
    """The parser itself failed; `detail` says at which error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed's bytes, and what its server said of them. `url` is where they came from.

    `guild_id` is in whose turn it is read, where many wait; the cell does not learn it.
    """

    url: str
    content_type: str
    body: bytes
    guild_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document said: the feed's title and its entries in the order of the document."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The cell's answer to a document it did not read."""

    refusal: Refusal
    detail: str = ""


def pack_document(document: Document) -> bytes:
    """Return a document as the cell receives it: two blocks, what is said of it and its bytes."""
    said = json.dumps({"url": document.url, "content_type": document.content_type}).encode()
    return LENGTH.pack(len(said)) + said + LENGTH.pack(len(document.body)) + document.body


def unpack_document(said: bytes, body: bytes) -> Document:
    """Return the document that `pack_document` made two blocks of."""
    values = json.loads(said)
    return Document(url=values["url"], content_type=values["content_type"], body=body)


def pack_answer(answer: ParsedFeed | Refused) -> bytes:
    """Return the cell's answer as one block."""
    if isinstance(answer, Refused):
        values: dict[str, Any] = {"refusal": answer.refusal.value, "detail": answer.detail}
    else:
        values = {"title": answer.title, "entries": [entry_to_json(entry) for entry in answer.entries]}
    packed = json.dumps(values, ensure_ascii=False).encode(errors="replace")
    return LENGTH.pack(len(packed)) + packed


def unpack_answer(packed: bytes) -> ParsedFeed | Refused:
    """Return the answer that was packed; ValueError when it is none."""
    values = json.loads(packed)
    if "refusal" in values:
        return Refused(Refusal(values["refusal"]), str(values["detail"]))
    return ParsedFeed(title=values["title"], entries=tuple(entry_from_json(entry) for entry in values["entries"]))


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain JSON values."""
    values = asdict(entry)
    for name in _DATES:
        values[name] = values[name].isoformat() if values[name] else None
    return values


def entry_from_json(values: Mapping[str, Any]) -> Entry:
    """Return the entry that `entry_to_json` gave."""
    fields = dict(values)
    for name in _DATES:
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
    fields["categories"] = tuple(fields["categories"])
    return Entry(**fields)
