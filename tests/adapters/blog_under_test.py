"""What the contract tests may do to a blog, whichever it is: the small one, or a real WordPress."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.demo.blog.controls import BlogUser, Picture, StoredComment


class BlogUnderTest(Protocol):
    """A fresh blog without posts on loopback. Times are aware UTC; every call takes effect before it returns."""

    @property
    def url(self) -> str:
        """The blog's own address, without a slash at the end."""
        ...

    @property
    def api_root(self) -> str:
        """The address of its REST index; under plain permalinks it holds a `?`."""
        ...

    @property
    def feed_url(self) -> str:
        """The address of its RSS feed."""
        ...

    def user(self, role: str) -> BlogUser:
        """Return the one user of a role.

        The roles: administrator, editor, relayer (least rights that do for Backchannel), moderator
        (moderate_comments without edit_others_posts), author, subscriber.
        """
        ...

    async def publish(
        self,
        title: str,
        html: str = "<p>Words.</p>",
        *,
        slug: str | None = None,
        published_at: datetime | None = None,
        status: str = "publish",
        excerpt: str = "",
        password: str = "",
        comment_status: str = "open",
        categories: Sequence[str] = (),
        image: Picture | None = None,
        author: str = "administrator",
    ) -> int:
        """Write a post as the user of the role `author`; return its id."""
        ...

    async def edit_post(
        self,
        post_id: int,
        *,
        title: str | None = None,
        html: str | None = None,
        slug: str | None = None,
        excerpt: str | None = None,
    ) -> None:
        """Change what is given of a post."""
        ...

    async def set_status(self, post_id: int, status: str) -> None:
        """Make a post `publish`, `draft` or `private`."""
        ...

    async def trash_post(self, post_id: int) -> None:
        """Put a post into the bin."""
        ...

    async def delete_post(self, post_id: int) -> None:
        """Delete a post for good."""
        ...

    async def protect_post(self, post_id: int, password: str) -> None:
        """Put a post behind a password."""
        ...

    async def close_comments(self, post_id: int) -> None:
        """Take no further comments on a post."""
        ...

    async def post_address(self, post_id: int) -> str:
        """Return a post's permalink."""
        ...

    async def comments(self, post_id: int) -> list[StoredComment]:
        """Return every comment of a post in every state, by id, read past the REST API."""
        ...

    async def add_comment(
        self,
        post_id: int,
        text: str,
        *,
        name: str = "Rosa",
        email: str = "rosa@reader.example",
        url: str = "",
        parent_id: int = 0,
        status: str | None = "approved",
    ) -> int:
        """Comment as a web visitor and return the id; with `status` None the blog's own rules decide."""
        ...

    async def edit_comment(self, comment_id: int, html: str) -> None:
        """Change a comment's content, as the blog's owner."""
        ...

    async def set_comment_status(self, comment_id: int, status: str) -> None:
        """Make a comment approved, hold, spam or trash, as the blog's owner."""
        ...

    async def delete_comment(self, comment_id: int) -> None:
        """Delete a comment for good."""
        ...

    async def page(self, post_id: int) -> str:
        """Return the page that the blog serves for a post to anybody."""
        ...

    async def feed(self) -> str:
        """Return the RSS feed as it is now."""
        ...

    async def revoke_password(self, role: str) -> None:
        """Take a user's application password away."""
        ...

    async def use_plain_permalinks(self) -> None:
        """Switch to `?p=1` addresses, where the REST API lives under `?rest_route=`."""
        ...

    async def close_rest(self) -> None:
        """Refuse every anonymous REST call, as security plugins do."""
        ...

    async def set_maintenance(self, *, is_on: bool) -> None:
        """Begin or end maintenance: 503 everywhere."""
        ...

    async def set_option(self, name: str, value: str | int) -> None:
        """Set one of WordPress' own discussion settings, such as `comment_moderation`."""
        ...
