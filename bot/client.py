"""BackchannelBot: what it listens to, which doors it loads, and what it says when a door fails."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer_error, is_of_the_end
from bot.services.announcing.announce import Announce
from bot.services.announcing.poll_feeds import PollFeeds
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.mirrors import Mirrors
from bot.services.connecting.connections import Connections
from bot.services.connecting.subscriptions import Subscriptions
from bot.services.identifies import Identifies, Memory
from bot.services.members.forgetting import Forgetting
from bot.services.members.privacy import Privacy
from bot.services.relaying.catch_up import CatchUp
from bot.services.relaying.relays import Relays
from bot.services.runner import Runner
from bot.services.why import Why
from db.engine import Begin

log = structlog.get_logger(__name__)

MAX_RATE_LIMIT_SECONDS: Final = 30.0
"""The library's smallest: a longer pause is given back to the ledger instead of being slept through."""

GUILD_READY_SECONDS: Final = 0.1
"""How long after the last guild arrived the bot counts as ready. Nothing of ours waits for all guilds."""

COMMANDS_HASH: Final = "commands_hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the doors lead to; made and joined in `bot.app`."""

    announce: Announce
    connections: Connections
    subscriptions: Subscriptions
    relays: Relays
    privacy: Privacy
    forgetting: Forgetting
    mirrors: Mirrors
    why: Why
    poll_feeds: PollFeeds
    runner: Runner
    blog_watch: BlogWatch
    catch_up: CatchUp
    begin: Begin
    tick_seconds: float = 1.0
    """How often due feeds are looked for."""
    sweep_seconds: float = 60.0
    """How often questions that nobody answered are looked for."""


class Tree(app_commands.CommandTree["BackchannelBot"]):
    """The command tree, with the last resort for errors."""

    async def on_error(
        self, interaction: "discord.Interaction[BackchannelBot]", error: app_commands.AppCommandError
    ) -> None:
        """Say something to the person, whatever happened."""
        await answer_error(interaction, error)


class BackchannelBot(commands.Bot):
    """The bot: guild and message events only, slash commands and menus only.

    `make_services` is called once with the bot, for the services speak through it; `services` is
    what the doors lead to. `extensions_to_load` names the modules of the cogs.
    `memory` keeps the hash of the commands that Discord knows. `identifies` counts what Discord
    limits. With `reads_message_content` the privileged intent is asked for.
    """

    def __init__(
        self,
        make_services: Callable[["BackchannelBot"], Services],
        memory: Memory,
        *,
        identifies: Identifies | None = None,
        extensions_to_load: Sequence[str] = (),
        reads_message_content: bool = False,
    ) -> None:
        # two warnings less at every start: nothing of ours speaks in a voice channel
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents(reads_message_content=reads_message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=MAX_RATE_LIMIT_SECONDS,
            guild_ready_timeout=GUILD_READY_SECONDS,
        )
        self._memory = memory
        self._identifies = identifies
        self._extensions_to_load = extensions_to_load
        self.is_logged_in = asyncio.Event()
        self.services = make_services(self)

    async def setup_hook(self) -> None:
        """Load the doors and make Discord know the commands; before the gateway is joined."""
        self.is_logged_in.set()
        self._read_message_content()
        for extension in self._extensions_to_load:
            await self.load_extension(extension)
        await self._sync_when_changed()

    async def connect(self, *, reconnect: bool = True) -> None:
        """Be on the gateway; GatewayNotFound when not even the first connection came to be."""
        try:
            await super().connect(reconnect=reconnect)
        except AttributeError as error:  # the library asks the connection that it never had how far it got
            if self.ws is not None:
                raise
            raise discord.GatewayNotFound from error

    async def identifies_allowed(self) -> None:
        """Return when the gateway may be joined. The library would give up waiting after a minute of its own."""
        if self._identifies is not None:
            await self._identifies.wait()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Pause as the library does, and count; a gateway that ends every session at once is slowed down."""
        await super().before_identify_hook(shard_id, initial=initial)
        if self._identifies is not None:
            await self._identifies.count()

    def dispatch(self, event_name: str, /, *args: object, **kwargs: object) -> None:
        """Tell the listeners of every event but messages: the library would look for a command in each."""
        if event_name != "message":
            super().dispatch(event_name, *args, **kwargs)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log what a listener let through, with its traceback; less of it where only our own end was in its way."""
        if self.is_closed() and is_of_the_end(sys.exception()):
            log.info("listener_interrupted", listener=event_method)
        else:
            log.exception("listener_failed", listener=event_method)

    def _read_message_content(self) -> None:
        """Ask for the message content intent where the application has it switched on: no setting is needed."""
        flags = self.application_flags
        if flags.gateway_message_content or flags.gateway_message_content_limited:
            # the library takes the intents before the login that tells which ones there are
            self._connection._intents.message_content = True
        log.info("intents", message_content=self.intents.message_content)

    async def _sync_when_changed(self) -> None:
        digest = commands_hash(self.tree, application_id=self.application_id or 0)
        if await self._memory.read(COMMANDS_HASH) == digest:
            return
        try:
            await self.tree.sync()
        except discord.DiscordException:  # the next start tries again; posts need no command
            log.exception("commands_not_synced")
            return
        await self._memory.write(COMMANDS_HASH, digest)
        log.info("commands_synced", commands=len(self.tree.get_commands()))


def intents(*, reads_message_content: bool) -> discord.Intents:
    """Return what we listen to: guilds and their messages, and texts only where the operator wants that extra."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.message_content = reads_message_content
    return wanted


def commands_hash(tree: app_commands.CommandTree[BackchannelBot], *, application_id: int) -> str:
    """Return a digest of all commands as they are told to Discord, for one application."""
    kinds: Sequence[discord.AppCommandType] = tuple(discord.AppCommandType)
    told = [command.to_dict(tree) for kind in kinds for command in tree.get_commands(type=kind)]
    text = json.dumps([application_id, told], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
