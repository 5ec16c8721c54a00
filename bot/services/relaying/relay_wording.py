"""What is said about a relay to its writer: the preview, its terms, the question; and the names of everything."""

import hashlib
import re
from datetime import datetime

from bot.domain.messages import GUARD_DIGITS, Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.domain.relays import (
    BEFORE_THE_YES,
    COMMENT_DISPLAY_LIMIT,
    NAME_DISPLAY_LIMIT,
    RelayState,
    message_link,
)
from bot.domain.translation import _
from bot.text.escape import escape_markdown
from bot.text.html_to_markdown import html_to_markdown
from bot.text.links import is_web_address
from db.models import Relay, StoredBlog
from db.relays import Place

_LINK = r"https?://[^\s<>]{1,500}"
"""What may become a link: Discord takes 512 characters for a button's."""

_TITLE_CHARACTERS = 100


def plain(text: str) -> OutgoingMessage:
    """Return a message of one sentence."""
    return OutgoingMessage(text=text)


def blog_name(blog: StoredBlog) -> str:
    """Return what a blog is called, safe to show."""
    return escape_markdown(cut_short(blog.title or blog.url, _TITLE_CHARACTERS))


def shown_name(relay: Relay) -> str:
    """Return the name above a comment, safe to show (one that had to be cut cannot be sent)."""
    return escape_markdown(cut_short(relay.name, NAME_DISPLAY_LIMIT))


def post_title(place: Place) -> str:
    """Return a post's title, safe to show."""
    return escape_markdown(cut_short(place.post.title, _TITLE_CHARACTERS))


def comment_markdown(relay: Relay) -> str:
    """Return the comment as it will look, in Discord's Markdown."""
    return html_to_markdown(relay.content_html or "")


def wording(relay: Relay, place: Place) -> str:
    """Return the sentences a writer agrees to when they press Send; they are kept with the consent."""
    return "\n".join((_heading(place.blog), _terms(relay, place)))


def send_guard(relay: Relay, place: Place) -> str:
    """Return the guard of *Send*: another one when the text, the name or the sentences beside it are others."""
    return hashlib.sha256(f"{relay.guard}\0{wording(relay, place)}".encode()).hexdigest()[:GUARD_DIGITS]


def _heading(blog: StoredBlog) -> str:
    return _("This will be public on {blog}.").format(blog=blog_name(blog))


def _terms(relay: Relay, place: Place) -> str:
    if relay.is_as_blog_user:
        return _(
            "Anyone can read it; it goes out at once as the blog's own user. Later edits of your message follow. "
            "Delete your message and it leaves the blog; copies others made may remain."
        )
    if relay.is_authors_pick and are_edits_looked_at(relay, place):
        return _(
            "Anyone can read it; <@{author}> asked for it, so it goes out when you press Send. Later edits of your "
            "message wait for the author's look. Delete your message and it leaves the blog; copies others made may "
            "remain."
        ).format(author=relay.picked_by)
    if relay.is_authors_pick:
        return _(
            "Anyone can read it; <@{author}> asked for it, so it goes out when you press Send. Later edits of your "
            "message follow. Delete your message and it leaves the blog; copies others made may remain."
        ).format(author=relay.picked_by)
    if place.is_trusted:
        return _(
            "Anyone can read it; the blog's author trusts you, so it goes out when you press Send. Later edits of "
            "your message follow. Delete your message and it leaves the blog; copies others made may remain."
        )
    if place.subscription.policy == "direct":
        return _(
            "Anyone can read it once the blog's own rules let it through. Later edits of your message follow. "
            "Delete your message and it leaves the blog; copies others made may remain."
        )
    return _(
        "Anyone can read it; the blog's author looks first, also at later edits. "
        "Delete your message and it leaves the blog; copies others made may remain."
    )


def are_edits_looked_at(relay: Relay, place: Place) -> bool:
    """Return whether the author sees an edit before it takes the place of what is on the blog."""
    return not (relay.is_as_blog_user or place.subscription.policy == "direct" or place.is_trusted)


def preview(relay: Relay, place: Place, *, problem: str | None = None, lead: str = "") -> OutgoingMessage:
    """Return the comment as it will look. With a `problem` it says so and cannot be sent as it is."""
    change = relay_button(relay, Action.CHANGE, _("Change text or name"))
    cancel = relay_button(relay, Action.CANCEL, _("Cancel"))
    send = Button(
        label=_("Send"),
        style=ButtonStyle.SUCCESS,
        custom_id=button_id(Action.SEND, relay.id, send_guard(relay, place)),
    )
    body = shown_comment(relay)
    card = Card(heading=_heading(place.blog), body=body, footer=_terms(relay, place))
    if problem is not None:
        return OutgoingMessage(text="\n".join(filter(None, (lead, problem))), card=card, buttons=(change, cancel))
    return OutgoingMessage(text=lead, card=card, buttons=(send, change, cancel))


def shown_comment(relay: Relay) -> str:
    """Return name and comment, cut to what fits (a comment that had to be cut cannot be sent)."""
    return f"**{shown_name(relay)}**\n{cut_short(comment_markdown(relay), COMMENT_DISPLAY_LIMIT)}"


def cut_short(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, ended by an ellipsis if it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def question(relay: Relay) -> OutgoingMessage:
    """Return the question to a writer whose message the author would like."""
    link = message_link(guild_id=relay.guild_id, channel_id=relay.thread_id, message_id=relay.message_id)
    text = _("<@{writer}>, <@{author}> would like [your message]({link}) on the blog. Only you can answer.").format(
        writer=relay.writer_id, author=relay.picked_by, link=link
    )
    return OutgoingMessage(
        text=text,
        pings_user_id=relay.writer_id,
        buttons=(
            relay_button(relay, Action.SEE, _("See it first"), ButtonStyle.PRIMARY),
            relay_button(relay, Action.NO, _("No, thanks")),
            relay_button(relay, Action.NEVER, _("Don't ask me again")),
        ),
    )


def away_line(relay: Relay, place: Place) -> str:
    """Return what a waiting writer is told about an author who is away."""
    until = place.subscription.away_until
    if relay.state != RelayState.WAITING_FOR_AUTHOR or until is None or until <= relay.updated_at:
        return ""
    return _("They are away and will be back {time}, so it may take longer.").format(time=ago(until))


def safe_address(link: str | None) -> str | None:
    """Return an address where it is one that Discord takes and that hides nothing."""
    return link if link and re.fullmatch(_LINK, link) and is_web_address(link) else None


def is_before_the_yes(relay: Relay) -> bool:
    """Return whether its writer can still change, send or cancel it."""
    return relay.state in BEFORE_THE_YES


def view_button(relay: Relay) -> tuple[Button, ...]:
    """Return the link to the comment, where everybody can see it."""
    return link_button(relay) if relay.state == RelayState.PUBLISHED else ()


def link_button(relay: Relay) -> tuple[Button, ...]:
    """Return the link to the comment, whoever can see it."""
    url = safe_address(relay.comment_link)
    if url is None:
        return ()
    return (Button(label=_("View"), style=ButtonStyle.LINK, url=url),)


def ago(moment: datetime) -> str:
    """Return a moment as Discord shows it to each reader: "5 minutes ago"."""
    return f"<t:{int(moment.timestamp())}:R>"


def relay_button(relay: Relay, action: Action, label: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Button:
    """Return a button about this relay; it counts only while the relay is as it is now."""
    return Button(label=label, style=style, custom_id=button_id(action, relay.id, relay.guard))
