"""Every outcome as one sentence that a person understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.relays import RelayState
from bot.domain.translation import _

_REASONS: Final[Mapping[str, Callable[[], str]]] = {
    # what people decided
    "cancelled": lambda: _("Its writer cancelled it before anything was sent."),
    "declined": lambda: _("There was no yes from its writer."),
    "unanswered": lambda: _("There was no yes from its writer."),
    "withdrawn": lambda: _("Its writer took it back."),
    "message_deleted": lambda: _("Its message was deleted on Discord, so it is not on the blog either."),
    "purged": lambda: _("Its message was deleted on Discord, so it is not on the blog either."),
    "author_refused": lambda: _("The blog's author decided not to publish it."),
    "author_refused_for_good": lambda: _("The blog's author decided not to publish it."),
    "undone": lambda: _("The blog's author took it back after publishing it."),
    "right_lost": lambda: _("Whoever decided it no longer speaks for the blog, so it waits for somebody who does."),
    "writer_blocked": lambda: _("The blog's author takes no replies of its writer for now."),
    "thread_stopped": lambda: _("The blog's author takes nothing more from its thread for now."),
    "subscription_removed": lambda: _("This blog is no longer announced in that channel."),
    "feed_only": lambda: _("This blog is connected for reading only. An author can connect it again with a password."),
    "no_consent": lambda: _("There is no recorded yes of its writer to this text, so it stays on Discord."),
    "paused": lambda: _("The author paused this blog here. It goes on when they resume it."),
    # what the blog said
    "duplicate": lambda: _("The blog holds the same words from somebody else already, and refuses them a second time."),
    "closed": lambda: _("The post does not take comments any more."),
    "post_trashed": lambda: _("The post is in the blog's bin."),
    "post_draft": lambda: _("The post is not published."),
    "post_hidden": lambda: _("The post is not public, so nobody could read a comment on it."),
    "too_long": lambda: _("It is longer than the blog stores."),
    "empty": lambda: _("Nothing of it was left to show on the blog."),
    "invalid": lambda: _("The blog did not take it as it is."),
    "refused": lambda: _("The blog refused it and did not say why."),
    "rights": lambda: _("Our user on the blog may no longer moderate comments. It goes on once it may."),
    "binned": lambda: _("Somebody put it into the blog's bin, and it stays there."),
    "post_gone": lambda: _("The post is no longer on the blog."),
    "post_unknown": lambda: _("The blog does not know this post by its address, so a comment would have no place."),
    "credentials": lambda: _("The blog no longer accepts the application password. It goes on once that is renewed."),
    "unpublished": lambda: _("The post is no longer public on the blog."),
    "moved": lambda: _("The blog has moved to another address. An author can connect it there."),
    "forbidden_address": lambda: _("Its address is not on the public internet, so it is never asked."),
    "gone_on_blog": lambda: _("Somebody deleted it on the blog, and it stays deleted."),
    "changed_on_blog": lambda: _("Somebody changed it on the blog, so a later change on Discord was left out."),
    "gone": lambda: _("It is not there any more."),
    "gave_up": lambda: _("It was tried for a long time and never worked, so it was given up."),
    "failed": lambda: _("The blog refused it and did not say why."),
    "unsafe_text": lambda: _("Its text could not be made safe for the blog, so it stays on Discord."),
    # what Discord said
    "channel_deleted": lambda: _("The channel is not there any more."),
    "member_left": lambda: _("That person is not in the server any more."),
    "dms_closed": lambda: _("That person takes no direct messages from the bot."),
    "too_many_threads": lambda: _("The server has as many active threads as Discord allows, so it waits."),
    "thread_locked": lambda: _("The thread is locked, and the bot does not unlock what somebody locked."),
    "thread_archived": lambda: _("The thread is archived and could not be woken."),
    "no_threads_here": lambda: _("No thread can be opened in a channel of that kind."),
    "automod": lambda: _("The server's AutoMod or Discord's link filter does not allow this message."),
    "refused_by_discord": lambda: _("Discord did not accept the message as it was."),
}


_TO_WRITER: Final[Mapping[str, Callable[[], str]]] = {
    "cancelled": lambda: _("You cancelled it, or left it lying, before anything was sent."),
    "declined": lambda: _("You said no, so it stays on Discord."),
    "unanswered": lambda: _("You did not say yes in time, so it stays on Discord."),
    "withdrawn": lambda: _("You took it back."),
    "no_consent": lambda: _("There is no recorded yes of yours to this text, so it stays on Discord."),
}
_TO_DECIDER: Final[Mapping[str, Callable[[], str]]] = {
    "author_refused": lambda: _("You decided not to publish it."),
    "undone": lambda: _("You took it back after publishing it."),
    "right_lost": lambda: _("You no longer speak for the blog, so it waits for somebody who does."),
}
"""What somebody reads of their own doing; of what others did they read the sentence that everybody reads."""

POST_TAKES_NOTHING: Final = frozenset(
    {"closed", "post_trashed", "post_draft", "post_hidden", "post_gone", "unpublished"}
)
"""Reasons that hold for every reply to the post, not only for the one that was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """Who reads where a relay stands: its writer, whoever decided it, both, or (as it is) anybody."""

    is_writer: bool = False
    has_decided: bool = False


_ANYBODY: Final = Onlooker()


def sentence(reason: str) -> str:
    """Return what a reason word means, as one sentence; a word nobody knows is named as it is."""
    known = _REASONS.get(reason)
    if known is None:
        return _("It did not work, and all that is known is the word “{reason}”.").format(reason=reason)
    return known()


def known_reasons() -> frozenset[str]:
    """Return every reason word that has a sentence of its own."""
    return frozenset(_REASONS)


def reason_sentence(reason: str, onlooker: Onlooker) -> str:
    """Return what a reason word means to whoever looks: what they did themselves is told as theirs."""
    own = _TO_WRITER.get(reason) if onlooker.is_writer else None
    own = own or (_TO_DECIDER.get(reason) if onlooker.has_decided else None)
    return own() if own else sentence(reason)


def relay_sentence(state: RelayState, reason: str | None, *, blog: str, onlooker: Onlooker = _ANYBODY) -> str:
    """Return where a relay stands, as anybody but the blog's author is told. `blog` is its name, safe to show."""
    match state:
        case RelayState.PROPOSED:
            return _waits_for_send(onlooker)
        case RelayState.WAITING_FOR_WRITER:
            return _("It is on Discord only, until its writer says yes.")
        case RelayState.WAITING_FOR_AUTHOR:
            return _("The author of {blog} looks at it first. Nothing is public yet.").format(blog=blog)
        case RelayState.APPROVED | RelayState.SENDING:
            return _("It is on its way to {blog}.").format(blog=blog)
        case RelayState.PUBLISHED:
            return _("It is on {blog}.").format(blog=blog)
        case RelayState.HELD:
            return _("It waits for the moderation of {blog}. Nobody else sees it yet.").format(blog=blog)
        case RelayState.SPAM:
            return _("{blog} took it for spam or binned it, so nobody sees it there.").format(blog=blog)
        case RelayState.REFUSED:
            return reason_sentence(reason or "failed", onlooker)
        case RelayState.WITHDRAWN:
            return reason_sentence(reason or "withdrawn", onlooker)
        case RelayState.REMOVED:
            return _removed(reason, blog=blog, onlooker=onlooker)


def _waits_for_send(onlooker: Onlooker) -> str:
    if onlooker.is_writer:
        return _("It is on Discord only: you have not pressed Send.")
    return _("It is on Discord only: its writer has not pressed Send.")


def _removed(reason: str | None, *, blog: str, onlooker: Onlooker) -> str:
    if reason in {None, "withdrawn"}:
        return _("It was on {blog} and has been taken off.").format(blog=blog)
    return reason_sentence(reason or "withdrawn", onlooker)


def author_sentence(state: RelayState, reason: str | None, *, blog: str, onlooker: Onlooker = _ANYBODY) -> str:
    """Return where a relay stands, as the blog's author is told: a no, and never being asked, look like no answer."""
    if state is RelayState.WAITING_FOR_WRITER or reason in {"declined", "unanswered"}:
        return _("Without a yes of its writer it stays on Discord.")
    if state is RelayState.WAITING_FOR_AUTHOR:
        return _("Its writer agreed, and it waits for you: **/queue** shows it.")
    if state is RelayState.PROPOSED:
        return _("Its writer is looking at it. Nothing leaves Discord before they press Send.")
    return relay_sentence(state, reason, blog=blog, onlooker=onlooker)
