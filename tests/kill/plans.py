"""Deals calls out to tellings of the story, so that each is hit in each position, several in one telling."""

from collections.abc import Iterable, Iterator, Sequence

from tests.kill.sabotage import Call, How, Target

MOST_POLLS = 2
"""Polls of a feed that did not change are all alike; after so many of one state of the feed they are not counted."""


def worth_hitting(calls: Iterable[Call]) -> list[Call]:
    """Return the calls of an undisturbed telling without the endless polls, in their order."""
    return [call for call in calls if not (call[0].startswith("blog GET /feed/") and call[1] > MOST_POLLS)]


def deal(calls: Sequence[Call], hows: Sequence[How], *, a_telling: int) -> Iterator[list[Target]]:
    """Deal every call in every way, `a_telling` of them to each telling, far apart in the story.

    Within a telling neighbours are hit in different ways.
    """
    tellings = -(-len(calls) // a_telling)
    for turn in range(len(hows)):
        for first in range(tellings):
            yield [
                Target(call, hows[(turn + index) % len(hows)])
                for index, call in enumerate(calls)
                if index % tellings == first
            ]


def deal_one_way_each(
    calls: Sequence[Call], hows: Sequence[How], *, a_telling: int, turn: int
) -> Iterator[list[Target]]:
    """Deal every call in one of the ways; another `turn` takes another way for each."""
    tellings = -(-len(calls) // a_telling)
    dealt = list(deal(calls, hows, a_telling=a_telling))
    start = turn % len(hows) * tellings
    yield from dealt[start : start + tellings]
