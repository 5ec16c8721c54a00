"""Who may have a reply relayed, which states a relay passes through, and what a comment is recognised by."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urldefrag, urlsplit

from bot.domain.models import CommentStatus, Reply
from bot.domain.translation import _


class RelayState(StrEnum):
    """Where a relay is on its way to the blog, and back."""

    PROPOSED = "proposed"
    """Its writer is looking at the preview."""
    WAITING_FOR_WRITER = "waiting_for_writer"
    """The author would like it; its writer has not agreed (or is never told)."""
    WAITING_FOR_AUTHOR = "waiting_for_author"
    """Its writer agreed; the author has not decided."""
    APPROVED = "approved"
    SENDING = "sending"
    """It may be on the blog or not: the first call was about to be made."""
    PUBLISHED = "published"
    HELD = "held"
    SPAM = "spam"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Somebody who may took it back; if it is on the blog, it is being taken off."""
    REMOVED = "removed"
    """It was on the blog and is not any more. This is the end: it is never created again."""


BEFORE_THE_YES: Final = frozenset({RelayState.PROPOSED, RelayState.WAITING_FOR_WRITER})
ON_ITS_WAY: Final = frozenset({RelayState.APPROVED, RelayState.SENDING})
ON_THE_BLOG: Final = frozenset({RelayState.PUBLISHED, RelayState.HELD, RelayState.SPAM})
WAITS_FOR_AUTHOR: Final = frozenset({RelayState.WAITING_FOR_AUTHOR, RelayState.HELD})
"""Held on the blog too: WordPress tells nobody of a comment that came through its API and waits there."""

CAN_BE_TAKEN_OFF: Final = frozenset({RelayState.WAITING_FOR_AUTHOR}) | ON_ITS_WAY | ON_THE_BLOG

QUESTION_DAYS: Final = 3
"""A question to a writer that was not answered for this long counts as a no."""

COMMENT_DISPLAY_LIMIT: Final = 2_900
"""Characters of a comment as Discord shows it: with names, title and sentences it stays under Discord's 4,000."""

NAME_DISPLAY_LIMIT: Final = 80
"""Characters of a comment's name; Discord's own display names have at most 32."""

URL_BYTES: Final = 200
"""WordPress' column for a commenter's URL, in bytes."""

EMAIL_DOMAIN: Final = "backchannel.invalid"
"""No mail can reach it: RFC 2606 and 6761 keep `.invalid` out of the DNS for ever."""

_FRAGMENT = "#bc-"


class Picker(StrEnum):
    """In which role somebody picked a message."""

    WRITER = "writer"
    AUTHOR = "author"
    AUTHOR_ON_THEIR_OWN = "author_on_their_own"
    NOBODY = "nobody"


def picker_of(*, picker_id: int, writer_id: int, is_author: bool) -> Picker:
    """Return in which role `picker_id` picked a message of `writer_id`."""
    if picker_id == writer_id:
        return Picker.AUTHOR_ON_THEIR_OWN if is_author else Picker.WRITER
    return Picker.AUTHOR if is_author else Picker.NOBODY


def objection_to(reply: Reply) -> str | None:
    """Return the sentence that says why this message can never be relayed, or None when it can."""
    if reply.is_webhook:
        return _("That message came through a webhook, so there is nobody who could agree to it.")
    if reply.is_bot:
        return _("That message is a bot's. Only messages of people can go to the blog.")
    if reply.is_system:
        return _("That message is Discord's own, so there is nothing to send.")
    if reply.is_forwarded:
        return _("That message is forwarded: its words are somebody else's, who was not asked.")
    if reply.content is None:
        return _("Discord did not tell me what that message says. Try again in a moment.")
    if not reply.content.strip():
        if reply.has_attachments:
            return _("That message has only attachments, and those stay on Discord. Write a few words and send these.")
        return _("That message has no text, so there is nothing to send.")
    return None


def state_after_consent(*, policy: str, is_authors_pick: bool) -> RelayState:
    """Return where a text goes that its writer has just agreed to. `policy` is the subscription's."""
    if is_authors_pick or policy == "direct":
        return RelayState.APPROVED
    return RelayState.WAITING_FOR_AUTHOR


def state_on_blog(status: CommentStatus) -> RelayState:
    """Return what a comment's status on the blog means for its relay."""
    if status is CommentStatus.APPROVED:
        return RelayState.PUBLISHED
    return RelayState.HELD if status is CommentStatus.HELD else RelayState.SPAM


def is_reconsiderable(state: str, reason: str | None) -> bool:
    """Return whether the author said no to a reply, and may still think again."""
    return state == RelayState.REFUSED and reason == "author_refused"


def is_gone_on_blog(state: str, reason: str | None) -> bool:
    """Return whether somebody removed the comment on the blog; it may lie in the bin there, and come out again."""
    return state == RelayState.REMOVED and reason == "gone_on_blog"


def is_being_undone(state: str, reason: str | None) -> bool:
    """Return whether the author wants the comment off the blog, which holds only while they are its author."""
    return state == RelayState.WITHDRAWN and reason == "undone"


def can_be_taken_back(state: str, reason: str | None) -> bool:
    """Return whether a yes of the writer still stands, so that they can take it back."""
    return state in CAN_BE_TAKEN_OFF or is_reconsiderable(state, reason)


def text_hash(name: str, content_html: str) -> str:
    """Return the hash of what a writer agrees to: the name it appears under and the comment, byte for byte."""
    return hashlib.sha256(f"{name}\0{content_html}".encode()).hexdigest()


def comment_url(*bases: str | None, key: str) -> str:
    """Return the comment's link: the first base that fits into WordPress' column, ending in the row's key.

    ValueError when none of them is an http(s) address that fits.
    """
    for base in bases:
        if base is None or urlsplit(base).scheme not in {"http", "https"}:
            continue
        url = f"{urldefrag(base).url}{_FRAGMENT}{key}"
        if len(url.encode()) <= URL_BYTES:
            return url
    raise ValueError("no address to link the comment to")


def writer_email(key: str) -> str:
    """Return the e-mail that stands for one member on one blog; `key` is random and never derived from an id."""
    return f"{key.lower()}@{EMAIL_DOMAIN}"


def message_link(*, guild_id: int, channel_id: int, message_id: int) -> str:
    """Return a message's address in Discord, for people in Discord only."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


_MESSAGE = re.compile(r"(?:https?://[^/\s]+/channels/\d+/\d+/)?(\d{5,20})")
_HIGHEST_SNOWFLAKE = 2**63 - 1


def message_id_in(asked: str) -> int | None:
    """Return the message's id in what somebody typed: its link in Discord, or the id itself; None for anything else."""
    found = _MESSAGE.fullmatch(asked.strip())
    message_id = int(found[1]) if found else 0
    return message_id if 0 < message_id <= _HIGHEST_SNOWFLAKE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a writer may still change before their yes: the message's Markdown and the name without its suffix."""

    text: str
    name: str
