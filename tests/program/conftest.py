"""Fixtures for the program's commands: settings as the environment gives them, and a store with a story in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
import structlog
from cryptography.fernet import Fernet
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.settings import Settings, load_settings
from db.ledger import Kind, Purpose
from db.migrate import sync_url
from db.models import Announcement, Feed, LedgerRow, Relay, StoredBlog, StoredPost, Subscription
from db.secrets import SecretBox
from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "loopback"]

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MakeSettings = Callable[..., Settings]


@pytest.fixture
def key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def make_settings(database_url: str, key: str) -> MakeSettings:
    def make(**env: str) -> Settings:
        return load_settings({"DATABASE_URL": database_url, "SECRET_KEY": key, **env}, None)

    return make


@pytest.fixture(autouse=True)
def _discord_where_it_was() -> Iterator[None]:
    gateway = discord.gateway.DiscordWebSocket
    before = discord.http.Route.BASE, gateway.DEFAULT_GATEWAY
    yield
    discord.http.Route.BASE, gateway.DEFAULT_GATEWAY = before
    structlog.reset_defaults()


@pytest.fixture
def no_database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'nothing.db'}"


@pytest.fixture
def story(database_url: str, key: str) -> str:
    """Fill the store with one blog, two posts, one announcement, one reply and one ledger row that waits."""
    engine = create_engine(sync_url(database_url))
    with Session(engine) as session, session.begin():
        feed = Feed(url="https://blog.example/feed/", last_poll_at=NOON)
        session.add(feed)
        session.flush()
        blog = StoredBlog(
            guild_id=10,
            feed_id=feed.id,
            url="https://blog.example",
            title="Small hours",
            username="relay",
            sealed_password=SecretBox([key]).seal("abcd efgh"),
            created_at=NOON,
        )
        old, new = _post(feed.id, 1, "Older", "remembered"), _post(feed.id, 2, "Winter walk", "wanted")
        session.add_all([blog, old, new])
        session.flush()
        subscription = Subscription(blog_id=blog.id, guild_id=10, channel_id=20, created_at=NOON)
        session.add(subscription)
        session.flush()
        announcement = Announcement(
            subscription_id=subscription.id,
            post_row_id=new.id,
            state="announced",
            guard="00000000",
            channel_id=20,
            message_id=300000,
            thread_id=300000,
            created_at=NOON,
        )
        session.add(announcement)
        session.flush()
        relay = Relay(
            message_id=400000,
            thread_id=300000,
            guild_id=10,
            announcement_id=announcement.id,
            subscription_id=subscription.id,
            blog_id=blog.id,
            writer_id=50,
            picked_by=50,
            state="published",
            guard="00000000",
            source="a canary's words",
            comment_id=7,
            created_at=NOON,
            updated_at=NOON,
        )
        session.add(relay)
        session.flush()
        session.add(
            LedgerRow(
                kind=Kind.COMMENT.value,
                purpose=Purpose.COMMENT.value,
                subscription_id=subscription.id,
                announcement_id=announcement.id,
                relay_id=relay.id,
                key="k",
                due_at=NOON,
                last_error="The blog is not answering.",
                created_at=NOON,
            )
        )
    engine.dispose()
    return database_url


def _post(feed_id: int, post_id: int, title: str, state: str) -> StoredPost:
    return StoredPost(
        feed_id=feed_id,
        state=state,
        post_id=post_id,
        guid=f"https://blog.example/?p={post_id}",
        link=f"https://blog.example/{title.lower().replace(' ', '-')}/",
        title=title,
        categories=[],
        entry_hash="h",
        first_seen_at=NOON,
    )
