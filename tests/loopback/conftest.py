"""The loopback Discord for the tests of this folder."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo.loopback import LoopbackDiscord
from tests.loopback.fixtures import contract, loopback
from tests.loopback.rest import Rest

__all__ = ["contract", "loopback"]


@pytest.fixture
async def rest(loopback: LoopbackDiscord) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(session, loopback)


@pytest.fixture
async def world_only() -> AsyncIterator[LoopbackDiscord]:
    """Without the contract: for requests that are wrong on purpose."""
    async with LoopbackDiscord.serve() as loopback:
        yield loopback


@pytest.fixture
async def bare_rest(world_only: LoopbackDiscord) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(session, world_only)
