"""Ends a loop between two of its rounds, so that nothing is torn apart in the middle."""

import asyncio
from typing import Any, Final

from discord.ext import tasks

STOP_SECONDS: Final = 6.0
"""For a round that is under way when the bot stops; what it did not record the next start does anew."""


async def end(loop: tasks.Loop[Any], round_lock: asyncio.Lock) -> None:
    """Cancel a loop that holds `round_lock` during each round, and wait until it has ended."""
    task = loop.get_task()
    try:
        async with asyncio.timeout(STOP_SECONDS), round_lock:
            loop.cancel()
    except TimeoutError:
        loop.cancel()
    if task is not None:
        await asyncio.wait((task,))
