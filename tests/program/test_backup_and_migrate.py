"""`backchannel backup` and `migrate`: copies that are whole, and nothing overwritten."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError, UserError
from bot.program.backup import back_up
from bot.program.migrate import migrate
from bot.program.status import show_status
from db.engine import Store
from db.migrate import sqlite_path
from db.migrations import HEAD
from db.models import Feed
from tests.program.conftest import NOON, MakeSettings


async def test_a_backup_taken_beside_a_writer_holds_what_was_committed(
    make_settings: MakeSettings, store: Store, tmp_path: Path
) -> None:
    async with store.begin() as tx:
        tx.add(Feed(url="https://blog.example/feed/"))
    target = tmp_path / "copy.db"
    async with store.begin() as tx:
        tx.add(Feed(url="https://other.example/feed/"))
        await tx.flush()
        assert back_up(make_settings(), target, out=io.StringIO()) == 0
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT url FROM feeds").fetchall() == [("https://blog.example/feed/",)]


@pytest.mark.usefixtures("story")
def test_a_backup_can_be_used_as_the_database(make_settings: MakeSettings, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    back_up(make_settings(), target, out=io.StringIO())
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    out = io.StringIO()
    show_status(make_settings(DATABASE_URL=f"sqlite+aiosqlite:///{target}"), now=NOON, out=out)
    assert "https://blog.example" in out.getvalue()


def test_a_backup_overwrites_nothing(make_settings: MakeSettings, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="exists already"):
        back_up(make_settings(), target, out=io.StringIO())
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_backup_of_nothing_leaves_nothing(make_settings: MakeSettings, no_database: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no database yet"):
        back_up(make_settings(DATABASE_URL=no_database), tmp_path / "copy.db", out=io.StringIO())
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_of_a_damaged_file_leaves_nothing(make_settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database at all" * 100)
    settings = make_settings(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'bad.db'}")
    with pytest.raises(UserError, match="could not be copied"):
        back_up(settings, tmp_path / "copy.db", out=io.StringIO())
    assert not (tmp_path / "copy.db").exists()


def test_a_folder_that_is_not_there_is_said(make_settings: MakeSettings, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        back_up(make_settings(), tmp_path / "nowhere" / "copy.db", out=io.StringIO())


def test_postgresql_has_its_own_tool(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings = make_settings(DATABASE_URL="postgresql+psycopg://me@127.0.0.1:9/x")
    with pytest.raises(UserError, match="pg_dump"):
        back_up(settings, tmp_path / "copy.db", out=io.StringIO())


def test_migrate_makes_a_database_and_says_its_schema(make_settings: MakeSettings, no_database: str) -> None:
    out = io.StringIO()
    assert migrate(make_settings(DATABASE_URL=no_database), now=NOON, out=out) == 0
    assert out.getvalue() == f"The database has schema {HEAD}.\n"


def test_migrate_into_a_folder_that_is_not_there_is_said_in_a_sentence(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/nowhere/x.db")

    with pytest.raises(SettingsError, match="DATABASE_URL: that database cannot be made or copied"):
        migrate(settings, now=NOON, out=io.StringIO())


def test_migrate_does_not_touch_a_newer_database(make_settings: MakeSettings, database_url: str) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(UserError, match="newer Backchannel"):
        migrate(make_settings(), now=NOON, out=io.StringIO())
