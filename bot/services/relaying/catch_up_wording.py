"""What the author is told after an absence of the bot."""

from bot.domain.messages import OutgoingMessage
from bot.domain.translation import _, plural
from bot.services.relaying.relay_wording import plain, post_title
from db.relays import Place


def away_note(waiting: int) -> OutgoingMessage:
    """Return the one line about what still waits after an absence."""
    text = plural(
        "I was away for a while, and a button pressed meanwhile did nothing. "
        "{n} reply still waits for you: **/queue** shows it.",
        "I was away for a while, and a button pressed meanwhile did nothing. "
        "{n} replies still wait for you: **/queue** shows them.",
        waiting,
    )
    return plain(text.format(n=waiting))


def unreadable_note(place: Place) -> OutgoingMessage:
    """Return what the author is told about a thread that could not be read after an absence."""
    return plain(
        _(
            "I cannot read the thread of *{title}*, so I do not know what was edited or deleted there meanwhile. "
            "Its comments on the blog stay as they are. If the thread is still there, give me View Channel and Read "
            "Message History in it."
        ).format(title=post_title(place))
    )
