"""The thread's one line of good news."""

from collections.abc import Sequence

from bot.domain.messages import OutgoingMessage
from bot.domain.translation import plural
from bot.services.relaying.relay_wording import plain, safe_address, shown_name
from db.models import Relay

_LINKS_IN_LINE = 10
"""Links in a thread's status line: with WordPress' longest name and address they stay under 2,000 characters."""

_LINE_CHARACTERS = 1_300


def status_line(published: Sequence[Relay], *, others: int = 0, post_link: str | None = None) -> OutgoingMessage:
    """Return the thread's one line of good news; the newest replies are linked.

    `others` counts readers' comments that are not shown here; with no replies it is above zero.
    """
    parts = [_published_line(published)] if published else []
    if others:
        url = safe_address(post_link)
        text = plural("{n} comment of a reader is on the blog", "{n} comments of readers are on the blog", others)
        counted = text.format(n=others)
        parts.append(f"[{counted}](<{url}>)." if url else f"{counted}.")
    return plain("\n".join(parts))


def _published_line(published: Sequence[Relay]) -> str:
    n = len(published)
    links: list[str] = []
    for relay in reversed(published[-_LINKS_IN_LINE:]):
        url = safe_address(relay.comment_link)
        link = f"[{shown_name(relay)}](<{url}>)"
        if url and sum(map(len, links)) + len(link) < _LINE_CHARACTERS:
            links.insert(0, link)
    if not links:
        return plural("{n} reply is on the blog.", "{n} replies are on the blog.", n).format(n=n)
    text = plural("{n} reply is on the blog: {links}", "{n} replies are on the blog: {links}", n)
    return text.format(n=n, links=", ".join(links))
