"""A loopback Discord with one guild, and an announcer that is logged in but never joins the gateway."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import discord
import pytest
from discord.gateway import DiscordWebSocket

from bot.chat.announcer import Announcer
from bot.chat.endpoints import point_at
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.models import Channel, Guild, User


@dataclass(frozen=True)
class Place:
    """Where the tests play: a guild with one channel and one member."""

    loopback: LoopbackDiscord
    guild: Guild
    channel: Channel
    member: User


@pytest.fixture
def addresses_as_before() -> Iterator[None]:
    api, gateway = discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, gateway


@pytest.fixture
async def place(addresses_as_before: None) -> AsyncIterator[Place]:
    async with LoopbackDiscord.serve() as loopback:
        point_at(loopback.api_url, loopback.gateway_url)
        guild = loopback.world.add_guild()
        member = loopback.world.add_user("Mira")
        loopback.world.join(guild, member)
        yield Place(loopback, guild, loopback.world.add_channel(guild, "blog"), member)


@pytest.fixture
async def announcer(place: Place) -> AsyncIterator[Announcer]:
    async with discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30) as client:
        await client.login(place.loopback.token)
        yield Announcer(client, wait_scale=0.5)
