"""What goes wrong: gaps, events twice and in another order, lost answers, held calls, crashes, lost rights."""

import random

from tests.lives.ambush import Side, What
from tests.lives.authors import Authors

MOST_STEPS_AWAY = 3
IDENTIFY_SECONDS = 90.0
HELD_SECONDS = 1.5
"""No call is held longer: a blog's own time is limited, and the bot waits for the end of it (a minute, times 0.03)."""


class Troubles(Authors):
    """Steps that nobody wants."""

    async def role_taken(self, _chance: random.Random) -> None:
        self.history.is_role_taken = True
        self.places.world.set_roles(self.places.guild, self.places.person("Nora").id, [])

    async def role_given(self, _chance: random.Random) -> None:
        self.history.is_role_taken = False
        self.places.world.set_roles(self.places.guild, self.places.person("Nora").id, [self.places.editors])

    async def gap(self, chance: random.Random) -> None:
        """Let the next steps reach nobody; then the session is found to be lost (op 9)."""
        if self.bot.is_alive and not self.wire.is_deaf:
            self._lose_what_was_kept()
            self.wire.is_deaf, self.deaf_for = True, chance.randint(1, MOST_STEPS_AWAY)

    async def missed(self, chance: random.Random) -> None:
        """Have some things happen in a gap, and end it."""
        if self.bot.is_alive and not self.wire.is_deaf:
            self._lose_what_was_kept()
            self.wire.is_deaf = True
            await self._some(chance)
            await self.end_gap()

    def _lose_what_was_kept(self) -> None:
        """Forget it with its session: whose deletion that was cannot be known any more."""
        gone = {int(event.render(False)["id"]) for event in self.wire.kept() if event.name == "MESSAGE_DELETE"}
        for said in self.history.said:
            said.went_alone = said.went_alone and said.message_id not in gone

    async def shuffled(self, chance: random.Random) -> None:
        """Have some things happen, and told in any order, each once or more."""
        if self.wire.is_deaf or self.wire.is_keeping:
            return
        self.wire.put_off()
        await self._some(chance)
        kept = [event for event in self.wire.kept() for _copy in range(chance.randint(1, 3))]
        chance.shuffle(kept)
        self.wire.deliver(kept)

    async def _some(self, chance: random.Random) -> None:
        for _thing in range(chance.randint(1, 4)):
            happens = chance.choice([self.edit, self.edit, self.edit, self.delete, self.purge, self.write])
            self.history.tell(f"    {happens.__name__}")
            await happens(chance)

    async def end_gap(self) -> None:
        self.wire.is_deaf, self.deaf_for = False, 0
        if self.bot.is_alive:
            gateway = self.places.discord.gateway
            identified = gateway.identify_count
            gateway.invalidate()
            await self.places.discord.until(
                lambda: gateway.identify_count > identified or not self.bot.is_alive, timeout=IDENTIFY_SECONDS
            )

    async def cut(self, _chance: random.Random) -> None:
        """Break the connection; Discord replays what was missed."""
        if self.bot.is_alive and not self.wire.is_deaf:
            self.places.discord.gateway.drop()

    async def repeat(self, chance: random.Random) -> None:
        """Have every event told so many times from now on."""
        self.wire.copies = chance.choice([1, 2, 3])

    async def disorder(self, chance: random.Random) -> None:
        """Keep what happens from now on, or tell what was kept in any order."""
        if self.wire.is_keeping:
            self.wire.tell_shuffled(chance)
        elif not self.wire.is_deaf:
            self.wire.put_off()

    async def lose_answer(self, chance: random.Random) -> None:
        self.ambush.lay(chance.choice([Side.BLOG, Side.BLOG, Side.DISCORD]), What.LOSE)

    async def hold(self, chance: random.Random) -> None:
        """Hold the next call to the blog, or let go what is held."""
        if self.is_holding:
            self._let_go()
        else:
            self.ambush.lay(Side.BLOG, chance.choice([What.HOLD_BEFORE, What.HOLD_AFTER]))
            self.is_holding, self.held_at = True, self.clock.seconds()

    def no_longer_than_a_blog_works(self, seconds: float = 0.0) -> None:
        """Let go what a blog would have ended by itself within so many seconds from now: PHP's time is limited."""
        if self.is_holding and self.clock.seconds() + seconds > self.held_at + HELD_SECONDS:
            self._let_go()

    def _let_go(self) -> None:
        self.ambush.let_go()
        self.is_holding = False

    async def crash(self, chance: random.Random) -> None:
        if self.bot.is_alive:
            self.dead_for = chance.randint(0, MOST_STEPS_AWAY)
            await self.die()

    async def crash_soon(self, chance: random.Random) -> None:
        """Have the bot die at one of its next calls."""
        side = chance.choice([Side.BLOG, Side.DISCORD])
        what = chance.choice([What.DIE_BEFORE, What.DIE_AFTER])
        self.ambush.lay(side, what, calls_before=chance.randint(0, 2))

    async def die(self) -> None:
        """End the bot like a crash; nothing that was put off reaches it any more."""
        self.wire.kept()
        self.wire.is_deaf, self.deaf_for = False, 0
        await self.bot.crash()

    async def wait(self, chance: random.Random) -> None:
        seconds = chance.choice([1, 8, 130, 1_000])
        self.no_longer_than_a_blog_works(seconds)
        await self.bot.pass_time(seconds, is_held=self.is_holding)
