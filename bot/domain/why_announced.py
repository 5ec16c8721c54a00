"""Why a post was announced or not, as sentences that a person understands."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.models import PostState
from bot.domain.translation import _
from bot.domain.why import sentence

_POSTS: Final[Mapping[str, Callable[[], str]]] = {
    PostState.REMEMBERED: lambda: _(
        "It was on the blog before it was connected, or the author chose silence, so it was not announced by itself."
    ),
    PostState.WANTED: lambda: _("It is a new post, so it is announced in every channel of its blog."),
    PostState.HELD: lambda: _("Many posts came at once, or an old one turned up, so it waits for the author's word."),
    PostState.UNPUBLISHED: lambda: _("It is no longer on the blog; its announcement says so and its thread stays."),
}

_ANNOUNCEMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "draft": lambda: _("The author is looking at a preview of it."),
    "wanted": lambda: _("It is on its way."),
    "announced": lambda: _("It was announced here."),
    "dropped": lambda: _("The author decided not to announce it here."),
}


def post_sentence(state: str) -> str:
    """Return what was decided about a post in this state."""
    known = _POSTS.get(state)
    return known() if known else sentence(state)


def announcement_sentence(state: str, reason: str | None) -> str:
    """Return where an announcement stands; `reason` is why its ledger row was closed, if it was."""
    if state == "failed" or (state == "wanted" and reason not in {None, "settled"}):
        return _("It could not be announced here. {why}").format(why=sentence(reason or "failed"))
    known = _ANNOUNCEMENTS.get(state)
    return known() if known else sentence(state)
