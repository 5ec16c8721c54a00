from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.models import Entry, PostState
from db import feeds, posts
from db.engine import Begin
from db.models import Feed

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENTRY = Entry(
    guid="https://blog.example/?p=7",
    link="https://blog.example/winter-walk/",
    post_id=7,
    title="Winter walk",
    excerpt="Cold, *bright*.",
    author="Mara",
    published_at=NOW - timedelta(hours=1),
    updated_at=NOW,
    categories=("Walks", "Über"),
    image_url="https://blog.example/a.jpg",
    image_alt="A heron",
    word_count=320,
    comment_count=3,
)


@pytest.fixture
async def feed_id(begin: Begin) -> int:
    async with begin() as tx:
        feed = Feed(url="https://blog.example/feed/")
        tx.add(feed)
        await tx.flush()
        return feed.id


async def store_post(
    begin: Begin,
    feed_id: int,
    entry: Entry = ENTRY,
    *,
    state: PostState = PostState.WANTED,
    identities: Iterable[str] = (),
    now: datetime = NOW,
) -> int:
    async with begin() as tx:
        return await posts.add(tx, feed_id, entry, state=state, entry_hash="h", identities=identities, now=now)


async def titles(begin: Begin, feed_id: int, text: str) -> list[str]:
    async with begin() as tx:
        return [post.title for post in await posts.search(tx, feed_ids={feed_id}, text=text)]


async def test_an_entry_comes_back_as_it_was_stored(begin: Begin, feed_id: int) -> None:
    row_id = await store_post(begin, feed_id)

    async with begin() as tx:
        assert posts.entry_of(await posts.get(tx, row_id)) == ENTRY


async def test_a_post_nobody_stored_is_a_lookup_error(begin: Begin) -> None:
    async with begin() as tx:
        with pytest.raises(LookupError):
            await posts.get(tx, 404)


async def test_only_the_identities_asked_for_are_looked_up_and_only_in_their_feed(begin: Begin, feed_id: int) -> None:
    row_id = await store_post(begin, feed_id, identities=["id:7", "guid:a"])
    async with begin() as tx:
        other = Feed(url="https://other.example/feed/")
        tx.add(other)
        await tx.flush()
        await posts.add(
            tx, other.id, ENTRY, state=PostState.HELD, entry_hash="other", identities=["id:7", "id:8"], now=NOW
        )

    async with begin() as tx:
        known = await posts.known_posts(tx, feed_id, {"id:7", "id:8", "guid:b"})

    assert {name: (post.row_id, post.post_id, post.entry_hash) for name, post in known.items()} == {
        "id:7": (row_id, 7, "h")
    }


async def test_many_identities_are_looked_up_at_once(begin: Begin, feed_id: int) -> None:
    row_id = await store_post(begin, feed_id, identities=[f"id:{n}" for n in range(1200)])

    async with begin() as tx:
        known = await posts.known_posts(tx, feed_id, {f"id:{n}" for n in range(1000, 3000)})

    assert len(known) == 200
    assert {post.row_id for post in known.values()} == {row_id}


async def test_an_identity_belongs_to_one_post_of_a_feed(begin: Begin, feed_id: int) -> None:
    await store_post(begin, feed_id, identities=["id:7"])

    with pytest.raises(IntegrityError):
        await store_post(begin, feed_id, identities=["id:7"])


async def test_the_newest_known_date_is_not_in_the_future(begin: Begin, feed_id: int) -> None:
    for days in (-3, -1, 5):
        await store_post(begin, feed_id, replace(ENTRY, published_at=NOW + timedelta(days=days)))
    await store_post(begin, feed_id, replace(ENTRY, published_at=None))

    async with begin() as tx:
        assert await posts.newest_known_at(tx, feed_id, now=NOW) == NOW - timedelta(days=1)
        assert await posts.newest_known_at(tx, feed_id + 1, now=NOW) is None


async def test_linking_adds_names_and_an_unknown_post_id_but_never_another(begin: Begin, feed_id: int) -> None:
    row_id = await store_post(begin, feed_id, replace(ENTRY, post_id=None), identities=["guid:a"])
    async with begin() as tx:
        await posts.link(tx, row_id, post_id=9, identities=["id:9"])
        await posts.link(tx, row_id, post_id=10, identities=["guid:b"])

    async with begin() as tx:
        known = await posts.known_posts(tx, feed_id, {"guid:a", "guid:b", "id:9"})
    assert {name: (post.row_id, post.post_id) for name, post in known.items()} == {
        "guid:a": (row_id, 9),
        "guid:b": (row_id, 9),
        "id:9": (row_id, 9),
    }


async def test_posts_are_found_by_what_was_decided_about_them(begin: Begin, feed_id: int) -> None:
    first = await store_post(begin, feed_id, state=PostState.HELD)
    await store_post(begin, feed_id)
    second = await store_post(begin, feed_id, state=PostState.HELD)

    async with begin() as tx:
        held = await posts.in_state(tx, feed_id=feed_id, state=PostState.HELD)

    assert [post.id for post in held] == [first, second]


async def test_searching_finds_parts_of_titles_newest_first(begin: Begin, feed_id: int) -> None:
    for number, title in enumerate(["Winter walk", "A walk at 100%", "Walking", "Über den Damm", "über Nacht", "Else"]):
        entry = replace(ENTRY, title=title, published_at=NOW + timedelta(hours=number) if number != 2 else None)
        await store_post(begin, feed_id, entry)

    assert await titles(begin, feed_id, "WALK") == ["A walk at 100%", "Walking", "Winter walk"]
    assert await titles(begin, feed_id, "100%") == ["A walk at 100%"]
    assert await titles(begin, feed_id, "%") == ["A walk at 100%"]
    assert await titles(begin, feed_id, "über") == ["über Nacht", "Über den Damm"]
    assert len(await titles(begin, feed_id, "")) == 6
    assert await titles(begin, feed_id + 1, "") == []


async def test_an_autocomplete_shows_twenty_five_posts_at_most(begin: Begin, feed_id: int) -> None:
    for number in range(30):
        await store_post(begin, feed_id, replace(ENTRY, title=f"Walk {number}"))

    assert len(await titles(begin, feed_id, "walk")) == 25


@pytest.mark.parametrize(
    "value",
    ["post:{row}", "https://blog.example/winter-walk/", "http://www.blog.example/winter-walk?utm_source=x", " Walk "],
)
async def test_a_post_is_found_by_choice_address_or_title(begin: Begin, feed_id: int, value: str) -> None:
    await store_post(begin, feed_id, replace(ENTRY, title="Walk", published_at=None), now=NOW - timedelta(days=2))
    row_id = await store_post(
        begin, feed_id, replace(ENTRY, title="Walk"), identities=["link:blog.example/winter-walk"]
    )

    async with begin() as tx:
        found = await posts.find(tx, feed_ids={feed_id}, value=value.format(row=row_id))
        elsewhere = await posts.find(tx, feed_ids={feed_id + 1}, value=value.format(row=row_id))

    assert found is not None
    assert found.id == row_id
    assert elsewhere is None


async def test_a_failing_transaction_keeps_neither_post_nor_names(begin: Begin, feed_id: int) -> None:
    async def fail_after_storing() -> None:
        async with begin() as tx:
            await posts.add(tx, feed_id, ENTRY, state=PostState.WANTED, entry_hash="h", identities=["id:7"], now=NOW)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await fail_after_storing()

    async with begin() as tx:
        assert await posts.known_posts(tx, feed_id, {"id:7"}) == {}
        assert await posts.in_state(tx, feed_id=feed_id, state=PostState.WANTED) == []


async def test_a_failure_keeps_what_is_known_of_a_feed(begin: Begin, feed_id: int) -> None:
    reading = feeds.FeedReading(
        feed_id=feed_id, etag='"1"', last_modified="then", body_hash="h", next_poll_at=NOW, is_full=True
    )
    async with begin() as tx:
        await feeds.note_read(tx, reading, title="Blog", moved_to=None, now=NOW)
    async with begin() as tx:
        for _failure in range(2):
            await feeds.note_failure(
                tx, feed_id, error="No.", next_poll_at=NOW + timedelta(minutes=5), now=NOW + timedelta(minutes=1)
            )

    async with begin() as tx:
        feed = await tx.get_one(Feed, feed_id)
        assert (feed.etag, feed.last_modified, feed.body_hash, feed.title) == ('"1"', "then", "h", "Blog")
        assert (feed.failures, feed.last_error, feed.last_full_fetch_at) == (2, "No.", NOW)
        assert feed.next_poll_at == NOW + timedelta(minutes=5)
