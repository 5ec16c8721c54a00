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
