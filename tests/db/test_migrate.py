import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import db.answer_models
import db.models  # noqa: F401 - the tables of both are compared with the database
from db.base import Base
from db.migrate import MIGRATIONS, NewerSchemaError, revision_of, upgrade
from db.migrations import HEAD

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_migrated_schema_is_the_one_the_classes_describe(database_url: str) -> None:
    engine = create_engine(database_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []


def test_head_is_the_newest_script() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_second_upgrade_changes_nothing_and_copies_nothing(database_url: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert upgrade(database_url, now=NOW) is None
    assert sorted(tmp_path.iterdir()) == before


def test_four_processes_starting_on_one_new_file_make_one_schema(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    code = (
        f"from datetime import UTC, datetime; from db.migrate import upgrade; upgrade({url!r}, now=datetime.now(UTC))"
    )
    starting = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1].decode() for process in starting]
    assert errors == [""] * 4
    assert revision_of(url) == HEAD


def test_schema_change_leaves_a_copy_of_the_file_as_it_was(database_url: str, tmp_path: Path) -> None:
    """F7: a way back, whatever the change does."""
    path = tmp_path / "backchannel.db"
    make_it_an_older_schema(path)

    copy = upgrade(database_url, now=NOW)

    assert copy is not None
    assert copy.parent == tmp_path
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as old:
        assert old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("older",)]
        assert old.execute("SELECT value FROM older").fetchall() == [("kept",)]
    assert revision_of(database_url) == HEAD


def make_it_an_older_schema(path: Path) -> None:
    """Leave a file that holds something, but not the newest schema."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE older (value TEXT NOT NULL); INSERT INTO older VALUES ('kept');")


def test_database_of_a_newer_program_is_refused_and_left_alone(database_url: str, tmp_path: Path) -> None:
    """F7: nobody guesses what the newer one meant."""
    path = tmp_path / "backchannel.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match="9999"):
        upgrade(database_url, now=NOW)
    assert path.read_bytes() == before


def test_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """T18."""
    path = tmp_path / "new.db"
    upgrade(f"sqlite+aiosqlite:///{path}", now=NOW)
    assert path.stat().st_mode & 0o077 == 0


def test_what_the_first_schema_held_is_kept_by_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    url = f"sqlite+aiosqlite:///{path}"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD_ROWS)

    upgrade(url, now=NOW)

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute("SELECT message_id, is_own_text FROM relays").fetchall() == [(500, 0)]
        assert connection.execute("SELECT relay_id, interaction_id FROM consents").fetchall() == [(1, 77)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


OLD_ROWS = """
INSERT INTO feeds (id, url, title, is_baselined, failures) VALUES (1, 'https://blog.example/feed/', '', 1, 0);
INSERT INTO posts (id, feed_id, state, title, excerpt, author, categories, image_alt, is_protected, word_count,
    entry_hash, first_seen_at) VALUES (1, 1, 'wanted', '', '', '', '[]', '', 0, 0, 'h', '2026-01-01');
INSERT INTO blogs (id, guild_id, feed_id, url, title, state, is_from_settings, created_at)
    VALUES (1, 10, 1, 'https://blog.example/', '', 'ok', 0, '2026-01-01');
INSERT INTO subscriptions (id, blog_id, guild_id, channel_id, policy, is_paused, created_at)
    VALUES (1, 1, 10, 20, 'approve', 0, '2026-01-01');
INSERT INTO announcements (id, subscription_id, post_row_id, turn, state, lead, guard, channel_id, created_at)
    VALUES (1, 1, 1, 0, 'announced', '', '00000000', 20, '2026-01-01');
INSERT INTO relays (id, message_id, thread_id, guild_id, announcement_id, subscription_id, blog_id, writer_id,
    picked_by, is_authors_pick, is_as_blog_user, state, guard, name, created_at, updated_at)
    VALUES (1, 500, 30, 10, 1, 1, 1, 2, 2, 0, 0, 'published', '00000000', 'Dana', '2026-01-01', '2026-01-01');
INSERT INTO consents (id, relay_id, writer_id, guild_id, blog_url, interaction_id, wording, text_hash, agreed_at)
    VALUES (1, 1, 2, 10, 'https://blog.example/', 77, '', 'h', '2026-01-01');
"""
