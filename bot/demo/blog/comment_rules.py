"""The rules by which the small blog takes a comment: refused, a duplicate, held, binned or published."""

import re
from datetime import timedelta

from bot.demo.blog.rest_errors import RestError
from bot.demo.blog.store import Row, Store
from bot.demo.blog.users import Visitor

FLOOD_SECONDS = 15
COLUMN_BYTES = {"author_name": 245, "author_email": 100, "author_url": 200, "content": 65525}
"""WordPress' column lengths: bytes of UTF-8, not characters."""
COLUMN_CODES = {
    "author_name": "comment_author_column_length",
    "author_email": "comment_author_email_column_length",
    "author_url": "comment_author_url_column_length",
    "content": "comment_content_column_length",
}


def check_lengths(row: Row) -> None:
    """Raise RestError for the first field that is too long for its column."""
    for name, limit in COLUMN_BYTES.items():
        if len(getattr(row, name).encode()) > limit:
            raise RestError(400, COLUMN_CODES[name], "Comment field exceeds maximum length allowed.")


def decide_status(row: Row, incoming: str, visitor: Visitor, store: Store, *, may_flood: bool = False) -> str:
    """Return where a new comment goes by the blog's own rules; RestError for a duplicate or a flood.

    `incoming` is the content as it was sent: WordPress compares that with what it stored, so a text
    that its filters change (a link gets a `rel`) is never recognised as a duplicate.
    """
    if _is_duplicate(row, incoming, store):
        raise RestError(
            409, "comment_duplicate", "Duplicate comment detected; it looks as though you&#8217;ve already said that!"
        )
    if not may_flood and not visitor.may("moderate_comments") and _is_flood(row, store):
        raise RestError(400, "comment_flood", "You are posting comments too quickly. Slow down.")
    if row.user_id and visitor.may("moderate_comments"):
        return "approved"
    status = "approved" if _passes_moderation(row, incoming, store) else "hold"
    return "trash" if _holds_word(row, str(store.options["disallowed_keys"])) else status


def _is_duplicate(row: Row, incoming: str, store: Store) -> bool:
    return any(
        other.post_id == row.post_id
        and other.parent_id == row.parent_id
        and other.approved != "trash"
        and other.author_name == row.author_name
        and (not row.author_email or other.author_email == row.author_email)
        and other.content.casefold() == incoming.rstrip().casefold()
        for other in store.comments.values()
    )


def _is_flood(row: Row, store: Store) -> bool:
    since = store.now() - timedelta(seconds=FLOOD_SECONDS)
    return any(
        other.created_at > since
        and (
            other.author_email == row.author_email
            or (row.user_id and other.user_id == row.user_id)
            or other.author_ip == row.author_ip
        )
        for other in store.comments.values()
    )


def _passes_moderation(row: Row, incoming: str, store: Store) -> bool:
    if store.options["comment_moderation"]:
        return False
    limit = int(store.options["comment_max_links"])
    if limit and len(re.findall(r"<a [^>]*href", row.content, re.IGNORECASE)) + _bare_links(incoming) >= limit:
        return False
    if _holds_word(row, str(store.options["moderation_keys"])):
        return False
    if not store.options["comment_previously_approved"]:
        return True
    if user := next((user for user in store.users.values() if user.email == row.author_email), None):
        return any(other.approved == "approved" and other.user_id == user.user_id for other in store.comments.values())
    return any(
        other.approved == "approved" and (other.author_name, other.author_email) == (row.author_name, row.author_email)
        for other in store.comments.values()
    )


def _bare_links(incoming: str) -> int:
    return len(re.findall(r"(?<![\"'=>])https?://", incoming))


def _holds_word(row: Row, words: str) -> bool:
    text = "\n".join((row.author_name, row.author_email, row.author_url, row.content, row.author_ip, row.user_agent))
    return any(word.strip().casefold() in text.casefold() for word in words.splitlines() if word.strip())
