"""What we say in Discord, as values: they are stored in the ledger and rendered by `bot.chat`."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class ButtonStyle(StrEnum):
    """Discord's button styles by name."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: a link (`url`), or an action (`custom_id`, made by `button_id`)."""

    label: str
    style: ButtonStyle = ButtonStyle.SECONDARY
    custom_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A framed block. `heading`, `body` and `footer` are Discord Markdown, safe to show as they are."""

    heading: str = ""
    body: str = ""
    footer: str = ""
    image_url: str | None = None
    image_alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message of ours. Nobody is pinged but the one member or role named here.

    `text` is Discord Markdown; with a `card` it stands above the card. `replies_to_id` is a message of
    the same channel that it is shown as a reply to, as long as that one is there; it counts only when sending.
    """

    text: str = ""
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    pings_user_id: int | None = None
    pings_role_id: int | None = None
    replies_to_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the message as plain JSON values, for the ledger."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "OutgoingMessage":
        """Return the message that `to_json` gave."""
        fields = dict(stored)
        fields["card"] = Card(**fields["card"]) if fields.get("card") else None
        fields["buttons"] = tuple(
            Button(**{**button, "style": ButtonStyle(button["style"])}) for button in fields.get("buttons", ())
        )
        return cls(**fields)

    def marks(self) -> frozenset[str]:
        """Return what makes this message recognisable in a channel: its buttons' ids and links."""
        return frozenset(mark for button in self.buttons if (mark := button.custom_id or button.url))


class Action(StrEnum):
    """What a button asks for. The word is part of its id, so it is never changed, only added to."""

    SEND = "send"
    CHANGE = "change"
    CANCEL = "cancel"
    SEE = "see"
    NO = "no"
    NEVER = "never"
    TAKE_OFF = "takeoff"
    PUBLISH = "publish"
    REFUSE = "refuse"
    UNDO = "undo"
    ANNOUNCE = "announce"
    LEAD = "lead"
    DROP = "drop"
    AGAIN = "again"
    HELD_ANNOUNCE = "heldannounce"
    HELD_REMEMBER = "heldremember"
    CONNECT = "connect"
    REMOVE_BLOG = "removeblog"
    EDIT_SEND = "editsend"
    EDIT_KEEP = "editkeep"
    EDIT_PUBLISH = "editpublish"
    EDIT_REFUSE = "editrefuse"
    TAKE_ALL_OFF = "takealloff"
    KEEP_ALL = "keepall"
    UNDO_ALL = "undoall"
    MORE = "more"
    APPROVE = "approve"
    SPAM = "spam"
    BIN = "bin"
    TRUST = "trust"
    BLOCK = "block"
    FORGET_STANCE = "forgetstance"
    STOP_THREAD = "stopthread"
    RESUME_THREAD = "resumethread"
    SUGGESTIONS = "suggestions"
    ASK_WRITER = "askwriter"
    DISMISS = "dismiss"
    ANSWER = "answer"
    PING_ME = "pingme"
    PING_NOT = "pingnot"
    MY_CONSENTS = "myconsents"
    WITHDRAW_ALL = "withdrawall"
    NEVER_ASK = "neverask"
    ASK_AGAIN = "askagain"
    FORGET = "forget"
    FORGET_YES = "forgetyes"


GUARD_DIGITS = 8
"""Hex digits of a guard."""

BUTTON_PATTERN = re.compile(r"bc1:(?P<action>[a-z]+):(?P<row_id>\d{1,18}):(?P<guard>[0-9a-f]{8})")
"""The ids of our buttons: version 1, the action, the row it is about, and a guard that the row knows."""


def button_id(action: Action, row_id: int, guard: str) -> str:
    """Return a button's id. `guard` is eight hex digits of the row's own; a stale button has another."""
    return f"bc1:{action.value}:{row_id}:{guard}"
