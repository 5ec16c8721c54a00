"""The same lives, in which a crash is a SIGKILL of the real process."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.kill.bots import Nurse
from tests.lives.conftest import Tell
from tests.lives.killed import forked_by
from tests.lives.life import NAMES, Step, a_seed
from tests.lives.rounds import FirstDay, Told, live, make_first_day

A_HANDFUL = 3
MANY = int(os.environ.get("KILLED_LIVES") or 50)
AT_ONCE = 4
"""A process mostly waits, as its clock cannot be moved on."""
FEWEST, MOST = 10, 22
LIFE_SECONDS = 600.0
DEADLY = ("crash", "crash_soon", "crash_soon")


def drawn(chance: random.Random) -> list[Step]:
    """Draw a life in which the bot dies more than once."""
    names = ["bring"] * chance.randint(1, 3) + [
        chance.choice([*NAMES, *DEADLY, *DEADLY]) for _step in range(chance.randint(FEWEST, MOST))
    ]
    return [Step(name, chance.randrange(2**16), chance.random() < 0.7) for name in [*names, "crash"]]


async def play(lives: int, folder: Path, empty_database: Path) -> list[Told]:
    seed = a_seed()
    async with Nurse.open() as nurse:

        async def in_turn(number: int) -> list[Told]:
            return [
                await asyncio.wait_for(live(day, drawn(random.Random(f"{seed} {life}"))), LIFE_SECONDS)
                for life in range(number, lives, AT_ONCE)
                for day in [days[number]]
            ]

        days: list[FirstDay] = []
        for number in range(min(AT_ONCE, lives)):
            home = folder / str(number)
            home.mkdir()
            policy = "direct" if number % 3 == 2 else "approve"
            days.append(await make_first_day(home, empty_database, policy=policy, make_bot=forked_by(nurse)))
        told = [one for some in await asyncio.gather(*map(in_turn, range(len(days)))) for one in some]
    assert len(told) == lives
    return told


@pytest.mark.timeout(900)
async def test_both_sides_agree_after_lives_in_which_the_process_is_killed(
    tmp_path: Path, empty_database: Path, tell: Tell
) -> None:
    for told in await play(A_HANDFUL, tmp_path, empty_database):
        tell(told)


@pytest.mark.slow
@pytest.mark.timeout(7_200)
async def test_both_sides_agree_after_many_lives_in_which_the_process_is_killed(
    tmp_path: Path, empty_database: Path, tell: Tell
) -> None:
    for told in await play(MANY, tmp_path, empty_database):
        tell(told)
