"""What polling is tested with: rows to begin from, and collaborators that can be told to fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.models import Entry
from bot.domain.ports import FeedAnswer, FeedRequest
from bot.services.announcing.poll_feeds import PollFeeds
from db.engine import Begin, Transaction
from db.models import Feed, PostIdentity, StoredBlog, StoredPost, Subscription
from tests.conftest import CountingRandomness, TestClock

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def a_feed(begin: Begin, *, url: str = "https://blog.example/feed/", **values: Any) -> int:
    """Store a feed that one live subscription announces, and return its id."""
    async with begin() as tx:
        feed = Feed(url=url, **values)
        tx.add(feed)
        await tx.flush()
        await subscribe(tx, feed.id)
        return feed.id


async def subscribe(
    tx: Transaction, feed_id: int, *, guild_id: int = 1, is_paused: bool = False, removed_at: datetime | None = None
) -> None:
    blog = StoredBlog(guild_id=guild_id, feed_id=feed_id, url=f"https://blog.example/{feed_id}", created_at=NOW)
    tx.add(blog)
    await tx.flush()
    tx.add(
        Subscription(
            blog_id=blog.id,
            guild_id=guild_id,
            channel_id=10 + guild_id,
            is_paused=is_paused,
            removed_at=removed_at,
            created_at=NOW,
        )
    )


async def read_feed_row(begin: Begin, feed_id: int) -> Feed:
    async with begin() as tx:
        return await tx.get_one(Feed, feed_id)


async def stored_posts(begin: Begin) -> list[StoredPost]:
    async with begin() as tx:
        return list(await tx.scalars(select(StoredPost).order_by(StoredPost.id)))


async def stored_identities(begin: Begin) -> set[str]:
    async with begin() as tx:
        return set(await tx.scalars(select(PostIdentity.identity)))


def an_entry(n: int, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "guid": f"https://blog.example/?p={n}",
        "link": f"https://blog.example/post-{n}/",
        "title": f"Post {n}",
        "excerpt": f"About {n}",
        "published_at": NOW - timedelta(days=30) + timedelta(hours=n),
    }
    return Entry(**{**values, **changes})


@dataclass
class FakeReader:
    """Answers with what each address is to show; an exception is raised."""

    shows: dict[str, FeedAnswer | BaseException] = field(default_factory=dict)
    asked: list[FeedRequest] = field(default_factory=list)

    def show(self, *entries: Entry, url: str = "https://blog.example/feed/", **values: Any) -> None:
        number = len(self.asked)
        said: Mapping[str, Any] = {
            "etag": f'"{number}"',
            "last_modified": f"moment {number}",
            "body_hash": f"hash {number}",
            "title": "Blog",
            **values,
        }
        self.shows[url] = FeedAnswer(entries=entries, **said)

    def show_nothing_new(self, url: str = "https://blog.example/feed/") -> None:
        self.shows[url] = FeedAnswer(entries=None, etag='"kept"', last_modified="kept", body_hash="kept")

    def fail(self, error: BaseException, url: str = "https://blog.example/feed/") -> None:
        self.shows[url] = error

    async def read(self, request: FeedRequest) -> FeedAnswer:
        self.asked.append(request)
        shown = self.shows[request.url]
        if isinstance(shown, BaseException):
            raise shown
        return shown


@dataclass
class FakeWishes:
    """Notes what was wanted, and whether that was inside a transaction that saw the post."""

    announced: list[str] = field(default_factory=list)
    revised: list[str] = field(default_factory=list)
    asked_about: list[int] = field(default_factory=list)
    error: Exception | None = None

    async def want(self, tx: Transaction, *, post_row_id: int) -> None:
        if self.error:
            raise self.error
        self.announced.append((await tx.get_one(StoredPost, post_row_id)).title)

    async def revise(self, tx: Transaction, *, post_row_id: int) -> None:
        self.revised.append((await tx.get_one(StoredPost, post_row_id)).title)

    async def ask_about_held(self, tx: Transaction, *, feed_id: int) -> None:
        self.asked_about.append(feed_id)


@dataclass
class FakeDescriber:
    """Adds to an entry what it is told to, by title."""

    adds: dict[str, dict[str, Any] | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    doubted: list[str] = field(default_factory=list)

    async def is_gone(self, feed_id: int, entry: Entry) -> bool:
        self.doubted.append(entry.title)
        return entry.title in self.gone

    async def describe(self, feed_id: int, entry: Entry) -> Entry:
        self.asked.append(entry.title)
        added = self.adds.get(entry.title, {})
        if isinstance(added, Exception):
            raise added
        return Entry(**{**{name: getattr(entry, name) for name in Entry.__slots__}, **added})


@dataclass
class Polling:
    """A poller with its collaborators in reach."""

    begin: Begin
    clock: TestClock
    reader: FakeReader = field(default_factory=FakeReader)
    wishes: FakeWishes = field(default_factory=FakeWishes)
    describer: FakeDescriber = field(default_factory=FakeDescriber)
    woken: int = 0
    wait_scale: float = 1.0

    def __post_init__(self) -> None:
        self.poll_feeds = PollFeeds(
            self.begin,
            self.reader,
            self.wishes,
            self.describer,
            clock=self.clock,
            randomness=CountingRandomness(),
            interval_seconds=300,
            wait_scale=self.wait_scale,
            wake=self._wake,
        )

    def _wake(self) -> None:
        self.woken += 1

    async def next_round(self) -> None:
        self.clock.move(seconds=300)
        await self.poll_feeds.poll_due()
