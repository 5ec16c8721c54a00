"""What Discord writes between angle brackets, in words that mean something outside Discord."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.translation import _
from bot.text.characters import clean_text, one_line

REFERENCE = re.compile(
    r"<(?:@!?(?P<user>\d{1,20})"
    r"|@&(?P<role>\d{1,20})"
    r"|#(?P<channel>\d{1,20})"
    r"|/(?P<command>[^\s<>:]{1,32}(?: [^\s<>:]{1,32}){0,2}):\d{1,20}"
    r"|a?:(?P<emoji>\w{1,32}):\d{1,20}"
    r"|t:(?P<time>-?\d{1,17})(?::(?P<style>[tTdDfFsSR]))?"
    r"|id:(?P<place>customize|browse|guide|home|linked-roles)(?::\d{1,20})?"
    r"|(?P<link>https?://[^\s<>]+))>"
)
"""Everything that Discord reads between `<` and `>` (reference, message formatting)."""

_MESSAGE_LINK = re.compile(
    r"https?://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d{1,20}|@me)/(?P<channel>\d{1,20})(?:/\d{1,20})?/?",
    re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def words_for(reference: re.Match[str], channel_names: Mapping[int, str]) -> str:
    """Return a match of `REFERENCE` (not a link) as words without ids.

    Channels are named only if `channel_names` knows them; members and roles never.
    """
    kind = reference.lastgroup if reference.lastgroup != "style" else "time"
    match kind:
        case "user":
            return _("@someone")
        case "role":
            return _("@role")
        case "channel":
            return channel_word(int(reference["channel"]), channel_names)
        case "command":
            return "/" + reference["command"]
        case "emoji":
            return f":{reference['emoji']}:"
        case "time":
            return _time_words(reference)
        case _:
            return _place_words(reference["place"])


def message_link_words(url: str, channel_names: Mapping[int, str]) -> str | None:
    """Return a link to a message or channel in Discord as the channel's name, or None for any other link.

    Discord shows it so too, and its ids are nobody's business on a blog.
    """
    link = _MESSAGE_LINK.fullmatch(url)
    return channel_word(int(link["channel"]), channel_names) if link else None


def channel_word(channel_id: int, channel_names: Mapping[int, str]) -> str:
    """Return `#` and the channel's name if it may be told."""
    name = one_line(clean_text(channel_names.get(channel_id, "")))
    return "#" + name if name else _("#channel")


def _time_words(reference: re.Match[str]) -> str:
    try:
        date, time = (_EPOCH + timedelta(seconds=int(reference["time"]))).isoformat()[:19].split("T")
    except OverflowError:
        return reference[0]
    match reference["style"]:
        case "d" | "D":
            return date
        case "t":
            return f"{time[:5]} UTC"
        case "T":
            return f"{time} UTC"
        case _:
            return f"{date} {time[:5]} UTC"


def _place_words(place: str) -> str:
    match place:
        case "customize":
            return _("Channels & Roles")
        case "browse":
            return _("Browse Channels")
        case "linked-roles":
            return _("Linked Roles")
        case _:
            return _("Server Guide")
