"""A later text of a reply: kept beside the one that was agreed to, until somebody says yes or no to it."""

from bot.domain.edits import EditState
from bot.domain.models import Reply
from bot.domain.ports import Randomness
from bot.domain.relays import ON_ITS_WAY, ON_THE_BLOG, RelayState, text_hash
from bot.text.markdown_to_html import markdown_to_html
from db.models import Relay

CAN_HAVE_EDIT = (
    ON_ITS_WAY
    | ON_THE_BLOG
    | {RelayState.PROPOSED, RelayState.WAITING_FOR_WRITER, RelayState.WAITING_FOR_AUTHOR, RelayState.REFUSED}
)


def keep(relay: Relay, reply: Reply, waits_for: EditState, randomness: Randomness) -> None:
    """Keep the message's text beside the agreed one. A text that Discord did not tell is kept as unknown."""
    relay.edit_state = waits_for.value
    relay.edit_source = relay.edit_html = relay.edit_hash = None
    if reply.content is not None:
        relay.edit_source = reply.content
        relay.edit_html = markdown_to_html(reply.content, channel_names=reply.channel_names)
        relay.edit_hash = text_hash(relay.name, relay.edit_html)
    relay.guard = randomness.guard()


def forget(relay: Relay) -> None:
    """Keep no later text: nothing waits any more."""
    relay.edit_state = relay.edit_source = relay.edit_html = relay.edit_hash = None


def take(relay: Relay, randomness: Randomness) -> None:
    """Make the later text the relay's own."""
    relay.source, relay.content_html, relay.text_hash = relay.edit_source, relay.edit_html, relay.edit_hash
    relay.is_own_text = False
    relay.guard = randomness.guard()
    forget(relay)


def put_back(relay: Relay, source: str | None, html: str, randomness: Randomness) -> None:
    """Take the later text back out again: the one before is the relay's own, and the newest waits for an author."""
    if relay.edit_state is None:
        relay.edit_source, relay.edit_html, relay.edit_hash = relay.source, relay.content_html, relay.text_hash
        relay.edit_state = EditState.AUTHOR.value
    relay.edit_decided_by = relay.edit_decided_at = None
    relay.source, relay.content_html, relay.text_hash = source, html, text_hash(relay.name, html)
    relay.guard = randomness.guard()


def is_same_text(relay: Relay, reply: Reply) -> bool:
    """Return whether the message says what was agreed to already."""
    html = markdown_to_html(reply.content or "", channel_names=reply.channel_names)
    return text_hash(relay.name, html) == relay.text_hash


def waits_for_author(relay: Relay) -> bool:
    """Return whether an edit of a comment waits for the author's look."""
    return relay.edit_state == EditState.AUTHOR and relay.state in ON_ITS_WAY | ON_THE_BLOG
