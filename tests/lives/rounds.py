"""Makes a world for each life: a furnished one is kept as it was on the first day, and every life gets a copy."""

import asyncio
import contextlib
import copy
import os
import random
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from cryptography.fernet import Fernet
from structlog.testing import LogCapture
from structlog.typing import EventDict

from bot.demo.blog import SmallBlog
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.world import World
from bot.demo.stage import host_and_port
from bot.settings import load_settings
from tests.lives.ambush import Ambush
from tests.lives.bots import BotInProcess, LivingBot
from tests.lives.life import Life, Step
from tests.lives.places import ANSWER_SECONDS, NEWS, QUEUE, HurriedClock, Places, furnish
from tests.lives.store import BotsFile
from tests.lives.wire import Wire
from tests.loopback.fixtures import pointed_at

WAIT_SCALE = 0.1
TITLE = "The first peas are up"
DATABASE, BLOG = "backchannel.db", "blog.json"
WAIT_SECONDS = 90.0
BELOW_THE_EPHEMERAL = range(20_000, 32_000)
KEY = Fernet.generate_key().decode()
LOST = ("Server disconnected", "Unknown interaction")
"""How it is told that an answer was lost, or came too late on a busy machine."""
LOUD = frozenset({"error", "critical", "exception"})


@dataclass(slots=True)
class Told:
    """How a life went."""

    findings: list[str]
    story: list[str]
    steps: int
    crashes: int
    events: int


@dataclass(frozen=True, slots=True)
class Making:
    """What a bot is made of."""

    environment: dict[str, str]
    discord: LoopbackDiscord
    clock: HurriedClock
    file: BotsFile


MakeBot = Callable[[Making], LivingBot]


def in_process(making: Making) -> LivingBot:
    """Make the bot in this process."""
    return BotInProcess(load_settings(making.environment, None), making.discord, making.clock, making.file)


@dataclass(frozen=True, slots=True)
class FirstDay:
    """A world with one announced post and nothing said about it yet."""

    folder: Path
    world: World
    post_id: int
    port: int
    clock: HurriedClock
    make_bot: MakeBot


def environment_for(places: Places, database: Path) -> dict[str, str]:
    """Return the settings of a bot between two worlds."""
    user = places.blog.user("relayer")
    return {
        "PATH": os.environ.get("PATH", ""),
        "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "DISCORD_TOKEN": places.discord.token,
        "DISCORD_API_URL": places.discord.api_url,
        "DISCORD_GATEWAY_URL": places.discord.gateway_url,
        "SECRET_KEY": KEY,
        "BLOG_URL": places.blog.url,
        "BLOG_USERNAME": user.login,
        "BLOG_APPLICATION_PASSWORD": user.application_password,
        "ANNOUNCE_CHANNEL_ID": str(places.channel(NEWS).id),
        "QUEUE_CHANNEL_ID": str(places.channel(QUEUE).id),
        "ALLOW_PRIVATE_HOSTS": host_and_port(places.blog.url),
        "POLL_INTERVAL_SECONDS": "30",
        "WAIT_SCALE": str(WAIT_SCALE),
        "LOG_FORMAT": "json",
    }


@asynccontextmanager
async def a_life(places: Places, database: Path, clock: HurriedClock, make_bot: MakeBot) -> AsyncIterator[Life]:
    """Start a bot on a database between two worlds, with everything in place that can go wrong."""
    file = BotsFile(database)
    with pointed_at(places.discord):
        bot = make_bot(Making(environment_for(places, database), places.discord, clock, file))
        wire = Wire(places.discord)
        ambush = Ambush(lambda: life.die(), lambda: bot.generation)
        ambush.watch(places.discord, places.blog)
        life = Life(places, bot, wire, ambush, clock, file)
        try:
            await bot.start()
            yield life
        finally:
            ambush.let_go()
            await bot.stop()


async def announce(life: Life, *, policy: str) -> int:
    """Publish a post and let the bot announce it; return the post's id."""
    places = life.places
    await places.discord.until(life.file.is_ready_for_posts, timeout=WAIT_SECONDS)
    is_set = False
    while not is_set:  # on a busy machine an answer may come too late
        setting = places.person("Mira").use_command("blog settings", in_channel=places.channel(NEWS), policy=policy)
        is_set = await life.answered(setting) is not None
    post_id = await places.blog.publish(TITLE, "<p>Eleven days in the ground.</p>")
    async with asyncio.timeout(WAIT_SECONDS):
        while not any(one.name == TITLE and places.bots(one) for one in places.world.threads(places.guild)):
            await life.bot.pass_time(40)
    places.post_id, places.title = post_id, TITLE
    await life.bot.rest()
    return post_id


async def make_first_day(
    folder: Path, empty_database: Path, *, policy: str, make_bot: MakeBot = in_process
) -> FirstDay:
    """Furnish a world."""
    clock, port = HurriedClock(), _free_port()
    shutil.copy(empty_database, folder / DATABASE)
    world = World(now=lambda: clock.seconds())
    furnish(world)
    async with (
        LoopbackDiscord.serve(world, answer_within_seconds=ANSWER_SECONDS) as discord,
        SmallBlog.serve(title="The Kitchen Garden", port=port, saved=folder / BLOG, now=clock) as blog,
    ):
        await blog.publish("What a window sill can carry")
        async with a_life(Places(discord, blog), folder / DATABASE, clock, make_bot) as life:
            post_id = await announce(life, policy=policy)
    world.listeners.clear()
    return FirstDay(folder, world, post_id, port, clock, make_bot)


@asynccontextmanager
async def in_a_copy(day: FirstDay) -> AsyncIterator[Life]:
    """Live in a copy of a first day."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in (DATABASE, BLOG):
            shutil.copy(day.folder / name, folder / name)
        async with (
            LoopbackDiscord.serve(copy.deepcopy(day.world), answer_within_seconds=ANSWER_SECONDS) as discord,
            SmallBlog.serve(title="The Kitchen Garden", port=day.port, now=day.clock) as blog,
        ):
            blog.store.load(folder / BLOG)
            places = Places(discord, blog, day.post_id, TITLE)
            async with a_life(places, folder / DATABASE, day.clock, day.make_bot) as life:
                yield life


async def live(day: FirstDay, steps: list[Step]) -> Told:
    """Play one life in a copy of a first day."""
    logs = LogCapture()
    with quiet(logs):
        async with in_a_copy(day) as life:
            return await play(life, steps, logs)


async def play(life: Life, steps: list[Step], logs: LogCapture) -> Told:
    """Play one life where it is."""
    found = await life.live(steps)
    found += [f"logged: {entry}" for entry in logs.entries if is_loud(entry)]
    story = life.history.story + [f"  {row}" for row in life.file.relays() if found]
    return Told(found, story, len(steps), life.bot.crashes, life.wire.told)


def is_loud(entry: EventDict) -> bool:
    """Return whether something was logged that is a bug; an answer that was lost on its way to a member is none."""
    why = str(entry.get("exception"))
    is_too_late = entry["event"] in {"interaction_failed", "press_failed"} and any(sign in why for sign in LOST)
    return entry["log_level"] in LOUD and not is_too_late


@contextlib.contextmanager
def quiet(logs: LogCapture) -> Iterator[None]:
    """Keep what is logged instead of writing it."""
    before: dict[str, Any] = structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, logs])
    try:
        yield
    finally:
        structlog.configure(**before)


def _free_port() -> int:
    """Return a port that nobody who asks for any free one is given: between two lives it is nobody's."""
    for port in random.Random().sample(BELOW_THE_EPHEMERAL, k=100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")
