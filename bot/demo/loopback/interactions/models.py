"""One interaction and what became of it."""

from dataclasses import dataclass, field
from enum import IntEnum

from bot.demo.loopback.world.models import Json, Message


class InteractionType(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    """Discord's types of a first answer."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE_RESULT = 8
    MODAL = 9


class CommandType(IntEnum):
    """Discord's application-command types."""

    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3


@dataclass(slots=True)
class Interaction:
    """Something a user started. `callback` is None until the bot's first answer.

    `source` is the message whose component was used (also for a modal that came from one), `response` the message
    that answers it, `changes` counts everything that happened to it since.
    """

    id: int
    token: str
    type: InteractionType
    user_id: int
    guild_id: int | None
    channel_id: int
    data: Json
    opened_at: float
    source: Message | None = None
    cause: "Interaction | None" = None
    callback: CallbackType | None = None
    was_deferred: bool = False
    response: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    changes: int = 0

    @property
    def original(self) -> Message | None:
        """Return what `@original` means: the answer, or the message that the answer updates."""
        updates = self.callback in (CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE)
        return self.source if updates else self.response
