"""Posts on a WordPress blog: which one a feed's entry is, and what the blog says of it."""

from collections.abc import AsyncIterator
from typing import Final

from bot.blogs.json_fields import Fields, JsonShapeError
from bot.blogs.plain_text import plain_text
from bot.blogs.post_links import (
    host_without_www,
    id_in_query,
    ids_in_links,
    is_same_address,
    links_of,
    slug_of,
)
from bot.blogs.refusals import FORBIDDEN, GONE_POST, NOT_FOUND, UNAUTHORIZED, error_for
from bot.blogs.rest import RestAnswer, RestApi
from bot.domain.errors import GoneError, NoAccessError, PermanentError, TemporaryError
from bot.domain.models import BlogAccess, Entry, PostDetails
from bot.domain.translation import _
from bot.net.session import WebClient

ROUTE: Final = "wp/v2/posts"
_ALL_OF_A_POST = "id,link,title,status,comment_status,content.protected,_links,_embedded"
_MAX_PAGE_BYTES = 3_000_000


class Posts:
    """The posts of one blog."""

    def __init__(self, web: WebClient, api: RestApi, access: BlogAccess) -> None:
        self._web = web
        self._api = api
        self._access = access

    async def id_of(self, entry: Entry) -> int | None:
        """Return the id of a feed's entry, checked against the blog; never by title, for titles repeat."""
        seen: set[int] = set()
        async for candidate in self._candidates(entry):
            if candidate not in seen and await self._is_it(candidate, entry):
                return candidate
            seen.add(candidate)
        return None

    async def read(self, post_id: int) -> PostDetails:
        """Return what the blog says of a post; see `Blog.read_post`."""
        answer = await self._api.get(
            f"{ROUTE}/{post_id}", _embed="author,wp:featuredmedia,wp:term", _fields=_ALL_OF_A_POST
        )
        if answer.status in (UNAUTHORIZED, FORBIDDEN):
            await self._prove_unlisted(post_id)
            raise _unpublished(answer.host)
        if not answer.is_ok:
            raise error_for(answer)
        try:
            fields = answer.fields()
            if fields.text("status") != "publish":
                raise _unpublished(answer.host)
            return _details(fields)
        except JsonShapeError as error:
            raise answer.strange() from error

    async def _prove_unlisted(self, post_id: int) -> None:
        # A plugin that closes the API answers 401 for public posts too; the public list tells the two apart.
        answer = await self._api.get(ROUTE, include=post_id, _fields="id")
        if not answer.is_ok or answer.content != [] or answer.total != 0:
            raise NoAccessError(_("{host} does not let us read that post.").format(host=answer.host))

    async def _candidates(self, entry: Entry) -> AsyncIterator[int]:
        for known in (entry.post_id, id_in_query(entry.guid), id_in_query(entry.link)):
            if known:
                yield known
        for named in await self._named_by_the_page(entry.link):
            yield named
        for listed in await self._with_the_slug(entry.link):
            yield listed

    async def _named_by_the_page(self, link: str | None) -> list[int]:
        if not link or host_without_www(link) != host_without_www(self._access.url):
            return []
        for method in ("HEAD", "GET"):
            try:
                answer = await self._web.request(method, link, max_bytes=_MAX_PAGE_BYTES)
            except (TemporaryError, PermanentError):
                continue  # the slug may still tell
            if found := ids_in_links(links_of(answer.header("Link"))):
                return found
        return []

    async def _with_the_slug(self, link: str | None) -> list[int]:
        slug = slug_of(link)
        if not slug:
            return []
        answer = await self._api.get(ROUTE, slug=slug, _fields="id")
        try:
            return [fields.id("id") for fields in answer.objects()] if answer.is_ok else []
        except JsonShapeError as error:
            raise answer.strange() from error

    async def _is_it(self, post_id: int, entry: Entry) -> bool:
        answer = await self._api.get(f"{ROUTE}/{post_id}", _fields="id,link,guid")
        if answer.code == GONE_POST or answer.status == NOT_FOUND:
            return False
        if answer.status in (UNAUTHORIZED, FORBIDDEN):
            raise NoAccessError(_("{host} does not let us read that post.").format(host=answer.host))
        if not answer.is_ok:
            raise error_for(answer)
        return _matches(answer, entry)


def _matches(answer: RestAnswer, entry: Entry) -> bool:
    try:
        fields = answer.fields()
        guid, link = fields.fields("guid").text("rendered"), fields.text("link")
    except JsonShapeError as error:
        raise answer.strange() from error
    return (
        plain_text(guid) == entry.guid
        or is_same_address(plain_text(guid), entry.guid)
        or is_same_address(link, entry.link)
        or id_in_query(entry.link) == fields.values.get("id")
    )


def _unpublished(host: str) -> GoneError:
    return GoneError(_("The post is not public on {host} any more.").format(host=host), reason="unpublished")


def _details(fields: Fields) -> PostDetails:
    embedded = fields.fields_or_nothing("_embedded")
    image = _first(embedded, "wp:featuredmedia")
    return PostDetails(
        post_id=fields.id("id"),
        link=fields.text("link"),
        title=plain_text(fields.fields("title").text("rendered")),
        is_open_to_comments=fields.text("comment_status") == "open",
        is_protected=fields.fields_or_nothing("content").is_true("protected"),
        author=plain_text(_first(embedded, "author").text_or_nothing("name")),
        image_url=_web_address(image.text_or_nothing("source_url")),
        image_alt=plain_text(image.text_or_nothing("alt_text")),
        categories=_categories(embedded),
    )


def _first(embedded: Fields, name: str) -> Fields:
    items = embedded.list_or_nothing(name)
    return Fields(items[0]) if items and isinstance(items[0], dict) else Fields({})


def _categories(embedded: Fields) -> tuple[str, ...]:
    groups = (group for group in embedded.list_or_nothing("wp:term") if isinstance(group, list))
    terms = (Fields(term) for group in groups for term in group if isinstance(term, dict))
    names = (plain_text(term.text_or_nothing("name")) for term in terms if term.values.get("taxonomy") == "category")
    return tuple(name for name in names if name)


def _web_address(address: str) -> str | None:
    return address if host_without_www(address) else None
