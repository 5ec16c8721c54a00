"""Fetches a feed with a conditional GET and has it parsed when it changed."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, Protocol

from bot.domain.errors import GoneError, TemporaryError
from bot.domain.ports import Clock, FeedAnswer, FeedRequest
from bot.domain.translation import _
from bot.feeds.wire import Document, ParsedFeed
from bot.net.answer import WebAnswer

DEADLINE_SECONDS: Final = 20.0
MAX_BYTES: Final = 5_000_000
MAX_VALIDATOR: Final = 1000
BLIND_SPAN: Final = timedelta(seconds=2)
"""WordPress' validators count in seconds: a second post within the same one stays hidden behind them."""

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)


class Web(Protocol):
    """What the fetcher needs of the web client."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline_seconds: float, max_bytes: int
    ) -> WebAnswer:
        """Return whatever the server answered."""
        ...


class FeedParser(Protocol):
    """What the fetcher needs of the parser."""

    async def parse(self, document: Document) -> ParsedFeed:
        """Return what a document says; TemporaryError when it is no feed."""
        ...


class Fetcher:
    """Reads feeds, as `bot.domain.ports.FeedReader` asks for."""

    def __init__(self, web: Web, parser: FeedParser, *, now: Clock, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._web = web
        self._parser = parser
        self._now = now
        self._deadline_seconds = deadline_seconds

    async def read(self, request: FeedRequest) -> FeedAnswer:
        """Fetch the feed, and parse it unless it is what it was.

        Raise GoneError for a feed that was taken away for good, TemporaryError for all else that is no feed.
        """
        answer = await self._web.request(
            "GET",
            request.url,
            headers=_headers(request),
            deadline_seconds=self._deadline_seconds,
            max_bytes=MAX_BYTES,
        )
        if answer.status == HTTPStatus.NOT_MODIFIED and (request.etag or request.last_modified):
            return FeedAnswer(
                entries=None,
                etag=request.etag,
                last_modified=request.last_modified,
                body_hash=request.body_hash,
                moved_to=answer.moved_to,
            )
        if answer.status != HTTPStatus.OK:
            raise self._refused(answer)
        return await self._read_body(request, answer)

    async def _read_body(self, request: FeedRequest, answer: WebAnswer) -> FeedAnswer:
        body_hash = hashlib.sha256(answer.body).hexdigest()
        etag, last_modified = self._validators(answer)
        parsed: ParsedFeed | None = None
        if body_hash != request.body_hash:
            document = Document(
                url=answer.url,
                content_type=answer.header("Content-Type"),
                body=answer.body,
                guild_id=request.guild_id,
            )
            parsed = await self._parser.parse(document)
        return FeedAnswer(
            entries=parsed.entries if parsed else None,
            etag=etag,
            last_modified=last_modified,
            body_hash=body_hash,
            title=parsed.title if parsed else "",
            moved_to=answer.moved_to,
        )

    def _validators(self, answer: WebAnswer) -> tuple[str | None, str | None]:
        last_modified = answer.header("Last-Modified")
        modified_at = _http_date(last_modified)
        if modified_at and self._server_time(answer) - modified_at <= BLIND_SPAN:
            return None, None
        return _short(answer.header("ETag")), _short(last_modified)

    def _server_time(self, answer: WebAnswer) -> datetime:
        return _http_date(answer.header("Date")) or self._now()

    def _refused(self, answer: WebAnswer) -> TemporaryError | GoneError:
        match answer.status:
            case HTTPStatus.GONE:
                return GoneError(_("The blog says that this feed is gone for good."))
            case HTTPStatus.NOT_FOUND:
                return TemporaryError(_("There is no feed at this address any more."))
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                return TemporaryError(_("The blog does not let Backchannel read its feed."))
            case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
                return TemporaryError(_("The blog asks to be left alone for a while."), retry_after=self._wait(answer))
        sentence = _("The blog answered with error {status} instead of its feed.").format(status=answer.status)
        return TemporaryError(sentence, retry_after=self._wait(answer))

    def _wait(self, answer: WebAnswer) -> timedelta | None:
        asked = answer.header("Retry-After").strip()
        if asked.isascii() and asked.isdigit():
            return timedelta(seconds=min(int(asked[:9]), int(timedelta(days=1).total_seconds())))
        at = _http_date(asked)
        return max(at - self._server_time(answer), timedelta()) if at else None


def _headers(request: FeedRequest) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if request.etag:
        headers["If-None-Match"] = request.etag
    if request.last_modified:
        headers["If-Modified-Since"] = request.last_modified
    return headers


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC)


def _short(value: str) -> str | None:
    return value if 0 < len(value) <= MAX_VALIDATOR else None
