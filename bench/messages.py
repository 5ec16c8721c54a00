"""Processor time of a message in a channel that is not ours, beside discord.py without a listener."""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
from cryptography.fernet import Fernet
from sqlalchemy import Engine, event

from bot.app import build
from bot.chance import utc_now
from bot.chat.endpoints import point_at
from bot.client import intents
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.message_payloads import gateway_message
from bot.demo.loopback.world.models import Guild
from bot.logs import set_up_logs
from bot.settings import load_settings
from db.migrate import upgrade

ROUNDS = 9
MESSAGES = 3000
CHANNELS = 50
TEXT = "Forty degrees in the middle of the heap, and it smells of forest."


def frames(loopback: LoopbackDiscord, guild: Guild) -> list[str]:
    """Return messages of a member in all channels of a guild, as the gateway sends them."""
    member = loopback.member(guild, "Ada")
    channels = [loopback.world.add_channel(guild, f"talk-{number}") for number in range(CHANNELS)]
    posted = [loopback.world.post(member.user, channel, {"content": TEXT}) for channel in channels]
    bodies = [gateway_message(loopback.world, message, has_content=True) for message in posted]
    return [json.dumps({"op": 0, "s": 1, "t": "MESSAGE_CREATE", "d": body}) for body in bodies]


@asynccontextmanager
async def connected(client: discord.Client, token: str) -> AsyncIterator[None]:
    """Have a client on the gateway while the block lasts."""
    await client.login(token)
    task = asyncio.create_task(client.connect())
    try:
        async with asyncio.timeout(60):
            await client.wait_until_ready()
        yield
    finally:
        await client.close()
        await task


async def cost(client: discord.Client, messages: list[str]) -> float:
    """Return the processor time of a message in microseconds, what it sets going included."""
    before = time.process_time()
    for number in range(MESSAGES):
        await client.ws.received_message(messages[number % len(messages)])
        await asyncio.sleep(0)
    return (time.process_time() - before) * 1e6 / MESSAGES


async def measure(directory: Path) -> None:
    """Give both the same messages in turn and print medians and ratios."""
    async with LoopbackDiscord.serve() as loopback:
        messages = frames(loopback, loopback.world.add_guild())
        settings = load_settings(
            {
                "DISCORD_TOKEN": loopback.token,
                "SECRET_KEY": Fernet.generate_key().decode(),
                "DATABASE_URL": f"sqlite+aiosqlite:///{directory / 'bench.db'}",
            },
            None,
        )
        upgrade(settings.database_url, now=utc_now())
        point_at(loopback.api_url, loopback.gateway_url)
        bare = discord.Client(intents=intents(reads_message_content=True), guild_ready_timeout=0.1)
        async with build(settings) as bot, connected(bare, loopback.token), connected(bot, loopback.token):
            await asyncio.sleep(1)  # what is still being started belongs to the start
            queries: list[Any] = []
            event.listen(Engine, "before_cursor_execute", lambda *told: queries.append(told))
            costs = [(await cost(bare, messages), await cost(bot, messages)) for _round in range(ROUNDS)]
    for place, name in enumerate(("bare discord.py", "backchannel")):
        middle = statistics.median(pair[place] for pair in costs)
        sys.stdout.write(f"message that is not ours, {name}: {middle:.1f} us CPU\n")
    ratio = statistics.median(ours / other for other, ours in costs)
    sys.stdout.write(f"the loops made {len(queries)} queries during {ROUNDS * MESSAGES} messages\n")
    sys.stdout.write(f"RATIO message {ratio:.2f} (goal 1.10)\n")


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        set_up_logs(level="info", log_format="console", secrets=(), stream=nowhere)
        asyncio.run(measure(Path(scratch)))


if __name__ == "__main__":
    main()
