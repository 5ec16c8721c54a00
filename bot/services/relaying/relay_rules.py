"""The rules every door of the relay keeps, each with the sentence that says so."""

from bot.domain.errors import UserError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor
from bot.domain.translation import _
from bot.services.relaying.relay_wording import plain
from db import relays
from db.engine import Transaction
from db.models import Relay
from db.relays import Place


def is_writers_relay(relay: Relay, actor: Actor) -> bool:
    """Return whether this person wrote the message, and presses in the guild where it stands."""
    return relay.guild_id == actor.guild_id and relay.writer_id == actor.user_id


def is_in_guild(relay: Relay | None, actor: Actor) -> bool:
    """Return whether there is such a relay in the guild where somebody presses."""
    return relay is not None and relay.guild_id == actor.guild_id


async def writers_own(tx: Transaction, relay_id: int, actor: Actor) -> tuple[Relay, Place]:
    """Return a relay, for changing it, and its place to whoever wrote its message and presses in its guild.

    UserError for everybody else, and where there is none.
    """
    relay = await relays.find(tx, relay_id)
    if relay is None or not is_in_guild(relay, actor):
        raise UserError(no_longer_there().text)
    if not is_writers_relay(relay, actor):
        raise UserError(_("Only the writer of that message can answer."))
    return relay, await relays.place_of(tx, relay)


def only_the_author() -> OutgoingMessage:
    """Return what somebody is told who does not speak for the blog."""
    return plain(_("Only the blog's author can decide that: whoever manages the server, or has the author's role."))


def no_longer_there() -> OutgoingMessage:
    """Return what is said of a relay that is not here."""
    return plain(_("That is no longer there."))


def no_longer_announced() -> str:
    """Return what is said where a blog was removed: its buttons do nothing any more."""
    return _("This blog is no longer announced here, so nothing goes to it from this thread.")


def out_of_date() -> str:
    """Return what stands above a fresh view when somebody pressed a button of an older one."""
    return _("That has changed since, so nothing was done. This is how it stands now:")


def not_taken() -> str:
    """Return what a writer is told whose replies the blog's author does not take."""
    return _("The blog's author takes no replies from you, so this one stays on Discord.")


def what_holds_back(relay: Relay, place: Place) -> str | None:
    """Return the reason word for which the author has nothing more of this reply go to the blog now, or None."""
    if place.is_blocked and not relay.is_as_blog_user:
        return "writer_blocked"
    return None if place.announcement.relaying_stopped_by is None else "thread_stopped"


def you_take_none() -> str:
    """Return what an author is told about a reply of a writer whose replies they do not take."""
    return _("You take no replies of its writer. *Apps > Moderate comment* on the message unblocks them.")


def no_publishing(relay: Relay, place: Place) -> str | None:
    """Return the sentence that says why an author cannot let this reply, or its edit, go to the blog now, or None."""
    objection = no_entry(place)
    if objection is None and what_holds_back(relay, place) is not None:
        return you_take_none()
    return objection


def no_entry(place: Place) -> str | None:
    """Return the sentence that says why nothing can go from this thread to its blog now, or None."""
    if place.subscription.removed_at is not None:
        return no_longer_announced()
    if place.subscription.is_paused:
        return _("The author paused this blog here. Try again once they resume it.")
    if place.announcement.relaying_stopped_by is not None:
        return _("The author takes nothing more to the blog from this thread.")
    if place.blog.state == "feed_only" or place.blog.api_root is None:
        return _("This blog is connected for reading only, so nothing can be sent to it.")
    return None
