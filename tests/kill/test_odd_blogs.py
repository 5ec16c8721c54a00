"""The whole bot against blogs that are slow, closed, broken, or played with by a forger."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.demo.blog import SmallBlog
from bot.demo.blog.controls import StoredComment
from bot.demo.blog.faults import Fault, Moment, RecordedCall
from tests.kill.bots import Nurse
from tests.kill.scenes import a_card, a_post, agree, remembered, send, settled, why
from tests.kill.worlds import KillWorld, open_world

Closing = Callable[[SmallBlog, int], Awaitable[None]]
COMMENTS = r"/wp-json/wp/v2/comments"
CACHE_PAGE = "<!doctype html><title>Small hours</title><p>A page that a cache gives to everybody.</p>"


@pytest.fixture
async def world(nurse: Nurse, tmp_path: Path, empty_database: Path) -> AsyncIterator[KillWorld]:
    async with open_world(nurse, tmp_path, empty_database=empty_database, nonce_window_seconds=180.0) as world:
        await remembered(world)
        yield world


async def shown(world: KillWorld, post_id: int, text: str) -> list[StoredComment]:
    return [one for one in await world.blog.comments(post_id) if text in one.content and one.status == "approved"]


async def test_every_passing_trouble_of_a_blog_ends_with_one_comment(world: KillWorld) -> None:
    """F9: an error, a page in the place of an answer, 429 in both forms: the comment comes once, afterwards."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    in_a_moment = datetime.now(UTC) + timedelta(seconds=2)
    troubles = {
        "a server error": Fault(method="POST", path=COMMENTS, status=500),
        "a gateway's error after all": Fault(method="POST", path=COMMENTS, lose_answer=True),
        "a page of a cache": Fault(method="POST", path=COMMENTS, status=200, body=CACHE_PAGE),
        "a firewall": Fault(method="POST", path=COMMENTS, status=403),
        "JSON of nobody": Fault(method="POST", path=COMMENTS, status=200, body="{}"),
        "maintenance": Fault(method="POST", path=COMMENTS, status=503, retry_after=1),
        "429 with seconds": Fault(method="POST", path=COMMENTS, status=429, body="{}", retry_after=1),
        "429 with a date": Fault(method="POST", path=COMMENTS, status=429, body="{}", retry_after=in_a_moment),
    }
    for name, fault in troubles.items():
        world.blog.faults.order(fault)
        await send(world, world.ada, thread, f"In spite of {name}.")

        async def is_there(text: str = f"In spite of {name}.") -> bool:
            return len(await shown(world, post_id, text)) == 1

        await settled(world, is_there)
    assert len(await world.blog.comments(post_id)) == len(troubles)


async def test_nothing_is_sent_before_the_blog_wants_it(world: KillWorld) -> None:
    """F15: Retry-After is kept to, whatever the bot's own waits are."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    arrived: list[float] = []

    async def note(call: RecordedCall, moment: Moment) -> None:
        if call.method == "POST" and moment is Moment.ARRIVED:
            arrived.append(world.discord.world.seconds())

    world.blog.faults.hook = note
    world.blog.faults.order(Fault(method="POST", path=COMMENTS, status=429, body="{}", retry_after=2))
    await send(world, world.ada, thread, "I can wait.")

    async def is_there() -> bool:
        return len(await shown(world, post_id, "I can wait")) == 1

    await settled(world, is_there)
    assert len(arrived) == 2
    assert arrived[1] - arrived[0] >= 2


@pytest.mark.parametrize(
    ("closing", "reason"),
    [
        (SmallBlog.close_comments, "does not take comments any more"),
        (SmallBlog.trash_post, "no longer public"),
        (SmallBlog.delete_post, "no longer on the blog"),
        (partial(SmallBlog.set_status, status="draft"), "no longer public"),
    ],
    ids=["closed", "in the bin", "deleted", "a draft again"],
)
async def test_post_that_takes_no_comment_ends_the_reply_with_its_reason(
    world: KillWorld, closing: Closing, reason: str
) -> None:
    """F13: told to its writer, never tried again, nothing in public."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    text = "Too late, I fear."
    message_id = await agree(world, world.ada, thread, text)
    card = await a_card(world, text)
    await closing(world.blog, post_id)
    await world.author.press(card, "Publish")

    async def is_over() -> bool:
        return reason in await why(world, world.ada, thread, message_id)

    await settled(world, is_over)
    assert world.blog.faults.calls_of("POST", COMMENTS) == []
    assert len(world.bots(thread)) == 1


async def test_post_behind_a_password_takes_its_comments_all_the_same(world: KillWorld) -> None:
    """Whoever may read the post may read them; the author decides, as always."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    await world.blog.protect_post(post_id, "olive")
    await send(world, world.ada, thread, "For those who know.")

    async def is_there() -> bool:
        return len(await shown(world, post_id, "For those who know")) == 1

    await settled(world, is_there)


async def test_forged_comments_are_neither_adopted_nor_touched(world: KillWorld) -> None:
    """A forger who copies our link, or our e-mail, in a web comment gets nothing by it."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    forged: list[int] = []

    async def forge_and_kill(call: RecordedCall, moment: Moment) -> None:
        """Before our comment is there, put two beside its place that look like it; then the bot dies."""
        if call.method != "POST" or moment is not Moment.DONE or forged:
            return
        [ours] = list(world.blog.store.comments.values())
        del world.blog.store.comments[ours.comment_id]
        same_link = ("forger@web.example", ours.author_url)
        same_email = (ours.author_email, "https://web.example/#bc-x")
        for email, url in (same_link, same_email):
            text, name = f"I hate this garden. {len(forged)}", ours.author_name
            forged.append(await world.blog.add_comment(post_id, text, name=name, email=email, url=url))
        await world.kill()

    world.blog.faults.hook = forge_and_kill
    await agree(world, world.ada, thread, "I love this garden.")
    await world.author.press(await a_card(world, "I love this garden."), "Publish")

    async def is_there() -> bool:
        return len(await shown(world, post_id, "I love this garden")) == 1

    await settled(world, is_there)
    comments = await world.blog.comments(post_id)
    assert [one.comment_id for one in comments if one.comment_id in forged and one.status == "approved"] == forged
    assert len(comments) == len(forged) + 1


async def test_equal_words_of_somebody_else_are_no_comment_of_ours(world: KillWorld) -> None:
    """F10: 409 without ours on the blog is told to its writer, and not tried for ever."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    await world.blog.add_comment(post_id, "Copper tape.")
    world.blog.faults.order(Fault(method="POST", path=COMMENTS, status=409, body='{"code": "comment_duplicate"}'))
    message_id = await send(world, world.ada, thread, "Copper tape.")

    async def is_told() -> bool:
        return "same words" in await why(world, world.ada, thread, message_id)

    await settled(world, is_told)
    assert len(await world.blog.comments(post_id)) == 1
    assert len(world.blog.faults.calls_of("POST", COMMENTS)) == 1
    assert not world.discord.world.message(thread.id, message_id).reactions
