"""How the program tells what it does: one shape for every line, and no secret in any of them."""

import asyncio
import base64
import json
import logging
import re
from collections.abc import Iterable, Iterator
from typing import TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import Processor

MASK = "***"
QUIET = {"discord": logging.INFO, "sqlalchemy": logging.WARNING, "aiosqlite": logging.WARNING}
"""Libraries whose talk holds whole events and statements, members' words and passwords among them, from which level on
they are safe to hear: SQLAlchemy tells every statement at INFO."""
SHORTEST_SECRET = 4
"""Shorter values would blot out innocent words."""

_NAMED_SECRET = re.compile(
    r"(?P<name>\b\w{0,40}(?:password|passwd|token|secret|api_?key|secret_key)\\?['\"]?\s*[:=]\s*)"
    r"(?:(?P<plain>\")(?:\\.|[^\"\\])*|(?P<escaped>\\\")(?:(?!\\\").)*|(?P<single>')[^']*|[^\s'\",;&}\])\\]+)",
    re.IGNORECASE,
)
"""`name=value` and `"name": "value"` where the name says what it is; the closing quote stays where it is."""

_PATTERNS = (
    # a password or e-mail in front of a host: scheme://name:password@host
    (re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/@'\"\\]{1,300}@", re.IGNORECASE), rf"\1{MASK}@"),
    # webhooks and interactions: /webhooks/<id>/<token>, also as a path of another host
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^\s/?'\"\\]+", re.IGNORECASE), rf"\1{MASK}"),
    # Authorization: Bot <token>, and the same as a key of a mapping
    (
        re.compile(
            r"(authorization\\?['\"]?\s*[:=,]\s*\\?['\"]?)(?:(?:bot|basic|bearer)\s+)?[^\s'\",}\\]+", re.IGNORECASE
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(basic|bearer|bot)(\s+)(?=\S*[\d.])[\w+/=.~-]{20,}", re.IGNORECASE), rf"\1\2{MASK}"),
    # a bot's token: three parts, the first one base64 of its id
    (re.compile(r"\b[\w-]{18,40}\.[\w-]{5,8}\.[\w-]{20,}"), MASK),
    # a WordPress application password: six groups of four
    (re.compile(r"\b(?:[A-Za-z0-9]{4} ){5}[A-Za-z0-9]{4}\b"), MASK),
    (re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}", re.IGNORECASE), MASK),
)


class Masking(logging.Formatter):
    """Formats with another formatter, then blots out every secret in the finished text, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        known = {spelling for secret in secrets if len(secret) >= SHORTEST_SECRET for spelling in _spellings(secret)}
        longest_first = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without what must not be shown."""
        line = self._inner.format(record)
        if self._known is not None:
            line = self._known.sub(MASK, line)
        for pattern, replacement in _PATTERNS:
            line = pattern.sub(replacement, line)
        return _NAMED_SECRET.sub(_keep_the_name, line)


def _keep_the_name(found: re.Match[str]) -> str:
    quote = found["plain"] or found["escaped"] or found["single"] or ""
    is_json_key = re.search(r"""(?<!\\)"\s*:""", found["name"]) is not None
    mask = f'"{MASK}"' if is_json_key and not quote else MASK  # so that the line stays JSON
    return f"{found['name']}{quote}{mask}"


def _spellings(secret: str) -> Iterator[str]:
    for plain in {secret, secret.replace(" ", "")}:  # WordPress takes its passwords with and without the spaces
        yield plain
        yield quote(plain, safe="")
        yield quote_plus(plain)
        yield json.dumps(plain)[1:-1]
        yield repr(plain)[1:-1]
        yield json.dumps(repr(plain))[2:-2]  # as a traceback quotes it, inside JSON
        yield base64.b64encode(plain.encode()).decode().rstrip("=")


def tells_more_than_an_end(record: logging.LogRecord) -> bool:
    """Return False for a library's record about what was only cancelled, as everything is when the bot stops.

    SQLAlchemy tells it as an error of its pool; the store rolls back and closes such a connection.
    """
    is_cancelled = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (is_cancelled and record.name.startswith("sqlalchemy.pool"))


def set_up_logs(*, level: str, log_format: str, secrets: Iterable[str], stream: TextIO) -> None:
    """Send every record of the program and its libraries to `stream`, in one shape.

    `level` is a name such as `info`; `log_format` is `console` or `json`; `secrets` are values that must
    never be seen. Call it once, at the start.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=())],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(log_format, stream)],
    )
    target = logging.StreamHandler(stream)
    target.setFormatter(Masking(formatter, secrets))
    target.addFilter(tells_more_than_an_end)
    root = logging.getLogger()
    root.handlers[:] = [target]
    root.setLevel(level.upper())
    for name, safe_level in QUIET.items():
        logging.getLogger(name).setLevel(max(safe_level, root.level))


def _renderers(log_format: str, stream: TextIO) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    # plain tracebacks show no local variables; quoted values cannot forge a line of their own
    return [
        structlog.dev.ConsoleRenderer(
            colors=stream.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
            pad_event_to=0,
            repr_native_str=True,
        )
    ]
