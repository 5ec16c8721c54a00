"""`backchannel status`: the whole state, read beside a running bot without touching anything."""

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import UserError
from bot.domain.models import PostState
from bot.domain.relays import RelayState
from bot.domain.state_words import announcement_words, blog_sentence, post_words, reply_words
from bot.program.status import show_status, show_status_json
from db.engine import Store
from db.migrate import sqlite_path
from db.models import Feed, StoredBlog, Subscription
from db.read_only import read_only
from tests.program.conftest import NOON, MakeSettings

EXPECTED = {
    "blogs": [{"url": "https://blog.example", "state": "ok", "last_poll_at": "2026-03-01T12:00:00+00:00"}],
    "posts": [
        {
            "post_id": 1,
            "guid": "https://blog.example/?p=1",
            "url": "https://blog.example/older/",
            "state": "remembered",
        },
        {
            "post_id": 2,
            "guid": "https://blog.example/?p=2",
            "url": "https://blog.example/winter-walk/",
            "state": "wanted",
        },
    ],
    "announcements": [
        {
            "post_url": "https://blog.example/winter-walk/",
            "guild_id": 10,
            "channel_id": 20,
            "message_id": 300000,
            "thread_id": 300000,
            "state": "announced",
        }
    ],
    "relays": [{"message_id": 400000, "comment_id": 7, "state": "published", "reason": None}],
    "due": 1,
    "oldest_due_seconds": 90.0,
}


def status_json(make_settings: MakeSettings) -> object:
    out = io.StringIO()
    assert show_status_json(make_settings(), now=NOON + timedelta(seconds=90), out=out) == 0
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("story")
def test_the_json_has_exactly_the_shape_that_others_rely_on(make_settings: MakeSettings) -> None:
    assert status_json(make_settings) == EXPECTED


def test_an_empty_database_has_the_same_shape(make_settings: MakeSettings) -> None:
    assert status_json(make_settings) == {
        "blogs": [],
        "posts": [],
        "announcements": [],
        "relays": [],
        "due": 0,
        "oldest_due_seconds": 0,
    }


@pytest.mark.usefixtures("story")
def test_what_is_due_later_counts_but_is_not_overdue(make_settings: MakeSettings) -> None:
    out = io.StringIO()
    show_status_json(make_settings(), now=NOON - timedelta(seconds=1), out=out)
    told = json.loads(out.getvalue())
    assert (told["due"], told["oldest_due_seconds"]) == (1, 0)


@pytest.mark.usefixtures("story")
def test_people_are_told_in_sentences_and_no_members_words(make_settings: MakeSettings) -> None:
    out = io.StringIO()
    show_status(make_settings(), now=NOON + timedelta(seconds=90), out=out)
    assert out.getvalue().splitlines() == [
        "Blog https://blog.example: Its posts are announced and replies can go there. "
        "Its feed was read at 2026-03-01 12:00:00 UTC.",
        "Posts: 1 for announcing, 1 remembered in silence.",
        "Announcements: 1 announced.",
        "Replies: 1 published.",
        "1 thing waits to be done, for 90 seconds.",
    ]


@pytest.mark.usefixtures("story")
def test_what_is_not_late_is_not_given_a_number_of_seconds(make_settings: MakeSettings) -> None:
    out = io.StringIO()
    show_status(make_settings(), now=NOON, out=out)
    assert out.getvalue().splitlines()[-1] == "1 thing is yet to be done, and none is late."


def test_every_state_has_words_for_people() -> None:
    words = [
        *map(post_words, PostState),
        *map(announcement_words, ("draft", "wanted", "announced", "failed", "dropped")),
        *map(reply_words, RelayState),
    ]
    assert not [word for word in words if "_" in word]
    assert words.count("wanted") == words.count("held") == 0
    assert post_words("odd") == "odd"
    for state in ("ok", "feed_only", "credentials", "paused", "removed"):
        assert blog_sentence(state).endswith(".")


def test_an_empty_database_says_how_to_begin(make_settings: MakeSettings) -> None:
    out = io.StringIO()
    show_status(make_settings(), now=NOON, out=out)
    assert "/blog connect" in out.getvalue()
    assert "Nothing waits." in out.getvalue()


def test_without_a_database_there_is_one_sentence_and_none_is_made(
    make_settings: MakeSettings, no_database: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="There is no database yet"):
        show_status(make_settings(DATABASE_URL=no_database), now=NOON, out=io.StringIO())
    assert not (tmp_path / "nothing.db").exists()


def test_an_older_schema_is_said(make_settings: MakeSettings, no_database: str) -> None:
    path = sqlite_path(no_database)
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('0000')"
        )
    with pytest.raises(UserError, match="run `backchannel migrate`"):
        show_status(make_settings(DATABASE_URL=no_database), now=NOON, out=io.StringIO())


async def test_it_answers_while_the_bot_is_in_the_middle_of_writing(
    make_settings: MakeSettings, story: str, store: Store
) -> None:
    async with store.begin() as tx:
        tx.add(Feed(url="https://other.example/feed/"))
        await tx.flush()
        seen = await asyncio.to_thread(status_json, make_settings)
    assert seen == EXPECTED
    assert story


@pytest.mark.usefixtures("story")
def test_the_connection_cannot_write(database_url: str) -> None:
    with read_only(database_url) as session, pytest.raises(Exception, match="readonly"):
        session.add(Feed(url="https://other.example/feed/"))
        session.flush()


@pytest.mark.usefixtures("story")
def test_the_file_itself_is_not_touched(make_settings: MakeSettings, database_url: str) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    before = path.read_bytes()
    status_json(make_settings)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("story")
async def test_a_paused_and_a_removed_blog_are_told_apart(make_settings: MakeSettings, store: Store) -> None:
    async with store.begin() as tx:
        subscription = await tx.get_one(Subscription, 1)
        subscription.is_paused = True
        tx.add(StoredBlog(guild_id=10, feed_id=1, url="https://gone.example", created_at=NOON))
    seen = status_json(make_settings)
    assert isinstance(seen, dict)
    assert [blog["state"] for blog in seen["blogs"]] == ["paused", "removed"]
