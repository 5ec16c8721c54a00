import asyncio
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest

from bot.domain.errors import GoneError, TemporaryError
from bot.domain.ports import FeedAnswer, FeedRequest
from db.engine import Begin
from db.models import Feed
from tests.conftest import TestClock
from tests.services.announcing.polling import (
    FakeReader,
    Polling,
    a_feed,
    an_entry,
    read_feed_row,
    subscribe,
)


@pytest.fixture
def polling(begin: Begin, clock: TestClock) -> Polling:
    return Polling(begin, clock)


@pytest.fixture
async def followed(polling: Polling) -> int:
    """A feed whose first poll is over: posts 1 and 2 are remembered."""
    feed_id = await a_feed(polling.begin)
    polling.reader.show(an_entry(2), an_entry(1))
    await polling.poll_feeds.poll_due()
    return feed_id


# --- what is asked for -----------------------------------------------------------------------------------


async def test_the_next_poll_sends_what_the_last_one_was_given(polling: Polling, followed: int) -> None:
    await polling.next_round()

    assert polling.reader.asked[1] == FeedRequest(
        url="https://blog.example/feed/", etag='"0"', last_modified="moment 0", body_hash="hash 0", guild_id=1
    )


async def test_once_a_day_the_feed_is_fetched_without_validators(polling: Polling, followed: int) -> None:
    """F33: for a 304 may be a lie."""
    await polling.next_round()
    polling.clock.move(hours=24)
    await polling.next_round()
    await polling.next_round()

    assert [request.etag is None for request in polling.reader.asked] == [True, False, True, False]
    assert [request.body_hash is None for request in polling.reader.asked] == [True, False, False, False]


async def test_a_feed_that_is_not_due_is_left_alone(polling: Polling, followed: int) -> None:
    polling.clock.move(seconds=100)
    await polling.poll_feeds.poll_due()

    assert len(polling.reader.asked) == 1


async def test_a_poll_planned_by_a_wrong_clock_does_not_wait_for_it(polling: Polling, followed: int) -> None:
    polling.clock.move(days=-400)
    await polling.poll_feeds.poll_due()

    assert len(polling.reader.asked) == 2


async def test_a_feed_nobody_follows_any_more_is_not_polled(polling: Polling) -> None:
    async with polling.begin() as tx:
        for number, state in enumerate(({"is_paused": True}, {"removed_at": polling.clock()}), start=1):
            feed = Feed(url=f"https://blog{number}.example/feed/")
            tx.add(feed)
            await tx.flush()
            await subscribe(tx, feed.id, guild_id=number, **state)  # type: ignore[arg-type]  # a table of cases
        tx.add(Feed(url="https://nobody.example/feed/"))

    await polling.poll_feeds.poll_due()

    assert polling.reader.asked == []


async def test_a_feed_followed_twice_is_polled_once(polling: Polling) -> None:
    feed_id = await a_feed(polling.begin)
    async with polling.begin() as tx:
        await subscribe(tx, feed_id, guild_id=2)
    polling.reader.show(an_entry(1))

    await polling.poll_feeds.poll_due()

    assert len(polling.reader.asked) == 1


async def test_a_permanent_move_is_remembered_unless_another_feed_lives_there(polling: Polling, followed: int) -> None:
    taken = "https://taken.example/feed/"
    await a_feed(polling.begin, url=taken, next_poll_at=polling.clock() + timedelta(hours=9))
    polling.reader.show(an_entry(2), an_entry(1), moved_to=taken)
    await polling.next_round()
    assert (await read_feed_row(polling.begin, followed)).url == "https://blog.example/feed/"

    polling.reader.show(an_entry(2), an_entry(1), moved_to="https://new.example/feed/")
    await polling.next_round()
    assert (await read_feed_row(polling.begin, followed)).url == "https://new.example/feed/"


# --- failures -----------------------------------------------------------------------------------------


async def test_a_feed_that_fails_is_put_off_with_one_sentence_and_its_state_untouched(
    polling: Polling, followed: int
) -> None:
    """F34: what is known of it stays."""
    polling.reader.fail(TemporaryError("There is no feed at this address, but another kind of page."))
    await polling.next_round()

    feed = await read_feed_row(polling.begin, followed)
    assert feed.last_error == "There is no feed at this address, but another kind of page."
    assert (feed.failures, feed.etag, feed.body_hash) == (1, '"0"', "hash 0")
    assert feed.next_poll_at is not None
    assert feed.next_poll_at - polling.clock() == pytest.approx(timedelta(minutes=5), abs=timedelta(minutes=1))


async def test_a_feed_heals_with_its_first_answer(polling: Polling, followed: int) -> None:
    """F34: it is polled as often as before."""
    polling.reader.fail(GoneError("The blog says that this feed is gone for good."))
    await polling.next_round()
    polling.clock.move(minutes=10)
    polling.reader.show(an_entry(3), an_entry(2))
    await polling.poll_feeds.poll_due()

    feed = await read_feed_row(polling.begin, followed)
    assert (feed.failures, feed.last_error) == (0, None)
    assert polling.wishes.announced == ["Post 3"]


async def test_retry_after_decides_when_a_feed_is_asked_again(polling: Polling, followed: int) -> None:
    polling.reader.fail(TemporaryError("The blog asks to be left alone.", retry_after=timedelta(hours=2)))
    await polling.next_round()
    polling.clock.move(minutes=119)
    await polling.poll_feeds.poll_due()

    assert len(polling.reader.asked) == 2


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (TemporaryError("No."), nullcontext()),
        (TimeoutError(), nullcontext()),
        (RuntimeError("a bug"), pytest.raises(ExceptionGroup, match="some feeds")),
    ],
)
async def test_one_bad_feed_stops_no_other(
    polling: Polling, error: Exception, ends: AbstractContextManager[object]
) -> None:
    bad, good = "https://bad.example/feed/", "https://good.example/feed/"
    for url in (bad, good):
        await a_feed(polling.begin, url=url, is_baselined=True)
    polling.reader.fail(error, bad)
    polling.reader.show(an_entry(1), url=good)

    with ends:
        await polling.poll_feeds.poll_due()

    assert polling.wishes.announced == ["Post 1"]
    async with polling.begin() as tx:
        assert (await tx.get_one(Feed, 1)).failures == 1
        assert (await tx.get_one(Feed, 1)).last_error


async def test_a_dripping_feed_does_not_hold_up_the_others(begin: Begin, clock: TestClock) -> None:
    is_good_read = asyncio.Event()

    class Drip(FakeReader):
        async def read(self, request: FeedRequest) -> FeedAnswer:
            if request.url.startswith("https://drip"):
                await is_good_read.wait()
                raise TemporaryError("Too slow.")
            answer = await super().read(request)
            is_good_read.set()
            return answer

    polling = Polling(begin, clock, reader=Drip())
    for number in range(20):
        await a_feed(begin, url=f"https://drip{number}.example/feed/", is_baselined=True)
    await a_feed(begin, is_baselined=True)
    polling.reader.show(an_entry(1))

    async with asyncio.timeout(60):
        await polling.poll_feeds.poll_due()

    assert polling.wishes.announced == ["Post 1"]


async def test_a_feed_that_becomes_due_while_another_drips_is_polled_again(begin: Begin, clock: TestClock) -> None:
    class Drip(FakeReader):
        async def read(self, request: FeedRequest) -> FeedAnswer:
            if not request.url.startswith("https://drip"):
                return await super().read(request)
            while len(self.asked) < 2:
                clock.move(seconds=60)
                await asyncio.sleep(0.01)
            raise TemporaryError("Too slow.")

    polling = Polling(begin, clock, reader=Drip(), wait_scale=0.1)
    await a_feed(begin, url="https://drip.example/feed/", is_baselined=True)
    await a_feed(begin)
    polling.reader.show(an_entry(1))

    await polling.poll_feeds.poll_due()

    assert len(polling.reader.asked) >= 2
    assert (await read_feed_row(begin, 1)).last_error == "Too slow."


async def test_cancelling_a_round_ends_it_at_once(begin: Begin, clock: TestClock) -> None:
    has_begun = asyncio.Event()

    class Slow(FakeReader):
        async def read(self, request: FeedRequest) -> FeedAnswer:
            has_begun.set()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

    polling = Polling(begin, clock, reader=Slow())
    feed_id = await a_feed(begin)
    polled = asyncio.create_task(polling.poll_feeds.poll_due())
    await has_begun.wait()
    polled.cancel()

    with pytest.raises(asyncio.CancelledError):
        await polled
    assert (await read_feed_row(begin, feed_id)).failures == 0
