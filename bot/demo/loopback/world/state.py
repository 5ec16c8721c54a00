"""The world's foundation: what exists, finding it, who may do what, and waiting for a change."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.demo.loopback.errors import refusal
from bot.demo.loopback.world import payloads, permissions
from bot.demo.loopback.world.events import Event, plain
from bot.demo.loopback.world.models import (
    PEOPLES_TYPES,
    THREAD_TYPES,
    Channel,
    Command,
    Guild,
    Message,
    User,
    Webhook,
)
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.snowflakes import Snowflakes

MAX_ACTIVE_THREADS = 1000


class State:
    """Everything that exists. It outlives connections, and servers too if it is handed from one to the next.

    `bot_permissions` gives the bot exactly these bits in every guild: then @everyone has none, and members have
    theirs by a role of their own. Without it the bot has a generous role.
    `nonce_window_seconds` is how long a nonce is remembered ("the past few minutes" in Discord's documentation).
    """

    def __init__(
        self,
        *,
        bot_permissions: int | None = None,
        nonce_window_seconds: float = 180.0,
        max_active_threads: int = MAX_ACTIVE_THREADS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._now = now
        self.next_id = Snowflakes(now)
        self.bot_permissions = bot_permissions
        self.nonce_window_seconds = nonce_window_seconds
        self.max_active_threads = max_active_threads
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages_by_channel: dict[int, dict[int, Message]] = {}
        self.nonces: dict[tuple[int, str], tuple[float, int, int]] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.commands: dict[int, Command] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.version = 0
        self._waiters: set[asyncio.Future[None]] = set()
        self.bot = self.add_user("backchannel", is_bot=True)

    def now(self) -> datetime:
        """Return the world's time."""
        return datetime.fromtimestamp(self._now(), UTC)

    def seconds(self) -> float:
        """Return the world's time in seconds."""
        return self._now()

    # --- change ----------------------------------------------------------------------------------

    def emit(self, event: Event) -> None:
        """Tell the listeners what happened and wake whoever waits for a change."""
        for listener in tuple(self.listeners):
            listener(event)
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        self.version += 1
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def changed(self) -> None:
        """Wait for the next change of anything."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    # --- finding ---------------------------------------------------------------------------------

    def add_user(self, name: str, *, is_bot: bool = False, is_open_to_dms: bool = True) -> User:
        """Create an account."""
        user_name = "".join(letter for letter in name.lower() if letter.isalnum()) or "someone"
        user = User(self.next_id(), user_name, is_bot, name, is_open_to_dms)
        self.users[user.id] = user
        return user

    def channel(self, channel_id: int) -> Channel:
        """Return a channel or thread; refuse with 10003."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise refusal(10003) from None

    def message(self, channel_id: int, message_id: int) -> Message:
        """Return a message; refuse with 10003 or 10008."""
        self.channel(channel_id)
        try:
            return self.messages_by_channel[channel_id][message_id]
        except KeyError:
            raise refusal(10008) from None

    def find_message(self, message_id: int) -> Message | None:
        """Return a message wherever it is."""
        for messages in self.messages_by_channel.values():
            if message_id in messages:
                return messages[message_id]
        return None

    def messages(
        self, channel: "Channel | int", as_user: "User | int | None" = None, *, with_system: bool = False
    ) -> list[Message]:
        """Return a channel's messages, oldest first, as a user sees them (None: as nobody in particular).

        Ephemeral messages are there for their user alone; Discord's own lines only on request.
        """
        channel_id = channel if isinstance(channel, int) else channel.id
        user_id = as_user if isinstance(as_user, int) or as_user is None else as_user.id
        if user_id is not None and not self.may(user_id, Permission.VIEW_CHANNEL, self.channel(channel_id)):
            return []
        return [
            message
            for message in self.messages_by_channel[channel_id].values()
            if message.ephemeral_for in (None, user_id) and (with_system or message.type in PEOPLES_TYPES)
        ]

    def threads(self, guild: Guild) -> list[Channel]:
        """Return the guild's threads, archived ones too, oldest first."""
        return [one for one in self.channels.values() if one.guild_id == guild.id and one.type in THREAD_TYPES]

    def bits(self, user_id: int, channel: Channel) -> int:
        """Return a user's permission bits in a channel or thread (a thread has its parent's)."""
        if channel.guild_id is None:
            return permissions.ALL if user_id in (self.bot.id, channel.recipient_id) else 0
        guild = self.guilds[channel.guild_id]
        home = self.channels[channel.parent_id] if channel.thread and channel.parent_id in self.channels else channel
        return permissions.in_channel(guild, home, user_id)

    def may(self, user_id: int, permission: int, channel: Channel) -> bool:
        """Return whether a user has all of these bits in a channel."""
        return self.bits(user_id, channel) & permission == permission

    def require(self, user_id: int, permission: int, channel: Channel) -> None:
        """Refuse with 50001 who cannot see the channel, with 50013 who sees it and lacks a bit."""
        if not self.may(user_id, Permission.VIEW_CHANNEL, channel):
            raise refusal(50001)
        if not self.may(user_id, permission, channel):
            raise refusal(50013)

    def channel_event(self, name: str, channel: Channel) -> Event:
        """Return an event that carries the whole channel or thread."""
        body = payloads.channel(channel, self.users)
        return plain(name, body, guild_id=channel.guild_id, channel_id=channel.id)
