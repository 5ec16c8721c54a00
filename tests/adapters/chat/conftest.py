"""A loopback Discord with one guild, and an announcer that is logged in but never joins the gateway."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest

from bot.chat.announcer import Announcer
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.models import Channel, Guild, User
from tests.loopback.fixtures import contract, loopback, pointed_at

__all__ = ["announcer", "contract", "loopback", "place"]


@dataclass(frozen=True)
class Place:
    """Where the tests play: a guild with one channel and one member."""

    loopback: LoopbackDiscord
    guild: Guild
    channel: Channel
    member: User


@pytest.fixture
async def place(loopback: LoopbackDiscord) -> AsyncIterator[Place]:
    with pointed_at(loopback):
        guild = loopback.world.add_guild()
        member = loopback.world.add_user("Mira")
        loopback.world.join(guild, member)
        yield Place(loopback, guild, loopback.world.add_channel(guild, "blog"), member)


@pytest.fixture
async def announcer(place: Place) -> AsyncIterator[Announcer]:
    async with discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30) as client:
        await client.login(place.loopback.token)
        yield Announcer(client, wait_scale=0.5)
