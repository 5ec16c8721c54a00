"""One REST call: who asks, with which parameters, and how an answer is trimmed and dressed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.demo.blog.rest_errors import RestError, forbidden, invalid_parameter
from bot.demo.blog.users import Visitor

MAX_PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCall:
    """A call as the routes see it. The body wins over the query, as on WordPress."""

    method: str
    visitor: Visitor
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)
    remote_ip: str = "127.0.0.1"
    user_agent: str = ""

    def value(self, name: str, default: Any = None) -> Any:
        """Return a parameter as it was sent."""
        return self.body.get(name, self.query.get(name, default))

    def has(self, name: str) -> bool:
        """Return whether a parameter was sent; null counts as not sent."""
        return self.value(name) is not None

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number; RestError when it is something else."""
        value = self.value(name, default)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise invalid_parameter(name, f"{name} is not of type integer.")
        return int(value)

    def text(self, name: str) -> str:
        """Return a string; RestError when it is something else."""
        value = self.value(name, "")
        if not isinstance(value, str):
            raise invalid_parameter(name, f"{name} is not of type string.")
        return value

    def numbers(self, name: str) -> list[int]:
        """Return a list of whole numbers, sent as `1,2,3`."""
        words = [word for word in str(self.value(name, "")).split(",") if word.strip()]
        if not all(re.fullmatch(r"\s*-?\d+\s*", word) for word in words):
            raise invalid_parameter(name, f"{name}[0] is not of type integer.")
        return [int(word) for word in words]

    def moment(self, name: str) -> datetime | None:
        """Return an RFC 3339 time in UTC, or None when it was not sent."""
        if not self.has(name):
            return None
        try:
            value = datetime.fromisoformat(self.text(name))
        except ValueError as error:
            raise invalid_parameter(name, "Invalid date.") from error
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)

    def is_true(self, name: str) -> bool:
        """Return whether a switch is on."""
        return str(self.value(name, "")).lower() in {"1", "true"}

    def wants_edit_context(self, capability: str) -> bool:
        """Return whether `context=edit` was asked for; RestError when the visitor may not have it."""
        if self.query.get("context", "view") != "edit":
            return False
        if not self.visitor.may(capability):
            raise forbidden(self.visitor, "rest_forbidden_context", "Sorry, you are not allowed to edit this.")
        return True

    def page_of(self) -> tuple[int, int]:
        """Return the page asked for and how many a page has."""
        per_page, page = self.number("per_page", 10), self.number("page", 1)
        if not 1 <= per_page <= MAX_PER_PAGE:
            raise invalid_parameter("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
        if page < 1:
            raise invalid_parameter("page", "page must be greater than or equal to 1")
        return page, per_page


@dataclass(slots=True, kw_only=True)
class RestAnswer:
    """What a route answers with; `headers` are beyond those every answer has."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


async def read_body(request: web.Request) -> Mapping[str, Any]:
    """Return a request's JSON object or form; RestError for JSON that is none."""
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            body = json.loads(raw.decode()) if raw else {}
            json.dumps(body, ensure_ascii=False).encode()
        except (ValueError, UnicodeError) as error:
            raise RestError(400, "rest_invalid_json", "Invalid JSON body passed.") from error
        return body if isinstance(body, dict) else {}
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {}


def with_fields(body: Any, fields: str) -> Any:
    """Return the parts of an answer that `_fields=id,title.rendered` names."""
    if isinstance(body, list):
        return [with_fields(one, fields) for one in body]
    kept: dict[str, Any] = {}
    for path in filter(None, (part.strip() for part in fields.split(","))):
        _keep(body, path.split("."), kept)
    return kept


def _keep(source: Any, path: list[str], kept: dict[str, Any]) -> None:
    name, *rest = path
    if not isinstance(source, dict) or name not in source:
        return
    if not rest:
        kept[name] = source[name]
    else:
        _keep(source[name], rest, kept.setdefault(name, {}))
