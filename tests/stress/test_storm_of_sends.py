"""Many messages through a Discord that fails one call in twenty, after or before it carried it out."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator

import discord
import pytest

from bot.chance import SystemRandomness
from bot.chat.announcer import Announcer
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.models import Channel
from bot.domain.errors import TemporaryError
from bot.domain.messages import OutgoingMessage
from tests.loopback.fixtures import pointed_at

SEND = ("POST", "/channels/{channel_id}/messages")
AT_ONCE = 10


@pytest.fixture
async def announcer(loopback: LoopbackDiscord) -> AsyncIterator[Announcer]:
    with pointed_at(loopback):
        async with discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30.0) as client:
            await client.login(loopback.token)
            yield Announcer(client)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("sends", [100, pytest.param(2000, marks=pytest.mark.slow)])
async def test_one_call_in_twenty_that_fails_doubles_and_loses_no_message(
    loopback: LoopbackDiscord, announcer: Announcer, sends: int
) -> None:
    """F16: 2,000 sendings with `make stress`."""
    guild = loopback.world.add_guild()
    channels = [loopback.world.add_channel(guild, f"blog-{number}") for number in range(AT_ONCE)]
    chance, randomness = random.Random(7), SystemRandomness()
    for nth in range(1, sends):
        fate = chance.random()
        if fate < 0.025:
            loopback.faults.lose_answer(*SEND, nth=nth)
        elif fate < 0.05:
            loopback.faults.fail(*SEND, nth=nth, status=chance.choice([500, 502, 504]))

    async def send_all(channel: Channel, texts: list[str]) -> None:
        for text in texts:
            nonce = randomness.key()
            while not await _sent(announcer, channel, text, nonce):
                pass

    texts = [f"Message {number}" for number in range(sends)]
    await asyncio.gather(*(send_all(channel, texts[first::AT_ONCE]) for first, channel in enumerate(channels)))

    shown = Counter(message.text for channel in channels for message in loopback.world.messages(channel.id))
    assert shown == Counter(texts)
    assert len(loopback.requests_of(*SEND)) > sends


async def _sent(announcer: Announcer, channel: Channel, text: str, nonce: str) -> bool:
    try:
        await announcer.send(channel.id, OutgoingMessage(text=text), nonce=nonce)
    except TemporaryError:
        return False
    return True
