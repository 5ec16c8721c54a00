"""Renders an `OutgoingMessage` with discord.py's components, and recognises it when it is read back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import discord
from discord import ui
from yarl import URL

from bot.domain.messages import Button, ButtonStyle, Card, OutgoingMessage
from bot.text.limits import (
    BUTTON_LABEL,
    BUTTON_URL,
    COMPONENTS_TEXT,
    MEDIA_DESCRIPTION,
    MEDIA_URL,
    MESSAGE_TEXT,
    cut,
    length,
)

BUTTONS_IN_A_ROW: Final = 5
SHARE_OF_EDGES: Final = 4
"""Heading and footer take at most a quarter each of a card's text; the body gets what they leave."""

_STYLES: Final = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.SECONDARY: discord.ButtonStyle.secondary,
    ButtonStyle.SUCCESS: discord.ButtonStyle.success,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
    ButtonStyle.LINK: discord.ButtonStyle.link,
}

V = TypeVar("V", bound=ui.View | ui.LayoutView)


@dataclass(frozen=True, slots=True)
class Plain:
    """A message of text and buttons."""

    content: str
    view: ui.View


@dataclass(frozen=True, slots=True)
class Layout:
    """A Components V2 message: everything is in the view, there is no content."""

    view: ui.LayoutView


def render(message: OutgoingMessage) -> Plain | Layout:
    """Return the message as discord.py sends it; only one with a card needs Components V2."""
    return render_layout(message) if message.card else render_plain(message)


def render_plain(message: OutgoingMessage) -> Plain:
    """Return the message without its card, as text and buttons."""
    view = ui.View(timeout=None)
    for button in _shown(message.buttons):
        view.add_item(_button(button))
    return Plain(cut(message.text, MESSAGE_TEXT), _inert(view))


def render_layout(message: OutgoingMessage) -> Layout:
    """Return the message in Components V2, whether it has a card or not."""
    view = ui.LayoutView(timeout=None)
    room = COMPONENTS_TEXT
    if message.text.strip():
        text = cut(message.text, MESSAGE_TEXT)
        room -= length(text)
        view.add_item(ui.TextDisplay(text))
    if message.card:
        view.add_item(_container(message.card, room))
    buttons = _shown(message.buttons)
    for start in range(0, len(buttons), BUTTONS_IN_A_ROW):
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for button in buttons[start : start + BUTTONS_IN_A_ROW]:
            row.add_item(_button(button))
        view.add_item(row)
    return Layout(_inert(view))


def allowed_mentions(message: OutgoingMessage) -> discord.AllowedMentions:
    """Return leave to ping the one person or role that the message names, and nobody else."""
    users = [discord.Object(message.pings_user_id)] if message.pings_user_id else []
    roles = [discord.Object(message.pings_role_id)] if message.pings_role_id else []
    return discord.AllowedMentions(everyone=False, users=users, roles=roles, replied_user=False)


def has_link(message: OutgoingMessage) -> bool:
    """Return whether Discord would unfurl something below the message's text."""
    return "://" in message.text


def is_same(message: OutgoingMessage, found: discord.Message) -> bool:
    """Return whether a message read from Discord is this one: the same buttons, or without any the same text."""
    marks = frozenset(mark for button in _shown(message.buttons) if (mark := _mark(button.custom_id, button.url)))
    found_marks = frozenset(_marks(found.components))
    if marks or found_marks:
        return marks == found_marks
    rendered = render(message)
    if isinstance(rendered, Plain):
        return rendered.content.strip() == found.content.strip()
    return _texts_in(rendered.view) == list(_texts(found.components))


def _container(card: Card, room: int) -> "ui.Container[ui.LayoutView]":
    footer = cut("\n".join(f"-# {line}" for line in card.footer.splitlines()), room // SHARE_OF_EDGES)
    heading = cut(f"### {card.heading}" if card.heading else "", room // SHARE_OF_EDGES)
    body = cut(card.body, max(0, room - length(heading) - length(footer)))
    container: ui.Container[ui.LayoutView] = ui.Container()
    for text in (heading, body):
        if text.strip():
            container.add_item(ui.TextDisplay(text))
    if card.image_url and length(card.image_url) <= MEDIA_URL:
        alt = cut(card.image_alt, MEDIA_DESCRIPTION) or None
        container.add_item(ui.MediaGallery(discord.MediaGalleryItem(card.image_url, description=alt)))
    if footer:
        container.add_item(ui.TextDisplay(footer))
    return container


def _shown(buttons: Iterable[Button]) -> Sequence[Button]:
    """Return the buttons that Discord can show: it refuses a whole message for one link that is too long."""
    return [button for button in buttons if length(button.url or "") <= BUTTON_URL]


def _button(button: Button) -> "ui.Button[V]":
    label = cut(button.label, BUTTON_LABEL)
    if button.url:
        return ui.Button(label=label, url=button.url)
    return ui.Button(label=label, style=_STYLES[button.style], custom_id=button.custom_id)


def _inert(view: V) -> V:
    """Return the view stopped: the library keeps no stopped view in memory, and clicks go by the button's id."""
    view.stop()
    return view


def _walk(components: Iterable[object]) -> Iterator[object]:
    for component in components:
        yield component
        yield from _walk(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield accessory


def _marks(components: Iterable[object]) -> Iterator[str]:
    for component in _walk(components):
        if isinstance(component, discord.Button):
            mark = _mark(component.custom_id, component.url)
            if mark:
                yield mark


def _mark(custom_id: str | None, url: str | None) -> str | None:
    """Return what a button is known by; an address in one spelling, for Discord may give it back in another."""
    if custom_id or not url:
        return custom_id
    try:
        address = URL(url)
        return f"{address.origin()}{address.raw_path_qs}#{address.raw_fragment}"
    except ValueError:
        return url


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in _walk(components):
        if isinstance(component, discord.TextDisplay):
            yield component.content.strip()


def _texts_in(view: ui.LayoutView) -> list[str]:
    return [item.content.strip() for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
