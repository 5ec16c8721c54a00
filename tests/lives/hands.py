"""What every kind of step needs: the places, the history, and a press that a dying bot does not hold up."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable
from typing import TypeVar

from bot.demo.loopback import Actor, Answer
from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.errors import ApiError
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Message
from tests.lives.ambush import Ambush
from tests.lives.bots import LivingBot
from tests.lives.history import Did, History, Said
from tests.lives.places import QUEUE, HurriedClock, Places
from tests.lives.wire import Wire

MENU = "Send to blog"
MOST_MESSAGES, MOST_READERS = 8, 6
GRACE_SECONDS = 0.02
"""What a dead bot said just before is still on its way to the member's eyes."""

T = TypeVar("T")


class Hands:
    """Everything that a step may touch."""

    def __init__(self, places: Places, bot: LivingBot, wire: Wire, ambush: Ambush, clock: HurriedClock) -> None:
        self.places = places
        self.bot = bot
        self.wire = wire
        self.ambush = ambush
        self.clock = clock
        self.history = History()
        self.dead_for = 0
        self.deaf_for = 0
        self.is_holding, self.held_at = False, 0.0
        self.most_messages = MOST_MESSAGES
        self.most_readers = MOST_READERS

    @property
    def can_hear(self) -> bool:
        """Whether a press would reach the bot."""
        return self.bot.is_alive and not self.wire.is_deaf

    def any_said(self, chance: random.Random, *, is_there: bool = True) -> Said | None:
        """Choose a message, the newest ones more often."""
        found = [one for one in self.history.said if one.is_there or not is_there]
        return found[-1 - min(int(chance.expovariate(0.7)), len(found) - 1)] if found else None

    def in_queue(self, label: str, said: Said | None = None) -> list[Message]:
        """Return the queue's cards that have a button, about one reply where one is given."""
        cards = self.places.bots(self.places.channel(QUEUE))
        return [card for card in cards if label in card.button_labels and (said is None or _is_about(said, card))]

    async def answered(self, doing: Awaitable[Answer]) -> Answer | None:
        """Wait for an answer, and for what follows an acknowledged press; None when nobody gives one."""
        task = asyncio.ensure_future(_shown(doing))
        dying = asyncio.create_task(self.bot.died.wait())
        await asyncio.wait({task, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            await asyncio.wait({task}, timeout=GRACE_SECONDS)
        for one in (task, dying):
            one.cancel()
        await asyncio.wait({task, dying})
        if task.cancelled():
            return None
        with contextlib.suppress(NoAnswerError, TimeoutError, CannotUseError, ApiError):
            return task.result()
        return None

    async def press(self, who: Actor, where: Answer | Message, label: str, said: Said, did: Did) -> Answer | None:
        """Press a button that does something; note it as done when the answer is there, else as perhaps done."""
        said.maybe.add(did)
        answer = await self.answered(who.press(where, label))
        if answer is not None:
            said.maybe.discard(did)
        return answer

    def note(self, said: Said, did: Did) -> None:
        said.did.append((did, said.version))
        self.history.tell(f"    {did.value}: reply {said.number}")

    async def observe(self) -> None:
        """See what the blog holds now."""
        self.history.saw(await self.places.comments())


def _is_about(said: Said, card: Message) -> bool:
    lines = [line for line in card.text.splitlines() if not line.startswith("Answers ")]
    return any(f"Reply {said.number}," in line for line in lines)


async def _shown(doing: Awaitable[Answer]) -> Answer:
    answer = await doing
    return await answer.updated(timeout=1.0) if answer.kind == "deferred-update" else answer
