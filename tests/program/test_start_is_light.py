"""What `backchannel run` has loaded when it is ready: nothing that it may never need."""

import os
from pathlib import Path

from cryptography.fernet import Fernet

from bot.demo.loopback import LoopbackDiscord
from bot.demo.process import BotProcess
from db.migrate import upgrade
from tests.program.conftest import NOON

HEAVY = {
    "alembic": "changes a schema",
    "bot.demo": "plays the demo",
    "bot.feeds.reading": "reads feeds in the child process",
    "bot.watch": "answers machines where a port is set",
    "cryptography": "opens a blog's password",
    "feedparser": "reads feeds in the child process",
    "lxml": "reads HTML",
    "nh3": "stands behind what we write for a blog",
    "sqlalchemy.dialects.postgresql": "speaks to PostgreSQL",
}
TELL_MODULES = """
import atexit, pathlib, sys
def tell():
    pathlib.Path("modules").write_text("\\n".join(sys.modules))
atexit.register(tell)
"""


async def test_start_loads_nothing_that_it_may_never_need(tmp_path: Path) -> None:
    database_url = f"sqlite+aiosqlite:///{tmp_path / 'backchannel.db'}"
    upgrade(database_url, now=NOON)
    (tmp_path / "sitecustomize.py").write_text(TELL_MODULES, encoding="utf-8")
    async with LoopbackDiscord.serve() as discord:
        discord.world.add_guild()
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tmp_path),
            "DATABASE_URL": database_url,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "SECRET_KEY": Fernet.generate_key().decode(),
        }
        bot = await BotProcess.start(environment, directory=tmp_path)
        try:
            await bot.event("ready")
        finally:
            assert await bot.stop() == 0

    loaded = (tmp_path / "modules").read_text(encoding="utf-8").splitlines()

    assert "discord" in loaded
    assert [name for name in HEAVY if name in loaded] == []
