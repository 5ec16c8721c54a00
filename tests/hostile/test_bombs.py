"""No answer of a stranger's server costs memory, time, or the others' turn."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.domain.errors import TemporaryError
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from tests.hostile.attacks import Speak, attacker, bombs, drips, headers
from tests.unit.net.web import Site, TableResolver, a_site

MOST_GROWN = 64 * 1024 * 1024
MOST_SECONDS = 5.0
DEADLINE = 1.0
"""What only a deadline ends is given this one; in earnest it is twenty seconds."""
STALL_SECONDS = 2.0
"""The worst are a thousand empty answers or chunks a millisecond, which cost half a second at a time."""
READ_AS_THEY_ARE = {"x-gzip", "gzip of gzip", "gzip, gzip", "compress"}
"""What is packed twice or by an old name is unpacked once at most: as a feed it is a few bytes of nonsense."""


@dataclass(frozen=True)
class Cost:
    """What one attack cost, as the victim tells it."""

    said: str
    seconds: float
    grown_bytes: int
    served: int
    longest_wait_seconds: float
    longest_stall_seconds: float


@dataclass
class Victim:
    """The process that asks."""

    process: Process
    good: Site

    async def suffer(self, speak: Speak, *, deadline_seconds: float) -> Cost:
        async with attacker(speak) as place:
            order = {"url": f"http://{place}/", "deadline_seconds": deadline_seconds, "good_url": f"{self.good.url}/"}
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            return Cost(**json.loads(await self.process.stdout.readline()))


@pytest.fixture
async def victim() -> AsyncIterator[Victim]:
    async with a_site() as good:
        process = await create_subprocess_exec(
            sys.executable, "-P", "-m", "tests.hostile.victim", stdin=PIPE, stdout=PIPE
        )
        try:
            yield Victim(process, good)
        finally:
            process.kill()
            await process.communicate()


def assert_cheap(name: str, cost: Cost) -> None:
    assert cost.grown_bytes < MOST_GROWN, (name, cost)
    assert cost.seconds < MOST_SECONDS, (name, cost)
    assert cost.longest_stall_seconds < STALL_SECONDS, (name, cost)
    assert cost.longest_wait_seconds < STALL_SECONDS, (name, cost)
    assert cost.served, (name, cost)


async def test_no_bomb_and_no_endless_answer_costs_much(victim: Victim) -> None:
    """T4."""
    for name, speak in bombs().items():
        cost = await victim.suffer(speak, deadline_seconds=DEADLINE)
        assert_cheap(name, cost)
        assert not cost.said.startswith("answered") or name in READ_AS_THEY_ARE, (name, cost)


async def test_no_endless_head_and_no_endless_way_costs_much(victim: Victim) -> None:
    """T5."""
    for name, speak in headers().items():
        cost = await victim.suffer(speak, deadline_seconds=DEADLINE)
        assert_cheap(name, cost)
        assert not cost.said.startswith("answered"), (name, cost)


async def test_every_drip_ends_with_the_deadline(victim: Victim) -> None:
    """T5."""
    for name, speak in drips().items():
        cost = await victim.suffer(speak, deadline_seconds=DEADLINE / 2)
        assert_cheap(name, cost)
        assert cost.said.endswith("did not answer in time."), (name, cost)


async def test_only_what_can_be_unpacked_here_is_asked_for(victim: Victim) -> None:
    """T4."""
    await victim.suffer(headers()["redirect to itself"], deadline_seconds=DEADLINE)

    assert {request.headers["Accept-Encoding"] for request in victim.good.seen} == {"gzip, deflate"}


async def test_two_hundred_drips_at_once_keep_nobody_else_waiting() -> None:
    """T5."""
    async with attacker(drips()["a dripping body"]) as place, a_site() as good:
        port = place.partition(":")[2]
        hosts = [f"127.0.0.{n}" for n in range(1, 201)]
        client = WebClient(
            allowed=AllowedHosts.parse([good.place, *(f"{host}.drip.example:{port}" for host in hosts)]),
            resolver=TableResolver({f"{host}.drip.example": [["127.0.0.1"]] for host in hosts}),
        )
        loop = asyncio.get_running_loop()
        asking = [client.request("GET", f"http://{host}.drip.example:{port}/", deadline_seconds=2) for host in hosts]
        dripping = [asyncio.create_task(ask) for ask in asking]
        waits = []
        while not all(task.done() for task in dripping):
            started_at = loop.time()
            assert (await client.request("GET", good.url)).status == 200
            waits.append(loop.time() - started_at)
        answers = await asyncio.gather(*dripping, return_exceptions=True)
        await client.close()
    assert all(isinstance(answer, TemporaryError) for answer in answers)
    assert len(waits) > 10
    assert max(waits) < MOST_SECONDS
