"""Whatever call the bot dies at, nothing is lost and nothing is doubled (F1, F9, F16, F19).

The bot is a process of its own between a loopback Discord and a small blog. Every outside call is counted: each
request to Discord's API and each to the blog, reads and polls included; only the gateway's frames are not.
"""

import os
import random
from collections.abc import Callable

import pytest

from tests.kill.conftest import NewRounds
from tests.kill.plans import deal, deal_one_way_each
from tests.kill.rounds import Sum
from tests.kill.sabotage import KILLS, LOSSES, Call, How, Plan, RandomPlan, Target

AS_ON_DISCORD, NONE = 180.0, 0.0
"""Seconds for which a nonce is remembered."""
A_TELLING = 10
MOST_CALLS_BETWEEN = 30
MISSED_SHARE = 0.1
"""Some calls come up only when two things happen to fall together, such as an edit of a line that is new."""

QUICK = (
    ("POST /channels/{channel_id}/messages #new-posts “### **The first peas are up** Eleven days in the”", 1),
    ("POST /channels/{channel_id}/messages/{message_id}/threads #new-posts “Slugs at dsuk”", 1),
    ("POST /channels/{channel_id}/messages #A frame of willow “Talk about *A frame of willow* here. It stays on”", 1),
    ("blog POST /wp-json/wp/v2/comments <p>Does it not tear?</p>", 1),
    ("blog POST /wp-json/wp/v2/comments <p>Mine carries three cats.</p>", 1),
)
"""The calls that double when nobody looks before a second try."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_bot_killed_after_each_creating_call_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float
) -> None:
    how = How.KILL_CARRIED_OUT
    targets = [Target(call, how) for call in QUICK]
    total = await new_rounds(window).play_targets(f"the creating calls, {how.value}", [targets])
    tell(total)
    assert total.missed == []


@pytest.mark.kill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_bot_killed_at_every_call_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float, kill_turn: int | None
) -> None:
    if kill_turn is not None and (kill_turn // len(KILLS)) % 2 != (window == NONE):
        pytest.skip("this turn takes the other nonce window")
    await _hit_every_call(new_rounds, tell, window, KILLS, kill_turn)


@pytest.mark.kill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_every_lost_answer_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float, kill_turn: int | None
) -> None:
    if kill_turn is not None:
        pytest.skip("a run of one turn kills only")
    await _hit_every_call(new_rounds, tell, window, LOSSES, None)


@pytest.mark.kill
@pytest.mark.timeout(7200)
async def test_bot_killed_at_random_calls_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], chance: tuple[int, random.Random]
) -> None:
    seed, luck = chance
    wanted = int(os.environ.get("KILLS") or 60)
    rounds = new_rounds(luck.choice([AS_ON_DISCORD, NONE]))
    total = await rounds.play(f"random kills, KILL_SEED={seed}", _random_plans(luck, wanted))
    while not total.bad and len(total.done) < wanted:  # a story may end before its last kill
        more = await rounds.play("", _random_plans(luck, wanted - len(total.done)))
        total.add(more)
    tell(total)


def _random_plans(luck: random.Random, wanted: int) -> list[Plan]:
    counts = [min(A_TELLING, wanted - begun) for begun in range(0, wanted, A_TELLING)]
    return [
        RandomPlan(random.Random(luck.random()), times=n, hows=KILLS, most_calls_between=MOST_CALLS_BETWEEN)
        for n in counts
    ]


async def _hit_every_call(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float, hows: tuple[How, ...], turn: int | None
) -> None:
    rounds = new_rounds(window)
    calls: list[Call] = await rounds.rehearse()
    title = (
        f"{len(calls)} calls, {'all of' if turn is None else 'one of'} {len(hows)} ways, nonce window {window:.0f} s"
    )
    if turn is None:
        dealt = list(deal(calls, hows, a_telling=A_TELLING))
    else:
        dealt = list(deal_one_way_each(calls, hows, a_telling=A_TELLING, turn=turn))
    total = await rounds.play_targets(title, dealt)
    if total.missed:
        again = await rounds.play_targets("", [total.missed[i::2] for i in range(2)])
        total.add(again)
        total.missed = again.missed
    tell(total)
    assert len(total.missed) <= MISSED_SHARE * len(calls) * (len(hows) if turn is None else 1), total.missed
