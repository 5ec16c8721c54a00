"""The author's menu on a message: what can be done about the comment, its writer and the thread."""

from bot.domain.messages import Action, Button, OutgoingMessage, button_id
from bot.domain.relays import ON_THE_BLOG, RelayState
from bot.domain.translation import _
from bot.domain.why import author_sentence
from bot.services.relaying.queue_wording import moderation_buttons, who_decided
from bot.services.relaying.relay_wording import blog_name, plain, post_title, relay_button, shown_name
from db.models import Relay
from db.relays import Place
from db.stances import BLOCKED, TRUSTED


def menu_of_relay(relay: Relay, place: Place, *, stance: str | None) -> OutgoingMessage:
    """Return what the author can do about a reply; `stance` is what they think of its writer, if anything."""
    state = RelayState(relay.state)
    lines = [
        _("**{name}** on *{title}*.").format(name=shown_name(relay), title=post_title(place)),
        author_sentence(state, relay.reason, blog=blog_name(place.blog)),
    ]
    if relay.decided_by is not None and state in ON_THE_BLOG:
        lines.append(_("Decided by {who}.").format(who=who_decided(relay.decided_by)))
    if stance == TRUSTED:
        lines.append(_("This writer's replies go out without waiting for you."))
    elif stance == BLOCKED:
        lines.append(_takes_none())
    return OutgoingMessage(
        text="\n".join(lines), buttons=(*moderation_buttons(relay), *_about_writer(relay, stance), _about_thread(place))
    )


def not_carried_out(relay: Relay, place: Place) -> OutgoingMessage:
    """Return what the author is told about a decision whose maker lost the right before it was carried out."""
    text = _(
        "What was decided about the reply of {name} on *{title}* was not carried out: whoever decided it no longer "
        "speaks for the blog. *Apps > Moderate comment* on the message decides anew."
    )
    return plain(text.format(name=shown_name(relay), title=post_title(place)))


def menu_of_thread(place: Place, *, of_blocked_writer: Relay | None = None) -> OutgoingMessage:
    """Return what the author can do in a thread about a message that nobody sent to the blog.

    `of_blocked_writer` is an earlier reply of its writer, if none of theirs are taken.
    """
    lines = [_("Nobody sent this message to {blog}.").format(blog=blog_name(place.blog))]
    buttons: tuple[Button, ...] = (_about_thread(place),)
    if of_blocked_writer is not None:
        lines.append(_takes_none())
        buttons = (_unblock(of_blocked_writer), *buttons)
    return OutgoingMessage(text="\n".join(lines), buttons=buttons)


def _takes_none() -> str:
    return _("No replies of this writer are taken.")


def _unblock(relay: Relay) -> Button:
    return relay_button(relay, Action.FORGET_STANCE, _("Unblock this writer"))


def _about_writer(relay: Relay, stance: str | None) -> tuple[Button, ...]:
    if relay.is_as_blog_user:
        return ()
    if stance == TRUSTED:
        return (relay_button(relay, Action.FORGET_STANCE, _("Trust no longer")),)
    if stance == BLOCKED:
        return (_unblock(relay),)
    trust = relay_button(relay, Action.TRUST, _("Trust this writer"))
    return trust, relay_button(relay, Action.BLOCK, _("Block this writer"))


def _about_thread(place: Place) -> Button:
    announcement = place.announcement
    is_stopped = announcement.relaying_stopped_by is not None
    label = _("Relay in this thread again") if is_stopped else _("Stop relaying in this thread")
    action = Action.RESUME_THREAD if is_stopped else Action.STOP_THREAD
    return Button(label=label, custom_id=button_id(action, announcement.id, announcement.guard))
