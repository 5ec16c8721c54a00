"""A WordPress blog's comments in lists: what is new, and how known ones stand by now."""

from collections.abc import Sequence
from typing import Final

from bot.blogs.rest import RestApi
from bot.blogs.wordpress_comments import PAGE_SIZE, ROUTE, listed_comments
from bot.domain.errors import NoAccessError
from bot.domain.models import Comment
from bot.domain.translation import _

MAX_PAGES: Final = 5
"""More than five hundred comments between two looks are a flood; its newest are enough."""


class CommentLists:
    """Lists in every status: comments have no date of change, so whoever wants to know must look again."""

    def __init__(self, api: RestApi) -> None:
        self._api = api

    async def after(self, comment_id: int) -> Sequence[Comment]:
        """Return comments with a higher id, oldest first; see `Blog.comments_after`."""
        if comment_id < 0:
            return await self._list(per_page=1)
        found: list[Comment] = []
        for page in range(1, MAX_PAGES + 1):
            listed = await self._list(per_page=PAGE_SIZE, page=page)
            found += [comment for comment in listed if comment.comment_id > comment_id]
            if len(listed) < PAGE_SIZE or listed[-1].comment_id <= comment_id:
                break
        return sorted({one.comment_id: one for one in found}.values(), key=lambda comment: comment.comment_id)

    async def by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        """Return those of these that are there; see `Blog.comments_by_id`."""
        if not comment_ids:
            return []
        return await self._list(include=",".join(map(str, comment_ids)), per_page=PAGE_SIZE)

    async def _list(self, **filters: str | int) -> list[Comment]:
        per_page, page = int(filters["per_page"]), int(filters.get("page", 1))
        answer = await self._api.get(ROUTE, status="any", context="edit", orderby="id", order="desc", **filters)
        listed = listed_comments(answer)
        # A small role gets fewer than the true total says: what it may not see could be what is looked for.
        if answer.total is None or len(listed) < min(per_page, answer.total - (page - 1) * per_page):
            raise NoAccessError(_("{host} does not show our user the comments that wait.").format(host=answer.host))
        return listed
