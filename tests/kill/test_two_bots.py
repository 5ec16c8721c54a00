"""Two bots on one database, of which one is killed again and again, whichever it is."""

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.kill.bots import ForkedBot, Nurse
from tests.kill.conftest import not_in_one_turn
from tests.kill.scenes import remembered, until
from tests.kill.worlds import LOG, KillWorld, open_world


async def a_second_bot(world: KillWorld) -> ForkedBot:
    return await world.nurse.start(
        "run", environment=world.environment, directory=world.directory, output=world.directory / f"second-{LOG}"
    )


async def announced(world: KillWorld, posts: int) -> None:
    await until(world, lambda: len(world.bots(world.news)) >= posts or None)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=[pytest.mark.kill, not_in_one_turn])])
async def test_two_bots_of_which_one_is_killed_at_random_announce_every_post_once(
    nurse: Nurse, tmp_path: Path, empty_database: Path, kills: int
) -> None:
    """F36: at most one of them works, and there is always one that does."""
    chance = random.Random(kills)
    async with open_world(nurse, tmp_path, empty_database=empty_database, nonce_window_seconds=0.0) as world:
        await remembered(world)
        second = await a_second_bot(world)
        for number in range(kills):
            await world.blog.publish(f"Post number {number}.", "<p>Peas.</p>")
            if chance.random() < 0.5:
                await announced(world, number + 1)
            if chance.random() < 0.5:
                await world.kill()
            else:
                await second.kill()
                second = await a_second_bot(world)
            await announced(world, number + 1)
        await until(world, lambda: (not world.waiting_rows()) or None)
        await second.stop()

        cards = Counter(card.text.split(".")[0] for card in world.bots(world.news))
        assert sum(cards.values()) == len(cards) == kills
        threads = [one for one in world.discord.world.channels.values() if one.thread is not None]
        assert [len(world.bots(thread)) for thread in threads] == [1] * kills
