"""A process that asks attackers for feeds, one line of its input each, and tells what each cost it.

It reads `{"url", "deadline_seconds", "good_url"}` and writes `{"said", "seconds", "grown_bytes", "served",
"longest_wait_seconds", "longest_stall_seconds"}`: what the client raised, how long it took, how much the
process grew, and how a good site was served meanwhile.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path

from bot.domain.errors import TemporaryError
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient

KILOBYTE = 1024
BETWEEN_SECONDS = 0.05
STEP_SECONDS = 0.005


def memory(field: str) -> int:
    """Return one of the kernel's numbers of this process, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * KILOBYTE
    raise LookupError(field)


def forget_highest() -> int:
    """Let the highest mark of memory begin anew, and return what is used now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


async def attack(url: str, deadline_seconds: float, good_url: str) -> dict[str, object]:
    places = [address.removeprefix("http://").partition("/")[0] for address in (url, good_url)]
    client = WebClient(allowed=AllowedHosts.parse(places))
    waits: list[float] = []
    stalls: list[float] = [0.0]
    is_served: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    beside = [asyncio.create_task(ask_good(client, good_url, waits, is_served)), asyncio.create_task(watch(stalls))]
    before, started_at = forget_highest(), time.monotonic()
    try:
        answer = await client.request("GET", url, deadline_seconds=deadline_seconds)
        said = f"answered {answer.status} with {len(answer.body)} bytes"
    except TemporaryError as error:
        said = str(error)
    seconds, grown = time.monotonic() - started_at, memory("VmHWM") - before
    await asyncio.wait({beside[0], is_served}, return_when=asyncio.FIRST_COMPLETED)
    for task in beside:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await client.close()
    return {
        "said": said,
        "seconds": seconds,
        "grown_bytes": grown,
        "served": len(waits),
        "longest_wait_seconds": max(waits, default=0.0),
        "longest_stall_seconds": max(stalls),
    }


async def ask_good(client: WebClient, url: str, waits: list[float], is_served: asyncio.Future[None]) -> None:
    while True:
        started_at = time.monotonic()
        answer = await client.request("GET", url)
        assert answer.status == 200
        waits.append(time.monotonic() - started_at)
        if not is_served.done():
            is_served.set_result(None)
        await asyncio.sleep(BETWEEN_SECONDS)


async def watch(stalls: list[float]) -> None:
    """Note how much later than asked for the loop came back."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(STEP_SECONDS)
        stalls.append(time.monotonic() - before - STEP_SECONDS)


def main() -> None:
    for line in sys.stdin:
        told = asyncio.run(attack(**json.loads(line)))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
