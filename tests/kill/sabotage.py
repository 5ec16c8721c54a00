"""Kills the bot, or loses the answer, at chosen calls."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot.demo.blog.faults import CutError, Faults, Moment, RecordedCall
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.faults import DropConnectionError, Position
from bot.demo.loopback.traffic import RecordedRequest
from tests.kill.calls import blog_call, discord_call


class How(StrEnum):
    """What happens to a call."""

    KILL_ARRIVED = "killed, not carried out"
    KILL_CARRIED_OUT = "killed, carried out and not answered"
    KILL_ANSWERED = "killed, answered"
    LOSE_502 = "carried out, 502"
    LOSE_CUT = "carried out, connection cut"
    KILL_LATE = "killed, carried out later"
    LATE = "carried out later"


KILLS = (How.KILL_ARRIVED, How.KILL_CARRIED_OUT, How.KILL_ANSWERED)
LOSSES = (How.LOSE_502, How.LOSE_CUT)


class _When(StrEnum):
    ARRIVED = "arrived"
    CARRIED_OUT = "carried out"
    ANSWERED = "answered"


_WHEN = {
    How.KILL_ARRIVED: _When.ARRIVED,
    How.KILL_CARRIED_OUT: _When.CARRIED_OUT,
    How.KILL_ANSWERED: _When.ANSWERED,
    How.LOSE_502: _When.CARRIED_OUT,
    How.LOSE_CUT: _When.CARRIED_OUT,
    How.KILL_LATE: _When.ARRIVED,
    How.LATE: _When.ARRIVED,
}
_OF_POSITION = {
    Position.ARRIVED: _When.ARRIVED,
    Position.CARRIED_OUT: _When.CARRIED_OUT,
    Position.ANSWERED: _When.ANSWERED,
}
_OF_MOMENT = {Moment.ARRIVED: _When.ARRIVED, Moment.DONE: _When.CARRIED_OUT, Moment.ANSWERED: _When.ANSWERED}

Call = tuple[str, int]
"""A call's name, and the how manieth of that name it is (from 1)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One call and what happens to it."""

    call: Call
    how: How


class Plan:
    """Which calls are hit. `hit` is asked once a call, on its arrival."""

    def __init__(self, targets: Iterable[Target], *, late_seconds: float = 0.0) -> None:
        self.late_seconds = late_seconds
        self._targets = {target.call: target.how for target in targets}

    def hit(self, call: Call) -> How | None:
        """Return what is to happen to this call."""
        return self._targets.pop(call, None)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be hit."""
        return not self._targets


class RandomPlan(Plan):
    """Hits `times` calls, each some calls after the one before."""

    def __init__(self, chance: random.Random, *, times: int, hows: tuple[How, ...], most_calls_between: int) -> None:
        super().__init__(())
        self._chance, self._times, self._hows, self._most = chance, times, hows, most_calls_between
        self._countdown = chance.randint(1, most_calls_between)

    def hit(self, call: Call) -> How | None:
        if self._times == 0:
            return None
        self._countdown -= 1
        if self._countdown > 0:
            return None
        self._times -= 1
        self._countdown = self._chance.randint(1, self._most)
        return self._chance.choice(self._hows)

    @property
    def is_over(self) -> bool:
        return self._times == 0


@dataclass(slots=True)
class _Planned:
    target: Target
    generation: int


class Saboteur:
    """Stands in the loopback Discord and in the blog, counts every call and does to it what the plan says.

    `kill` ends the bot and returns when it is gone; `generation` tells one life of the bot from the next: what a
    dead bot's call still does in the servers must not kill its successor.
    """

    def __init__(self, plan: Plan, kill: Callable[[], Awaitable[None]], generation: Callable[[], int]) -> None:
        self.plan = plan
        self.calls: Counter[str] = Counter()
        self.order: list[Call] = []
        self.done: list[Target] = []
        self._kill = kill
        self._generation = generation
        self._planned: dict[int, _Planned] = {}

    def watch(self, discord: LoopbackDiscord, blog: Faults, titles: Sequence[str]) -> None:
        """Take a place in both servers; `titles` grows with what the blog publishes."""

        async def at_discord(position: Position, request: RecordedRequest) -> None:
            how = await self._at(_OF_POSITION[position], id(request), lambda: discord_call(discord, request))
            if how in {How.KILL_ARRIVED, How.LOSE_CUT}:
                raise DropConnectionError
            if how is How.LOSE_502:
                raise web.HTTPBadGateway

        async def at_blog(call: RecordedCall, moment: Moment) -> None:
            how = await self._at(_OF_MOMENT[moment], id(call), lambda: blog_call(titles, call))
            if how in {How.KILL_ARRIVED, How.LOSE_CUT}:
                raise CutError
            if how is How.LOSE_502:
                raise web.HTTPBadGateway

        discord.faults.hooks.append(at_discord)
        blog.hook = at_blog

    async def _at(self, when: _When, key: int, name: Callable[[], str]) -> How | None:
        """Return what happened to the call at this moment, if anything did."""
        if when is _When.ARRIVED:
            self._arrived(key, name())
        planned = self._planned.get(key)
        if planned is None or _WHEN[planned.target.how] is not when:
            return None
        del self._planned[key]
        if planned.generation != self._generation():
            return None
        self.done.append(planned.target)
        if planned.target.how in {*KILLS, How.KILL_LATE}:
            await self._kill()
        if planned.target.how in {How.KILL_LATE, How.LATE}:
            await asyncio.sleep(self.plan.late_seconds)
        return planned.target.how

    def _arrived(self, key: int, name: str) -> None:
        self.calls[name] += 1
        call = (name, self.calls[name])
        self.order.append(call)
        how = self.plan.hit(call)
        if how is not None:
            self._planned[key] = _Planned(Target(call, how), self._generation())
