import asyncio

import pytest

from bot.domain.fair_places import FairPlaces


async def wait_until_all_wait(tasks: list[asyncio.Task[None]]) -> None:
    """Let every task come to the point where it waits for a place, or has one."""
    for _task in tasks:
        await asyncio.sleep(0)


async def test_kinds_are_let_in_by_turns() -> None:
    places, order = FairPlaces(1), list[str]()

    async def work(kind: int, name: str) -> None:
        async with places.place(kind):
            order.append(name)

    async with places.place(0):
        tasks = [asyncio.create_task(work(1, f"greedy {n}")) for n in range(4)]
        tasks += [asyncio.create_task(work(2, f"modest {n}")) for n in range(2)]
        await wait_until_all_wait(tasks)
    await asyncio.gather(*tasks)

    assert order == ["greedy 0", "modest 0", "greedy 1", "modest 1", "greedy 2", "greedy 3"]


async def test_no_more_than_there_are_places_at_once() -> None:
    places, inside, most = FairPlaces(3), 0, 0

    async def work(kind: int) -> None:
        nonlocal inside, most
        async with places.place(kind):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(work(n % 4) for n in range(40)))

    assert (inside, most) == (0, 3)


async def test_a_place_held_too_long_goes_to_the_next_and_only_once() -> None:
    places, is_let_go = FairPlaces(1), asyncio.Event()

    async def slow() -> None:
        async with places.place(1, at_most_seconds=0):
            await is_let_go.wait()

    holding = asyncio.create_task(slow())
    await wait_until_all_wait([holding])
    async with asyncio.timeout(60), places.place(2):
        is_let_go.set()
        await holding
        late = asyncio.create_task(slow())
        await wait_until_all_wait([late] * 5)
        assert not late.done()
    await late


@pytest.mark.parametrize("is_let_in", [False, True])
async def test_who_gives_up_waiting_keeps_no_place(is_let_in: bool) -> None:
    places = FairPlaces(1)

    async def work() -> None:
        async with places.place(1):
            raise AssertionError("it was cancelled before its turn")

    async with places.place(0):
        waiting = asyncio.create_task(work())
        await wait_until_all_wait([waiting])
        if not is_let_in:
            waiting.cancel()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    async with asyncio.timeout(60), places.place(3):
        pass
