"""How much may be asked of a blog's author, of writers, and of a blog within an hour, and how we say that it is enough.

Counted in the rows themselves, so that a restart forgets nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.translation import _, plural
from bot.text.escape import escape_markdown
from db import consents, relays
from db.engine import Transaction
from db.relays import Place

SPAN: Final = timedelta(hours=1)

PER_MEMBER: Final = 30
"""Messages of one member in one guild that may be picked within the span, by whomever."""
PER_THREAD: Final = 120
PER_GUILD: Final = 300
PER_BLOG: Final = 300
"""Texts that go to one blog's address, out of all guilds together."""
OPEN_QUESTIONS: Final = 5
"""Questions that may wait for one member: each of them is a ping."""


async def too_many_picked(tx: Transaction, place: Place, writer_id: int, *, now: datetime) -> str | None:
    """Return the sentence that says why one more message of this writer is too many now, or None."""
    counts = await relays.count_picked(
        tx,
        guild_id=place.subscription.guild_id,
        writer_id=writer_id,
        announcement_id=place.announcement.id,
        since=now - SPAN,
    )
    if counts.of_writer >= PER_MEMBER:
        return _("That is enough for now: at most {n} messages of one member within an hour. Try again later.").format(
            n=PER_MEMBER
        )
    if counts.in_thread >= PER_THREAD:
        return _("This thread has sent a lot already: at most {n} messages within an hour. Try again later.").format(
            n=PER_THREAD
        )
    if counts.in_guild >= PER_GUILD:
        return _("This server has sent a lot already: at most {n} messages within an hour. Try again later.").format(
            n=PER_GUILD
        )
    return None


async def too_many_questions(tx: Transaction, place: Place, writer_id: int) -> str | None:
    """Return the sentence that says why this writer is not asked one thing more, or None."""
    waiting = await relays.count_questions(tx, guild_id=place.subscription.guild_id, writer_id=writer_id)
    if waiting < OPEN_QUESTIONS:
        return None
    return plural(
        "{n} question waits for that member already. Ask this one when they have answered.",
        "{n} questions wait for that member already. Ask this one when they have answered.",
        waiting,
    ).format(n=waiting)


async def too_many_sent(tx: Transaction, place: Place, *, now: datetime) -> str | None:
    """Return the sentence that says why one more text for this blog is too many now, or None."""
    if await consents.count_replies(tx, blog_url=place.blog.url, since=now - SPAN) < PER_BLOG:
        return None
    return _("{blog} got a lot already: at most {n} replies within an hour. Send this one later.").format(
        blog=escape_markdown(place.blog.title or place.blog.url), n=PER_BLOG
    )
