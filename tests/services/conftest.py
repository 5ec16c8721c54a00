"""Fixtures for the services: a furnished world of fakes over a real store."""

import pytest

from db.engine import Begin
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import World


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish()
    return world
