"""One browser and one demo for a module, a page of its own for each test; a demo of its own where a test needs it.

The page of a test begins where it was opened: its four steps count only what happened since. What one test writes stays
for the next, so each looks for its own words.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.demo import stage as stages
from bot.demo.page.play import EXIT_SECONDS
from bot.demo.page.scene import open_scene
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.stage import Stage
from tests.browser.chromium import executable, open_browser
from tests.browser.visitor import Visitor
from tests.loopback.fixtures import new_contract


@dataclass(frozen=True)
class Demo:
    """A demo that is being served."""

    stage: Stage
    address: str

    @property
    def port(self) -> int:
        """The port of the page."""
        return int(self.address.rstrip("/").rpartition(":")[2])


@dataclass(frozen=True)
class Play:
    """A stage with its bot, and what that bot told."""

    stage: Stage
    story: Story


@asynccontextmanager
async def played() -> AsyncIterator[Play]:
    """Set a stage and open its scene."""
    story = Story()
    options = {"contract": new_contract()}
    async with stages.set_up(discord_options=options, hear=story.hear, exit_seconds=EXIT_SECONDS) as stage:
        await open_scene(stage)
        yield Play(stage, story)


@asynccontextmanager
async def shown(play: Play, *, port: int = 0) -> AsyncIterator[Demo]:
    """Serve a page of the stage; the test fails when a body was not as Discord describes it."""
    async with serve(play.stage, play.story, port=port) as address:
        yield Demo(play.stage, address)
    assert play.stage.discord.contract_findings == []
    assert play.stage.discord.unknown_requests == []


@asynccontextmanager
async def served_demo() -> AsyncIterator[Demo]:
    """Serve a demo of one's own."""
    async with played() as play, shown(play) as demo:
        yield demo


@pytest.fixture(scope="session")
def chromium() -> str:
    return executable()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def play() -> AsyncIterator[Play]:
    async with played() as play:
        yield play


@pytest_asyncio.fixture(loop_scope="module")
async def demo(play: Play) -> AsyncIterator[Demo]:
    async with shown(play) as demo:
        yield demo


@pytest_asyncio.fixture(loop_scope="module")
async def own_demo(chromium: str) -> AsyncIterator[Demo]:
    async with served_demo() as demo:
        yield demo


@asynccontextmanager
async def visiting(browser: Browser, address: str, *, width: int = 1440, height: int = 900) -> AsyncIterator[Visitor]:
    """Open the page in a window of its own. The test fails when the page complained about anything."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    complaints = listen(page)
    try:
        visitor = Visitor(page, address)
        await visitor.arrive()
        yield visitor
        assert complaints == []
    finally:
        await page.close()


def listen(page: Page) -> list[str]:
    """Collect the page's errors and warnings, policy violations among them."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda one: complaints.append(one.text) if one.type in {"error", "warning"} else None)
    return complaints


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(browser: Browser, demo: Demo) -> AsyncIterator[Visitor]:
    async with visiting(browser, demo.address) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="module")
async def first_visitor(browser: Browser, own_demo: Demo) -> AsyncIterator[Visitor]:
    """Visit the demo of one's own."""
    async with visiting(browser, own_demo.address) as visitor:
        yield visitor
