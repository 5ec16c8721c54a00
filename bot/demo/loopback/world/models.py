"""The things that exist on Discord, as the loopback keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class ChannelType(IntEnum):
    """Discord's channel types, as far as the loopback has them."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREAD_TYPES = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})


class MessageType(IntEnum):
    """Discord's message types, as far as the loopback writes them."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER_MESSAGE = 21
    CONTEXT_MENU_COMMAND = 23


PEOPLES_TYPES = frozenset(
    {MessageType.DEFAULT, MessageType.REPLY, MessageType.CHAT_INPUT_COMMAND, MessageType.CONTEXT_MENU_COMMAND}
)
"""Everything but what Discord writes by itself."""


class MessageFlag(IntFlag):
    """Discord's message flags, as far as the loopback knows them."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


@dataclass(slots=True)
class User:
    """An account. `is_open_to_dms` false answers 50007 to whoever writes them."""

    id: int
    name: str
    is_bot: bool = False
    display_name: str | None = None
    is_open_to_dms: bool = True


@dataclass(slots=True)
class Role:
    """A role with its permission bits."""

    id: int
    name: str
    permissions: int
    position: int = 0
    is_managed: bool = False
    is_mentionable: bool = False


@dataclass(slots=True)
class Membership:
    """A user in a guild."""

    user_id: int
    role_ids: list[int]
    joined_at: datetime
    nick: str | None = None


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies one role or one member."""

    target_id: int
    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Tag:
    """A forum's tag."""

    id: int
    name: str
    is_moderated: bool = False


@dataclass(slots=True)
class ThreadState:
    """What a channel has more when it is a thread."""

    owner_id: int
    changed_at: datetime
    is_archived: bool = False
    is_locked: bool = False
    auto_archive_minutes: int = 4320
    member_ids: dict[int, datetime] = field(default_factory=dict)
    message_count: int = 0
    total_sent: int = 0
    tag_ids: list[int] = field(default_factory=list)
    slowmode_seconds: int = 0


@dataclass(slots=True)
class Channel:
    """A guild's channel, a thread or a conversation of two."""

    id: int
    type: ChannelType
    guild_id: int | None = None
    name: str = ""
    position: int = 0
    parent_id: int | None = None
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    requires_tag: bool = False
    recipient_id: int | None = None
    last_message_id: int | None = None
    thread: ThreadState | None = None


@dataclass(slots=True)
class Guild:
    """A guild. `has_bot` turns false when the bot was removed from it, `is_available` in an outage."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Membership] = field(default_factory=dict)
    has_bot: bool = True
    is_available: bool = True


@dataclass(slots=True)
class Attachment:
    """A file on a message; its bytes are served by the loopback itself."""

    id: int
    filename: str
    content: bytes
    content_type: str = "application/octet-stream"
    description: str | None = None
    url: str = ""


@dataclass(slots=True)
class Message:
    """One message. `ephemeral_for` is the one user who sees it; `version` counts its edits."""

    id: int
    channel_id: int
    author_id: int
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nonce: str | int | None = None
    reference: Json | None = None
    snapshot: "Message | None" = None
    mentioned_user_ids: list[int] = field(default_factory=list)
    mentioned_role_ids: list[int] = field(default_factory=list)
    mentions_everyone: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict)
    edited_at: datetime | None = None
    ephemeral_for: int | None = None
    interaction: Json | None = None
    webhook_id: int | None = None
    webhook_name: str | None = None
    thread_id: int | None = None
    version: int = 0

    @property
    def is_v2(self) -> bool:
        """Whether this is a Components V2 message."""
        return bool(self.flags & MessageFlag.IS_COMPONENTS_V2)

    @property
    def is_ephemeral(self) -> bool:
        """Whether one user alone sees it."""
        return self.ephemeral_for is not None

    @property
    def is_loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def text(self) -> str:
        """Everything a reader reads outside embeds: the content, then each text display, by lines."""
        parts = [self.content, *(part["content"] for part in walk(self.components) if part["type"] == 10)]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Json]:
        """Return the buttons in the order they stand."""
        return [part for part in walk(self.components) if part["type"] == 2]

    @property
    def button_labels(self) -> list[str]:
        """Return what the buttons say."""
        return [button.get("label") or "" for button in self.buttons]

    @property
    def selects(self) -> list[Json]:
        """Return the select menus in the order they stand."""
        return [part for part in walk(self.components) if part["type"] in (3, 5, 6, 7, 8)]


@dataclass(slots=True)
class Webhook:
    """An incoming webhook of a channel."""

    id: int
    token: str
    channel_id: int
    name: str
    creator_id: int


@dataclass(slots=True)
class Command:
    """An application command as it was synced; `guild_id` is None for a global one."""

    id: int
    name: str
    type: int
    guild_id: int | None
    definition: Json
    version: int


def walk(components: list[Json]) -> Iterator[Json]:
    """Give each component and everything inside it, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        for inner in ("accessory", "component"):
            if component.get(inner):
                yield from walk([component[inner]])
