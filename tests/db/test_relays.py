from datetime import timedelta

import pytest

from bot.domain.relays import RelayState
from db import consents, ledger, relays
from db.engine import Begin
from db.models import Announcement, Consent, Feed, Relay, StoredBlog, StoredPost, Subscription
from tests.conftest import TestClock

THREAD = 30


@pytest.fixture
async def place(begin: Begin, clock: TestClock) -> relays.Place:
    """A thread of a post, with everything above it."""
    async with begin() as tx:
        feed = Feed(url="https://blog.example/feed/")
        tx.add(feed)
        await tx.flush()
        blog = StoredBlog(guild_id=10, feed_id=feed.id, url="https://blog.example/", created_at=clock())
        post = StoredPost(feed_id=feed.id, state="wanted", categories=[], entry_hash="h", first_seen_at=clock())
        tx.add_all([blog, post])
        await tx.flush()
        subscription = Subscription(blog_id=blog.id, guild_id=10, channel_id=20, created_at=clock())
        tx.add(subscription)
        await tx.flush()
        announcement = Announcement(
            subscription_id=subscription.id,
            post_row_id=post.id,
            state="announced",
            guard="00000000",
            channel_id=20,
            thread_id=THREAD,
            created_at=clock(),
        )
        tx.add(announcement)
    return relays.Place(announcement=announcement, subscription=subscription, blog=blog, post=post)


async def a_relay(
    begin: Begin, place: relays.Place, clock: TestClock, *, message_id: int = 500, state: RelayState, **facts: object
) -> Relay:
    relay = Relay(
        message_id=message_id,
        thread_id=THREAD,
        guild_id=10,
        announcement_id=place.announcement.id,
        subscription_id=place.subscription.id,
        blog_id=place.blog.id,
        writer_id=2,
        picked_by=2,
        state=state.value,
        guard="00000000",
        created_at=clock(),
        updated_at=clock(),
    )
    for name, value in facts.items():
        setattr(relay, name, value)
    async with begin() as tx:
        tx.add(relay)
    return relay


async def test_a_thread_leads_to_its_post_and_another_channel_to_nothing(begin: Begin, place: relays.Place) -> None:
    async with begin() as tx:
        found = await relays.place_of_thread(tx, THREAD)
        assert found is not None
        assert (found.announcement.id, found.post.id) == (place.announcement.id, place.post.id)
        assert await relays.place_of_thread(tx, 999) is None


async def test_only_a_yes_to_this_text_by_its_writer_counts(
    begin: Begin, place: relays.Place, clock: TestClock
) -> None:
    relay = await a_relay(begin, place, clock, state=RelayState.APPROVED, text_hash="mine")
    async with begin() as tx:
        for interaction_id, writer_id, text_hash in ((1, 2, "other"), (2, 3, "mine")):
            tx.add(
                Consent(
                    relay_id=relay.id,
                    writer_id=writer_id,
                    guild_id=10,
                    blog_url="https://blog.example/",
                    interaction_id=interaction_id,
                    wording="w",
                    text_hash=text_hash,
                    agreed_at=clock(),
                )
            )
    async with begin() as tx:
        assert await consents.given_to(tx, relay, "mine") is None
        assert await consents.given_to(tx, relay, "other") is not None
        await consents.withdraw(tx, relay.id, now=clock())
        assert await consents.given_to(tx, relay, "other") is None


async def test_a_writer_keeps_one_email_per_blog(begin: Begin, place: relays.Place) -> None:
    async with begin() as tx:
        first = await relays.keep_email(tx, blog_id=place.blog.id, writer_id=2, fresh="a@backchannel.invalid")
    async with begin() as tx:
        again = await relays.keep_email(tx, blog_id=place.blog.id, writer_id=2, fresh="b@backchannel.invalid")
        assert await relays.email_of(tx, blog_id=place.blog.id, writer_id=3) is None

    assert first == again == "a@backchannel.invalid"


async def test_who_asked_not_to_be_asked_is_remembered_in_that_guild_only(begin: Begin, clock: TestClock) -> None:
    async with begin() as tx:
        await relays.never_ask_again(tx, guild_id=10, writer_id=2, now=clock())
        await relays.never_ask_again(tx, guild_id=10, writer_id=2, now=clock())
    async with begin() as tx:
        assert not await relays.may_be_asked(tx, guild_id=10, writer_id=2)
        assert await relays.may_be_asked(tx, guild_id=11, writer_id=2)
        assert await relays.may_be_asked(tx, guild_id=10, writer_id=3)


async def test_what_waits_comes_oldest_first_and_is_counted(
    begin: Begin, place: relays.Place, clock: TestClock
) -> None:
    later = clock() + timedelta(minutes=1)
    waiting = RelayState.WAITING_FOR_AUTHOR
    await a_relay(begin, place, clock, message_id=501, state=waiting, updated_at=later, writer_id=3)
    await a_relay(begin, place, clock, message_id=502, state=waiting)
    await a_relay(begin, place, clock, message_id=503, state=RelayState.REFUSED)
    async with begin() as tx:
        found = await relays.waiting_for_author(tx, [place.subscription.id])
        assert [relay.message_id for relay in found] == [502, 501]
        assert await relays.waiting_for_author(tx, []) == []
        assert await relays.count_waiting(tx, place.subscription.id) == 2
        assert await relays.count_waiting(tx, place.subscription.id, writer_id=3) == 1


async def test_only_published_replies_count_as_published(begin: Begin, place: relays.Place, clock: TestClock) -> None:
    for message_id, state in enumerate((RelayState.PUBLISHED, RelayState.HELD, RelayState.PUBLISHED), start=500):
        await a_relay(begin, place, clock, message_id=message_id, state=state)
    async with begin() as tx:
        found = await relays.published_in(tx, place.announcement.id)
        assert [relay.message_id for relay in found] == [500, 502]
        assert await relays.count_published_before(tx, found[0]) == 1


async def test_only_what_nobody_answered_in_time_expires(begin: Begin, place: relays.Place, clock: TestClock) -> None:
    now = clock()
    asked = RelayState.WAITING_FOR_WRITER
    await a_relay(begin, place, clock, message_id=500, state=asked, expires_at=now)
    await a_relay(begin, place, clock, message_id=501, state=asked, expires_at=now + timedelta(seconds=1))
    await a_relay(begin, place, clock, message_id=502, state=RelayState.PUBLISHED, expires_at=now)
    async with begin() as tx:
        assert [relay.message_id for relay in await relays.unanswered(tx, now=now)] == [500]


async def test_waking_a_blog_makes_only_its_waiting_comments_due(
    begin: Begin, place: relays.Place, clock: TestClock
) -> None:
    mine = await a_relay(begin, place, clock, message_id=500, state=RelayState.APPROVED)
    settled = await a_relay(begin, place, clock, message_id=501, state=RelayState.PUBLISHED)
    async with begin() as tx:
        for relay in (mine, settled):
            row = await ledger.want(
                tx,
                ledger.Purpose.COMMENT,
                ledger.Subject(subscription_id=place.subscription.id, relay_id=relay.id),
                {"html": "x"},
                kind=ledger.Kind.COMMENT,
                key=f"key-{relay.id}",
                now=clock(),
            )
            row.due_at = clock() + timedelta(hours=6) if relay is mine else None
    async with begin() as tx:
        await relays.wake_blog(tx, place.blog.id + 1, clock())
        assert await ledger.due(tx, now=clock(), limit=9) == []
        await relays.wake_blog(tx, place.blog.id, clock())
    async with begin() as tx:
        assert [row.relay_id for row in await ledger.due(tx, now=clock(), limit=9)] == [mine.id]
