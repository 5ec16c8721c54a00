"""The two outside worlds of a life: a guild with its people on the loopback Discord, and a blog with its owner."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bot.demo.blog.controls import BlogUser, StoredComment
from bot.demo.blog.faults import Faults
from bot.demo.loopback import Actor, LoopbackDiscord
from bot.demo.loopback.world.models import Channel, Guild, Message, Role
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.world import World

GUILD, NEWS, QUEUE, EDITORS = "Garden Friends", "new-posts", "reply-queue", "Editors"
ANSWER_SECONDS = 1.5
"""How long a member waits for an answer; Discord's own 3 s would only make lost answers slow."""


class HurriedClock:
    """The time of all that lives in one process: it runs as the machine's does, and can be moved on."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        return time.time() + self._ahead

    def move(self, seconds: float) -> None:
        self._ahead += seconds


class OwnersBlog(Protocol):
    """What a blog's owner and its readers do, on the small blog and on a real WordPress."""

    @property
    def url(self) -> str: ...

    @property
    def faults(self) -> Faults: ...

    def user(self, role: str) -> BlogUser: ...

    async def publish(self, title: str, html: str = ...) -> int: ...

    async def comments(self, post_id: int) -> list[StoredComment]: ...

    async def add_comment(
        self, post_id: int, text: str, *, name: str = ..., parent_id: int = ..., status: str | None = ...
    ) -> int: ...

    async def edit_comment(self, comment_id: int, html: str) -> None: ...

    async def set_comment_status(self, comment_id: int, status: str) -> None: ...

    async def delete_comment(self, comment_id: int) -> None: ...


def furnish(world: World) -> None:
    """Put the guild into a fresh world: its owner, an editor whose role can be taken away, and two members."""
    guild = world.add_guild(GUILD, owner=world.add_user("Mira"))
    world.add_channel(guild, NEWS)
    world.add_channel(guild, QUEUE, is_private=True)
    editors = world.add_role(guild, EDITORS, Permission.MANAGE_GUILD | Permission.VIEW_CHANNEL)
    queue = next(one for one in world.channels.values() if one.name == QUEUE)
    world.overwrite(queue, editors, allow=Permission.VIEW_CHANNEL)
    world.join(guild, world.add_user("Nora"), [editors])
    for name in ("Ada", "Ben"):
        world.join(guild, world.add_user(name))


@dataclass(slots=True)
class Places:
    """Everything of both worlds that a life touches."""

    discord: LoopbackDiscord
    blog: OwnersBlog
    post_id: int = 0
    title: str = ""

    @property
    def world(self) -> World:
        return self.discord.world

    @property
    def guild(self) -> Guild:
        return next(iter(self.world.guilds.values()))

    def channel(self, name: str) -> Channel:
        return next(one for one in self.world.channels.values() if one.name == name and one.thread is None)

    @property
    def thread(self) -> Channel:
        return self.world.thread_of(self.guild, self.title)

    @property
    def editors(self) -> Role:
        return next(role for role in self.guild.roles.values() if role.name == EDITORS)

    def person(self, name: str) -> Actor:
        user = next(one for one in self.world.users.values() if one.display_name == name)
        actor = self.discord.actor(self.guild, user)
        actor.timeout = ANSWER_SECONDS
        return actor

    def bots(self, channel: Channel) -> list[Message]:
        """Return the bot's messages that everybody in a channel sees, oldest first."""
        return [one for one in self.world.messages(channel.id) if one.author_id == self.world.bot.id]

    def of_bot(self) -> list[Message]:
        """Return what the bot shows in the thread and in the queue."""
        return [*self.bots(self.thread), *self.bots(self.channel(QUEUE))]

    async def comments(self) -> list[StoredComment]:
        return await self.blog.comments(self.post_id)
