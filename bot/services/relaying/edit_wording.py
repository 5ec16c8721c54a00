"""What is said about an edit: the author's card with the difference, and the question to its writer."""

from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.domain.relays import COMMENT_DISPLAY_LIMIT, message_link
from bot.domain.translation import _
from bot.services.relaying.relay_wording import (
    blog_name,
    cut_short,
    post_title,
    relay_button,
    send_guard,
    shown_name,
    wording,
)
from bot.text.html_to_markdown import html_to_markdown
from db.models import Relay
from db.relays import Place

_BEFORE_CHARACTERS = 500
_RUN_UP_CHARACTERS = 60
"""How much of what both texts share is shown before the place where they begin to differ."""


def edit_card(relay: Relay, place: Place) -> OutgoingMessage:
    """Return the author's card about an edit: the whole new text, and the old one from where they differ."""
    return OutgoingMessage(
        card=Card(
            body="\n".join(edit_item(relay, place)),
            footer=_("The comment on the blog stays as it was until you decide."),
        ),
        buttons=edit_buttons(relay),
    )


def edit_item(relay: Relay, place: Place) -> list[str]:
    """Return the lines that tell an author what an edit changes."""
    before, now = html_to_markdown(relay.content_html or ""), html_to_markdown(relay.edit_html or "")
    return [
        _("**{name}** edited a reply on *{title}*.").format(name=shown_name(relay), title=post_title(place)),
        _("Before: {text}").format(text=_where_they_differ(before, now)),
        _("Now: {text}").format(text=cut_short(now, COMMENT_DISPLAY_LIMIT)),
    ]


def edit_buttons(relay: Relay, *, number: int | None = None) -> tuple[Button, ...]:
    """Return what an author can do about an edit; `number` tells apart the items of one page."""
    publish = _("Publish the edit") if number is None else _("Publish edit {number}").format(number=number)
    leave = _("Keep the old text") if number is None else _("Keep old {number}").format(number=number)
    return (
        relay_button(relay, Action.EDIT_PUBLISH, publish, ButtonStyle.SUCCESS),
        relay_button(relay, Action.EDIT_REFUSE, leave),
    )


def edit_preview(relay: Relay, place: Place, *, problem: str | None, lead: str = "") -> OutgoingMessage:
    """Return to its writer the edited text as it would look, or why it cannot be sent as it is."""
    heading = _("Your message is no longer what you sent to {blog}.").format(blog=blog_name(place.blog))
    text = cut_short(html_to_markdown(relay.edit_html or ""), COMMENT_DISPLAY_LIMIT)
    card = Card(
        heading=heading,
        body=f"**{shown_name(relay)}**\n{text}",
        footer="\n".join(
            (wording(relay, place), _("Until you send the edited text, the one that you agreed to stays."))
        ),
    )
    stay = relay_button(relay, Action.EDIT_KEEP, _("Leave it as it is"))
    if problem is not None:
        return OutgoingMessage(text=problem, card=card, buttons=(stay, _take_off(relay)))
    send = _edit_send(relay, place, _("Send the edited text"), ButtonStyle.SUCCESS)
    return OutgoingMessage(text=lead, card=card, buttons=(send, stay, _take_off(relay)))


def use_message_button(relay: Relay, place: Place) -> Button:
    """Return the button that puts the message's text in the place of the one typed in the preview."""
    return _edit_send(relay, place, _("Use the message's text"))


def edited_meanwhile() -> str:
    """Return what stands above a preview whose writer typed a text of their own and then edited the message."""
    return _("You edited your message since. What you typed here was kept; you can take the message's text instead.")


def edit_question(relay: Relay) -> OutgoingMessage:
    """Return the question to a writer whose edit may or may not be meant for the blog."""
    link = message_link(guild_id=relay.guild_id, channel_id=relay.thread_id, message_id=relay.message_id)
    text = _(
        "<@{writer}>, you edited [your message]({link}). On the blog it still reads as you sent it: use "
        "**Apps > Send to blog** on the message to send the edited text too."
    ).format(writer=relay.writer_id, link=link)
    return OutgoingMessage(
        text=text,
        pings_user_id=relay.writer_id,
        buttons=(relay_button(relay, Action.EDIT_KEEP, _("Leave it as it is")),),
    )


def edit_waits() -> str:
    """Return what a writer is told whose edit waits for the author."""
    return _("Your edit waits for the author's look; until then the comment stays as it was.")


def _edit_send(relay: Relay, place: Place, label: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Button:
    """Return a button that counts only for the text, the name and the sentences beside it."""
    return Button(label=label, style=style, custom_id=button_id(Action.EDIT_SEND, relay.id, send_guard(relay, place)))


def _take_off(relay: Relay) -> Button:
    return relay_button(relay, Action.TAKE_OFF, _("Take it off the blog"), ButtonStyle.DANGER)


def _where_they_differ(before: str, now: str) -> str:
    """Return the old text, when it is long from a little before the place where the new one begins to differ."""
    if len(before) <= _BEFORE_CHARACTERS:
        return before
    pairs = zip(before, now, strict=False)
    shared = next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(before), len(now)))
    start = before.rfind(" ", 0, max(0, shared - _RUN_UP_CHARACTERS)) + 1
    return cut_short(before[start:] if start == 0 else f"…{before[start:]}", _BEFORE_CHARACTERS)
