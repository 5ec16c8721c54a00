"""Comments on a WordPress blog: looked for by key, created, changed and put into the bin."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.blogs.json_fields import Fields, JsonShapeError
from bot.blogs.refusals import GONE_COMMENT, IN_THE_BIN, NO_BIN, error_for
from bot.blogs.rest import RestAnswer, RestApi
from bot.domain.errors import NoAccessError, PermanentError
from bot.domain.models import Comment, CommentDraft, CommentStatus
from bot.domain.translation import _

ROUTE: Final = "wp/v2/comments"
PAGE_SIZE: Final = 100
"""The most that WordPress lists in one answer."""
MAX_PAGES: Final = 10
"""A key narrows to one or two comments; a blog where a thousand match it does not search at all."""

NAME_BYTES: Final = 245
EMAIL_BYTES: Final = 100
URL_BYTES: Final = 200
CONTENT_BYTES: Final = 65_525
"""WordPress' columns, in bytes of UTF-8 (seen: 61 emoji fit a name, 62 do not)."""

_STATUSES = {
    "approved": CommentStatus.APPROVED,
    "hold": CommentStatus.HELD,
    "spam": CommentStatus.SPAM,
    "trash": CommentStatus.TRASH,
    "post-trashed": CommentStatus.TRASH,  # what the comments of a binned post become
}

OwnId = Callable[[], Awaitable[int]]


class Comments:
    """The comments of one blog. `own_id` tells the id of the user whose password is used."""

    def __init__(self, api: RestApi, own_id: OwnId) -> None:
        self._api = api
        self._own_id = own_id

    async def find(self, post_id: int, *, key: str, email: str | None) -> Sequence[Comment]:
        """Return ours with this key, oldest first; see `Blog.find_comments`."""
        if not self._api.has_credentials:
            raise NoAccessError(_("Without a password nobody can see the comments that wait on the blog."))
        listed, total, host = await self._search(post_id, key)
        ours = [comment for comment in listed if _is_ours(comment, key, email)]
        # A small role gets an empty list and the true total: what it may not see could be ours.
        if not ours and (total is None or total > len(listed)):
            raise NoAccessError(_("{host} does not show our user the comments that wait.").format(host=host))
        return sorted(ours, key=lambda comment: comment.comment_id)

    async def create(self, draft: CommentDraft) -> Comment:
        """Create a comment; see `Blog.create_comment`."""
        body: dict[str, object] = {
            "post": draft.post_id,
            "parent": draft.parent_id,
            "content": draft.content_html,
            "author_url": draft.author_url,
        }
        if draft.author_name is None:
            # One's own id makes it the user's own comment; the URL is kept beside it, and so is the key.
            body["author"] = await self._own_id()
        else:
            body["author_name"] = draft.author_name
        if draft.author_email is not None:
            body["author_email"] = draft.author_email
        if draft.is_approved:
            body["status"] = "approved"
        return await self._write(ROUTE, body)

    async def read(self, comment_id: int) -> Comment | None:
        """Return a comment in any state, or None; see `Blog.read_comment`."""
        answer = await self._api.get(f"{ROUTE}/{comment_id}", context="edit")
        if answer.code == GONE_COMMENT:
            return None
        if not answer.is_ok:
            raise _unreadable(answer)
        return _the_comment(answer)

    async def edit(
        self,
        comment_id: int,
        *,
        content_html: str | None,
        author_name: str | None,
        author_url: str | None,
        is_approved: bool,
        is_spam: bool,
    ) -> Comment:
        """Change what is given; see `Blog.edit_comment`."""
        given = {"content": content_html, "author_name": author_name, "author_url": author_url}
        body: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        if is_approved:
            body["status"] = "approved"
        elif is_spam:
            body["status"] = "spam"
        return await self._write(f"{ROUTE}/{comment_id}", body)

    async def has_answers(self, comment_id: int, post_id: int) -> bool:
        """Return whether a visible comment answers this one."""
        answer = await self._api.get(ROUTE, post=post_id, parent=comment_id, status="approve", per_page=1, _fields="id")
        if not answer.is_ok:
            raise error_for(answer)
        try:
            return bool(answer.objects()) or bool(answer.total)
        except JsonShapeError as error:
            raise answer.strange() from error

    async def bin(self, comment_id: int) -> None:
        """Put a comment into the bin; where the blog has none, delete it."""
        answer = await self._api.delete(f"{ROUTE}/{comment_id}")
        if answer.code == NO_BIN:
            answer = await self._api.delete(f"{ROUTE}/{comment_id}", force="true")
        if not answer.is_ok and answer.code not in (GONE_COMMENT, IN_THE_BIN):
            raise error_for(answer)

    async def _write(self, route: str, body: dict[str, object]) -> Comment:
        _check_lengths(body)
        answer = await self._api.post(route, body)
        if not answer.is_ok:
            raise error_for(answer)
        return _the_comment(answer)

    async def _search(self, post_id: int, key: str) -> tuple[list[Comment], int | None, str]:
        listed: list[Comment] = []
        for page in range(1, MAX_PAGES + 1):
            answer = await self._api.get(
                ROUTE,
                post=post_id,
                search=key,
                status="any",
                context="edit",
                per_page=PAGE_SIZE,
                page=page,
                orderby="id",
                order="asc",
            )
            comments = listed_comments(answer)
            listed += comments
            if answer.total is None or len(listed) >= answer.total or not comments:
                return listed, answer.total, answer.host
        return listed, answer.total, answer.host


def _is_ours(comment: Comment, key: str, email: str | None) -> bool:
    return comment.author_url.endswith(f"#bc-{key}") and email in (None, comment.author_email)


def listed_comments(answer: RestAnswer) -> list[Comment]:
    """Return the comments of a list that was asked for with `context=edit`."""
    if not answer.is_ok:
        raise error_for(answer)
    try:
        return [_comment(fields) for fields in answer.objects()]
    except JsonShapeError as error:
        raise answer.strange() from error


def _the_comment(answer: RestAnswer) -> Comment:
    try:
        return _comment(answer.fields())
    except JsonShapeError as error:
        raise answer.strange() from error


def _comment(fields: Fields) -> Comment:
    return Comment(
        comment_id=fields.id("id"),
        post_id=fields.number("post"),
        parent_id=fields.number("parent"),
        status=_STATUSES.get(fields.text("status"), CommentStatus.HELD),
        author_name=fields.text("author_name"),
        author_email=fields.text("author_email"),
        author_url=fields.text("author_url"),
        content_raw=fields.fields("content").text("raw"),
        link=fields.text("link"),
        content_html=fields.fields("content").text_or_nothing("rendered"),
    )


def _unreadable(answer: RestAnswer) -> Exception:
    # A comment that waits is refused with 401 or 403 to whoever may not see it: that is no lost password.
    if answer.status in (401, 403):
        return NoAccessError(_("{host} does not show our user that comment.").format(host=answer.host))
    return error_for(answer)


def _check_lengths(body: dict[str, object]) -> None:
    limits = {
        "author_name": NAME_BYTES,
        "author_email": EMAIL_BYTES,
        "author_url": URL_BYTES,
        "content": CONTENT_BYTES,
    }
    for field, limit in limits.items():
        if len(str(body.get(field, "")).encode(errors="replace")) > limit:
            raise PermanentError(_("It is longer than the blog stores."), reason="too_long")
