"""Plays the story under a plan of kills or lost answers, to its end, and says how it went."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.errors import ApiError
from bot.demo.loopback.interactions.options import CannotUseError
from tests.kill.oracle import doubled_for_a_moment, findings
from tests.kill.sabotage import Call, Plan, Saboteur, Target
from tests.kill.story import Step, Story
from tests.kill.worlds import World

OpenWorld = Callable[[Path], AbstractAsyncContextManager[World[Any]]]
"""Opens a new world in a folder."""
SETTLE_SECONDS = 10 * 60.0
"""Ten minutes of the bot's own time, which its scale shortens.

Counted in looks, one each LOOK_AGAIN_SECONDS, at a bot that is connected: how long a start takes is the machine's
affair, and on a busy one looks come late as the bot's own work does.
"""
LOOK_AGAIN_SECONDS = 0.05
GRACE_SECONDS = 0.05
"""What a dead bot said just before is still on its way to the member's eyes."""


@dataclass(slots=True, kw_only=True)
class Played:
    """How one telling of the story went."""

    directory: Path
    calls: list[Call]
    done: list[Target]
    kills: int
    crashes: list[int]
    seconds: float
    settled_after_seconds: float | None
    findings: list[str] = field(default_factory=list)
    doubled_for_a_moment: list[str] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost, doubled or unsettled."""
        return self.settled_after_seconds is not None and not self.findings


async def play(open_world: OpenWorld, directory: Path, plan: Plan) -> Played:
    """Tell the story once and look at both worlds when everything has settled."""
    began = time.monotonic()
    async with open_world(directory) as world:
        saboteur = Saboteur(plan, world.kill, lambda: world.generation)
        saboteur.watch(world.discord, world.blog.faults, world.titles)
        story = Story(world)
        await story.begin()
        found = await _tell(world, story)
        settled_after = None if found else await _settle(world, story)
        found += await findings(world, story)
        if settled_after is None:
            found += [f"waits: {row}" for row in world.waiting_rows()]
        return Played(
            directory=directory,
            calls=saboteur.order,
            done=saboteur.done,
            kills=world.kills,
            crashes=world.crashes,
            seconds=time.monotonic() - began,
            settled_after_seconds=settled_after,
            findings=found,
            doubled_for_a_moment=await doubled_for_a_moment(world, story),
            tries={step.name: step.tries for step in story.steps if step.tries > 1},
        )


async def _tell(world: World[Any], story: Story) -> list[str]:
    try:
        async with asyncio.timeout(world.pace.story_seconds):
            while not story.is_told:
                step = story.next_step() if world.discord.gateway.is_connected else None
                if step is None or not await _do(world, step):
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        return [f"never done: {step.name} ({step.tries} tries)" for step in story.steps if not step.is_done]
    return []


async def _do(world: World[Any], step: Step) -> bool:
    """Do a step, until it is done or the bot is dead; return whether it is done."""
    step.tries += 1
    doing = asyncio.create_task(_done(step))
    dying = asyncio.create_task(asyncio.wait({world.bot.ended}))
    await asyncio.wait({doing, dying}, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait({doing}, timeout=GRACE_SECONDS)
    for task in (doing, dying):
        task.cancel()
    await asyncio.wait({doing, dying})
    if not doing.cancelled():
        doing.result()
    return step.is_done


async def _done(step: Step) -> None:
    try:
        step.is_done = await step.do()
    except (NoAnswerError, TimeoutError, CannotUseError, ApiError):
        return  # nobody answered, or what was to be pressed is gone: as a person would, try again


async def _settle(world: World[Any], story: Story) -> float | None:
    """Wait until nothing is due and both worlds are right; return how long it took, or None when it took too long."""
    began = time.monotonic()
    looks = 0
    while looks * LOOK_AGAIN_SECONDS < SETTLE_SECONDS * world.pace.wait_scale:
        if time.monotonic() - began > world.pace.story_seconds:
            break
        if not world.waiting_rows() and not await findings(world, story):
            seconds = time.monotonic() - began
            assert json.loads(await world.status())["due"] == 0
            return seconds
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        looks += world.discord.gateway.is_connected
    return None
