"""Reads a comment's fields from a REST call, and cleans them as WordPress does before it stores them."""

import re
from typing import Any

from bot.demo.blog.rest_call import RestCall
from bot.demo.blog.rest_errors import RestError, invalid_parameter
from bot.demo.blog.store import Store

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")
_SCHEME = re.compile(r"([a-zA-Z][\w+.-]*):(?!\d)")
_PLAIN_FIELDS = {"author_name": "author_name", "author_url": "author_url", "author_ip": "author_ip"}
_PLAIN_FIELDS |= {"author_user_agent": "user_agent"}


def take_fields(call: RestCall) -> dict[str, Any]:
    """Return the row fields that a call names; RestError for one of the wrong kind."""
    fields: dict[str, Any] = {}
    for name, ours in _PLAIN_FIELDS.items():
        if call.has(name):
            fields[ours] = call.text(name)
    if call.has("content"):
        content = call.value("content")
        fields["content"] = str(content.get("raw", "")) if isinstance(content, dict) else call.text("content")
    if call.has("author_email"):
        fields["author_email"] = _email(call.text("author_email"))
    if call.has("parent"):
        fields["parent_id"] = call.number("parent")
    if call.has("status"):
        call.text("status")
    call.number("post")
    if moment := call.moment("date_gmt") or call.moment("date"):
        fields["created_at"] = moment
    return fields


def take_author(call: RestCall, store: Store) -> dict[str, Any]:
    """Return whose comment it is: a guest by name, the user named by `author`, or the token's own user."""
    named = ("author_name", "author_email", "author_url")
    user = call.visitor.user
    if call.has("author"):
        user = store.user_by_id(call.number("author"))
        if user is None:
            raise RestError(400, "rest_comment_author_invalid", "Invalid comment author ID.")
    elif any(call.value(name) for name in named):
        return {}
    if user is None:
        return {}
    own: dict[str, Any] = {"user_id": user.user_id}
    defaults = {"author_name": user.display_name, "author_email": user.email, "author_url": ""}
    return own | {name: value for name, value in defaults.items() if not call.has(name)}


def clean_name(name: str) -> str:
    """Return a name on one line, without tags, its `&` and angle brackets as entities."""
    bare = re.sub(r"<[^>]*>", "", name)
    bare = " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", bare).split())
    return re.sub(r"&(?!#?\w+;)", "&amp;", bare).replace("<", "&lt;").replace(">", "&gt;")


def clean_url(url: str) -> str:
    """Return a web address, `http://` added where no scheme is; empty for a scheme that is not allowed."""
    url = re.sub(r"[<>\"]", "", url.strip().replace(" ", "%20"))
    url = re.sub(r"&(?!#?\w+;)", "&amp;", url)
    if not url:
        return ""
    if scheme := _SCHEME.match(url):
        return url if scheme[1].lower() in {"http", "https", "ftp", "mailto"} else ""
    return url if url[0] in "/#?" else f"http://{url}"


def _email(email: str) -> str:
    if email and not _EMAIL.fullmatch(email):
        raise invalid_parameter("author_email", "Invalid email address.")
    return email
