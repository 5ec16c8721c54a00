"""Bots as processes of their own on one database, and what a test asks of them."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from bot.demo.loopback import LoopbackDiscord
from bot.demo.process import BotProcess

SECRET_KEY = Fernet.generate_key().decode()


def environment(discord: LoopbackDiscord, **more: str) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "SECRET_KEY": SECRET_KEY,
        "WAIT_SCALE": "0.1",
        **more,
    }


@asynccontextmanager
async def a_bot(discord: LoopbackDiscord, directory: Path, **more: str) -> AsyncIterator[BotProcess]:
    bot = await BotProcess.start(environment(discord, **more), directory=directory)
    try:
        yield bot
    finally:
        await bot.kill()
