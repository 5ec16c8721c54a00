"""Interactions from their start to their end, with Discord's deadlines.

Discord's documentation ("Receiving and Responding"): the first answer must come within 3 seconds, the token then
works for 15 minutes; the first followup to a deferred answer takes the deferred message's place.
"""

import secrets
from collections.abc import Sequence

from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.interactions import payloads
from bot.demo.loopback.interactions.models import CallbackType, CommandType, Interaction, InteractionType
from bot.demo.loopback.world.components import stored
from bot.demo.loopback.world.events import plain
from bot.demo.loopback.world.models import Attachment, Json, Message, MessageFlag, MessageType
from bot.demo.loopback.world.world import World

ANSWER_WITHIN_SECONDS = 3.0
TOKEN_LIVES_SECONDS = 15 * 60.0
MAX_CHOICES = 25
MAX_MODAL_TITLE = 45


class Interactions:
    """All interactions of the world. The two deadlines, in seconds, can be set."""

    def __init__(
        self,
        world: World,
        *,
        answer_within_seconds: float = ANSWER_WITHIN_SECONDS,
        token_lives_seconds: float = TOKEN_LIVES_SECONDS,
    ) -> None:
        self._world = world
        self.answer_within_seconds = answer_within_seconds
        self.token_lives_seconds = token_lives_seconds
        self.by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def open(
        self,
        kind: InteractionType,
        *,
        user_id: int,
        guild_id: int | None,
        channel_id: int,
        data: Json,
        source: Message | None = None,
        cause: Interaction | None = None,
    ) -> Interaction:
        """Start an interaction and tell the bot."""
        world = self._world
        interaction = Interaction(
            world.next_id(),
            secrets.token_urlsafe(48),
            kind,
            user_id,
            guild_id,
            channel_id,
            data,
            world.seconds(),
            source,
            cause,
        )
        self.by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        body = payloads.interaction(world, interaction, world.bot.id)
        world.emit(plain("INTERACTION_CREATE", body, guild_id=guild_id))
        return interaction

    def is_too_late(self, interaction: Interaction) -> bool:
        """Return whether the time for a first answer is over without one."""
        age = self._world.seconds() - interaction.opened_at
        return interaction.callback is None and age > self.answer_within_seconds

    def answer(self, interaction_id: int, token: str, body: Json, files: Sequence[Attachment]) -> Interaction:
        """Take the first answer; refuse with 10062 (unknown, or too late) and 40060 (answered already)."""
        interaction = self.by_id.get(interaction_id)
        if interaction is None or interaction.token != token or self.is_too_late(interaction):
            raise refusal(10062)
        if interaction.callback is not None:
            raise refusal(40060)
        kind, data = CallbackType(body["type"]), body.get("data") or {}
        self._carry_out(interaction, kind, data, files)
        interaction.callback = kind
        self._changed(interaction)
        return interaction

    def _carry_out(self, interaction: Interaction, kind: CallbackType, data: Json, files: Sequence[Attachment]) -> None:
        is_autocomplete = interaction.type == InteractionType.AUTOCOMPLETE
        if is_autocomplete != (kind == CallbackType.AUTOCOMPLETE_RESULT):
            raise invalid_form({"type": ("INTERACTION_INVALID_CALLBACK", "This answer does not fit the interaction.")})
        if kind == CallbackType.MESSAGE:
            interaction.response = self._post(interaction, data, files, kind=_message_type(interaction))
        elif kind == CallbackType.DEFERRED_MESSAGE:
            interaction.was_deferred = True
            interaction.response = self._post_loading(interaction, int(data.get("flags") or 0))
        elif kind in (CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE):
            self._update(interaction, kind, data, files)
        elif kind == CallbackType.AUTOCOMPLETE_RESULT:
            interaction.choices = _checked_choices(data.get("choices") or [])
        else:
            checked = _checked_modal(interaction, data)
            interaction.modal = {**checked, "components": stored(data["components"], self._world.next_id)}

    def _update(self, interaction: Interaction, kind: CallbackType, data: Json, files: Sequence[Attachment]) -> None:
        if interaction.source is None:
            raise invalid_form({"type": ("INTERACTION_INVALID_CALLBACK", "There is no message to update.")})
        if kind == CallbackType.UPDATE:
            self._world.edit(interaction.source, data, files=files)

    def _post(
        self,
        interaction: Interaction,
        body: Json,
        files: Sequence[Attachment],
        *,
        kind: MessageType = MessageType.DEFAULT,
        ephemeral: bool | None = None,
    ) -> Message:
        world = self._world
        asked = bool(int(body.get("flags") or 0) & MessageFlag.EPHEMERAL)
        is_ephemeral = asked if ephemeral is None else ephemeral
        return world.post(
            world.bot,
            world.channels[interaction.channel_id],
            body,
            files=files,
            kind=kind,
            ephemeral_for=interaction.user_id if is_ephemeral else None,
            interaction=payloads.metadata(world, interaction),
        )

    def _post_loading(self, interaction: Interaction, flags: int) -> Message:
        world = self._world
        is_ephemeral = bool(flags & MessageFlag.EPHEMERAL)
        message = Message(
            world.next_id(),
            interaction.channel_id,
            world.bot.id,
            type=_message_type(interaction),
            flags=MessageFlag.LOADING | (MessageFlag.EPHEMERAL if is_ephemeral else 0),
            ephemeral_for=interaction.user_id if is_ephemeral else None,
            interaction=payloads.metadata(world, interaction),
        )
        world.store(world.channels[interaction.channel_id], message)
        return message

    # --- afterwards, by the interaction's token ---------------------------------------------------

    def by_token(self, token: str) -> Interaction:
        """Return an answered interaction whose token still works; refuse with 10015 or 50027."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.callback is None:
            raise refusal(10015)
        if self._world.seconds() - interaction.opened_at > self.token_lives_seconds:
            raise refusal(50027)
        return interaction

    def message(self, interaction: Interaction, which: str) -> Message:
        """Return `@original` or a message of this interaction by its id; refuse with 10008."""
        known = [interaction.original, *interaction.followups]
        for message in known:
            if message is None or (which != "@original" and str(message.id) != which):
                continue
            if message.id in self._world.messages_by_channel.get(message.channel_id, {}):
                return message
            break
        raise refusal(10008)

    def follow_up(self, interaction: Interaction, body: Json, files: Sequence[Attachment]) -> Message:
        """Send another message; the first one after a deferral takes the loading message's place."""
        if interaction.response is not None and interaction.response.is_loading:
            self.edit(interaction, interaction.response, body, files)
            return interaction.response
        message = self._post(interaction, body, files)
        interaction.followups.append(message)
        self._changed(interaction)
        return message

    def edit(self, interaction: Interaction, message: Message, body: Json, files: Sequence[Attachment]) -> None:
        """Edit one of the interaction's messages."""
        self._world.edit(message, body, files=files)
        self._changed(interaction)

    def delete(self, interaction: Interaction, message: Message) -> None:
        """Delete one of the interaction's messages."""
        self._world.delete(message)
        self._changed(interaction)

    def _changed(self, interaction: Interaction) -> None:
        interaction.changes += 1
        self._world.touch()


def _message_type(interaction: Interaction) -> MessageType:
    if interaction.type != InteractionType.COMMAND:
        return MessageType.DEFAULT
    is_slash = interaction.data.get("type") == CommandType.CHAT_INPUT
    return MessageType.CHAT_INPUT_COMMAND if is_slash else MessageType.CONTEXT_MENU_COMMAND


def _checked_choices(choices: list[Json]) -> list[Json]:
    if len(choices) > MAX_CHOICES:
        raise invalid_form({"data.choices": ("BASE_TYPE_MAX_LENGTH", f"Must be {MAX_CHOICES} or fewer in length.")})
    for index, choice in enumerate(choices):
        for field in ("name", "value"):
            if isinstance(choice[field], str) and not 1 <= len(choice[field]) <= 100:
                path = f"data.choices.{index}.{field}"
                raise invalid_form({path: ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")})
    return choices


def _checked_modal(interaction: Interaction, data: Json) -> Json:
    if interaction.type == InteractionType.MODAL_SUBMIT:
        raise invalid_form({"type": ("INTERACTION_INVALID_CALLBACK", "A modal cannot be answered with a modal.")})
    if not 1 <= len(data.get("title") or "") <= MAX_MODAL_TITLE:
        raise invalid_form({"data.title": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length.")})
    if not data.get("components"):
        raise invalid_form({"data.components": ("BASE_TYPE_REQUIRED", "This field is required")})
    return data
