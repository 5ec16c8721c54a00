"""What the states in our store are called for people: a word or two in a count, a sentence for a blog."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.domain.translation import _

_POSTS: Final[Mapping[str, Callable[[], str]]] = {
    "remembered": lambda: _("remembered in silence"),
    "wanted": lambda: _("for announcing"),
    "held": lambda: _("held back until the author answers"),
    "unpublished": lambda: _("no longer public"),
}

_ANNOUNCEMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "wanted": lambda: _("on the way"),
    "draft": lambda: _("in a preview"),
    "announced": lambda: _("announced"),
    "failed": lambda: _("not possible to announce"),
    "dropped": lambda: _("dropped by the author"),
}

_REPLIES: Final[Mapping[str, Callable[[], str]]] = {
    "proposed": lambda: _("in a preview"),
    "waiting_for_writer": lambda: _("waiting for a yes of the writer"),
    "waiting_for_author": lambda: _("waiting for the author"),
    "approved": lambda: _("on the way to the blog"),
    "sending": lambda: _("being sent"),
    "published": lambda: _("published"),
    "held": lambda: _("held for the blog's moderation"),
    "spam": lambda: _("taken for spam"),
    "refused": lambda: _("refused"),
    "withdrawn": lambda: _("taken back"),
    "removed": lambda: _("removed from the blog"),
}

_BLOGS: Final[Mapping[str, Callable[[], str]]] = {
    "ok": lambda: _("Its posts are announced and replies can go there."),
    "feed_only": lambda: _("Its posts are announced, and no reply can go there without an application password."),
    "credentials": lambda: _("It refuses the application password, so replies wait until a new one is entered."),
    "paused": lambda: _("It is paused everywhere."),
    "removed": lambda: _("It is announced nowhere any more."),
}


def post_words(state: str) -> str:
    """Return what a post's state is called beside a number; an unknown one as it is."""
    return _words(_POSTS, state)


def announcement_words(state: str) -> str:
    """Return what an announcement's state is called beside a number; an unknown one as it is."""
    return _words(_ANNOUNCEMENTS, state)


def reply_words(state: str) -> str:
    """Return what a reply's state is called beside a number; an unknown one as it is."""
    return _words(_REPLIES, state)


def _words(names: Mapping[str, Callable[[], str]], state: str) -> str:
    known = names.get(state)
    return known() if known else state


def blog_sentence(state: str) -> str:
    """Return how a blog fares, as one sentence; an unknown state is named as it is."""
    known = _BLOGS.get(state)
    return known() if known else _("Its state is “{state}”.").format(state=state)
