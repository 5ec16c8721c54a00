"""Every outcome as one sentence that a person understands."""

from collections.abc import Callable, Mapping
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
    "purged": lambda: _("Its message was deleted on Discord together with others, so it is not on the blog either."),
    "author_refused": lambda: _("The blog's author decided not to publish it."),
    "undone": lambda: _("The blog's author took it back after publishing it."),
    "right_lost": lambda: _("Whoever decided it no longer speaks for the blog, so it waits for somebody who does."),
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
    "thread_locked": lambda: _("The thread is locked, and the bot does not unlock what somebody locked."),
    "thread_archived": lambda: _("The thread is archived and could not be woken."),
    "no_threads_here": lambda: _("No thread can be opened in a channel of that kind."),
    "automod": lambda: _("The server's AutoMod or Discord's link filter does not allow this message."),
    "refused_by_discord": lambda: _("Discord did not accept the message as it was."),
}


def sentence(reason: str) -> str:
    """Return what a reason word means, as one sentence; a word nobody knows is named as it is."""
    known = _REASONS.get(reason)
    if known is None:
        return _("It did not work, and all that is known is the word “{reason}”.").format(reason=reason)
    return known()


def known_reasons() -> frozenset[str]:
    """Return every reason word that has a sentence of its own."""
    return frozenset(_REASONS)


def relay_sentence(state: RelayState, reason: str | None, *, blog: str) -> str:
    """Return where a relay stands, as its writer is told. `blog` is the blog's name, safe to show."""
    match state:
        case RelayState.PROPOSED:
            return _("It is on Discord only: you have not pressed Send.")
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
            return sentence(reason or "failed")
        case RelayState.WITHDRAWN:
            return sentence(reason or "withdrawn")
        case RelayState.REMOVED:
            return _removed(reason, blog=blog)


def _removed(reason: str | None, *, blog: str) -> str:
    if reason in {None, "withdrawn"}:
        return _("It was on {blog} and has been taken off.").format(blog=blog)
    return sentence(reason or "withdrawn")


def author_sentence(state: RelayState, reason: str | None, *, blog: str) -> str:
    """Return where a relay stands, as the blog's author is told: a no looks like no answer."""
    if state is RelayState.WAITING_FOR_WRITER or reason in {"declined", "unanswered"}:
        return _("Its writer was asked. Without their yes it stays on Discord.")
    if state is RelayState.WAITING_FOR_AUTHOR:
        return _("Its writer agreed, and it waits for you: **/queue** shows it.")
    if state is RelayState.PROPOSED:
        return _("Its writer is looking at it. Nothing leaves Discord before they press Send.")
    return relay_sentence(state, reason, blog=blog)
