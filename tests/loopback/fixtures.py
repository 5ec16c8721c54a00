"""Fixtures with a loopback Discord, for any test folder: import them into its conftest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import discord
import pytest
import yarl

from bot.demo.loopback import LoopbackDiscord
from tests.loopback.contract import OpenApiContract, description_path

READY_SECONDS = 60.0


def new_contract() -> OpenApiContract | None:
    """Return a checker by Discord's own description, or None where the description is not at hand."""
    path = description_path()
    return OpenApiContract(path) if path is not None else None


@pytest.fixture
def contract() -> OpenApiContract | None:
    """The checker that the `loopback` fixture uses."""
    return new_contract()


@pytest.fixture
async def loopback(contract: OpenApiContract | None) -> AsyncIterator[LoopbackDiscord]:
    """A served loopback Discord. The test fails when a body was not as Discord describes it."""
    async with LoopbackDiscord.serve(contract=contract) as loopback:
        yield loopback
    assert not loopback.contract_findings, "\n".join(loopback.contract_findings)
    assert not loopback.unknown_requests, [request.route for request in loopback.unknown_requests]


@contextlib.contextmanager
def pointed_at(loopback: LoopbackDiscord) -> Iterator[None]:
    """Point discord.py in this process at a loopback Discord, and back afterwards."""
    gateway = discord.gateway.DiscordWebSocket
    before = discord.http.Route.BASE, gateway.DEFAULT_GATEWAY
    discord.http.Route.BASE = loopback.api_url
    gateway.DEFAULT_GATEWAY = yarl.URL(loopback.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE, gateway.DEFAULT_GATEWAY = before


@contextlib.asynccontextmanager
async def running(client: discord.Client, loopback: LoopbackDiscord) -> AsyncIterator[None]:
    """Run a discord.py client against a loopback Discord, from ready to closed.

    Give it `guild_ready_timeout=0.05`, or each start waits two seconds.
    """
    with pointed_at(loopback):
        await client.login(loopback.token)
        connected = asyncio.create_task(client.connect())
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait({connected, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            await connected
        try:
            yield
        finally:
            await client.close()
            await connected
