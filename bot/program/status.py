"""`backchannel status`: what is announced, what is on its way, what waits. Reads only."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TextIO

from bot.domain.state_words import announcement_words, blog_sentence, post_words, reply_words
from bot.domain.translation import _, plural
from bot.program.database import reading
from bot.settings import Settings
from db.status import Status, read_status


def show_status(settings: Settings, *, now: datetime, out: TextIO) -> int:
    """Write the state for people and return the exit code; UserError when there is no database."""
    with reading(settings.database_url) as session:
        status = read_status(session, now=now)
    out.writelines(f"{line}\n" for line in _lines(status))
    return 0


def show_status_json(settings: Settings, *, now: datetime, out: TextIO) -> int:
    """Write the state as one line of JSON and return the exit code; UserError when there is no database."""
    with reading(settings.database_url) as session:
        status = read_status(session, now=now)
    out.write(json.dumps(asdict(status), default=datetime.isoformat) + "\n")
    return 0


def _lines(status: Status) -> Iterator[str]:
    if not status.blogs:
        yield _("No blog is connected yet. Use /blog connect in Discord, or set BLOG_URL.")
    for blog in status.blogs:
        if blog.last_poll_at is None:
            yield _("Blog {url}: {state} Its feed was not read yet.").format(
                url=blog.url, state=blog_sentence(blog.state)
            )
        else:
            yield _("Blog {url}: {state} Its feed was read at {at} UTC.").format(
                url=blog.url, state=blog_sentence(blog.state), at=f"{blog.last_poll_at:%Y-%m-%d %H:%M:%S}"
            )
    yield _("Posts: {counts}.").format(counts=_counts(post_words(post.state) for post in status.posts))
    yield _("Announcements: {counts}.").format(
        counts=_counts(announcement_words(row.state) for row in status.announcements)
    )
    yield _("Replies: {counts}.").format(counts=_counts(reply_words(relay.state) for relay in status.relays))
    if not status.due:
        yield _("Nothing waits.")
        return
    if not round(status.oldest_due_seconds):
        told = plural(
            "{n} thing is yet to be done, and none is late.",
            "{n} things are yet to be done, and none is late.",
            status.due,
        )
        yield told.format(n=status.due)
        return
    yield plural(
        "{n} thing waits to be done, for {seconds} seconds.",
        "{n} things wait to be done, the oldest for {seconds} seconds.",
        status.due,
    ).format(n=status.due, seconds=round(status.oldest_due_seconds))


def _counts(states: Iterator[str]) -> str:
    counted: dict[str, int] = {}
    for state in states:
        counted[state] = counted.get(state, 0) + 1
    return ", ".join(f"{count} {state}" for state, count in sorted(counted.items())) or _("none")
