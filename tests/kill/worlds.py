"""A Discord, a blog, and a bot between them that is started again whenever it ends."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from cryptography.fernet import Fernet

from bot.demo.blog import SmallBlog
from bot.demo.blog.faults import Faults
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.actors import Actor
from bot.demo.loopback.world.models import Channel, Message
from bot.demo.stage import host_and_port
from tests.adapters.blog_under_test import BlogUnderTest
from tests.kill.bots import ForkedBot, Nurse
from tests.kill.front import FrontedWordPress
from tests.wordpress.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a world goes.

    A member waits `answer_seconds` for an answer; Discord's own 3 s would only make lost answers slow.
    """

    wait_scale: float
    poll_seconds: float
    answer_seconds: float
    story_seconds: float


WAIT_SCALE = 0.03
"""A deadline of 30 s becomes 0.9 s, and the horizon of a minute 1.8 s: a busy machine must still keep the first."""
SMALL_BLOGS = Pace(wait_scale=WAIT_SCALE, poll_seconds=0.3, answer_seconds=1.5, story_seconds=300.0)
WORDPRESS = Pace(wait_scale=0.15, poll_seconds=1.0, answer_seconds=3.0, story_seconds=400.0)
"""PHP takes its time, and each call has only 4.5 s here."""
RESTART_SECONDS = 0.1
"""What a supervisor waits before it starts a bot again that ended by itself."""
LOG = "bot.log"
DATABASE = "backchannel.db"
KILLED = -9


class WatchedBlog(BlogUnderTest, Protocol):
    """A blog each of whose calls is seen, and may be cut."""

    @property
    def faults(self) -> Faults:
        """What stands before the blog."""
        ...


Blog = TypeVar("Blog", bound=WatchedBlog)


@dataclass(slots=True, kw_only=True)
class World(Generic[Blog]):
    """Both outside worlds, the people in them, and the bot's present life."""

    discord: LoopbackDiscord
    blog: Blog
    news: Channel
    queue: Channel
    author: Actor
    ada: Actor
    ben: Actor
    directory: Path
    environment: dict[str, str]
    nurse: Nurse
    bot: ForkedBot
    generation: int = 1
    kills: int = 0
    crashes: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    """What the blog has published, as it is called now."""
    pace: Pace
    is_over: bool = False

    async def live(self) -> None:
        """Start the bot again whenever it ends, until the world is over."""
        while not self.is_over:
            code = await self.bot.ended
            if code != KILLED and not self.is_over:
                self.crashes.append(code)
                await asyncio.sleep(RESTART_SECONDS)
            if not self.is_over:
                self.generation += 1
                self.bot = await _start_bot(self.nurse, self.environment, self.directory)

    async def kill(self) -> None:
        """End the bot with SIGKILL; `live` starts it again."""
        if not self.bot.ended.done():
            self.kills += 1
            await self.bot.kill()

    async def status(self) -> str:
        """Return what `backchannel status --json` says."""
        said = self.directory / "status.json"
        said.unlink(missing_ok=True)
        process = await self.nurse.start(
            *("status", "--json"), environment=self.environment, directory=self.directory, output=said
        )
        assert await process.ended == 0, said.read_text()
        return said.read_text()

    def waiting_rows(self) -> list[tuple[str, str | None]]:
        """Return purpose and last error of every ledger row that is not settled or closed, however late it is due."""
        return self._ask("SELECT purpose, last_error FROM ledger WHERE due_at IS NOT NULL")

    def is_feed_remembered(self) -> bool:
        """Return whether the bot knows the archive, so that a post published now is a new one."""
        return bool(self._ask("SELECT 1, NULL FROM feeds WHERE is_baselined"))

    def _ask(self, query: str) -> list[tuple[str, str | None]]:
        path = self.directory / DATABASE
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as database:
            return database.execute(query).fetchall()

    def bots(self, channel: Channel) -> list[Message]:
        """Return the bot's messages that everybody in a channel sees."""
        found = self.discord.world.messages(channel.id)
        return [message for message in found if message.author_id == self.discord.world.bot.id]


KillWorld = World[SmallBlog]


async def _start_bot(nurse: Nurse, environment: Mapping[str, str], directory: Path) -> ForkedBot:
    return await nurse.start("run", environment=environment, directory=directory, output=directory / LOG)


@asynccontextmanager
async def open_world(
    nurse: Nurse,
    directory: Path,
    *,
    empty_database: Path,
    nonce_window_seconds: float,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[KillWorld]:
    """Build a world with the small blog and start the bot. At the end it is stopped as an operator would."""
    shutil.copy(empty_database, directory / DATABASE)
    async with (
        SmallBlog.serve(title="The Kitchen Garden") as blog,
        _live_with(blog, nurse, directory, nonce_window_seconds, SMALL_BLOGS, settings or {}) as world,
    ):
        yield world


@asynccontextmanager
async def open_real_world(
    nurse: Nurse, directory: Path, *, wordpress: Snapshot, empty_database: Path, nonce_window_seconds: float
) -> AsyncIterator[World[FrontedWordPress]]:
    """Build a world with a real WordPress and start the bot."""
    shutil.copy(empty_database, directory / DATABASE)
    async with (
        FrontedWordPress.open(wordpress) as blog,
        _live_with(blog, nurse, directory, nonce_window_seconds, WORDPRESS, {}) as world,
    ):
        yield world


@asynccontextmanager
async def _live_with(
    blog: Blog,
    nurse: Nurse,
    directory: Path,
    nonce_window_seconds: float,
    pace: Pace,
    settings: Mapping[str, str],
) -> AsyncIterator[World[Blog]]:
    async with LoopbackDiscord.serve(
        nonce_window_seconds=nonce_window_seconds, answer_within_seconds=pace.answer_seconds
    ) as discord:
        world = await _world(nurse, discord, blog, directory, pace, settings)
        living = asyncio.create_task(world.live())
        try:
            yield world
        finally:
            discord.faults.hooks.clear()
            discord.faults.clear()
            blog.faults.hook = None
            blog.faults.clear()
            world.is_over = True
            while not living.done():  # it may be about to start the next one
                await world.bot.stop()
                await asyncio.wait({living}, timeout=RESTART_SECONDS)
            await living


async def _world(
    nurse: Nurse, discord: LoopbackDiscord, blog: Blog, directory: Path, pace: Pace, settings: Mapping[str, str]
) -> World[Blog]:
    guild = discord.world.add_guild("Garden Friends", owner=discord.world.add_user("Mira"))
    news = discord.world.add_channel(guild, "new-posts")
    queue = discord.world.add_channel(guild, "reply-queue", is_private=True)
    author, ada, ben = discord.owner(guild), discord.member(guild, "Ada"), discord.member(guild, "Ben")
    for person in (author, ada, ben):
        person.timeout = pace.answer_seconds
    user = blog.user("relayer")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "SECRET_KEY": Fernet.generate_key().decode(),
        "BLOG_URL": blog.url,
        "BLOG_USERNAME": user.login,
        "BLOG_APPLICATION_PASSWORD": user.application_password,
        "ANNOUNCE_CHANNEL_ID": str(news.id),
        "QUEUE_CHANNEL_ID": str(queue.id),
        "ALLOW_PRIVATE_HOSTS": host_and_port(blog.url),
        "POLL_INTERVAL_SECONDS": str(pace.poll_seconds),
        "WAIT_SCALE": str(pace.wait_scale),
        "LOG_FORMAT": "json",
        **settings,
    }
    return World(
        discord=discord,
        blog=blog,
        news=news,
        queue=queue,
        author=author,
        ada=ada,
        ben=ben,
        directory=directory,
        environment=environment,
        nurse=nurse,
        pace=pace,
        bot=await _start_bot(nurse, environment, directory),
    )
