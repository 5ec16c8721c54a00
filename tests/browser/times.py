"""How long a visitor waits, over a few rounds, on a machine that does nothing else: `python -m tests.browser.times`."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from playwright.async_api import Browser, Locator, expect

from tests.browser.chromium import open_browser
from tests.browser.visitor import Visitor

ROUNDS = 5
LIMITS = {
    "make demo to a usable page": 8.0,
    "publish to the card": 1.0,
    "Send to the comment": 1.0,
    "Publish in the queue to the comment": 1.0,
}
SEEN = "([place, words]) => [...document.querySelectorAll(place)].some((one) => one.textContent.includes(words))"
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+/")


@asynccontextmanager
async def made_demo() -> AsyncIterator[str]:
    """Run `make demo` and give the page's address."""
    make = await asyncio.create_subprocess_exec(
        *("make", "demo", "ARGS=--no-browser"), stdout=PIPE, start_new_session=True
    )
    assert make.stdout is not None
    try:
        found = None
        while found is None:
            line = await make.stdout.readline()
            assert line, "make demo ended before it told its address"
            found = ADDRESS.search(line)
        yield found.group().decode()
    finally:
        os.killpg(make.pid, signal.SIGINT)
        await make.communicate()


async def until_seen(click: Locator, place: str, words: str) -> float:
    """Click, and return the seconds until an article in this place has these words, looked for at every frame."""
    page = click.page
    await click.hover()
    began = time.perf_counter()
    await click.click()
    await page.wait_for_function(SEEN, arg=[f"#{place} article", words], polling="raf")
    return time.perf_counter() - began


async def one_round(browser: Browser) -> dict[str, float]:
    """Play one demo from its start."""
    began = time.perf_counter()
    async with made_demo() as address:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        visitor = Visitor(page, address)
        await visitor.arrive()
        taken = [time.perf_counter() - began]
        await visitor.prepare("A bed of beans")
        publish = visitor.blog.get_by_role("button", name="Publish", exact=True)
        taken.append(await until_seen(publish, "channel", visitor.title))
        await visitor.enter_thread()
        await visitor.become("Ada")
        await visitor.say("Words that are asked for")
        await visitor.become("Mira")
        await visitor.use_apps("Words that are asked for")
        await visitor.become("Ada")
        await visitor.press("See it first")
        send = visitor.thread.get_by_role("button", name="Send", exact=True)
        await expect(send).to_be_visible()
        taken.append(await until_seen(send, "blog", "Words that are asked for"))
        await visitor.say("Words of a member")
        await visitor.send("Words of a member")
        approve = (await visitor.card()).get_by_role("button", name="Publish", exact=True)
        await expect(approve).to_be_visible()
        taken.append(await until_seen(approve, "blog", "Words of a member"))
        await page.close()
    return dict(zip(LIMITS, taken, strict=True))


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(rounds: int) -> None:
    """Play the rounds, and print every time and the medians beside their limits."""
    played = []
    async with open_browser() as browser:
        for number in range(1, rounds + 1):
            played.append(await one_round(browser))
            times = "  ".join(f"{seconds:5.2f}" for seconds in played[-1].values())
            tell(f"round {number}  {times}  load {os.getloadavg()[0]:.1f}")
    for name, limit in LIMITS.items():
        tell(f"{name:40}  median {median(one[name] for one in played):5.2f} s  limit {limit:.0f} s")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS))
