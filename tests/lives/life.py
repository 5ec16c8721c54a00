"""One life: steps in the order in which they were drawn, then rest, then the reckoning."""

import os
import random
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.lives.ambush import Ambush
from tests.lives.bots import LivingBot
from tests.lives.oracle import findings
from tests.lives.places import HurriedClock, Places
from tests.lives.store import BotsFile
from tests.lives.troubles import Troubles
from tests.lives.wire import Wire

NAMES = (
    *("bring", "bring", "bring", "bring"),
    *("write", "edit", "edit", "edit", "delete", "purge", "propose", "ask", "suggest", "see", "decline", "change"),
    *("consent", "consent", "cancel", "withdraw", "decide_edit"),
    *("approve", "approve", "refuse", "undo", "publish_edit", "refuse_edit", "answer_removals", "moderate_here"),
    *("shut", "shut", "open"),
    *("moderate", "owner_edits", "owner_removes", "reader_writes", "reader_writes", "reader_changes"),
    *("role_taken", "role_given", "gap", "missed", "missed", "cut", "repeat", "disorder", "shuffled", "shuffled"),
    *("edit_goes_through", "edit_goes_through", "lose_answer", "hold", "crash", "crash_soon", "wait", "wait"),
)
SETTLE_SECONDS = 130.0
"""A public comment is looked at every 90 s where all waits are a tenth."""
ROUNDS, MOST_ROUNDS = 3, 40


@dataclass(frozen=True, slots=True)
class Step:
    """Something happens; `chance` decides about what is left open, and `rests` whether the bot has time for it."""

    name: str
    chance: int
    rests: bool


STEPS = st.builds(Step, st.sampled_from(NAMES), st.integers(0, 2**16), st.sampled_from([True, True, True, False]))


BEGINNINGS = st.lists(st.builds(Step, st.just("bring"), st.integers(0, 2**16), st.just(True)), min_size=1, max_size=4)
"""A life without a reply on the blog is soon told."""


def lives(*, least: int = 8, most: int = 30) -> st.SearchStrategy[list[Step]]:
    """Draw the steps of one life."""
    return st.builds(lambda first, more: first + more, BEGINNINGS, st.lists(STEPS, min_size=least, max_size=most))


def a_seed() -> int:
    """Return what chance begins with: in CI always the same, so that a red build is about the change."""
    return 1 if os.environ.get("CI") else random.SystemRandom().randrange(2**32)


class Life(Troubles):
    """Plays steps in one world, and says in the end what is wrong with it."""

    def __init__(
        self, places: Places, bot: LivingBot, wire: Wire, ambush: Ambush, clock: HurriedClock, file: BotsFile
    ) -> None:
        super().__init__(places, bot, wire, ambush, clock)
        self.file = file

    def bot_has_seen(self, comment_id: int) -> bool:
        return self.file.has_seen(comment_id)

    async def live(self, steps: list[Step]) -> list[str]:
        """Play the steps, come to rest, and return what is wrong, a line each."""
        for step in steps:
            await self._go_on()
            self.no_longer_than_a_blog_works()
            self.history.tell(f"{step.name} ({step.chance}){'' if step.rests else ', no rest'}")
            await getattr(self, step.name)(random.Random(step.chance))
            if step.rests and self.bot.is_alive:
                await self.bot.rest(is_held=self.is_holding or self.wire.is_deaf)
            await self.observe()
        return await self._settled()

    async def _go_on(self) -> None:
        """Start the bot again, or let it hear again, when it has been away long enough."""
        if not self.bot.is_alive:
            self.dead_for -= 1
            if self.dead_for < 0:
                self.history.tell("  (the bot starts)")
                await self.bot.start()
        elif self.wire.is_deaf:
            self.deaf_for -= 1
            if self.deaf_for < 0:
                self.history.tell("  (the session is lost)")
                await self.end_gap()

    async def _settled(self) -> list[str]:
        """Let everything come to rest, and look."""
        self._let_go()
        self.wire.copies = 1
        self.wire.tell_shuffled(random.Random(0))
        if self.wire.is_deaf:
            await self.end_gap()
        while not self.bot.is_alive:
            await self.bot.start()
        await self.bot.rest()
        await self.open_all()
        found: list[str] = []
        for number in range(MOST_ROUNDS):
            await self.bot.pass_time(SETTLE_SECONDS)
            await self.observe()
            found = [f"waits: {row}" for row in self.file.waiting()]
            found += await findings(self.places, self.history, self.file)
            if number + 1 >= ROUNDS and not found:
                break
        return found
