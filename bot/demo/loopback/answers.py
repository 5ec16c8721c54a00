"""What a member gets back from the bot."""

import asyncio
from typing import Literal

from bot.demo.loopback.core import Core
from bot.demo.loopback.interactions import forms
from bot.demo.loopback.interactions.models import CallbackType, Interaction
from bot.demo.loopback.world.models import Json, Message

Kind = Literal["message", "deferred-then-message", "modal", "update", "deferred-update", "autocomplete"]
GRACE_SECONDS = 0.05


class NoAnswerError(Exception):
    """The bot did not answer in time; Discord shows "The application did not respond"."""


class Answer:
    """The bot's answer to one interaction, as its member sees it now.

    `kind` says how it came: "message", "deferred-then-message", "modal", "update" (of the message whose button was
    pressed) or "deferred-update" (acknowledged; what follows is for `updated` or `followup`).
    """

    def __init__(self, core: Core, interaction: Interaction) -> None:
        self._core = core
        self.interaction = interaction
        self._seen = self._state()
        self._followups_seen = 0

    @property
    def kind(self) -> Kind:
        """How the answer came."""
        callback = self.interaction.callback
        if callback == CallbackType.DEFERRED_MESSAGE:
            return "deferred-then-message"
        kinds: dict[CallbackType | None, Kind] = {
            CallbackType.MESSAGE: "message",
            CallbackType.MODAL: "modal",
            CallbackType.UPDATE: "update",
            CallbackType.DEFERRED_UPDATE: "deferred-update",
            CallbackType.AUTOCOMPLETE_RESULT: "autocomplete",
        }
        return kinds[callback]

    @property
    def message(self) -> Message | None:
        """The answering (or updated) message, also after it was deleted; None for a modal."""
        return self.interaction.original

    @property
    def is_deleted(self) -> bool:
        """Whether the message was deleted."""
        message = self.message
        if message is None:
            return False
        return message.id not in self._core.world.messages_by_channel.get(message.channel_id, {})

    @property
    def text(self) -> str:
        """All that is written in the message, or a modal's title and texts."""
        if self.interaction.modal is not None:
            texts = [one["content"] for one in self.interaction.modal["components"] if one["type"] == 10]
            return "\n".join([self.interaction.modal["title"], *texts])
        return self.message.text if self.message is not None else ""

    @property
    def buttons(self) -> list[str]:
        """What the buttons say, in order."""
        return self.message.button_labels if self.message is not None else []

    @property
    def is_ephemeral(self) -> bool:
        """Whether the member alone sees it."""
        return self.message is not None and self.message.is_ephemeral

    @property
    def fields(self) -> dict[str, str]:
        """A modal's text fields and what is filled in, by label."""
        modal = self.interaction.modal
        if modal is None:
            return {}
        return {label: one.get("value") or "" for label, one in forms.fields(modal) if one["type"] == forms.TEXT_INPUT}

    @property
    def modal(self) -> Json | None:
        """The modal as it was sent."""
        return self.interaction.modal

    @property
    def followups(self) -> list[Message]:
        """Further messages of the bot to the same interaction."""
        return list(self.interaction.followups)

    def _state(self) -> tuple[int, int, bool]:
        message = self.interaction.original
        return (message.id, message.version, self.is_deleted) if message is not None else (0, 0, False)

    async def updated(self, *, timeout: float = 20.0) -> "Answer":
        """Wait until the message differs from what was last seen (edited or deleted) and return this answer."""
        async with asyncio.timeout(timeout):
            while self._state() == self._seen:
                await self._core.world.changed()
        self._seen = self._state()
        return self

    async def followup(self, *, timeout: float = 20.0) -> Message:
        """Wait for the next further message and return it."""
        async with asyncio.timeout(timeout):
            while len(self.interaction.followups) <= self._followups_seen:
                await self._core.world.changed()
        self._followups_seen += 1
        return self.interaction.followups[self._followups_seen - 1]


async def wait_for(core: Core, interaction: Interaction, *, timeout: float) -> Answer:
    """Wait for the bot's first answer, and after a deferral for what follows it.

    NoAnswerError when the first answer is not there in Discord's three seconds, or the deferred one not within
    `timeout` seconds.
    """
    try:
        async with asyncio.timeout(core.interactions.answer_within_seconds + GRACE_SECONDS):
            while interaction.callback is None:
                await core.world.changed()
    except TimeoutError:
        raise NoAnswerError(f"The bot did not answer {interaction.data}") from None
    try:
        async with asyncio.timeout(timeout):
            while interaction.response is not None and _is_loading(core, interaction.response):
                await core.world.changed()
    except TimeoutError:
        raise NoAnswerError("The bot deferred its answer and never gave it") from None
    return Answer(core, interaction)


def _is_loading(core: Core, message: Message) -> bool:
    return message.is_loading and message.id in core.world.messages_by_channel.get(message.channel_id, {})
