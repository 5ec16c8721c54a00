"""Thousands of events, some of them never told, the others told several times and in another order."""

import json
import random
from collections import Counter
from dataclasses import dataclass

from tests.lives.history import Did, Said, is_live, words_in
from tests.lives.life import Life

WRITERS = ("Ada", "Ben", "Mira")
RELAYED = 36
"""A member may send thirty within an hour."""
A_SECOND = 100
"""So many events come within a second, and are told in any order."""
MOST_COPIES = 3
DELETED_AT_ONCE = 2
"""More at once the author would be asked about."""
LEAST_LEFT = 12
SETTLE_SECONDS = 130.0
EVERY = 5
"""One second in so many is missed."""


@dataclass(slots=True)
class Weather:
    """How much there was of what."""

    happened: int = 0
    missed: int = 0
    told: int = 0
    gaps: int = 0


class Storm:
    """Plays events over a thread whose replies are on the blog."""

    def __init__(self, life: Life, chance: random.Random) -> None:
        self._life = life
        self._chance = chance
        self.weather = Weather()

    async def relay(self) -> None:
        """Bring replies onto the blog, each by its writer."""
        for number in range(1, RELAYED + 1):
            said = Said(number, 0, self._life.places.person(WRITERS[number % len(WRITERS)]))
            said.message_id = await said.writer.say(self._life.places.thread, said.text)
            self._life.history.said.append(said)
            while not said.last(Did.SENT):  # on a busy machine an answer may come too late
                await self._life._propose(said)
                await self._life._consent(said)
        await self._life.bot.rest()

    async def blow(self, events: int) -> None:
        """Let so many events happen."""
        while self.weather.happened < events:
            is_missed = self.weather.happened // A_SECOND % EVERY == EVERY - 1
            n = min(A_SECOND, events - self.weather.happened)
            await (self._miss(n) if is_missed else self._tell(n))

    async def _tell(self, n: int) -> None:
        wire = self._life.wire
        wire.put_off()
        await self._happen(n)
        copies = [event for event in wire.kept() for _copy in range(self._chance.randint(1, MOST_COPIES))]
        self._chance.shuffle(copies)
        wire.deliver(copies)
        self.weather.told += len(copies)
        await self._life.bot.rest()

    async def _miss(self, n: int) -> None:
        self._life.wire.is_deaf = True
        await self._happen(n)
        self.weather.missed += n
        self.weather.gaps += 1
        await self._life.end_gap()
        await self._life.bot.rest()

    async def _happen(self, n: int) -> None:
        deleted = 0
        for _event in range(n):
            there = [said for said in self._life.history.said if said.is_there]
            luck = self._chance.random()
            if luck < 0.02 and deleted < DELETED_AT_ONCE and len(there) > LEAST_LEFT:
                deleted += 1
                await self._delete(self._chance.choice(there))
            elif luck < 0.1:
                writer = self._life.places.person(self._chance.choice(WRITERS))
                await writer.say(self._life.places.thread, "Nobody sends this to the blog.")
            else:
                await self._edit(self._chance.choice(there))
            self.weather.happened += 1

    async def _edit(self, said: Said) -> None:
        said.version += 1
        await said.writer.edit(self._life.places.thread, said.message_id, said.text)

    async def _delete(self, said: Said) -> None:
        said.is_there = False
        await said.writer.delete(self._life.places.thread, said.message_id)

    async def findings(self) -> list[str]:
        """Let everything come to rest, and hold the blog against the thread."""
        for _round in range(3):
            await self._life.bot.pass_time(SETTLE_SECONDS)
        thread = sorted(said.text for said in self._life.history.said if said.is_there)
        blog = sorted(words_in(one) for one in await self._life.places.comments() if is_live(one))
        found = [f"waits: {row}" for row in self._life.file.waiting()]
        found += [f"only in the thread: {text}" for text in thread if text not in blog]
        found += [f"only on the blog: {text}" for text in blog if text not in thread]
        posted = Counter(
            json.loads(call.body)["content"]
            for call in self._life.places.blog.faults.calls_of("POST", r"/wp/v2/comments(\?|$)")
        )
        found += [f"posted {n} times: {text}" for text, n in posted.items() if n > 1]
        return [*found, *([] if len(posted) == RELAYED else [f"{len(posted)} comments were posted"])]
