"""What a blog tells of a post beyond its feed: the id, the featured picture, the author's name."""

import asyncio
from dataclasses import replace

import structlog

from bot.domain.errors import BackchannelError, GoneError
from bot.domain.models import BlogAccess, Entry, PostDetails
from bot.domain.ports import Blogs
from bot.services.access import access_of, is_same_site
from db import subscriptions
from db.engine import Begin
from db.models import Feed
from db.secrets import SecretBox

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 20.0
"""An announcement does not wait longer than this for a nicer card."""


class Descriptions:
    """Completes a new post's entry from the blog's REST API, where it is open."""

    def __init__(self, begin: Begin, blogs: Blogs, secrets: SecretBox, *, wait_scale: float = 1.0) -> None:
        self._begin = begin
        self._blogs = blogs
        self._secrets = secrets
        self._deadline_seconds = DEADLINE_SECONDS * wait_scale

    async def describe(self, feed_id: int, entry: Entry) -> Entry:
        """Return the entry with what the blog adds to it, or as it is when the blog does not answer in time."""
        access = await self._access(feed_id, entry)
        if access is None:
            return entry
        try:
            async with asyncio.timeout(self._deadline_seconds):
                adapter = self._blogs.open(access)
                post_id = await adapter.post_id_of(entry)
                if post_id is None:
                    return entry
                return completed(replace(entry, post_id=post_id), await adapter.read_post(post_id))
        except (BackchannelError, TimeoutError) as error:
            log.info("post_not_described", feed=feed_id, why=str(error) or "the blog took too long")
            return entry

    async def is_gone(self, feed_id: int, entry: Entry) -> bool:
        """Return whether the blog on the post's own host says that it is deleted or not public any more."""
        access = None if entry.post_id is None else await self._access(feed_id, entry)
        if access is None or entry.post_id is None:
            return False
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return not (await self._blogs.open(access).read_post(entry.post_id)).is_published
        except GoneError:
            return True
        except (BackchannelError, TimeoutError):
            return False

    async def _access(self, feed_id: int, entry: Entry) -> BlogAccess | None:
        """Return the way to the blog on the entry's own host.

        The feed is shared by every guild that follows it, and each of them could bring an API that tells of other
        blogs' posts what it likes.
        """
        async with self._begin() as tx:
            place = entry.link or (await tx.get_one(Feed, feed_id)).url
            blogs = await subscriptions.blogs_with_api(tx, feed_id)
        own = next((blog for blog in blogs if is_same_site(blog.api_root, place)), None)
        return None if own is None else access_of(own, self._secrets)


def completed(entry: Entry, details: PostDetails) -> Entry:
    """Return the entry with the featured picture first, and with names where the feed told none."""
    if details.is_protected:
        return replace(entry, is_protected=True, excerpt="", image_url=None, image_alt="")
    has_featured = details.image_url is not None
    return replace(
        entry,
        author=entry.author or details.author,
        categories=entry.categories or details.categories,
        image_url=details.image_url if has_featured else entry.image_url,
        image_alt=details.image_alt if has_featured else entry.image_alt,
    )
