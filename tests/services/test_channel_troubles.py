"""What happens to announcements in a channel that does not let us, and what their author is told of it."""

import pytest

from bot.chat.errors import Code, translated
from bot.domain.errors import BackchannelError, NoAccessError
from bot.domain.messages import OutgoingMessage
from db import ledger
from db.engine import Begin
from db.models import Announcement, Subscription
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeChat
from tests.services.announcing.announce_world import CHANNEL, QUEUE, World
from tests.stress.discord_errors import http_error


class PickyChat(FakeChat):
    """A Discord that refuses what comes into the announcements' channel, and nothing elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[BackchannelError] = []

    async def send(self, channel_id: int, message: OutgoingMessage, *, nonce: str) -> int:
        if channel_id == CHANNEL and self.refusals:
            raise self.refusals.pop(0)
        return await super().send(channel_id, message, nonce=nonce)


def picky(world: World, *refusals: BackchannelError) -> None:
    assert isinstance(world.chat, PickyChat)
    world.chat.refusals.extend(refusals)


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness, PickyChat())
    await world.furnish()
    return world


def refusal(code: Code, *, status: int = 403) -> BackchannelError:
    """Return what the adapter makes of Discord's code."""
    return translated(http_error(status, code))


async def want(world: World, *post_row_ids: int) -> None:
    async with world.begin() as tx:
        for post_row_id in post_row_ids:
            await world.announcements.want(tx, post_row_id=post_row_id)
    await world.runner.drain()


def told(world: World) -> list[str]:
    return [message.text for message in world.chat.messages_in(QUEUE)]


async def test_channel_we_may_not_write_in_is_told_once_for_all_its_posts(world: World) -> None:
    """F17: the posts wait, and go out once the permission is there."""
    lacking = NoAccessError("In blog I lack: Send Messages.")
    picky(world, lacking, lacking)

    await want(world, world.first, world.second)

    (alert,) = told(world)
    assert "I cannot announce **Winter Blog** in <#20> now. In blog I lack: Send Messages." in alert
    assert world.card_texts() == []

    world.clock.move(hours=2)
    await world.runner.drain()
    assert world.card_texts() == ["Winter walk", "Spring clean"]
    assert told(world) == []


async def test_deleted_channel_pauses_the_blog_there_and_is_told_once(world: World) -> None:
    """F17: no call goes to it any more."""
    gone = [refusal(Code.UNKNOWN_CHANNEL, status=404) for _post in range(2)]
    world.chat.faults.before("newest_message_id", *gone)

    await want(world, world.first, world.second)

    (alert,) = told(world)
    assert "is not there any more" in alert
    async with world.begin() as tx:
        assert (await tx.get_one(Subscription, 1)).is_paused
    calls = len(world.chat.faults.calls)
    world.clock.move(hours=24)
    await world.runner.drain()
    await want(world, await world.add_post("A third one"))
    assert len(world.chat.faults.calls) == calls


@pytest.mark.parametrize("code", [Code.TOO_MANY_THREADS, Code.TOO_MANY_NEWS_THREADS])
async def test_too_many_threads_leave_the_announcement_without_one_until_there_is_room(
    world: World, code: Code
) -> None:
    """F21: the announcement does not wait for it."""
    world.chat.faults.before("open_thread", *[refusal(code, status=400) for _try in range(3)])

    await want(world, world.first, world.second)

    assert world.card_texts() == ["Winter walk", "Spring clean"]
    (alert,) = told(world)
    assert "without a thread" in alert
    assert "closing old threads" in alert
    world.clock.move(hours=1)
    await world.runner.drain()
    world.clock.move(hours=1)
    await world.runner.drain()
    assert len(world.chat.threads) == 2
    assert told(world) == []


@pytest.mark.parametrize("code", [Code.AUTOMOD_MESSAGE, Code.AUTOMOD_TITLE, Code.HARMFUL_LINK])
@pytest.mark.parametrize(("refusals", "shown"), [(1, 1), (2, 0)])
async def test_post_that_a_filter_refuses_is_announced_with_less_in_it(
    world: World, code: Code, refusals: int, shown: int
) -> None:
    """F22: first its title and its button, then its bare title."""
    picky(world, *[refusal(code, status=400) for _try in range(refusals)])

    await want(world, world.first)

    (message,) = world.chat.messages_in(CHANNEL)
    assert message.text == "**Winter walk**"
    assert message.card is None
    assert len(message.buttons) == shown
    assert ["left its excerpt and picture out" in text for text in told(world)] == [True]
    assert len(world.chat.threads) == 1


async def test_post_whose_bare_title_is_refused_is_given_up_and_told(world: World) -> None:
    picky(world, *[refusal(Code.AUTOMOD_MESSAGE, status=400) for _try in range(3)])

    await want(world, world.first)

    assert world.card_texts() == []
    (alert,) = told(world)
    assert "refused even the title of a post of **Winter Blog**" in alert
    async with world.begin() as tx:
        assert (await tx.get_one(Announcement, 1)).state == "failed"


async def test_edit_that_a_filter_refuses_shows_less(world: World) -> None:
    await want(world, world.first)
    world.chat.faults.before("edit", refusal(Code.AUTOMOD_MESSAGE, status=400))
    async with world.begin() as tx:
        row = await ledger.get(tx, 1)
        row.wanted, row.revision, row.due_at = {**(row.wanted or {}), "changed": True}, 2, world.clock()

    await world.runner.drain()

    (message,) = world.chat.messages_in(CHANNEL)
    assert message.text == "**Winter walk**"
    assert world.chat.faults.count("send") == 3  # the card, the thread's first line, and what the author is told


async def test_limited_edits_wait_and_are_not_tried_in_a_loop(world: World) -> None:
    """F31: Discord's 30046."""
    await want(world, world.first)
    world.chat.faults.before("edit", *[refusal(Code.OLD_MESSAGE_EDITS, status=400) for _try in range(2)])
    async with world.begin() as tx:
        row = await ledger.get(tx, 1)
        row.wanted, row.revision, row.due_at = {**(row.wanted or {}), "changed": True}, 2, world.clock()

    for _minute in range(60):
        await world.runner.drain()
        world.clock.move(minutes=1)

    assert world.chat.faults.count("edit") == 3
    async with world.begin() as tx:
        assert (await ledger.get(tx, 1)).due_at is None
