"""Messages come, change and go."""

from collections.abc import Iterable, Sequence

from bot.demo.loopback.errors import invalid_form, refusal
from bot.demo.loopback.world import components, limits, mentions, message_payloads
from bot.demo.loopback.world.events import Event, plain
from bot.demo.loopback.world.making import Making
from bot.demo.loopback.world.models import (
    Attachment,
    Channel,
    ChannelType,
    Json,
    Message,
    MessageFlag,
    MessageType,
    User,
    Webhook,
    walk,
)
from bot.demo.loopback.world.permissions import Permission

SETTABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2
ALL_MENTIONS = ("users", "roles", "everyone")
USERS_ONLY = ("users",)
"""What interactions and webhooks parse when nothing is said (Discord's documentation, "Allowed Mentions")."""


class Posting(Making):
    """A world in which messages are written."""

    def require_may_send(self, user_id: int, channel: Channel, body: Json, *, has_files: bool = False) -> None:
        """Refuse whoever may not send this message here, as Discord does."""
        if channel.type == ChannelType.DM:
            if channel.recipient_id is not None and not self.users[channel.recipient_id].is_open_to_dms:
                raise refusal(50007)
            return
        if channel.type in (ChannelType.FORUM, ChannelType.CATEGORY):
            raise refusal(50024)
        sending = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        self.require(user_id, sending, channel)
        if body.get("embeds"):
            self.require(user_id, Permission.EMBED_LINKS, channel)
        if has_files:
            self.require(user_id, Permission.ATTACH_FILES, channel)
        if body.get("message_reference") and not self.may(user_id, Permission.READ_MESSAGE_HISTORY, channel):
            raise refusal(160002)
        if channel.thread is not None and channel.thread.is_locked:
            if not self.may(user_id, Permission.MANAGE_THREADS, channel):
                raise refusal(160005)
            if channel.thread.is_archived:
                raise refusal(50083)

    def earlier_with_nonce(self, author_id: int, body: Json) -> Message | None:
        """Return the author's message with the same nonce if that is to be enforced and recent."""
        nonce = body.get("nonce")
        limits.check_nonce(nonce)
        if nonce is None or not body.get("enforce_nonce"):
            return None
        sent_at, channel_id, message_id = self.nonces.get((author_id, str(nonce)), (float("-inf"), 0, 0))
        if self.seconds() - sent_at >= self.nonce_window_seconds:
            return None
        return self.messages_by_channel.get(channel_id, {}).get(message_id)

    def post(
        self,
        author: User,
        channel: Channel,
        body: Json,
        *,
        files: Sequence[Attachment] = (),
        kind: MessageType = MessageType.DEFAULT,
        message_id: int | None = None,
        ephemeral_for: int | None = None,
        interaction: Json | None = None,
        webhook: Webhook | None = None,
    ) -> Message:
        """Store a message and tell about it; rights were checked before, limits are checked here."""
        reference, snapshot = self._reference(channel, body.get("message_reference"))
        if snapshot is None:
            limits.check_message(body, has_files=bool(files))
        message = Message(
            message_id or self.next_id(),
            channel.id,
            author.id,
            content=(body.get("content") or "").strip(),
            type=MessageType.REPLY if reference and snapshot is None and kind == MessageType.DEFAULT else kind,
            flags=int(body.get("flags") or 0) & SETTABLE_FLAGS,
            nonce=body.get("nonce"),
            reference=reference,
            snapshot=snapshot,
            ephemeral_for=ephemeral_for,
            interaction=interaction,
            webhook_id=webhook.id if webhook else None,
            webhook_name=(body.get("username") or webhook.name) if webhook else None,
        )
        message.flags |= MessageFlag.HAS_SNAPSHOT if snapshot else 0
        message.flags |= MessageFlag.EPHEMERAL if ephemeral_for is not None else 0
        self._fill(message, body, files)
        self.store(channel, message)
        return message

    def store(self, channel: Channel, message: Message) -> None:
        """Put a finished message into its channel and tell about it."""
        self.unarchive_by_message(channel)
        if channel.thread is not None and message.ephemeral_for is None:
            channel.thread.message_count += message.type in (MessageType.DEFAULT, MessageType.REPLY)
            channel.thread.total_sent += 1
            channel.thread.member_ids.setdefault(message.author_id, self.now())
        self.messages_by_channel[channel.id][message.id] = message
        if message.nonce is not None:
            self.nonces[message.author_id, str(message.nonce)] = (self.seconds(), channel.id, message.id)
        if message.ephemeral_for is None:
            channel.last_message_id = message.id
        self.tell("MESSAGE_CREATE", message)

    def unarchive_by_message(self, channel: Channel) -> None:
        """Do what a message does to an archived thread: open it again."""
        if channel.thread is not None and channel.thread.is_archived:
            channel.thread.is_archived = False
            channel.thread.changed_at = self.now()
            self.emit(self.channel_event("THREAD_UPDATE", channel))

    def _fill(self, message: Message, body: Json, files: Sequence[Attachment]) -> None:
        if body.get("components") is not None:
            message.components = components.stored(body["components"], self.next_id)
        if body.get("embeds") is not None:
            message.embeds = [{"type": "rich", **embed} for embed in body["embeds"]]
        message.attachments = [*message.attachments, *files]
        for embed in message.embeds:
            _point_to_files(embed, message.attachments)
        replied_to = self._replied_to(message)
        default = USERS_ONLY if message.interaction or message.webhook_id else ALL_MENTIONS
        text = _all_text(message)
        found = mentions.find(text, body.get("allowed_mentions"), replied_to=replied_to, default_parse=default)
        message.mentioned_user_ids = [user_id for user_id in found.user_ids if user_id in self.users]
        message.mentioned_role_ids = found.role_ids
        channel = self.channels[message.channel_id]
        message.mentions_everyone = found.has_everyone and (
            message.webhook_id is not None or self.may(message.author_id, Permission.MENTION_EVERYONE, channel)
        )

    def _replied_to(self, message: Message) -> int | None:
        if message.reference is None or message.snapshot is not None:
            return None
        found = self.messages_by_channel.get(int(message.reference["channel_id"]), {})
        target = found.get(int(message.reference["message_id"]))
        return target.author_id if target is not None and target.webhook_id is None else None

    def _reference(self, channel: Channel, asked: Json | None) -> tuple[Json | None, Message | None]:
        if not asked:
            return None, None
        channel_id = int(asked.get("channel_id") or channel.id)
        kind = int(asked.get("type") or 0)
        target = self.messages_by_channel.get(channel_id, {}).get(int(asked["message_id"]))
        if target is None or target.is_ephemeral:
            if kind == 0 and asked.get("fail_if_not_exists") is False:
                return None, None
            word = ("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            raise invalid_form({"message_reference": word})
        reference = {"type": kind, "channel_id": str(channel_id), "message_id": str(target.id)}
        guild_id = self.channels[channel_id].guild_id
        if guild_id is not None:
            reference["guild_id"] = str(guild_id)
        return reference, target if kind == 1 else None

    def edit(self, message: Message, body: Json, *, files: Sequence[Attachment] = ()) -> None:
        """Change what `body` names; its result must keep the limits."""
        channel = self.channels[message.channel_id]
        flags = message.flags | (int(body.get("flags") or 0) & SETTABLE_FLAGS)
        kept = self._kept_attachments(message, body)
        wanted: Json = {
            "content": body.get("content", message.content),
            "embeds": body.get("embeds", message.embeds),
            "components": body.get("components", message.components),
            "flags": flags,
        }
        limits.check_message(wanted, has_files=bool(kept or files))
        if channel.thread is not None and channel.thread.is_archived:
            raise refusal(50083)
        message.flags = flags & ~MessageFlag.LOADING
        message.content = (wanted["content"] or "").strip()
        message.attachments = kept
        changes: Json = {key: wanted[key] or [] for key in ("embeds", "components") if key in body}
        if "allowed_mentions" in body:
            changes["allowed_mentions"] = body["allowed_mentions"]
        self._fill(message, changes, files)
        self.mark_edited(message)

    def _kept_attachments(self, message: Message, body: Json) -> list[Attachment]:
        if "attachments" not in body:
            return message.attachments
        kept = {str(one.get("id")) for one in body["attachments"] or ()}
        return [one for one in message.attachments if str(one.id) in kept]

    def mark_edited(self, message: Message) -> None:
        """Note that a message was edited now and tell about it."""
        message.edited_at = self.now()
        message.version += 1
        self.tell("MESSAGE_UPDATE", message)

    def unfurl(self, message: Message, embed: Json) -> None:
        """Show a link's preview, as Discord does a moment later: MESSAGE_UPDATE, but nobody edited anything."""
        message.embeds = [*message.embeds, {"type": "link", **embed}]
        self.tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Delete a message; a thread that hangs on it stays."""
        del self.messages_by_channel[message.channel_id][message.id]
        channel = self.channels[message.channel_id]
        if channel.thread is not None and not message.is_ephemeral:
            channel.thread.message_count -= 1
        message.version += 1
        if message.is_ephemeral:
            self.touch()
            return
        body: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild_id is not None:
            body["guild_id"] = str(channel.guild_id)
        self.emit(plain("MESSAGE_DELETE", body, guild_id=channel.guild_id, channel_id=channel.id))

    def delete_many(self, channel: Channel, message_ids: Iterable[int]) -> None:
        """Delete messages in one go, told as one event; unknown ids are passed over."""
        there = [one for one in message_ids if self.messages_by_channel[channel.id].pop(one, None) is not None]
        body = {"ids": [str(one) for one in there], "channel_id": str(channel.id), "guild_id": str(channel.guild_id)}
        self.emit(plain("MESSAGE_DELETE_BULK", body, guild_id=channel.guild_id, channel_id=channel.id))

    def tell(self, name: str, message: Message) -> None:
        """Tell about a message. An ephemeral one is told to nobody: only its user's client shows it."""
        if message.is_ephemeral:
            self.touch()
            return
        guild_id = self.channels[message.channel_id].guild_id

        def render(has_content: bool) -> Json:
            return message_payloads.gateway_message(self, message, has_content=has_content)

        self.emit(Event(name, render, guild_id, message.channel_id))


def _all_text(message: Message) -> str:
    return "\n".join([message.content, *(part.get("content", "") for part in walk(message.components))])


def _point_to_files(embed: Json, files: Sequence[Attachment]) -> None:
    urls = {f"attachment://{one.filename}": one.url for one in files}
    for field in ("image", "thumbnail"):
        if isinstance(embed.get(field), dict) and embed[field].get("url") in urls:
            embed[field] = {**embed[field], "url": urls[embed[field]["url"]]}
