"""Where a relay stands, told to the one person who looks, with what they can still do about it."""

from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage
from bot.domain.models import Actor
from bot.domain.relays import (
    CAN_BE_TAKEN_OFF,
    ON_ITS_WAY,
    ON_THE_BLOG,
    RelayState,
    can_be_taken_back,
    is_reconsiderable,
)
from bot.domain.translation import _
from bot.domain.why import POST_TAKES_NOTHING, Onlooker, author_sentence, relay_sentence, sentence
from bot.services.relaying.queue_wording import decision_buttons
from bot.services.relaying.relay_wording import away_line, blog_name, relay_button, view_button
from db.models import Relay
from db.relays import Place

_NOT_FOR_WRITING_ANEW = frozenset({"gone_on_blog", "binned", "message_deleted"})
"""Whoever moderates the blog has spoken, or the message is gone: nobody is invited to try once more."""


def state_for_writer(relay: Relay, place: Place, *, lead: str = "") -> OutgoingMessage:
    """Return where their own reply stands, with *Take it off the blog* where that makes sense."""
    onlooker = Onlooker(is_writer=True, has_decided=relay.decided_by == relay.writer_id)
    told = relay_sentence(RelayState(relay.state), relay.reason, blog=blog_name(place.blog), onlooker=onlooker)
    if _waits_for_a_password(relay, place):
        told = _("It waits: {blog} does not let the bot in at the moment. It goes on once the author has mended that.")
        told = told.format(blog=blog_name(place.blog))
    buttons = view_button(relay) + _take_off_button(relay)
    return _message(lead, told, away_line(relay, place), _writers_dead_end(relay), buttons=buttons)


def state_for_author(relay: Relay, place: Place, author: Actor, *, lead: str = "") -> OutgoingMessage:
    """Return where a reply stands, as the author who looks is told, with *Undo* where there is something to undo."""
    onlooker = Onlooker(has_decided=relay.decided_by == author.user_id)
    told = author_sentence(RelayState(relay.state), relay.reason, blog=blog_name(place.blog), onlooker=onlooker)
    if _waits_for_a_password(relay, place):
        told = _("It waits: {blog} refuses the application password. **/blog connect** renews it.")
        told = told.format(blog=blog_name(place.blog))
    if relay.state == RelayState.WAITING_FOR_AUTHOR and relay.reason is not None:
        told = sentence(relay.reason)
    # what waits needs its words beside the buttons
    is_waiting = relay.state == RelayState.WAITING_FOR_AUTHOR
    buttons = view_button(relay) + (() if is_waiting else decision_buttons(relay))
    return _message(lead, told, _authors_dead_end(relay), buttons=buttons)


def state_for_anybody(relay: Relay, place: Place) -> OutgoingMessage:
    """Return where a reply stands, as whoever neither wrote it nor speaks for the blog is told."""
    told = relay_sentence(RelayState(relay.state), relay.reason, blog=blog_name(place.blog))
    return OutgoingMessage(text=told, buttons=view_button(relay))


def _message(*lines: str, buttons: tuple[Button, ...]) -> OutgoingMessage:
    return OutgoingMessage(text="\n".join(line for line in lines if line), buttons=buttons)


def _take_off_button(relay: Relay) -> tuple[Button, ...]:
    if not can_be_taken_back(relay.state, relay.reason):
        return ()
    if relay.state not in CAN_BE_TAKEN_OFF:  # nothing is anywhere, but the author may think again
        return (relay_button(relay, Action.TAKE_OFF, _("Withdraw my yes")),)
    is_there = relay.state in ON_ITS_WAY | ON_THE_BLOG
    label = _("Take it off the blog") if is_there else _("Take it back")
    return (relay_button(relay, Action.TAKE_OFF, label, ButtonStyle.DANGER),)


def _waits_for_a_password(relay: Relay, place: Place) -> bool:
    return relay.state in ON_ITS_WAY and place.blog.state == "credentials"


def _is_dead_end(relay: Relay) -> bool:
    """Return whether this message can never be sent again, although its words could be."""
    if relay.reason in _NOT_FOR_WRITING_ANEW:
        return False
    if relay.state == RelayState.REFUSED:
        return not is_reconsiderable(relay.state, relay.reason)
    was_there = relay.comment_id is not None or relay.reason == "undone"
    return relay.state == RelayState.REMOVED or (relay.state == RelayState.WITHDRAWN and was_there)


def _writers_dead_end(relay: Relay) -> str:
    if not _is_dead_end(relay):
        return ""
    if relay.reason in POST_TAKES_NOTHING:
        return _("This message cannot be sent again; should the post take comments later, write it anew.")
    return cannot_be_sent_again()


def _authors_dead_end(relay: Relay) -> str:
    if not _is_dead_end(relay):
        return ""
    if relay.writer_id == relay.decided_by:
        return cannot_be_sent_again()
    return _("This message cannot be sent again; its writer may write it anew.")


def cannot_be_sent_again() -> str:
    """Return what a writer is told when a message has been on the blog and is not to be there any more."""
    return _("This message cannot be sent again; if you want it on the blog after all, write it anew.")
