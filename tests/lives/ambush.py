"""Lies in wait for calls of the bot that change something: the bot dies at one, or its answer is lost, or it waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.blog.faults import CutError, Moment, RecordedCall
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.faults import DropConnectionError, Position
from bot.demo.loopback.traffic import RecordedRequest
from tests.lives.places import OwnersBlog


class Side(StrEnum):
    DISCORD = "Discord"
    BLOG = "the blog"


class What(StrEnum):
    DIE_BEFORE = "the bot dies before it is carried out"
    DIE_AFTER = "the bot dies when it is carried out and not answered"
    LOSE = "it is carried out and its answer is lost"
    HOLD_BEFORE = "it waits before it is carried out"
    HOLD_AFTER = "it waits when it is carried out and not answered"


_BEFORE = frozenset({What.DIE_BEFORE, What.HOLD_BEFORE})
_DEADLY = frozenset({What.DIE_BEFORE, What.DIE_AFTER})
_HOLDING = frozenset({What.HOLD_BEFORE, What.HOLD_AFTER})


@dataclass(slots=True)
class _Laid:
    side: Side
    what: What
    calls_before: int
    is_sprung: bool = False
    key: int = 0
    generation: int = 0


@dataclass(slots=True)
class Ambush:
    """`kill` ends the bot and returns when it is gone; `generation` tells one life of the bot from the next."""

    kill: Callable[[], Awaitable[None]]
    generation: Callable[[], int]
    sprung: list[What] = field(default_factory=list)
    writes: int = 0
    _laid: list[_Laid] = field(default_factory=list)
    _gate: asyncio.Event = field(default_factory=asyncio.Event)

    def watch(self, discord: LoopbackDiscord, blog: OwnersBlog) -> None:
        """Take a place in both servers."""

        async def at_discord(position: Position, request: RecordedRequest) -> None:
            if request.method == "GET" or position is Position.ANSWERED:
                return
            if not await self._at(Side.DISCORD, id(request), is_arrival=position is Position.ARRIVED):
                raise DropConnectionError

        async def at_blog(call: RecordedCall, moment: Moment) -> None:
            if call.method == "GET" or moment is Moment.ANSWERED:
                return
            if not await self._at(Side.BLOG, id(call), is_arrival=moment is Moment.ARRIVED):
                raise CutError

        discord.faults.hooks.append(at_discord)
        blog.faults.hook = at_blog

    def lay(self, side: Side, what: What, *, calls_before: int = 0) -> None:
        """Wait for a call on one side, after so many others there."""
        self._laid.append(_Laid(side, what, calls_before))

    def let_go(self) -> None:
        """Let the calls go on that are held, and forget what did not come."""
        self._laid.clear()
        self._gate.set()
        self._gate = asyncio.Event()

    async def _at(self, side: Side, key: int, *, is_arrival: bool) -> bool:
        """Do to a call what is planned for it; return whether it may go on."""
        if is_arrival:
            self.writes += 1
            self._take(side, key)
        laid = next((one for one in self._laid if one.key == key and (one.what in _BEFORE) == is_arrival), None)
        if laid is None:
            return True
        self._laid.remove(laid)
        if laid.generation != self.generation():
            return True
        self.sprung.append(laid.what)
        if laid.what in _HOLDING:
            await self._gate.wait()
            return True
        if laid.what in _DEADLY:
            await self.kill()
        return laid.what is What.DIE_AFTER

    def _take(self, side: Side, key: int) -> None:
        waiting = next((one for one in self._laid if one.side is side and one.key == 0), None)
        if waiting is None:
            return
        if waiting.calls_before > 0:
            waiting.calls_before -= 1
            return
        waiting.key, waiting.generation = key, self.generation()
