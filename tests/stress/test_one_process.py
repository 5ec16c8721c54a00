"""Two bots on one database. The kernel or PostgreSQL says who works, and says it anew when that one dies."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.demo.loopback import LoopbackDiscord
from bot.demo.process import BotProcess
from db.claim import FileClaim, claim_to, take
from tests.stress.bots import a_bot

WAITS = "waits_for_other_bot"


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_second_bot_waits_and_takes_over_when_the_first_ends(
    loopback: LoopbackDiscord, tmp_path: Path, how: str
) -> None:
    """F36: the kernel holds the claim, so a kill lets go of it."""
    async with a_bot(loopback, tmp_path) as first, a_bot(loopback, tmp_path) as second:
        winner, waiting = await _sorted(first, second)
        await winner.event("ready")
        assert loopback.gateway.identify_count == 1
        assert len([event for event in waiting.events if event.get("event") == WAITS]) == 1

        await (winner.kill() if how == "killed" else winner.stop())

        await waiting.event("took_over")
        await waiting.event("ready")
        assert loopback.gateway.identify_count == 2


async def test_sigterm_ends_a_bot_that_waits_at_once(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    """F3, F36: there is nothing to finish."""
    claim = FileClaim(tmp_path / "backchannel.db.lock")
    assert await claim.try_take()
    async with a_bot(loopback, tmp_path) as bot:
        await bot.event(WAITS)
        began = time.monotonic()
        assert await bot.stop() == 0
        assert time.monotonic() - began < 2
    await claim.release()
    assert not (tmp_path / "backchannel.db").exists()
    assert loopback.gateway.identify_count == 0


async def test_folder_that_cannot_be_written_is_one_sentence(loopback: LoopbackDiscord, tmp_path: Path) -> None:
    nowhere = f"sqlite+aiosqlite:///{tmp_path / 'absent' / 'x.db'}"
    async with a_bot(loopback, tmp_path, DATABASE_URL=nowhere) as bot:
        assert await bot.wait() == 2
        assert [line for line in bot.lines if line.startswith("DATABASE_URL: nothing can be written")]


async def test_only_one_claim_to_a_file_holds_at_a_time(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'x.db'}"
    first, second = claim_to(url), claim_to(url)
    assert await first.try_take()
    assert not await second.try_take()
    await first.release()
    assert await second.try_take()
    await second.release()


async def test_nobody_waits_for_a_database_in_memory() -> None:
    first, second = claim_to("sqlite+aiosqlite://"), claim_to("sqlite+aiosqlite://")
    assert await first.try_take()
    assert await second.try_take()


async def test_waiting_ends_when_it_is_told_to(tmp_path: Path) -> None:
    holder, waiting = FileClaim(tmp_path / "lock"), FileClaim(tmp_path / "lock")
    await holder.try_take()
    stop = asyncio.Event()
    turn = asyncio.create_task(take(waiting, stop))
    stop.set()
    assert not await turn
    await holder.release()


async def _sorted(first: BotProcess, second: BotProcess) -> tuple[BotProcess, BotProcess]:
    """Return the bot that works and the one that waits, whichever was quicker."""
    waits = [asyncio.create_task(bot.event(WAITS)) for bot in (first, second)]
    done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.wait(pending)
    return (first, second) if waits[1] in done else (second, first)
