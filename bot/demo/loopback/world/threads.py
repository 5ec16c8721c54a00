"""Threads are opened, joined, archived and locked (Discord's documentation, "Threads")."""

from bot.demo.loopback.errors import bad_length, invalid_form, refusal
from bot.demo.loopback.world import payloads
from bot.demo.loopback.world.events import plain
from bot.demo.loopback.world.models import (
    Channel,
    ChannelType,
    Guild,
    Json,
    Message,
    MessageFlag,
    MessageType,
    ThreadState,
    User,
)
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.posting import Posting

MAX_NAME = 100
AUTO_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class Threads(Posting):
    """A world with threads."""

    def open_thread(self, owner: User, message: Message, name: str, *, auto_archive_minutes: int = 4320) -> Channel:
        """Open the thread of a message. It has the message's id, and a message has one thread (160004).

        Discord "fires a Thread Create and a Message Update", and the thread begins with a message of type 21.
        """
        parent = self.channels[message.channel_id]
        if message.thread_id is not None or message.id in self.channels:
            raise refusal(160004)
        thread = self._new_thread(owner, parent, message.id, name, auto_archive_minutes)
        message.thread_id = thread.id
        message.flags |= MessageFlag.HAS_THREAD
        self._tell_created(thread, owner)
        self.tell("MESSAGE_UPDATE", message)
        starter = Message(self.next_id(), thread.id, owner.id, type=MessageType.THREAD_STARTER_MESSAGE)
        starter.reference = {
            "type": 0,
            "channel_id": str(parent.id),
            "message_id": str(message.id),
            "guild_id": str(parent.guild_id),
        }
        self.store(thread, starter)
        return thread

    def open_forum_post(
        self, owner: User, forum: Channel, name: str, *, tag_ids: list[int], auto_archive_minutes: int = 4320
    ) -> Channel:
        """Open a post in a forum; its first message is to be stored under the thread's own id."""
        if forum.requires_tag and not tag_ids:
            raise refusal(40067)
        known = {tag.id for tag in forum.tags}
        if not known.issuperset(tag_ids):
            raise invalid_form({"applied_tags": ("BASE_TYPE_CHOICES", "This tag is not one of the forum's.")})
        thread = self._new_thread(owner, forum, self.next_id(), name, auto_archive_minutes)
        assert thread.thread is not None
        thread.thread.tag_ids = tag_ids
        self._tell_created(thread, owner)
        return thread

    def open_loose_thread(
        self, owner: User, parent: Channel, name: str, *, is_private: bool, auto_archive_minutes: int = 4320
    ) -> Channel:
        """Open a thread that hangs on no message."""
        kind = ChannelType.PRIVATE_THREAD if is_private else ChannelType.PUBLIC_THREAD
        thread = self._new_thread(owner, parent, self.next_id(), name, auto_archive_minutes, kind)
        self._tell_created(thread, owner)
        return thread

    def _new_thread(
        self,
        owner: User,
        parent: Channel,
        thread_id: int,
        name: str,
        auto_archive_minutes: int,
        kind: ChannelType = ChannelType.PUBLIC_THREAD,
    ) -> Channel:
        check_name(name)
        if auto_archive_minutes not in AUTO_ARCHIVE_MINUTES:
            sentence = f"Value must be one of {AUTO_ARCHIVE_MINUTES}."
            raise invalid_form({"auto_archive_duration": ("BASE_TYPE_CHOICES", sentence)})
        if len(self.active_threads(parent.guild_id)) >= self.max_active_threads:
            raise refusal(160006)
        state = ThreadState(owner.id, self.now(), auto_archive_minutes=auto_archive_minutes)
        state.member_ids[owner.id] = self.now()
        thread = Channel(thread_id, kind, parent.guild_id, name, parent_id=parent.id, thread=state)
        self.channels[thread.id] = thread
        self.messages_by_channel[thread.id] = {}
        return thread

    def _tell_created(self, thread: Channel, owner: User) -> None:
        body = {**payloads.thread(thread, viewer_id=self.bot.id), "newly_created": True}
        self.emit(plain("THREAD_CREATE", body, guild_id=thread.guild_id, channel_id=thread.id))
        self._tell_members(thread, owner.id)

    def _tell_members(self, thread: Channel, joined_id: int) -> None:
        assert thread.thread is not None
        body = {
            "id": str(thread.id),
            "guild_id": str(thread.guild_id),
            "member_count": len(thread.thread.member_ids),
            "added_members": [{**payloads.thread_member(thread, joined_id), "presence": None}],
            "removed_member_ids": [],
        }
        if joined_id == self.bot.id:
            self.emit(plain("THREAD_MEMBERS_UPDATE", body, guild_id=thread.guild_id, channel_id=thread.id))

    def active_threads(self, guild_id: int | None) -> list[Channel]:
        """Return a guild's threads that are not archived."""
        return [
            one
            for one in self.channels.values()
            if one.guild_id == guild_id and one.thread is not None and not one.thread.is_archived
        ]

    def join_thread(self, thread: Channel, user_id: int) -> None:
        """Make a user a member of a thread; nothing happens when they are one."""
        assert thread.thread is not None
        if user_id not in thread.thread.member_ids:
            thread.thread.member_ids[user_id] = self.now()
            self._tell_members(thread, user_id)

    def change_thread(self, thread: Channel, changes: Json) -> None:
        """Change a thread as PATCH does and tell about it; rights were checked before."""
        state = thread.thread
        assert state is not None
        if state.is_archived and changes.get("archived") is not False and set(changes) - {"archived"}:
            raise refusal(50083)
        if changes.get("name") is not None:
            check_name(changes["name"])
            thread.name = changes["name"]
        if "archived" in changes and changes["archived"] != state.is_archived:
            state.is_archived = bool(changes["archived"])
            state.changed_at = self.now()
        state.is_locked = bool(changes.get("locked", state.is_locked))
        state.auto_archive_minutes = changes.get("auto_archive_duration") or state.auto_archive_minutes
        if "applied_tags" in changes:
            state.tag_ids = [int(tag_id) for tag_id in changes["applied_tags"] or ()]
        self.emit(self.channel_event("THREAD_UPDATE", thread))

    def archive_thread(self, thread_id: int, *, is_locked: bool = False) -> None:
        """Archive a thread as Discord does after its time, or lock it too as a moderator may."""
        self.change_thread(self.channels[thread_id], {"archived": True, "locked": is_locked})

    def require_may_change(self, user_id: int, thread: Channel, changes: Json) -> None:
        """Refuse who may not change a thread: its owner may, except to lock it; MANAGE_THREADS may all."""
        state = thread.thread
        assert state is not None
        self.require(user_id, Permission.VIEW_CHANNEL, thread)
        needs_moderator = "locked" in changes or state.is_locked or user_id != state.owner_id
        if set(changes) == {"archived"} and changes["archived"] is False and not state.is_locked:
            self.require(user_id, Permission.SEND_MESSAGES_IN_THREADS, thread)
        elif needs_moderator:
            self.require(user_id, Permission.MANAGE_THREADS, thread)

    def thread_of(self, guild: Guild, name: str) -> Channel:
        """Return the guild's newest thread of a name; KeyError when there is none."""
        for thread in reversed(self.threads(guild)):
            if thread.name == name:
                return thread
        raise KeyError(name)


def check_name(name: object) -> None:
    """Refuse a thread's name that is no text of 1 to 100 characters."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= MAX_NAME:
        raise bad_length("name", 1, MAX_NAME)
