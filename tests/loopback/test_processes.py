import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.demo.loopback import LoopbackDiscord, Position

SCRIPT = Path(__file__).with_name("other_process.py")


async def start(loopback: LoopbackDiscord, channel_id: int) -> asyncio.subprocess.Process:
    there = {
        "DISCORD_API_URL": loopback.api_url,
        "DISCORD_GATEWAY_URL": loopback.gateway_url,
        "DISCORD_TOKEN": loopback.token,
        "PYTHONWARNINGS": "ignore",
    }
    return await asyncio.create_subprocess_exec(sys.executable, SCRIPT, str(channel_id), env={**os.environ, **there})


@pytest.mark.parametrize(
    ("position", "texts"), [(Position.ARRIVED, ["I am here"]), (Position.CARRIED_OUT, ["I am here", "I am here"])]
)
async def test_a_bot_can_be_killed_exactly_at_its_call_and_the_world_stays(
    loopback: LoopbackDiscord, position: Position, texts: list[str]
) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    hold = loopback.faults.hold("POST", "/channels/{channel_id}/messages", at=position)
    first = await start(loopback, channel.id)
    await hold.reached(timeout=60)
    first.kill()
    await first.wait()
    hold.drop()
    await loopback.until(lambda: not loopback.gateway.is_connected)

    second = await start(loopback, channel.id)
    await loopback.until(lambda: len(loopback.world.messages(channel)) == len(texts), timeout=60)
    await loopback.ready()
    second.kill()
    await second.wait()
    assert [message.text for message in loopback.world.messages(channel)] == texts
    assert loopback.gateway.identify_count == 2
