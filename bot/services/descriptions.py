"""What a blog tells of a post beyond its feed: the id, the featured picture, the author's name."""

import asyncio
from dataclasses import replace

import structlog

from bot.domain.errors import BackchannelError
from bot.domain.models import Entry, PostDetails
from bot.domain.ports import Blogs
from bot.services.access import access_of
from db import subscriptions
from db.engine import Begin
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
        async with self._begin() as tx:
            blog = await subscriptions.blog_with_api(tx, feed_id)
            access = None if blog is None else access_of(blog, self._secrets)
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
