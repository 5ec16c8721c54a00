"""Looks at many blogs at a time, so that one that does not answer keeps nobody waiting but itself."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.domain.fair_places import FairPlaces
from db.models import StoredBlog

BLOGS_AT_ONCE: Final = 20
PLACE_SECONDS: Final = 2.0
"""How long a blog counts among these; one that takes longer goes on beside the others."""
LOOK_SECONDS: Final = 60.0
"""For one blog, several calls together: the others' next look waits for the last of this one."""


async def at_each(
    blogs: Sequence[StoredBlog], look: Callable[[StoredBlog], Awaitable[None]], *, wait_scale: float
) -> None:
    """Call `look` for each blog; guilds take turns. What it raises is raised together, when all are through."""
    places = FairPlaces(BLOGS_AT_ONCE)

    async def in_turn(blog: StoredBlog) -> None:
        async with places.place(blog.guild_id, at_most_seconds=PLACE_SECONDS * wait_scale):
            await look(blog)

    ended = await asyncio.gather(*map(in_turn, blogs), return_exceptions=True)
    unexpected = [error for error in ended if isinstance(error, BaseException)]
    if unexpected:
        raise BaseExceptionGroup("some blogs could not be looked at", unexpected)
