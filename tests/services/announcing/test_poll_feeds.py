from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.errors import TemporaryError
from bot.domain.models import PostState
from bot.domain.ports import FeedAnswer, FeedRequest
from db.engine import Begin, Store
from db.models import Feed, StoredPost
from tests.conftest import TestClock
from tests.services.announcing.polling import (
    FakeReader,
    Polling,
    a_feed,
    an_entry,
    read_feed_row,
    stored_identities,
    stored_posts,
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


async def test_the_first_poll_remembers_the_archive_in_silence(polling: Polling, followed: int) -> None:
    """F30: a blog that was just connected announces nothing."""
    assert [(post.title, post.state) for post in await stored_posts(polling.begin)] == [
        ("Post 1", PostState.REMEMBERED),
        ("Post 2", PostState.REMEMBERED),
    ]
    assert polling.wishes.announced == []
    assert polling.describer.asked == []
    assert polling.woken == 0
    feed = await read_feed_row(polling.begin, followed)
    assert (feed.is_baselined, feed.title, feed.etag, feed.failures) == (True, "Blog", '"0"', 0)


async def test_a_new_post_is_stored_and_wanted_once(polling: Polling, followed: int) -> None:
    polling.reader.show(an_entry(3), an_entry(2), an_entry(1))
    await polling.next_round()
    await polling.next_round()

    assert polling.wishes.announced == ["Post 3"]
    assert [post.state for post in await stored_posts(polling.begin)] == ["remembered", "remembered", "wanted"]
    assert polling.woken == 1


async def test_what_the_blog_adds_is_stored_and_no_later_revision(polling: Polling, followed: int) -> None:
    polling.describer.adds["Post 3"] = {
        "post_id": 33,
        "author": "Mara",
        "image_url": "https://blog.example/a.jpg",
        "image_alt": "A heron",
    }
    polling.reader.show(an_entry(3), an_entry(2))
    await polling.next_round()
    await polling.next_round()

    post = (await stored_posts(polling.begin))[-1]
    assert (post.post_id, post.author, post.image_url, post.image_alt) == (
        33,
        "Mara",
        "https://blog.example/a.jpg",
        "A heron",
    )
    assert "id:33" in await stored_identities(polling.begin)
    assert polling.wishes.revised == []
    assert polling.describer.asked == ["Post 3"]


@pytest.mark.parametrize("error", [TemporaryError("The blog is not answering."), TimeoutError()])
async def test_a_blog_that_does_not_answer_costs_only_the_picture(
    polling: Polling, followed: int, error: Exception
) -> None:
    polling.describer.adds["Post 3"] = error
    polling.reader.show(an_entry(3))
    await polling.next_round()

    assert polling.wishes.announced == ["Post 3"]


async def test_the_blogs_post_id_tells_a_new_post_from_an_old_one_with_its_link(
    polling: Polling, followed: int
) -> None:
    polling.describer.adds["Post 3"] = {"post_id": 3}
    polling.reader.show(an_entry(3))
    await polling.next_round()
    polling.describer.adds["Post 4"] = {"post_id": 4}
    polling.reader.show(an_entry(4, link=an_entry(3).link, guid="elsewhere"))
    await polling.next_round()

    assert polling.wishes.announced == ["Post 3", "Post 4"]


async def test_an_edit_is_revised_once_and_keeps_what_only_the_blog_told(polling: Polling, followed: int) -> None:
    polling.describer.adds["Post 3"] = {"post_id": 3, "image_url": "https://blog.example/a.jpg"}
    polling.reader.show(an_entry(3))
    await polling.next_round()
    polling.reader.show(an_entry(3, title="Post 3, corrected"))
    await polling.next_round()
    await polling.next_round()

    post = (await stored_posts(polling.begin))[-1]
    assert polling.wishes.revised == ["Post 3, corrected"]
    assert polling.wishes.announced == ["Post 3"]
    assert (post.title, post.post_id, post.image_url) == ("Post 3, corrected", 3, "https://blog.example/a.jpg")


async def test_a_post_that_becomes_protected_loses_its_picture(polling: Polling, followed: int) -> None:
    polling.reader.show(an_entry(3, image_url="https://blog.example/a.jpg"))
    await polling.next_round()
    polling.reader.show(an_entry(3, is_protected=True, excerpt=""))
    await polling.next_round()

    post = (await stored_posts(polling.begin))[-1]
    assert (post.is_protected, post.image_url, post.excerpt) == (True, None, "")


async def test_an_unpublished_post_that_is_back_is_wanted_again_and_revised(polling: Polling, followed: int) -> None:
    polling.reader.show(an_entry(3))
    await polling.next_round()
    async with polling.begin() as tx:
        (await tx.get_one(StoredPost, 3)).state = PostState.UNPUBLISHED.value

    await polling.next_round()

    assert (await stored_posts(polling.begin))[-1].state == PostState.WANTED
    assert polling.wishes.revised == ["Post 3"]
    assert polling.wishes.announced == ["Post 3"]


async def test_a_post_that_the_blog_calls_gone_is_unpublished_and_its_announcement_revised(
    polling: Polling, followed: int
) -> None:
    """F31: once, and back again when the post is."""
    polling.reader.show(an_entry(3), an_entry(2))
    await polling.next_round()
    polling.describer.gone.add("Post 3")
    for _poll in range(2):
        polling.reader.show(an_entry(4), an_entry(2))
        await polling.next_round()

    assert polling.wishes.revised == ["Post 3"]
    assert polling.describer.doubted == ["Post 3"]
    assert {post.title: post.state for post in await stored_posts(polling.begin)}["Post 3"] == PostState.UNPUBLISHED

    polling.reader.show(an_entry(4), an_entry(3), an_entry(2))
    await polling.next_round()
    assert polling.wishes.revised == ["Post 3", "Post 3"]
    assert polling.wishes.announced == ["Post 3", "Post 4"]


async def test_a_post_that_only_the_feed_leaves_out_stays(polling: Polling, followed: int) -> None:
    """F27: absence from the feed is no deletion, and what is older than the feed shows is not asked about."""
    polling.reader.show(an_entry(3), an_entry(2))
    await polling.next_round()
    polling.reader.show(an_entry(4), an_entry(2))
    await polling.next_round()
    polling.reader.show(an_entry(5), an_entry(4))
    await polling.next_round()

    assert polling.describer.doubted == ["Post 3"]
    assert polling.wishes.revised == []


async def test_a_flood_is_held_and_asked_about_once(polling: Polling, followed: int) -> None:
    """F29: one question, however many posts."""
    polling.reader.show(*(an_entry(n) for n in range(90, 0, -1)))
    await polling.next_round()
    await polling.next_round()

    assert polling.wishes.announced == []
    assert polling.wishes.asked_about == [followed]
    assert {post.state for post in (await stored_posts(polling.begin))[2:]} == {"held"}
    assert len(polling.describer.asked) == 5


async def test_a_post_by_another_name_keeps_both(polling: Polling, followed: int) -> None:
    polling.reader.show(an_entry(2, guid="moved"), an_entry(1))
    await polling.next_round()

    assert polling.wishes.announced == []
    assert {"guid:moved", "guid:blog.example?p=2"} <= await stored_identities(polling.begin)


async def test_absence_from_the_feed_changes_nothing(polling: Polling, followed: int) -> None:
    before = [(post.title, post.state) for post in await stored_posts(polling.begin)]
    polling.reader.show()
    await polling.next_round()

    assert [(post.title, post.state) for post in await stored_posts(polling.begin)] == before
    assert polling.wishes.revised == []


async def test_a_blog_connected_anew_while_its_feed_was_read_begins_in_silence(begin: Begin, clock: TestClock) -> None:
    class Reconnected(FakeReader):
        async def read(self, request: FeedRequest) -> FeedAnswer:
            if self.asked:
                async with begin() as tx:
                    (await tx.get_one(Feed, 1)).is_baselined = False
            return await super().read(request)

    polling = Polling(begin, clock, reader=Reconnected())
    await a_feed(begin)
    polling.reader.show(an_entry(1))
    await polling.poll_feeds.poll_due()
    polling.reader.show(an_entry(3), an_entry(2), an_entry(1))
    await polling.next_round()

    assert polling.wishes.announced == []
    assert {post.state for post in await stored_posts(begin)} == {"remembered"}


# --- one transaction -----------------------------------------------------------------------------------


async def test_a_failure_in_the_middle_leaves_nothing_half_saved(polling: Polling, followed: int) -> None:
    polling.wishes.error = RuntimeError("the ledger broke")
    polling.reader.show(an_entry(4), an_entry(3), an_entry(2))
    with pytest.raises(ExceptionGroup) as raised:
        await polling.next_round()

    assert raised.group_contains(RuntimeError, match="the ledger broke")
    assert len(await stored_posts(polling.begin)) == 2
    feed = await read_feed_row(polling.begin, followed)
    assert (feed.etag, feed.body_hash, feed.failures) == ('"0"', "hash 0", 1)
    assert feed.next_poll_at is not None
    assert feed.next_poll_at > polling.clock()

    polling.wishes.error = None
    polling.clock.move(minutes=10)
    await polling.poll_feeds.poll_due()
    assert polling.wishes.announced == ["Post 3", "Post 4"]


async def test_all_unchanged_feeds_of_a_round_are_saved_in_one_transaction(polling: Polling, store: Store) -> None:
    urls = [f"https://blog{n}.example/feed/" for n in range(20)]
    for url in urls:
        await a_feed(polling.begin, url=url, is_baselined=True, last_full_fetch_at=polling.clock())
        polling.reader.show_nothing_new(url)
    commits: list[object] = []
    event.listen(store.engine.sync_engine, "commit", commits.append)

    await polling.poll_feeds.poll_due()

    assert len(commits) == 2, "one to see what is due, one to save it all"
    async with polling.begin() as tx:
        feed = await tx.get_one(Feed, 20)
        assert (feed.etag, feed.last_poll_at, feed.failures) == ('"kept"', polling.clock(), 0)
        assert feed.next_poll_at is not None
        assert timedelta(0) < feed.next_poll_at - polling.clock() <= timedelta(seconds=300)
