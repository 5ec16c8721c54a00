"""What the author is told when many messages vanished at once."""

from collections.abc import Sequence

from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.translation import _, plural
from bot.domain.why import sentence
from bot.services.relaying.queue_wording import who_decided
from bot.services.relaying.relay_wording import blog_name, plain, shown_name
from db.models import Relay, Removal, StoredBlog

_NAMES_SHOWN = 10


def removal_question(removal: Removal, lost: Sequence[Relay], blog: StoredBlog) -> OutgoingMessage:
    """Return the one notice about messages that vanished together: to decide, and how it was decided."""
    n, name = len(lost), blog_name(blog)
    who, time = who_decided(removal.decided_by), _ago(removal)
    undo = (_button(removal, Action.UNDO_ALL, _("Undo")),)
    match removal.state:
        case "held":
            text = plural(
                "{n} message was deleted on Discord, not by its writer, and its reply is still on {blog}: {names}.",
                "{n} messages were deleted on Discord at once, not by their writers, and their replies are still on "
                "{blog}: {names}.",
                n,
            ).format(n=n, blog=name, names=_names(lost))
            again = [] if removal.decided_by is None else [sentence("right_lost")]
            return OutgoingMessage(
                text="\n".join([text, *again]),
                buttons=(
                    _button(removal, Action.TAKE_ALL_OFF, _("Take them off the blog"), ButtonStyle.DANGER),
                    _button(removal, Action.KEEP_ALL, _("Keep them")),
                ),
            )
        case "kept":
            text = plural(
                "{n} reply stays on {blog}, although its message was deleted on Discord. Decided by {who}, {time}.",
                "{n} replies stay on {blog}, although their messages were deleted on Discord. "
                "Decided by {who}, {time}.",
                n,
            )
            return OutgoingMessage(text=text.format(n=n, blog=name, who=who, time=time), buttons=undo)
        case "taking_off":
            text = plural(
                "{n} reply leaves {blog} in a minute. Decided by {who}, {time}.",
                "{n} replies leave {blog} in a minute. Decided by {who}, {time}.",
                n,
            )
            return OutgoingMessage(text=text.format(n=n, blog=name, who=who, time=time), buttons=undo)
        case _:
            text = plural(
                "{n} reply was taken off {blog}. Decided by {who}, {time}.",
                "{n} replies were taken off {blog}. Decided by {who}, {time}.",
                n,
            )
            return plain(text.format(n=n, blog=name, who=who, time=time))


def too_late_to_undo() -> OutgoingMessage:
    """Return what is said when the comments have left already."""
    return plain(_("They have left the blog already, so this cannot be undone any more."))


def _names(lost: Sequence[Relay]) -> str:
    names = list(dict.fromkeys(shown_name(relay) for relay in lost))
    more = ", …" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more


def _ago(removal: Removal) -> str:
    return "" if removal.decided_at is None else f"<t:{int(removal.decided_at.timestamp())}:R>"


def _button(removal: Removal, action: Action, label: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Button:
    return Button(label=label, style=style, custom_id=button_id(action, removal.id, removal.guard))
