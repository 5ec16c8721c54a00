"""The one place where every concrete class is made and joined, and where the bot's life begins and ends."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Final

import aiohttp
import discord
import structlog

from bot.blogs.detect import WebBlogs
from bot.chance import SystemRandomness, utc_now
from bot.chat.announcer import Announcer
from bot.chat.endpoints import point_at
from bot.client import BackchannelBot, Services
from bot.domain.errors import BackchannelError, SettingsError, TemporaryError
from bot.domain.ports import Clock
from bot.domain.translation import _
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.one_bot import claimed
from bot.services.announcing.announce import Announce
from bot.services.announcing.announcements import Announcements
from bot.services.announcing.descriptions import Descriptions
from bot.services.announcing.poll_feeds import PollFeeds
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.comments import Comments
from bot.services.commenting.mirrors import Mirrors
from bot.services.connecting.connections import BlogFromSettings, Connections
from bot.services.connecting.subscriptions import Subscriptions
from bot.services.identifies import Identifies
from bot.services.members.forgetting import Forgetting
from bot.services.members.privacy import Privacy
from bot.services.messages import Messages
from bot.services.reactions import Reactions
from bot.services.relaying.catch_up import CatchUp
from bot.services.relaying.relays import Relays
from bot.services.runner import Reconciler, Runner
from bot.services.threads import Threads
from bot.services.turns import BlogTurns
from bot.services.why import Why
from bot.settings import Settings
from cogs import EXTENSIONS
from db.claim import Claim
from db.condition import Health, examine
from db.engine import Store
from db.ledger import Kind, Purpose
from db.migrate import NewerSchemaError, sqlite_path, upgrade
from db.notes import Notes
from db.seal import seal
from db.secrets import SecretBox

log = structlog.get_logger(__name__)

STOP_SECONDS: Final = 7.5
"""SIGTERM to exit takes at most ten seconds; what is not recorded by then is taken up by the next start."""

SETTINGS_BLOG_RETRY_SECONDS: Final = 30.0
"""While the blog that the settings name does not answer, it is looked for this often."""

MOST_TICK_SECONDS: Final = 1.0

SWEEP_SECONDS: Final = 60.0
LEAST_SWEEP_SECONDS: Final = 1.0
"""Where polls are more frequent than that, what became due by itself is looked for as often, within reason."""


def run(settings: Settings) -> int:
    """Run the bot until SIGTERM or SIGINT, and return the exit code.

    Raises SettingsError for what only the operator can mend, and TemporaryError when Discord cannot be reached.
    """
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    return asyncio.run(_run(settings))


def migrate(settings: Settings) -> None:
    """Bring the database to this program's schema, leaving a copy of a SQLite file as it was.

    A damaged file is refused and left alone: working on would make it worse.
    """
    condition = examine(settings.database_url)
    if condition.health is Health.DAMAGED:
        raise BackchannelError(
            _(
                "DATABASE_URL: this file is damaged ({complaint}). It was left as it is; put a backup in its place."
            ).format(complaint=condition.complaint)
        )
    if condition.health is Health.CURRENT:
        return
    try:
        copy = upgrade(settings.database_url, now=utc_now())
    except NewerSchemaError as error:
        raise SettingsError(
            _("DATABASE_URL: this database was used by a newer Backchannel ({detail}). Install that version.").format(
                detail=error
            )
        ) from error
    if copy is not None:
        log.info("database_copied", copy=copy.name)


async def _run(settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with claimed(settings.database_url, stop) as claim:
        if not stop.is_set():
            await asyncio.to_thread(migrate, settings)
            async with build(settings) as bot, _watched(bot, settings):
                await _live(bot, settings, stop, claim)
            await asyncio.to_thread(_seal, settings)
    log.info("stopped")
    return 0


def _seal(settings: Settings) -> None:
    """Note how the database was left, so that the next start sees when a disk changed it."""
    path = sqlite_path(settings.database_url)
    try:
        if path is not None and not seal(path):
            log.info("database_still_in_use")
    except OSError as error:
        log.warning("database_not_sealed", why=error.strerror)


@asynccontextmanager
async def _watched(bot: BackchannelBot, settings: Settings) -> AsyncIterator[None]:
    """Open the door for machines while the block lasts, if the settings name a port."""
    if settings.http_port is None:
        yield
        return
    # imported here: a web server costs memory that most bots need not spend
    from bot.watch import Watch  # noqa: PLC0415

    watch = Watch(bot.services.begin, utc_now, bot.is_ready)
    async with AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(watch.serve(settings.http_host, settings.http_port))
        except OSError as error:
            raise SettingsError(
                _("HTTP_PORT: {host}:{port} cannot be listened on ({reason}).").format(
                    host=settings.http_host, port=settings.http_port, reason=error.strerror
                )
            ) from error
        log.info("watching", host=settings.http_host, port=port)
        yield


@asynccontextmanager
async def build(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[BackchannelBot]:
    """Make everything and join it; close everything at the end. The database must be migrated."""
    store = Store(settings.database_url)
    web = WebClient(allowed=AllowedHosts.parse(settings.allow_private_hosts), wait_scale=settings.wait_scale)
    parser = Parser()
    notes = Notes(store.begin)
    bot = BackchannelBot(
        lambda bot: _services(settings, clock, bot, store, web, parser),
        notes,
        identifies=Identifies(notes, clock, wait_scale=settings.wait_scale),
        extensions_to_load=EXTENSIONS,
    )
    try:
        yield bot
    finally:
        if not bot.is_closed():
            await bot.close()
        await parser.close()
        await web.close()
        await store.close()


def _services(
    settings: Settings, clock: Clock, bot: BackchannelBot, store: Store, web: WebClient, parser: Parser
) -> Services:
    begin, scale, randomness = store.begin, settings.wait_scale, SystemRandomness()
    chat, blogs, secrets = Announcer(bot, wait_scale=scale), WebBlogs(web), SecretBox(settings.fernet_keys())
    announcements, turns = Announcements(clock, randomness), BlogTurns()
    reconcilers: dict[Kind, Reconciler] = {
        Kind.MESSAGE: Messages(begin, chat, clock, {Purpose.ANNOUNCEMENT: announcements}),
        Kind.THREAD: Threads(begin, chat, clock, announcements),
        Kind.REACTION: Reactions(begin, chat, clock),
    }
    runner = Runner(begin, reconcilers, clock, randomness, wait_scale=scale)
    relays = Relays(begin, chat, clock, randomness, runner.wake, wait_scale=scale)
    follow_edit = relays.edits.message_edited
    reconcilers[Kind.COMMENT] = Comments(
        begin, chat, blogs, secrets, clock, randomness, follow_edit=follow_edit, turns=turns, wait_scale=scale
    )
    poll_feeds = PollFeeds(
        begin,
        Fetcher(web, parser, now=clock),
        announcements,
        Descriptions(begin, blogs, secrets, wait_scale=scale),
        clock=clock,
        randomness=randomness,
        interval_seconds=settings.poll_interval_seconds,
        wait_scale=scale,
        wake=runner.wake,
    )
    return Services(
        announce=Announce(begin, announcements, clock, randomness, runner.wake),
        connections=Connections(begin, chat, blogs, secrets, clock, randomness, runner.wake, turns=turns),
        subscriptions=Subscriptions(begin, chat, clock, runner.wake),
        relays=relays,
        catch_up=CatchUp(begin, chat, relays, clock, randomness, runner.wake, wait_scale=scale),
        privacy=Privacy(begin, clock, randomness, runner.wake),
        forgetting=Forgetting(begin, clock, randomness, runner.wake, store.scrub, wait_scale=scale),
        mirrors=Mirrors(
            begin,
            blogs,
            secrets,
            clock,
            randomness,
            runner.wake,
            interval_seconds=settings.poll_interval_seconds,
            turns=turns,
            wait_scale=scale,
        ),
        why=Why(begin),
        poll_feeds=poll_feeds,
        runner=runner,
        blog_watch=BlogWatch(
            begin,
            blogs,
            secrets,
            clock,
            randomness,
            turns=turns,
            interval_seconds=settings.poll_interval_seconds,
            wait_scale=scale,
        ),
        begin=begin,
        tick_seconds=min(MOST_TICK_SECONDS, settings.poll_interval_seconds / 2),
        sweep_seconds=min(SWEEP_SECONDS * scale, max(LEAST_SWEEP_SECONDS, settings.poll_interval_seconds)),
    )


async def _live(bot: BackchannelBot, settings: Settings, stop: asyncio.Event, claim: Claim) -> None:
    """Be on Discord until told to stop, until Discord ends it, or until the database may be another bot's."""
    on_discord = asyncio.create_task(be_on_discord(bot, settings))
    stopping, losing = asyncio.create_task(stop.wait()), asyncio.create_task(claim.lost())
    await asyncio.wait((on_discord, stopping, losing), return_when=asyncio.FIRST_COMPLETED)
    is_lost = losing.done()
    stopping.cancel()
    losing.cancel()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await bot.close()
            if stop.is_set() or is_lost:
                on_discord.cancel()
            await asyncio.wait((on_discord,))
    except TimeoutError:
        log.warning("stopped_in_the_middle")
        on_discord.cancel()
    if is_lost:
        raise TemporaryError(_("The connection to the database broke, so another bot may work on it. Start again."))
    if not stop.is_set():
        await on_discord


async def be_on_discord(bot: BackchannelBot, settings: Settings) -> None:
    """Log in, join the gateway and stay there until the bot is closed or Discord ends it."""
    assert settings.discord_token is not None
    with _translated():
        await bot.login(settings.discord_token.get_secret_value())
        beside = (
            asyncio.create_task(_tell_ready(bot)),
            asyncio.create_task(_apply_settings_blog(bot, settings)),
        )
        try:
            await bot.identifies_allowed()
            await bot.connect()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)


@contextmanager
def _translated() -> Iterator[None]:
    """Tell in our words what the library raises when it cannot be on Discord."""
    try:
        yield
    except discord.LoginFailure as error:
        raise SettingsError(
            _("DISCORD_TOKEN: Discord does not accept it. Copy it again from the application's page, under Bot.")
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise SettingsError(
            _("The application lacks an intent that was asked for. Switch it on on its page, under Bot.")
        ) from error
    except discord.ConnectionClosed as error:
        raise TemporaryError(
            _("Discord ended the connection with code {code} and wants no other.").format(code=error.code)
        ) from error
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise TemporaryError(_("Discord cannot be reached, so the bot could not start. Try again later.")) from error


async def _tell_ready(bot: BackchannelBot) -> None:
    await bot.wait_until_ready()
    log.info("ready", user=str(bot.user), guilds=len(bot.guilds))


async def _apply_settings_blog(bot: BackchannelBot, settings: Settings) -> None:
    """Connect the blog that the settings name, trying again while it or Discord is away."""
    wanted = blog_from(settings)
    while wanted is not None:
        try:
            await bot.services.connections.apply(wanted)
        except BackchannelError as error:
            log.warning("blog_not_connected", url=wanted.url, why=str(error))
        except Exception:
            log.exception("blog_not_connected", url=wanted.url)
        else:
            return
        await asyncio.sleep(SETTINGS_BLOG_RETRY_SECONDS * settings.wait_scale)


def blog_from(settings: Settings) -> BlogFromSettings | None:
    """Return the blog that the settings name, if they name one."""
    if settings.blog_url is None or settings.announce_channel_id is None:
        return None
    password = settings.blog_application_password
    return BlogFromSettings(
        url=settings.blog_url,
        announce_channel_id=settings.announce_channel_id,
        username=settings.blog_username,
        application_password=None if password is None else password.get_secret_value(),
        queue_channel_id=settings.queue_channel_id,
    )
