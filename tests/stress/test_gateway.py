"""Odd gateways: sessions that end again and again, events that the library cannot read, no gateway at all."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import discord
import pytest

from bot.client import BackchannelBot, Services
from bot.demo.loopback import LoopbackDiscord
from bot.domain.identifies import AT_ONCE
from bot.services.identifies import Identifies
from db.engine import Begin
from db.notes import Notes
from tests.conftest import TestClock
from tests.loopback.fixtures import pointed_at
from tests.stress.bots import a_bot


async def test_event_the_library_cannot_read_ends_the_process_with_exit_code_1(
    loopback: LoopbackDiscord, tmp_path: Path
) -> None:
    """A bug in the gateway's parser is not survived half deaf: a supervisor starts the bot anew."""
    loopback.world.add_guild()
    async with a_bot(loopback, tmp_path) as bot:
        await bot.event("ready")
        for session in loopback.gateway.sessions.values():
            session.dispatch("CHANNEL_UPDATE", {"guild_id": "not a number"})
        assert await bot.wait() == 1
        assert [event for event in bot.events if event.get("event") == "crashed"]


async def test_each_start_is_counted_on_disk(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    """F4: also of a bot that is killed at once."""
    for _life in range(2):
        async with a_bot(loopback, tmp_path) as bot:
            await bot.event("ready")
            await bot.kill()
    with closing(sqlite3.connect(tmp_path / "backchannel.db")) as store:
        (noted,) = store.execute("SELECT value FROM notes WHERE name = 'identifies'").fetchone()
    assert len(noted.split()) == loopback.gateway.identify_count == 2


async def test_gateway_that_is_not_there_is_one_sentence(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    async with LoopbackDiscord.serve() as other:
        nowhere = other.gateway_url
    async with a_bot(loopback, tmp_path, DISCORD_GATEWAY_URL=nowhere, LOG_LEVEL="error") as bot:
        assert await bot.wait() == 1
        assert bot.lines[-1] == "Discord cannot be reached, so the bot could not start. Try again later."


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the library's five seconds before each new session out."""

    async def at_once(_client: discord.Client, _shard_id: int | None, *, initial: bool = False) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    yield


@pytest.mark.usefixtures("_no_pause")
async def test_gateway_that_ends_every_session_is_not_asked_for_ever(
    loopback: LoopbackDiscord, begin: Begin, clock: TestClock
) -> None:
    """Op 9 again and again, each of which costs one of the day's 1,000."""
    is_slowed_down = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        is_slowed_down.set()
        await asyncio.Event().wait()

    notes = Notes(begin)
    with pointed_at(loopback):
        bot = BackchannelBot(_no_services, notes, identifies=Identifies(notes, clock, sleep=sleep))
        task = asyncio.create_task(bot.start(loopback.token))
        async with asyncio.timeout(60):
            while not is_slowed_down.is_set():
                if loopback.gateway.is_connected:
                    loopback.gateway.invalidate()
                await asyncio.sleep(0.005)
        await bot.close()
        task.cancel()
        await asyncio.wait([task])
    assert loopback.gateway.identify_count == AT_ONCE


def _no_services(_bot: BackchannelBot) -> Services:
    return Services.__new__(Services)
