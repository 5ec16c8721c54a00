"""The small blog: `async with SmallBlog.serve() as blog:` and it answers on loopback."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.demo.blog.addresses import Addresses
from bot.demo.blog.controls import BlogUser, Picture, StoredComment
from bot.demo.blog.faults import Faults
from bot.demo.blog.feed import Feeds
from bot.demo.blog.http_control import HttpControl
from bot.demo.blog.pages import Pages
from bot.demo.blog.readers import Readers
from bot.demo.blog.site import Site
from bot.demo.blog.store import SCHEDULE_AFTER, Clock, Store, StoredPost, slug_of, utc_now
from bot.demo.blog.users import new_users
from bot.demo.changes import Changes

SHUTDOWN_SECONDS = 1.0
MAX_BODY_BYTES = 8 * 1024 * 1024


class SmallBlog:
    """A blog's owner and readers in one: every method takes effect before it returns.

    `faults` makes it misbehave and records what arrived; `store` is the truth behind it; `changes` tells of every
    method here that changed something and of every request that may have.
    """

    def __init__(self, store: Store, addresses: Addresses, faults: Faults) -> None:
        self.store = store
        self.faults = faults
        self.changes = Changes()
        self._addresses = addresses
        self._readers = Readers(store)
        self._site = Site(store, addresses, self._readers)

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        *,
        port: int = 0,
        title: str = "Small hours",
        description: str = "A blog for tests",
        saved: Path | None = None,
        now: Clock = utc_now,
    ) -> AsyncIterator["SmallBlog"]:
        """Serve a blog on 127.0.0.1 until the block ends.

        `port` 0 takes a free one. With `saved` it starts from that file when it is there, and writes it
        after every call and at the end, so that a blog can outlive its process.
        """
        store = Store(new_users(), title=title, description=description, now=now)
        if saved:
            store.load(saved)
        blog = cls(store, Addresses(store), Faults())
        runner = web.AppRunner(blog.application(saved), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            blog._addresses.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield blog
        finally:
            await runner.cleanup()
            if saved:
                store.save(saved)

    def application(self, saved: Path | None = None) -> web.Application:
        """Return the web application of this blog."""
        application = web.Application(client_max_size=MAX_BODY_BYTES)

        control = HttpControl(self, self.store, self.faults)

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                if request.path.startswith("/control/"):
                    return await control.answer(request)
                return await self.faults.answer(request, self._site.answer)
            finally:
                if request.method not in {"GET", "HEAD"}:
                    self.changes.touch()
                    if saved:
                        self.store.save(saved)

        application.router.add_route("*", "/{path:.*}", answer)
        return application

    @property
    def url(self) -> str:
        """The blog's own address, without a slash at the end."""
        return self._addresses.base

    @property
    def api_root(self) -> str:
        """The address of the REST index."""
        return self._addresses.rest()

    @property
    def feed_url(self) -> str:
        """The RSS feed's address."""
        return self._addresses.feed()

    def user(self, role: str) -> BlogUser:
        """Return the one user of a role."""
        return self.store.users[role]

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
        """Write a post and return its id. A back-dated one keeps the feed's validators as they were."""
        now = self.store.now()
        created_at = published_at.astimezone(UTC).replace(microsecond=0) if published_at else now
        if status == "publish" and created_at - now > SCHEDULE_AFTER:
            status = "future"
        post_id = self.store.next_post_id()
        post = StoredPost(
            post_id=post_id,
            title=title,
            html=html,
            slug=self.store.free_slug(slug or slug_of(title) or str(post_id)),
            guid="",
            status=status,
            created_at=created_at,
            modified_at=created_at,
            author_id=self.user(author).user_id,
            excerpt=excerpt,
            password=password,
            comment_status=comment_status,
            categories=list(categories),
        )
        post.guid = self._addresses.post(post)
        self.store.posts[post_id] = post
        if image:
            post.image_id = self.store.next_post_id()
            self.store.pictures[post.image_id] = image
        self.changes.touch()
        return post_id

    async def edit_post(
        self,
        post_id: int,
        *,
        title: str | None = None,
        html: str | None = None,
        slug: str | None = None,
        excerpt: str | None = None,
    ) -> None:
        """Change what is given of a post; its guid stays."""
        post = self._touched(post_id)
        post.title = post.title if title is None else title
        post.html = post.html if html is None else html
        post.excerpt = post.excerpt if excerpt is None else excerpt
        if slug is not None and slug != post.slug:
            post.old_slugs.append(post.slug)
            post.slug = self.store.free_slug(slug)

    async def set_status(self, post_id: int, status: str) -> None:
        """Make a post `publish`, `draft` or `private`."""
        self._touched(post_id).status = status

    async def trash_post(self, post_id: int) -> None:
        """Put a post into the bin, and its comments out of sight."""
        self._touched(post_id).status = "trash"
        for row in self.store.comments_of(post_id):
            row.status_before_trash, row.approved = row.approved, "post-trashed"

    async def delete_post(self, post_id: int) -> None:
        """Delete a post for good, with its comments."""
        for row in self.store.comments_of(post_id):
            del self.store.comments[row.comment_id]
        del self.store.posts[post_id]
        self.changes.touch()

    async def protect_post(self, post_id: int, password: str) -> None:
        """Put a post behind a password."""
        self._touched(post_id).password = password

    async def close_comments(self, post_id: int) -> None:
        """Take no further comments on a post."""
        self._touched(post_id).comment_status = "closed"

    async def post_address(self, post_id: int) -> str:
        """Return a post's permalink."""
        return self._addresses.post(self.store.posts[post_id])

    def picture_address(self, image_id: int) -> str:
        """Return where an uploaded picture is."""
        return self._addresses.picture(image_id)

    async def comments(self, post_id: int) -> list[StoredComment]:
        """Return every comment of a post in every state, by id."""
        return [row.stored() for row in self.store.comments_of(post_id)]

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
        row = self._readers.comment(post_id, text, name=name, email=email, url=url, parent_id=parent_id, may_flood=True)
        row.approved = status or row.approved
        self.changes.touch()
        return row.comment_id

    async def edit_comment(self, comment_id: int, html: str) -> None:
        """Change a comment's content, as the blog's owner."""
        self.store.comments[comment_id].content = html
        self.changes.touch()

    async def set_comment_status(self, comment_id: int, status: str) -> None:
        """Make a comment approved, hold, spam or trash, as the blog's owner."""
        self.store.comments[comment_id].approved = status
        self.changes.touch()

    async def delete_comment(self, comment_id: int) -> None:
        """Delete a comment for good."""
        self.store.delete_comment(comment_id)
        self.changes.touch()

    async def page(self, post_id: int) -> str:
        """Return the page of a post, as anybody sees it."""
        return Pages(self.store, self._addresses).post(self.store.posts[post_id]).text or ""

    async def feed(self) -> str:
        """Return the RSS feed as it is now."""
        return Feeds(self.store, self._addresses).rss()

    async def revoke_password(self, role: str) -> None:
        """Take a user's application password away."""
        self.store.revoked.add(self.user(role).user_id)

    async def use_plain_permalinks(self) -> None:
        """Switch to `?p=1` addresses, where the REST API lives under `?rest_route=`."""
        self.store.plain_permalinks = True

    async def close_rest(self) -> None:
        """Refuse every anonymous REST call, as security plugins do."""
        self.store.closed_rest = True

    async def set_maintenance(self, *, is_on: bool) -> None:
        """Begin or end maintenance: 503 everywhere."""
        self._site.is_in_maintenance = is_on

    async def set_option(self, name: str, value: str | int) -> None:
        """Set one of the discussion settings in `DEFAULT_OPTIONS`."""
        self.store.options[name] = value

    def _touched(self, post_id: int) -> StoredPost:
        post = self.store.posts[post_id]
        post.modified_at = self.store.now()
        self.changes.touch()
        return post
