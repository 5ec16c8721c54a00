"""A member's hands: what people do in Discord, done as Discord's client would."""

from collections.abc import Mapping
from typing import Any

from bot.demo.loopback import answers
from bot.demo.loopback.answers import Answer
from bot.demo.loopback.core import Core
from bot.demo.loopback.errors import refusal
from bot.demo.loopback.interactions import forms, options, payloads
from bot.demo.loopback.interactions.models import CommandType, Interaction, InteractionType
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Attachment, Channel, ChannelType, Command, Guild, Json, Message, User
from bot.demo.loopback.world.permissions import Permission

Place = Channel | int


class Actor:
    """A member of one guild. What Discord refuses raises ApiError; what its client would not offer, CannotUseError.

    `timeout` is how long a deferred answer may take, in seconds.
    """

    def __init__(self, core: Core, user: User, guild: Guild) -> None:
        self._core = core
        self._world = core.world
        self.user = user
        self.guild = guild
        self.timeout = 20.0

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The name people see."""
        membership = self.guild.members.get(self.id)
        nick = membership.nick if membership is not None else None
        return nick or self.user.display_name or self.user.name

    # --- messages --------------------------------------------------------------------------------

    async def say(
        self,
        channel: Place,
        text: str = "",
        *,
        reply_to: Message | int | None = None,
        files: Mapping[str, bytes] | None = None,
        pings: bool = True,
    ) -> int:
        """Write a message and return its id. A reply pings whom it answers unless told not to."""
        place = self._place(channel)
        body: Json = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(_id(reply_to))}
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": pings}
        attached = [self._attach(name, content) for name, content in (files or {}).items()]
        self._world.require_may_send(self.id, place, body, has_files=bool(attached))
        return self._world.post(self.user, place, body, files=attached).id

    async def forward(self, channel: Place, message: Message | int) -> int:
        """Forward a message into a channel and return the new message's id."""
        source = self._message(message)
        reference = {"type": 1, "message_id": str(source.id), "channel_id": str(source.channel_id)}
        place = self._place(channel)
        self._world.require_may_send(self.id, place, {})
        return self._world.post(self.user, place, {"message_reference": reference}).id

    async def edit(self, channel: Place, message: Message | int, text: str) -> None:
        """Change one's own message."""
        found = self._world.message(_id(channel), _id(message))
        if found.author_id != self.id:
            raise refusal(50005)
        self._world.edit(found, {"content": text})

    async def delete(self, channel: Place, message: Message | int) -> None:
        """Delete a message: one's own, or as a moderator."""
        place = self._place(channel)
        found = self._world.message(place.id, _id(message))
        if found.author_id != self.id:
            self._world.require(self.id, Permission.MANAGE_MESSAGES, place)
        self._world.delete(found)

    async def react(self, channel: Place, message: Message | int, emoji: str) -> None:
        """Add a reaction."""
        self._world.react(self.id, self._world.message(_id(channel), _id(message)), emoji)

    async def unreact(self, channel: Place, message: Message | int, emoji: str) -> None:
        """Take one's reaction away."""
        self._world.unreact(self.id, self._world.message(_id(channel), _id(message)), emoji)

    async def open_thread(self, channel: Place, message: Message | int, name: str) -> int:
        """Open the thread of a message and return its id (which is the message's)."""
        place = self._place(channel)
        self._world.require(self.id, Permission.CREATE_PUBLIC_THREADS, place)
        return self._world.open_thread(self.user, self._world.message(place.id, _id(message)), name).id

    def sees(self, channel: Place) -> list[Message]:
        """Return the messages the member sees in a channel, ephemeral ones to them included."""
        return self._world.messages(_id(channel), self.user)

    # --- interactions ----------------------------------------------------------------------------

    async def use_command(
        self, name: str, /, *, in_channel: Place | None = None, bypass_permissions: bool = False, **values: Any
    ) -> Answer:
        """Use a slash command ("blog connect") and wait for the answer; users, channels and roles are given by id."""
        one = options.typed(self._world, self.guild, name, values)
        place = self._usable(one.command, in_channel, bypass=bypass_permissions)
        data = options.data(self._world, self.guild, one, viewer_id=self.id)
        return await self._start(InteractionType.COMMAND, place, data)

    async def autocomplete(self, name: str, /, *, in_channel: Place | None = None, **values: Any) -> list[Json]:
        """Type into a command; the last value given is being typed. Return the choices offered."""
        focused = list(values)[-1]
        one = options.typed(self._world, self.guild, name, values, focused=focused)
        place = self._usable(one.command, in_channel, bypass=False)
        data = options.data(self._world, self.guild, one, viewer_id=self.id)
        answer = await self._start(InteractionType.AUTOCOMPLETE, place, data)
        return answer.interaction.choices

    async def use_menu(
        self, name: str, channel: Place, message: Message | int, *, bypass_permissions: bool = False
    ) -> Answer:
        """Use *Apps > name* on a message and wait for the answer."""
        command = options.find(self._world, self.guild, name, CommandType.MESSAGE)
        place = self._usable(command, channel, bypass=bypass_permissions)
        target = self._world.message(place.id, _id(message))
        data: Json = {
            "id": str(command.id),
            "name": command.name,
            "type": int(CommandType.MESSAGE),
            "target_id": str(target.id),
            "resolved": payloads.resolved_messages(self._world, [target]),
        }
        return await self._start(InteractionType.COMMAND, place, data)

    async def use_user_menu(self, name: str, user_id: int, *, in_channel: Place | None = None) -> Answer:
        """Use *Apps > name* on a member and wait for the answer."""
        command = options.find(self._world, self.guild, name, CommandType.USER)
        place = self._usable(command, in_channel, bypass=False)
        found = payloads.resolved(self._world, self.guild.id, {"users": [user_id]}, channel_viewer=self.id)
        data: Json = {"id": str(command.id), "name": name, "type": int(CommandType.USER), "target_id": str(user_id)}
        return await self._start(InteractionType.COMMAND, place, {**data, "resolved": found})

    async def press(self, where: Answer | Message | int, wanted: str) -> Answer:
        """Press a button, named by label or custom id, on a message or an answer."""
        message = self._message(where)
        button = forms.find_button(message.components, wanted)
        data: Json = {"component_type": 2, "custom_id": button["custom_id"], "id": button["id"]}
        return await self._start(InteractionType.COMPONENT, self._place(message.channel_id), data, source=message)

    async def select(self, where: Answer | Message | int, *values: Any, menu: str | None = None) -> Answer:
        """Choose from a select menu (the only one, or named by placeholder or custom id): labels, values or ids."""
        message = self._message(where)
        one = forms.find_select(message.components, menu)
        ids: dict[str, list[int]] = {}
        chosen = forms.choose(one, values, self.guild, ids)
        data: Json = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"], "values": chosen}
        data |= forms.resolve(self._world, self.guild.id, ids, self.id)
        return await self._start(InteractionType.COMPONENT, self._place(message.channel_id), data, source=message)

    async def submit(self, answer: Answer, given: Mapping[str, Any] | None = None) -> Answer:
        """Send a modal with what is given by label or custom id; the rest stays as it was filled in."""
        cause = answer.interaction
        if cause.modal is None:
            raise CannotUseError("This answer is no modal")
        components, ids = forms.submitted(cause.modal, given or {}, self.guild)
        data: Json = {"custom_id": cause.modal["custom_id"], "components": components}
        data |= forms.resolve(self._world, self.guild.id, ids, self.id)
        place = self._place(cause.channel_id)
        return await self._start(InteractionType.MODAL_SUBMIT, place, data, source=cause.source, cause=cause)

    # --- behind them -----------------------------------------------------------------------------

    async def _start(
        self,
        kind: InteractionType,
        place: Channel,
        data: Json,
        *,
        source: Message | None = None,
        cause: Interaction | None = None,
    ) -> Answer:
        interaction = self._core.interactions.open(
            kind,
            user_id=self.id,
            guild_id=place.guild_id,
            channel_id=place.id,
            data=data,
            source=source,
            cause=cause,
        )
        return await answers.wait_for(self._core, interaction, timeout=self.timeout)

    def _usable(self, command: Command, channel: Place | None, *, bypass: bool) -> Channel:
        place = self._first_channel() if channel is None else self._place(channel)
        bits = self._world.bits(self.id, place)
        needed = command.definition.get("default_member_permissions")
        if needed is not None and not bypass:
            needed = int(needed) or int(Permission.ADMINISTRATOR)
            if bits & needed != needed:
                raise CannotUseError(f"{self.name} does not see the command {command.name!r}: permissions")
        if not bits & Permission.USE_APPLICATION_COMMANDS:
            raise CannotUseError(f"{self.name} may not use commands here")
        return place

    def _first_channel(self) -> Channel:
        for channel in self._world.channels.values():
            is_here = channel.guild_id == self.guild.id and channel.type == ChannelType.TEXT
            if is_here and self._world.may(self.id, Permission.VIEW_CHANNEL, channel):
                return channel
        raise CannotUseError(f"{self.name} sees no channel in {self.guild.name}")

    def _place(self, channel: Place) -> Channel:
        place = self._world.channel(_id(channel))
        self._world.require(self.id, Permission.VIEW_CHANNEL, place)
        return place

    def _message(self, where: Answer | Message | int) -> Message:
        if isinstance(where, Answer):
            if where.message is None:
                raise CannotUseError("This answer has no message")
            where = where.message
        found = self._world.find_message(_id(where))
        if found is None or found.ephemeral_for not in (None, self.id):
            raise CannotUseError(f"{self.name} does not see this message")
        return found

    def _attach(self, name: str, content: bytes) -> Attachment:
        file_id = self._world.next_id()
        self._core.files[file_id] = (name, content, "application/octet-stream")
        return Attachment(file_id, name, content, url=f"{self._core.base_url}/attachments/{file_id}/{name}")


def _id(thing: Channel | Message | int) -> int:
    return thing if isinstance(thing, int) else thing.id
