"""The whole bot in a Discord that lacks, loses and refuses things, one at a time."""

import asyncio
from dataclasses import replace

import pytest

from bot.demo.loopback.world.models import Channel, Message
from bot.domain.permissions import NEEDED
from bot.domain.permissions import Permission as NeededPermission
from db import ledger
from db.models import Subscription
from tests.cogs.conftest import House, empty_house, house
from tests.loopback.fixtures import contract, loopback

pytestmark = pytest.mark.slow  # each case starts the whole bot

__all__ = ["contract", "empty_house", "house", "loopback"]

THREADS = "/channels/{channel_id}/messages/{message_id}/threads"
MESSAGES = "/channels/{channel_id}/messages"
NOT_AT_ONCE = {"Send Messages in Threads", "Embed Links", "Read Message History", "Add Reactions"}
"""Without these a post can be announced: they are for what comes later, or after a crash."""


def ours(house: House, channel: Channel | int) -> list[Message]:
    channel_id = channel if isinstance(channel, int) else channel.id
    bot = house.loopback.world.bot.id
    return [message for message in house.loopback.world.messages(channel_id) if message.author_id == bot]


def told(house: House) -> list[str]:
    """Return what the blog's author was told: whoever connected it, in direct messages."""
    user = house.loopback.world.users[house.owner.id]
    return [message.text for message in ours(house, house.loopback.world.dm_channel(user))]


async def until_told(house: House, part: str) -> None:
    await house.until(lambda: [text for text in told(house) if part in text])


def calls(house: House) -> int:
    return len(house.loopback.requests)


@pytest.mark.parametrize(
    "missing", [one for one in NEEDED if one.name() != "Add Reactions"], ids=lambda one: one.name()
)
async def test_each_missing_permission_is_named_once_and_made_up_for_when_it_is_given(
    house: House, missing: NeededPermission
) -> None:
    """F17: the bot has all it asks for but one; the author learns which, and nothing is lost."""
    bit, name = missing.bit, missing.name()
    await house.connected()
    house.loopback.world.overwrite(house.channel, house.guild, deny=bit)

    house.feed.publish(7, "Winter walk")
    if name in NOT_AT_ONCE:
        await house.until(lambda: ours(house, house.channel))
    else:
        await until_told(house, name)
    await house.until(lambda: calls(house) > 0)

    house.loopback.world.overwrite(house.channel, house.guild, allow=bit)
    await house.until(lambda: house.loopback.world.threads(house.guild))
    thread = house.loopback.world.thread_of(house.guild, "Winter walk")
    await house.until(lambda: ours(house, thread))
    assert len(ours(house, house.channel)) == 1
    await house.until(lambda: told(house) == [])


async def test_deleted_channel_is_left_alone(house: House) -> None:
    """F17: at most two calls an hour go to a dead channel; after the first there are none."""
    await house.connected()
    house.loopback.world.remove_channel(house.channel)

    house.feed.publish(7, "Winter walk")

    await until_told(house, "is not there any more")
    to_it = [request for request in house.loopback.requests if str(house.channel.id) in request.path]
    house.feed.publish(8, "Spring clean")
    async with house.begin() as tx:
        assert (await tx.get_one(Subscription, 1)).is_paused
        assert await ledger.next_due_at(tx) is None
    assert [one for one in house.loopback.requests if str(house.channel.id) in one.path] == to_it
    assert len(told(house)) == 1


async def test_deleted_announcement_is_not_sent_again(house: House) -> None:
    """F18: deleting it was somebody's decision; only the author's own command announces it anew."""
    await house.connected()
    await house.thread()
    (card,) = ours(house, house.channel)
    await house.owner.delete(house.channel, card)

    entry = house.feed.entries[0]
    house.feed.entries[0] = replace(entry, title="Winter walks", guid=f"{entry.guid}&again")
    readings = house.feed.readings
    await house.until(lambda: house.feed.readings > readings + 3)

    assert ours(house, house.channel) == []
    assert told(house) == []


async def test_archived_thread_is_woken_for_what_is_said_in_it(house: House) -> None:
    """F20: Discord archives by itself; nobody decided it."""
    thread = await _with_a_reply_on_the_blog(house, "archived")
    assert any("on the blog" in message.text for message in ours(house, thread))
    assert not thread.thread.is_archived  # type: ignore[union-attr] # a thread


async def test_locked_thread_stays_locked_and_the_comment_gets_there(house: House) -> None:
    """F20: the reply goes to the blog; the thread's line is given up, for somebody wanted silence there."""
    thread = await _with_a_reply_on_the_blog(house, "locked")
    assert not [message for message in ours(house, thread) if "on the blog" in message.text]
    assert thread.thread.is_locked  # type: ignore[union-attr] # a thread


async def _with_a_reply_on_the_blog(house: House, how: str) -> Channel:
    await house.connected()
    thread = await house.thread()
    message_id = await house.owner.say(thread, "My own words")
    assert thread.thread is not None
    thread.thread.is_archived = True
    thread.thread.is_locked = how == "locked"
    await house.owner.use_menu("Send to blog", thread, message_id)
    await house.until(house.blog.visible)
    if how == "archived":
        await house.until(lambda: any("on the blog" in message.text for message in ours(house, thread)))
    else:
        await house.until(lambda: house.loopback.requests_of("POST", MESSAGES)[-1].path.count(str(thread.id)))
    return thread


async def test_server_full_of_threads_gets_its_announcements_and_later_their_threads(house: House) -> None:
    """F21: Discord's 160006."""
    await house.connected()
    body = {"code": 160006, "message": "Maximum number of active threads reached"}
    house.loopback.faults.fail("POST", THREADS, status=400, body=body, times=3)

    house.feed.publish(7, "Winter walk")

    await until_told(house, "without a thread")
    assert len(ours(house, house.channel)) == 1
    await house.until(lambda: house.loopback.world.threads(house.guild))
    await house.until(lambda: told(house) == [])
    assert len(ours(house, house.channel)) == 1


@pytest.mark.parametrize("code", [200000, 240000])
async def test_filter_that_refuses_a_card_gets_the_title(house: House, code: int) -> None:
    """F22: AutoMod or Discord's own filter of links."""
    await house.connected()
    house.loopback.faults.fail("POST", MESSAGES, status=400, body={"code": code, "message": "blocked"})

    house.feed.publish(7, "Winter walk")

    await until_told(house, "left its excerpt and picture out")
    (message,) = ours(house, house.channel)
    assert message.text == "**Winter walk**"
    await house.until(lambda: house.loopback.world.threads(house.guild))


@pytest.mark.parametrize(("posts", "every"), [(3, 3), pytest.param(60, 5, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
async def test_storm_of_lost_answers_doubles_nothing(house: House, posts: int, every: int) -> None:
    """F16: Discord carries a call out and answers 502, or answers 429 and 503 before it."""
    await house.connected()
    faults = house.loopback.faults
    for nth in range(1, posts * 4, every):
        faults.lose_answer("POST", MESSAGES, nth=nth)
        faults.lose_answer("POST", THREADS, nth=nth)
        faults.rate_limit("POST", MESSAGES, nth=nth + 1, retry_after=0.2)
        faults.fail("POST", MESSAGES, nth=nth + 2, status=503)

    for number in range(7, 7 + posts):
        house.feed.publish(number, f"Post {number}")
        async with asyncio.timeout(60):
            while not [one for one in house.loopback.world.threads(house.guild) if one.name == f"Post {number}"]:
                await asyncio.wait_for(house.loopback.world.changed(), 60)

    threads = house.loopback.world.threads(house.guild)
    await house.until(lambda: all(ours(house, thread) for thread in threads))
    assert len(ours(house, house.channel)) == len(threads) == posts
    assert [len(ours(house, thread)) for thread in threads] == [1] * posts
