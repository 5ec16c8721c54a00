"""Events that are lost, repeated and shuffled: afterwards the blog holds exactly what the thread holds."""

import random
from collections.abc import Callable

import pytest
from structlog.testing import LogCapture

from tests.lives.life import a_seed
from tests.lives.rounds import FirstDay, in_a_copy, is_loud, quiet
from tests.lives.storm import EVERY, RELAYED, Storm

A_SHARE, ALL = 500, 10_000


async def storm(day: FirstDay, events: int) -> str:
    seed = a_seed()
    logs = LogCapture()
    with quiet(logs):
        async with in_a_copy(day) as life:
            wind = Storm(life, random.Random(seed))
            await wind.relay()
            await wind.blow(events)
            found = await wind.findings()
    found += [f"logged: {entry}" for entry in logs.entries if is_loud(entry)]
    assert not found, "\n".join([f"seed {seed}", *found])
    assert wind.weather.missed * EVERY == wind.weather.happened == events
    return f"{RELAYED} replies, {wind.weather}, seed {seed}"


@pytest.mark.timeout(600)
async def test_thread_and_blog_are_the_same_after_five_hundred_events(
    first_days: dict[str, FirstDay], tell_storm: Callable[[str], None]
) -> None:
    """F24, F25: a fifth of them is never told, the others up to three times and shuffled within a second."""
    tell_storm(await storm(first_days["direct"], A_SHARE))


@pytest.mark.slow
@pytest.mark.timeout(7_200)
async def test_thread_and_blog_are_the_same_after_ten_thousand_events(
    first_days: dict[str, FirstDay], tell_storm: Callable[[str], None]
) -> None:
    """F24, F25: the same with all of them."""
    tell_storm(await storm(first_days["direct"], ALL))
