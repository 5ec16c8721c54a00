"""The demo's stage: a guild on the loopback Discord, a blog, and the real bot between them."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from yarl import URL

from bot.demo.blog import SmallBlog
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.actors import Actor
from bot.demo.loopback.world.models import Channel
from bot.demo.process import EXIT_SECONDS, BotProcess, Hear, hear_nothing

LOG = "backchannel.log"
AUTHOR = "Mira"
READY_SECONDS = 60.0
SMALL_BLOG_POLL_SECONDS = 0.25
REAL_BLOG_POLL_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RealBlog:
    """Somebody's own WordPress, to play on instead of the small blog."""

    url: str
    username: str
    application_password: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything the story needs. `small_blog` is None when it is played on a real blog."""

    discord: LoopbackDiscord
    small_blog: SmallBlog | None
    blog: RealBlog
    news: Channel
    queue: Channel
    author: Actor
    ada: Actor
    ben: Actor
    newcomer: Actor
    directory: Path
    environment: dict[str, str]
    bot: BotProcess
    hear: Hear

    async def start_bot(self) -> None:
        """Start the bot (again) and wait until it is ready."""
        self.bot = await _start(self.environment, self.directory, self.hear)
        await self.bot.event("ready", seconds=READY_SECONDS)


@asynccontextmanager
async def set_up(
    blog: RealBlog | None = None,
    *,
    keep: Path | None = None,
    discord_options: Mapping[str, Any] | None = None,
    settings: Mapping[str, str] | None = None,
    hear: Hear = hear_nothing,
    exit_seconds: float = EXIT_SECONDS,
) -> AsyncIterator[Stage]:
    """Build the stage, start the bot, and clear everything away at the end.

    With `keep` its files are left there. `discord_options` are the loopback Discord's own, `settings`
    go over the bot's environment, `hear` is told of the bot's events. At the end the bot has `exit_seconds`;
    one that needs longer is killed.
    """
    with tempfile.TemporaryDirectory(prefix="backchannel-demo-") as scratch:
        directory = keep or Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        async with (
            LoopbackDiscord.serve(**(discord_options or {})) as discord,
            SmallBlog.serve(title="The Kitchen Garden", description="Notes from a small plot") as small_blog,
        ):
            stage = await _stage(discord, small_blog, blog, directory, settings or {}, hear)
            try:
                await stage.bot.event("ready", seconds=READY_SECONDS)
                yield stage
            finally:
                await stage.bot.stop(seconds=exit_seconds)


async def _stage(
    discord: LoopbackDiscord,
    small_blog: SmallBlog,
    real_blog: RealBlog | None,
    directory: Path,
    settings: Mapping[str, str],
    hear: Hear,
) -> Stage:
    guild = discord.world.add_guild("Garden Friends", owner=discord.world.add_user(AUTHOR))
    news = discord.world.add_channel(guild, "new-posts")
    queue = discord.world.add_channel(guild, "reply-queue", is_private=True)
    blog = real_blog or await _seeded(small_blog)
    environment = {**_environment(discord, blog, news, queue, is_real=real_blog is not None), **settings}
    return Stage(
        discord=discord,
        small_blog=None if real_blog else small_blog,
        blog=blog,
        news=news,
        queue=queue,
        author=discord.owner(guild),
        ada=discord.member(guild, "Ada"),
        ben=discord.member(guild, "Ben"),
        newcomer=discord.member(guild, "Noor"),
        directory=directory,
        environment=environment,
        bot=await _start(environment, directory, hear),
        hear=hear,
    )


async def _start(environment: Mapping[str, str], directory: Path, hear: Hear) -> BotProcess:
    return await BotProcess.start(environment, directory=directory, log=directory / LOG, hear=hear)


async def _seeded(blog: SmallBlog) -> RealBlog:
    """Give the small blog its author and first posts, and return how the bot reaches it."""
    for role in ("administrator", "relayer"):
        blog.store.users[role] = replace(blog.user(role), display_name=AUTHOR)
    now = blog.store.now()
    await blog.publish(
        "The compost is warm again",
        "<p>Forty degrees in the middle, and it smells of forest. The trick was cardboard.</p>",
        categories=("Soil",),
        published_at=now - timedelta(days=9),
    )
    await blog.publish(
        "What a window sill can carry",
        "<p>Six pots of basil, two of chives, and one cat, when nobody is looking.</p>",
        categories=("Indoors",),
        published_at=now - timedelta(days=5),
    )
    user = blog.user("relayer")
    return RealBlog(url=blog.url, username=user.login, application_password=user.application_password)


def _environment(
    discord: LoopbackDiscord, blog: RealBlog, news: Channel, queue: Channel, *, is_real: bool
) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "SECRET_KEY": Fernet.generate_key().decode(),
        "BLOG_URL": blog.url,
        "BLOG_USERNAME": blog.username,
        "BLOG_APPLICATION_PASSWORD": blog.application_password,
        "ANNOUNCE_CHANNEL_ID": str(news.id),
        "QUEUE_CHANNEL_ID": str(queue.id),
        "ALLOW_PRIVATE_HOSTS": host_and_port(blog.url),
        "POLL_INTERVAL_SECONDS": str(REAL_BLOG_POLL_SECONDS if is_real else SMALL_BLOG_POLL_SECONDS),
    }


def host_and_port(url: str) -> str:
    """Return an address' host and port, as ALLOW_PRIVATE_HOSTS wants them."""
    address = URL(url)
    host = f"[{address.host}]" if ":" in (address.host or "") else address.host
    return f"{host}:{address.port}"
