"""A blog that stores a comment long after whoever sent it is gone."""

from collections.abc import Callable

import pytest

from tests.kill.conftest import NewRounds, not_in_one_turn
from tests.kill.rounds import Sum
from tests.kill.sabotage import How, Plan, Target
from tests.kill.story import REPLIES, Way
from tests.kill.worlds import WAIT_SCALE

DEADLINE_SECONDS = 30.0
TELLINGS = 4
"""With five comments each, twenty kills for each delay."""
COMMENTS = tuple(
    (f"blog POST /wp-json/wp/v2/comments {f'<p>{reply.sent}</p>'[:48]}", 1)
    for reply in REPLIES
    if reply.way is not Way.REFUSED
)


@not_in_one_turn
@pytest.mark.kill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("late_seconds", [0, 1, 10, 30])
async def test_comment_stored_after_its_sender_was_killed_is_not_doubled(
    new_rounds: NewRounds, tell: Callable[[Sum], None], late_seconds: float
) -> None:
    """F2: the bot that comes after waits until the blog can no longer be working on it."""
    await _all_late(new_rounds, tell, How.KILL_LATE, late_seconds, tellings=TELLINGS)


@not_in_one_turn
@pytest.mark.kill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("late_seconds", [0, 1, 10, 30])
async def test_comment_stored_after_its_sender_gave_up_is_not_doubled_when_all_is_swept(
    new_rounds: NewRounds, tell: Callable[[Sum], None], late_seconds: float
) -> None:
    """F2: later than that horizon a twin may come, and is taken away."""
    await _all_late(new_rounds, tell, How.LATE, DEADLINE_SECONDS + late_seconds, tellings=TELLINGS)


async def _all_late(
    new_rounds: NewRounds, tell: Callable[[Sum], None], how: How, late_seconds: float, *, tellings: int
) -> None:
    rounds, wanted = new_rounds(180.0), len(COMMENTS) * tellings

    def plans(times: int) -> list[Plan]:
        targets = [Target(call, how) for call in COMMENTS]
        return [Plan(targets, late_seconds=late_seconds * WAIT_SCALE) for _telling in range(times)]

    total = await rounds.play(f"{how.value}, {late_seconds:.0f} s, scaled", plans(tellings))
    while not total.bad and len(total.done) < wanted:  # a call that was under way when the bot died is not hit
        total.add(await rounds.play("", plans(1)))
    tell(total)
