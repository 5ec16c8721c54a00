"""Processor time and memory of the bot's start, beside a bare discord.py bot against the same loopback Discord."""

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from bot.demo.loopback import LoopbackDiscord

ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")
AS_SHIPPED = "import sys; sys.modules['rich'] = None\n"
"""What developers' tools bring and the locks of a release do not; structlog would load it where it finds it."""
RUN = f"{AS_SHIPPED}from bot.__main__ import main; sys.exit(main(['run']))"
BARE = f"""{AS_SHIPPED}
import os, discord
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from yarl import URL
discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["DISCORD_GATEWAY_URL"])
bot = commands.Bot(commands.when_mentioned, intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
@bot.event
async def on_ready():
    print("ready", flush=True)
bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process had cost when it was ready: seconds of processor time, and MB of memory."""

    cpu_seconds: float
    memory_mb: float


async def cost_of(command: list[str], environment: Mapping[str, str], directory: Path) -> Cost:
    """Start a bot, wait until it says that it is ready, read what it cost, and end it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, **environment},
        cwd=directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while b"ready" not in (line := await process.stdout.readline()):
                if not line:
                    raise RuntimeError("the bot ended before it was ready")
        await asyncio.sleep(1)  # what is still being started belongs to the start
        return _read(process.pid)
    finally:
        process.terminate()
        await process.communicate()


def _read(pid: int) -> Cost:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    resident_kb = int(status.partition("VmRSS:")[2].split()[0])
    return Cost((int(fields[11]) + int(fields[12])) / TICKS, resident_kb / 1024)


async def measure() -> None:
    """Start both bots in turn and print medians and ratios."""
    bare: list[Cost] = []
    ours: list[Cost] = []
    async with LoopbackDiscord.serve() as discord:
        discord.world.add_guild()
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "SECRET_KEY": Fernet.generate_key().decode(),
        }
        with tempfile.TemporaryDirectory() as scratch:
            run = [sys.executable, "-P", "-c", RUN]
            await cost_of(run, environment, Path(scratch))  # the first start makes the database
            for _round in range(ROUNDS):
                bare.append(await cost_of([sys.executable, "-P", "-c", BARE], environment, Path(scratch)))
                ours.append(await cost_of(run, environment, Path(scratch)))
    for name, costs in (("bare discord.py", bare), ("backchannel", ours)):
        cpu = statistics.median(cost.cpu_seconds for cost in costs)
        memory = statistics.median(cost.memory_mb for cost in costs)
        sys.stdout.write(f"start, {name}: {cpu:.2f} s CPU, {memory:.0f} MB\n")
    ratio = statistics.median(one.cpu_seconds / other.cpu_seconds for one, other in zip(ours, bare, strict=True))
    memory = statistics.median(one.memory_mb / other.memory_mb for one, other in zip(ours, bare, strict=True))
    sys.stdout.write(f"RATIO start CPU {ratio:.2f} (goal 2.5), memory {memory:.2f} (goal 2.0)\n")


if __name__ == "__main__":
    asyncio.run(measure())
