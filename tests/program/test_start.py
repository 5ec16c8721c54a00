"""What `backchannel run` says when it cannot start, as a process of its own."""

import os
import sys
from asyncio.subprocess import PIPE, STDOUT, create_subprocess_exec
from pathlib import Path

from cryptography.fernet import Fernet

from bot.demo.loopback import LoopbackDiscord


async def run(directory: Path, **environment: str) -> tuple[int | None, str]:
    process = await create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "run"),
        env={"PATH": os.environ["PATH"], "LOG_LEVEL": "error", **environment},
        cwd=directory,
        stdout=PIPE,
        stderr=STDOUT,
    )
    out, _none = await process.communicate()
    return process.returncode, out.decode().strip()


async def test_wrong_token_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    async with LoopbackDiscord.serve() as discord:
        code, said = await run(
            tmp_path,
            DISCORD_TOKEN="bm90LWEtdG9rZW4.x.y",
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
        )
    assert code == 2
    assert said == ("DISCORD_TOKEN: Discord does not accept it. Copy it again from the application's page, under Bot.")


async def test_no_discord_at_all_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    async with LoopbackDiscord.serve() as discord:
        gone = discord.api_url, discord.gateway_url
    code, said = await run(
        tmp_path, DISCORD_TOKEN="bm90LWEtdG9rZW4.x.y", DISCORD_API_URL=gone[0], DISCORD_GATEWAY_URL=gone[1]
    )
    assert code == 1
    assert said == "Discord cannot be reached, so the bot could not start. Try again later."


async def test_wrong_settings_are_named_together_and_nothing_is_made(tmp_path: Path) -> None:
    code, said = await run(tmp_path, ANNOUNCE_CHANNEL_ID="#general", POLL_INTERVAL_SECONDS="soon")
    assert code == 2
    assert "ANNOUNCE_CHANNEL_ID" in said
    assert "POLL_INTERVAL_SECONDS" in said
    assert list(tmp_path.iterdir()) == []


async def test_damaged_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """F7: the operator decides what becomes of it."""
    path = tmp_path / "backchannel.db"
    path.write_bytes(b"SQLite format 3\0" + os.urandom(4096))
    before = path.read_bytes()
    code, said = await run(tmp_path, DISCORD_TOKEN="bm90LWEtdG9rZW4.x.y", SECRET_KEY=Fernet.generate_key().decode())
    assert code == 1
    assert "damaged" in said
    assert path.read_bytes() == before
