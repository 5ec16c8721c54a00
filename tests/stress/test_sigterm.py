"""SIGTERM in the middle of everything. The process ends within ten seconds, and the next one finds all of it."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.demo import stage as stages
from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.world.models import Channel
from bot.demo.stage import Stage
from tests.e2e.test_story import MENU, bots, settled, the_thread
from tests.loopback.fixtures import new_contract

STOP_SECONDS = 10.0
REPLIES_A_ROUND = 3
POSTS_AHEAD = 1
"""More new posts than three at once are held for the author: rounds are quicker than a bot that starts."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    settings = {"POLL_INTERVAL_SECONDS": "0.3", "WAIT_SCALE": "0.1"}
    async with stages.set_up(discord_options={"contract": new_contract()}, settings=settings) as stage:
        yield stage
    assert stage.discord.contract_findings == []


class Load:
    """Posts and replies under way at once, and which of them were confirmed to whoever sent them."""

    def __init__(self, stage: Stage, thread: Channel) -> None:
        self._stage = stage
        self._thread = thread
        self.confirmed: set[str] = set()
        self.posts = 0

    async def one_round(self, number: int) -> None:
        assert self._stage.small_blog is not None
        if self.posts < len(bots(self._stage, self._stage.news)) + POSTS_AHEAD:
            await self._stage.small_blog.publish(f"Post of round {number}", "<p>Peas.</p>")
            self.posts += 1
        texts = [f"Thought {number}.{reply}" for reply in range(REPLIES_A_ROUND)]
        await asyncio.gather(*(self._send(text) for text in texts))

    async def _send(self, text: str) -> None:
        message_id = await self._stage.author.say(self._thread, text)
        try:
            answer = await self._stage.author.use_menu(MENU, self._thread, message_id)
        except NoAnswerError:
            return
        if "on its way" in answer.text or "It is on" in answer.text:
            self.confirmed.add(text)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("seed", "rounds"), [(0, 2), *(pytest.param(seed, 34, marks=pytest.mark.slow) for seed in range(1, 7))]
)
async def test_sigterm_under_load_is_quick_and_loses_nothing(stage: Stage, seed: int, rounds: int) -> None:
    """F3: 200 times with `make stress`."""
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Before the storm", "<p>Quiet.</p>")
    load, chance = Load(stage, await the_thread(stage)), random.Random(seed)

    for number in range(rounds):
        under_way = asyncio.create_task(load.one_round(number))
        await asyncio.wait([under_way], timeout=chance.random())
        began = time.monotonic()
        assert await stage.bot.stop() == 0
        assert time.monotonic() - began < STOP_SECONDS
        assert [event for event in stage.bot.events if event.get("level") in {"error", "critical"}] == []
        await stage.start_bot()
        await under_way

    await stage.discord.until(lambda: len(bots(stage, stage.news)) == load.posts + 1 or None, timeout=60)
    await settled(stage)
    found = Counter(_words(comment.content) for comment in await stage.small_blog.comments(post_id))
    assert load.confirmed
    assert load.confirmed <= found.keys()
    assert [words for words, times in found.items() if times > 1] == []
    assert len(bots(stage, stage.news)) == load.posts + 1


def _words(content: str) -> str:
    return content.replace("<p>", "").replace("</p>", "").strip()
