"""A WordPress blog behind its own REST API: the port `Blog`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.blogs.json_fields import Fields, JsonShapeError
from bot.blogs.plain_text import plain_text
from bot.blogs.refusals import FORBIDDEN, UNAUTHORIZED, error_for
from bot.blogs.rest import RestApi
from bot.blogs.wordpress_comment_lists import CommentLists
from bot.blogs.wordpress_comments import Comments
from bot.blogs.wordpress_posts import Posts
from bot.domain.errors import BlogCredentialsError
from bot.domain.models import BlogAccess, BlogRights, Comment, CommentDraft, Entry, PostDetails
from bot.domain.translation import _
from bot.net.session import WebClient

NEEDED: Final = ("edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments")
"""Creating and changing comments takes moderate_comments; seeing one that waits takes the right to edit its post.

For somebody else's published post that is edit_others_posts together with edit_published_posts (WordPress'
`map_meta_cap`, seen on 6.1.9).
"""

TOO_MUCH: Final = (
    "unfiltered_html",
    "manage_options",
    "edit_users",
    "create_users",
    "delete_users",
    "promote_users",
    "install_plugins",
    "activate_plugins",
    "edit_plugins",
    "edit_themes",
    "switch_themes",
    "update_core",
    "import",
    "export",
    "upload_files",
    "publish_posts",
    "delete_others_posts",
    "edit_pages",
    "manage_categories",
)
"""Rights of editors and administrators that Backchannel never uses; with the first WordPress filters nothing."""


class WordPress:
    """One blog with one user's application password, or without one. Nothing is asked until a method is called."""

    def __init__(self, web: WebClient, access: BlogAccess) -> None:
        self._api = RestApi(web, access)
        self._as_anybody = RestApi(web, replace(access, application_password=None))
        self._posts = Posts(web, self._api, access)
        self._comments = Comments(self._api, self._own_user_id)
        self._listed = CommentLists(self._api)
        self._own_id: int | None = None

    async def check_rights(self) -> BlogRights:
        """Return whose password it is; a wrong one is silently anonymous elsewhere, so this is where it shows."""
        user = await self._me()
        capabilities = user.fields("capabilities")
        roles = user.list_or_nothing("roles")
        excessive = [right for right in TOO_MUCH if capabilities.is_true(right)]
        return BlogRights(
            user_id=user.id("id"),
            user_name=plain_text(user.text_or_nothing("name")) or user.text_or_nothing("slug"),
            missing=tuple(right for right in NEEDED if not capabilities.is_true(right)),
            excessive=tuple(["administrator", *excessive] if "administrator" in roles else excessive),
        )

    async def post_id_of(self, entry: Entry) -> int | None:
        """Return the id of a feed's entry, or None when the blog does not know it."""
        return await self._posts.id_of(entry)

    async def read_post(self, post_id: int) -> PostDetails:
        """Return what the blog says of a post; GoneError when it is deleted or not public any more."""
        return await self._posts.read(post_id)

    async def find_comments(self, post_id: int, *, key: str, email: str | None) -> Sequence[Comment]:
        """Return our comments with this key; NoAccessError when an empty answer would prove nothing."""
        return await self._comments.find(post_id, key=key, email=email)

    async def create_comment(self, draft: CommentDraft) -> Comment:
        """Create a comment; DuplicateCommentError when the blog has its like."""
        return await self._comments.create(draft)

    async def read_comment(self, comment_id: int) -> Comment | None:
        """Return a comment in any state, or None when it was deleted for good."""
        return await self._comments.read(comment_id)

    async def edit_comment(
        self,
        comment_id: int,
        *,
        content_html: str | None = None,
        author_name: str | None = None,
        author_url: str | None = None,
        is_approved: bool = False,
        is_spam: bool = False,
    ) -> Comment:
        """Change what is given and nothing else; GoneError when it was deleted."""
        return await self._comments.edit(
            comment_id,
            content_html=content_html,
            author_name=author_name,
            author_url=author_url,
            is_approved=is_approved,
            is_spam=is_spam,
        )

    async def has_answers(self, comment_id: int, post_id: int) -> bool:
        """Return whether anybody's visible comment answers this one."""
        return await self._comments.has_answers(comment_id, post_id)

    async def comments_after(self, comment_id: int) -> Sequence[Comment]:
        """Return the blog's comments with a higher id, oldest first; see the port."""
        return await self._listed.after(comment_id)

    async def comments_by_id(self, comment_ids: Sequence[int]) -> Sequence[Comment]:
        """Return those of these comments that were not deleted for good."""
        return await self._listed.by_id(comment_ids)

    async def bin_comment(self, comment_id: int) -> None:
        """Put a comment into the blog's bin; fine when it is there already or deleted."""
        await self._comments.bin(comment_id)

    async def _own_user_id(self) -> int:
        if self._own_id is None:
            self._own_id = (await self._me()).id("id")
        return self._own_id

    async def _me(self) -> Fields:
        if not self._api.has_credentials:
            raise BlogCredentialsError(_("This blog is connected without a password."))
        answer = await self._api.get("wp/v2/users/me", context="edit")
        if answer.status in (UNAUTHORIZED, FORBIDDEN):
            raise BlogCredentialsError(await self._why_refused(answer.host))
        if not answer.is_ok:
            raise error_for(answer)
        try:
            user = answer.fields()
            user.id("id")
            user.fields("capabilities")
        except JsonShapeError as error:
            raise answer.strange() from error
        return user

    async def _why_refused(self, host: str) -> str:
        index = await self._as_anybody.get("", _fields="authentication")
        offered = index.content.get("authentication") if isinstance(index.content, dict) else None
        if index.is_ok and not (isinstance(offered, dict) and "application-passwords" in offered):
            return _(
                "{host} has application passwords switched off: a security plugin does that, "
                "and so does a blog that does not know that it is reached over https."
            ).format(host=host)
        return _("{host} does not accept this user name and application password.").format(host=host)
