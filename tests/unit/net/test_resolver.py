import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.net.guard import AllowedHosts
from bot.net.resolver import LOOK_UPS_PER_DOMAIN, THREADS, BoundedResolver, Found
from bot.net.session import NoSuchHostError, WebClient
from tests.unit.net.web import a_site


class Names:
    """The system's look-up: names that begin with `dark` hang until `light` is set, `no` names are refused."""

    def __init__(self) -> None:
        self.light = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *, family: int, type: int, flags: int) -> Found:  # noqa: A002
        self.asked.append(host)
        if host.startswith("dark"):
            self.light.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "timed out")
        if host.startswith("no"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if host == "site" else "192.0.2.1", port))]


@asynccontextmanager
async def a_resolver(now: Callable[[], float] | None = None) -> AsyncIterator[tuple[BoundedResolver, Names]]:
    names = Names()
    resolver = BoundedResolver(look_up=names, **({"now": now} if now else {}))
    try:
        yield resolver, names
    finally:
        names.light.set()
        await resolver.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - threads are watched
            await asyncio.sleep(0.01)


async def ended(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_name_is_told_with_its_addresses() -> None:
    async with a_resolver() as (resolver, _names):
        [found] = await resolver.resolve("blog.example", 443)
    assert (found["hostname"], found["host"], found["port"], found["family"]) == (
        "blog.example",
        "192.0.2.1",
        443,
        socket.AF_INET,
    )


async def test_dark_names_of_one_domain_leave_room_for_every_other_name() -> None:
    async with a_resolver() as (resolver, names):
        dark = [asyncio.create_task(resolver.resolve(f"dark{number}.evil.example")) for number in range(50)]
        await until(lambda: len(names.asked) == LOOK_UPS_PER_DOMAIN)
        async with asyncio.timeout(60):
            assert await resolver.resolve("new.blog.test")
            await asyncio.to_thread(lambda: None)
        assert len(names.asked) == LOOK_UPS_PER_DOMAIN + 1
        await ended(*dark)


async def test_dark_names_of_many_domains_leave_room_for_a_name_that_is_known() -> None:
    """T5."""
    async with a_resolver() as (resolver, names):
        await resolver.resolve("blog.example")
        dark = [asyncio.create_task(resolver.resolve(f"dark.evil{number}.example{number}")) for number in range(50)]
        await until(lambda: len(names.asked) == THREADS + 1)
        async with asyncio.timeout(60):
            assert await resolver.resolve("blog.example")
            await asyncio.to_thread(lambda: None)
        await ended(*dark)


async def test_a_look_up_that_nobody_waits_for_any_more_still_counts() -> None:
    async with a_resolver() as (resolver, names):
        dark = [asyncio.create_task(resolver.resolve(f"dark{number}.evil.example")) for number in range(10)]
        await until(lambda: len(names.asked) == LOOK_UPS_PER_DOMAIN)
        await ended(*dark)
        later = asyncio.create_task(resolver.resolve("fine.evil.example"))
        assert await asyncio.wait({later}, timeout=0.1) == (set(), {later})
        names.light.set()
        assert await later


async def test_a_name_that_failed_is_not_looked_up_again_for_a_while() -> None:
    time = [1000.0]
    async with a_resolver(lambda: time[0]) as (resolver, names):
        for _attempt in range(3):
            with pytest.raises(OSError, match="no such name"):
                await resolver.resolve("no.example")
        assert names.asked == ["no.example"]
        time[0] += 3600
        with pytest.raises(OSError, match="no such name"):
            await resolver.resolve("no.example")
        assert names.asked == ["no.example", "no.example"]


async def test_a_client_looks_names_up_in_threads_of_its_own() -> None:
    names = Names()
    async with a_site() as site:
        resolver = BoundedResolver(look_up=names)
        client = WebClient(allowed=AllowedHosts.parse([f"site:{site.port}"]), resolver=resolver)
        assert (await client.request("GET", f"http://site:{site.port}/")).status == 200
        with pytest.raises(NoSuchHostError):
            await client.request("GET", "https://no.example/")
        await client.close()
        await resolver.close()


async def test_a_client_without_a_resolver_makes_a_bounded_one() -> None:
    before = threading.active_count()
    async with a_site() as site:
        client = WebClient(allowed=AllowedHosts.parse([f"localhost:{site.port}"]))
        assert (await client.request("GET", f"http://localhost:{site.port}/")).status == 200
        assert any(thread.name.startswith("look-up") for thread in threading.enumerate())
        await client.close()
    await until(lambda: threading.active_count() <= before)
