"""Whatever call the bot dies at, nothing is lost and nothing is doubled.

The bot is a process of its own between a loopback Discord and a small blog. Every outside call is counted: each
request to Discord's API and each to the blog, reads and polls included; only the gateway's frames are not.
"""

import os
import random
from collections.abc import Callable

import pytest

from tests.kill.conftest import NewRounds, not_in_one_turn
from tests.kill.plans import deal, deal_one_way_each
from tests.kill.rounds import Sum
from tests.kill.sabotage import KILLS, LOSSES, Call, How, Plan, RandomPlan

AS_ON_DISCORD, NONE = 180.0, 0.0
"""Seconds for which a nonce is remembered."""
A_TELLING = 16
MOST_CALLS_BETWEEN = 30
MISSED_SHARE = 0.1
"""Some calls come up only when two things happen to fall together, such as an edit of a line that is new."""

CREATING = (
    (r"POST /channels/{channel_id}/messages #new-posts ", 1),
    (r"POST /channels/{channel_id}/messages/{message_id}/threads ", 1),
    (r"POST /channels/{channel_id}/messages #A frame of willow ", 1),
    (r"blog POST /wp-json/wp/v2/comments ", 2),
)
"""The calls that double when nobody looks before a second try, and how many of each are killed."""


class CreatingPlan(Plan):
    """Kills the bot at creating calls, each when it was carried out and not answered."""

    def __init__(self) -> None:
        super().__init__(())
        self._left = dict(CREATING)

    def hit(self, call: Call) -> How | None:
        kind = next((kind for kind, left in self._left.items() if left and call[0].startswith(kind)), None)
        if kind is None or call[1] > 1:
            return None
        self._left[kind] -= 1
        return How.KILL_CARRIED_OUT


@pytest.mark.timeout(300)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_bot_killed_after_each_creating_call_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float
) -> None:
    """F1: the calls that double when nobody looks, each killed when it was carried out and not answered."""
    total = await new_rounds(window).play(f"creating calls, nonce window {window:.0f} s", [CreatingPlan()])
    tell(total)
    assert len(total.done) == sum(n for _kind, n in CREATING)


@pytest.mark.kill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_bot_killed_at_every_call_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float, kill_turn: int | None
) -> None:
    """F1: on arrival, carried out and not answered, answered."""
    if kill_turn is not None and (kill_turn // len(KILLS)) % 2 != (window == NONE):
        pytest.skip("this turn takes the other nonce window")
    await _hit_every_call(new_rounds, tell, window, KILLS, kill_turn)


@not_in_one_turn
@pytest.mark.kill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("window", [AS_ON_DISCORD, NONE])
async def test_every_lost_answer_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], window: float
) -> None:
    """F9, F16: carried out, then 502 or a cut connection."""
    await _hit_every_call(new_rounds, tell, window, LOSSES, None)


@pytest.mark.kill
@pytest.mark.timeout(7200)
async def test_bot_killed_at_random_calls_loses_and_doubles_nothing(
    new_rounds: NewRounds, tell: Callable[[Sum], None], chance: tuple[int, random.Random]
) -> None:
    """F1: again and again in one story."""
    await _kill_at_random(new_rounds, tell, chance, "small blog")


@not_in_one_turn
@pytest.mark.kill
@pytest.mark.wordpress
@pytest.mark.timeout(7200)
async def test_bot_killed_at_random_calls_loses_and_doubles_nothing_on_a_real_wordpress(
    real_rounds: NewRounds, tell: Callable[[Sum], None], chance: tuple[int, random.Random]
) -> None:
    """F1: with PHP, SQLite and WordPress' own ways on the other side."""
    await _kill_at_random(real_rounds, tell, chance, "real WordPress")


async def _kill_at_random(
    new_rounds: NewRounds, tell: Callable[[Sum], None], chance: tuple[int, random.Random], blog: str
) -> None:
    seed, luck = chance
    wanted = int(os.environ.get("KILLS") or 60)
    rounds = new_rounds(luck.choice([AS_ON_DISCORD, NONE]))
    total = await rounds.play(f"random kills, {blog}, KILL_SEED={seed}", _random_plans(luck, wanted))
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
