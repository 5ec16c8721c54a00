"""Many tellings of the story side by side, and their sum."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill.plans import worth_hitting
from tests.kill.playing import OpenWorld, Played, play
from tests.kill.sabotage import Call, Plan, Target

AT_ONCE = max(1, os.cpu_count() or 1)
"""Tellings side by side. One is busy a third of its time, the rest it waits as the bot does."""


@dataclass(slots=True, kw_only=True)
class Sum:
    """What came of many tellings."""

    title: str
    tellings: int = 0
    done: list[Target] = field(default_factory=list)
    kills: int = 0
    missed: list[Target] = field(default_factory=list)
    doubled_for_a_moment: int = 0
    worst_settling_seconds: float = 0.0
    bad: list[str] = field(default_factory=list)

    def add(self, other: "Sum") -> None:
        """Take another sum in; what came up there at last is left in `missed` for the caller."""
        self.tellings += other.tellings
        self.done += other.done
        self.kills += other.kills
        self.doubled_for_a_moment += other.doubled_for_a_moment
        self.worst_settling_seconds = max(self.worst_settling_seconds, other.worst_settling_seconds)
        self.bad += other.bad

    def line(self) -> str:
        """Return the whole sum in one line."""
        return (
            f"{self.title}: {self.tellings} tellings, {len(self.done)} calls hit ({self.kills} kills), "
            f"{len(self.missed)} did not come up, {len(self.bad)} tellings lost, doubled or left something open, "
            f"{self.doubled_for_a_moment} twins swept, settled within {self.worst_settling_seconds:.1f} s"
        )


class Rounds:
    """Plays plans; each telling has a folder of its own, which goes when all was well."""

    def __init__(self, open_world: OpenWorld, directory: Path) -> None:
        self._open_world = open_world
        self._directory = directory
        self._places = asyncio.Semaphore(AT_ONCE)
        self._told = 0

    async def rehearse(self) -> list[Call]:
        """Tell the story undisturbed and return its calls."""
        played = await self._play(Plan(()))
        assert played.is_good, played.findings
        return worth_hitting(played.calls)

    async def play(self, title: str, plans: Sequence[Plan]) -> Sum:
        """Play every plan."""
        total = Sum(title=title)
        await asyncio.gather(*(self._add(total, plan) for plan in plans))
        return total

    async def play_targets(self, title: str, dealt: Iterable[list[Target]]) -> Sum:
        """Play targets, one list a telling; what did not come up is noted."""
        dealt = list(dealt)
        total = await self.play(title, [Plan(targets) for targets in dealt])
        done = set(total.done)
        total.missed = [target for targets in dealt for target in targets if target not in done]
        return total

    async def _add(self, total: Sum, plan: Plan) -> None:
        async with self._places:
            played = await self._play(plan)
        total.tellings += 1
        total.done += played.done
        total.kills += played.kills
        total.doubled_for_a_moment += len(played.doubled_for_a_moment)
        total.worst_settling_seconds = max(total.worst_settling_seconds, played.settled_after_seconds or 0.0)
        if not played.is_good:
            total.bad.append(_report(played))

    async def _play(self, plan: Plan) -> Played:
        self._told += 1
        directory = self._directory / f"telling-{self._told}"
        directory.mkdir()
        return await play(self._open_world, directory, plan)


def _report(played: Played) -> str:
    hit = [f"  {target.how.value}: {target.call[0]} ({target.call[1]})" for target in played.done]
    tries = [f"  tried {n} times: {name}" for name, n in played.tries.items()]
    ends = [f"  the bot ended by itself with {code}" for code in played.crashes]
    return "\n".join(["", str(played.directory), *played.findings, *hit, *tries, *ends])
