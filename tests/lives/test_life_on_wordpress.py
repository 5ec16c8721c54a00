"""The same machine beside a real WordPress."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest
from structlog.testing import LogCapture

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.world import World
from tests.kill.front import FrontedWordPress
from tests.lives.conftest import Tell
from tests.lives.life import NAMES, Step, a_seed
from tests.lives.places import ANSWER_SECONDS, HurriedClock, Places, furnish
from tests.lives.rounds import DATABASE, a_life, announce, in_process, play, quiet
from tests.wordpress.availability import wordpress_or_skip

STEPS = 200
LIFE_SECONDS = 1_500.0


@pytest.mark.wordpress
@pytest.mark.timeout(1_800)
async def test_both_sides_agree_after_two_hundred_steps_beside_a_real_wordpress(
    tmp_path: Path, empty_database: Path, tell: Tell
) -> None:
    chance = random.Random(a_seed())
    names = ["bring"] * 3 + [chance.choice(NAMES) for _step in range(STEPS - 3)]
    steps = [Step(name, chance.randrange(2**16), chance.random() < 0.75) for name in names]
    shutil.copy(empty_database, tmp_path / DATABASE)
    clock, logs = HurriedClock(), LogCapture()
    world = World(now=clock.seconds)
    furnish(world)
    with quiet(logs):
        async with (
            FrontedWordPress.open(wordpress_or_skip()) as blog,
            LoopbackDiscord.serve(world, answer_within_seconds=ANSWER_SECONDS) as discord,
        ):
            await blog.publish("What a window sill can carry")
            async with a_life(Places(discord, blog), tmp_path / DATABASE, clock, in_process) as life:
                await announce(life, policy="approve")
                life.most_messages, life.most_readers = STEPS // 5, STEPS // 10
                told = await asyncio.wait_for(play(life, steps, logs), LIFE_SECONDS)
    tell(told)
