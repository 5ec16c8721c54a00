"""WordPress' REST API as calls and answers, whatever its root looks like and whatever it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from yarl import URL

from bot.blogs.json_fields import Fields, JsonShapeError, objects, parse
from bot.domain.errors import BlogCredentialsError, PermanentError, TemporaryError, UnknownResultError
from bot.domain.models import BlogAccess
from bot.domain.translation import _
from bot.net.answer import PERMANENT_REDIRECTS, Credentials, WebAnswer
from bot.net.guard import ForbiddenAddressError
from bot.net.retry_after import retry_after
from bot.net.session import MovedError, WebClient

MAX_ANSWER_BYTES: Final = 2_000_000
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestAnswer:
    """What the API answered. `code` is WordPress' own word for a refusal, empty when it is none of WordPress'.

    `total` is X-WP-Total; `wait` is Retry-After.
    """

    method: str
    host: str
    status: int
    content: object = None
    code: str = ""
    total: int | None = None
    wait: timedelta | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the call was carried out."""
        return self.status in _OK

    def fields(self) -> Fields:
        """Return the answer as one object; JsonShapeError when it is something else."""
        return Fields.of(self.content)

    def objects(self) -> tuple[Fields, ...]:
        """Return the answer as a list of objects; JsonShapeError when it is something else."""
        return objects(self.content)

    def strange(self) -> TemporaryError:
        """Return the error for an answer that claims success and makes no sense."""
        sentence = _("{host} gave an answer that is not WordPress'.").format(host=self.host)
        return TemporaryError(sentence) if self.method == "GET" else UnknownResultError(sentence)


def route_url(api_root: str, route: str, parameters: Mapping[str, str | int]) -> str:
    """Return the address of a route. With plain permalinks the root is a query itself (`?rest_route=/`)."""
    root = URL(api_root)
    query = {name: str(value) for name, value in parameters.items()}
    if "rest_route" in root.query:
        place = root.query["rest_route"].rstrip("/")
        return str(root.update_query({"rest_route": f"{place}/{route}", **query}))
    return str(root.joinpath(*route.split("/")).with_query(root.query).update_query(query))


class RestApi:
    """One blog's API with one user's password, or without one."""

    def __init__(self, web: WebClient, access: BlogAccess) -> None:
        self._web = web
        self._root = access.api_root
        self._auth = _credentials(access)

    @property
    def has_credentials(self) -> bool:
        """Whether calls go out in somebody's name."""
        return self._auth is not None

    async def get(self, route: str, **parameters: str | int) -> RestAnswer:
        """Ask; every refusal comes back as an answer."""
        return await self._call("GET", route, parameters)

    async def post(self, route: str, body: Mapping[str, object]) -> RestAnswer:
        """Write; every refusal comes back as an answer, a lost answer raises UnknownResultError."""
        self._need_credentials()
        return await self._call("POST", route, {}, body)

    async def delete(self, route: str, **parameters: str | int) -> RestAnswer:
        """Delete; as `post`."""
        self._need_credentials()
        return await self._call("DELETE", route, parameters)

    def _need_credentials(self) -> None:
        if self._auth is None:
            raise BlogCredentialsError(_("This blog is connected without a password, so nothing can be written there."))

    async def _call(
        self,
        method: str,
        route: str,
        parameters: Mapping[str, str | int],
        body: Mapping[str, object] | None = None,
    ) -> RestAnswer:
        try:
            answer = await self._web.request(
                method,
                route_url(self._root, route, parameters),
                headers={"Accept": "application/json", "Cache-Control": "no-cache"},
                json=body,
                auth=self._auth,
                max_bytes=MAX_ANSWER_BYTES,
            )
        except MovedError as error:
            raise _moved(str(error)) from error
        except ForbiddenAddressError as error:
            # The name may lead to the wrong place for an hour only, and nothing was sent: the row waits.
            raise TemporaryError(str(error)) from error
        return read_answer(method, answer)


def read_answer(method: str, answer: WebAnswer) -> RestAnswer:
    """Return an answer read strictly; raise when it is a redirect, or claims success without being JSON."""
    host = URL(answer.url).host or ""
    if answer.status in PERMANENT_REDIRECTS:
        raise _moved(_("{host} sends on to another address; connect the blog again.").format(host=host))
    content = _json(answer)
    read = RestAnswer(
        method=method,
        host=host,
        status=answer.status,
        content=content,
        code=_code(content) if answer.status not in _OK else "",
        total=_total(answer),
        wait=retry_after(answer),
    )
    if read.is_ok and content is None:
        raise read.strange()
    return read


def _credentials(access: BlogAccess) -> Credentials | None:
    if access.username is None or access.application_password is None:
        return None
    return Credentials(access.username, access.application_password)


def _json(answer: WebAnswer) -> object:
    if answer.content_type != "application/json" and not answer.content_type.endswith("+json"):
        return None
    try:
        return parse(answer.body)
    except JsonShapeError:
        return None


def _code(content: object) -> str:
    return Fields(content).text_or_nothing("code") if isinstance(content, dict) else ""


def _total(answer: WebAnswer) -> int | None:
    value = answer.header("X-WP-Total").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None  # noqa: PLR2004


def _moved(sentence: str) -> PermanentError:
    return BlogCredentialsError(sentence, reason="moved")
