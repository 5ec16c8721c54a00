"""A demo of its own for every test, and a browser that looks at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from bot.demo import stage as stages
from bot.demo.page.scene import open_scene
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.stage import Stage
from tests.browser.chromium import executable, open_browser
from tests.browser.visitor import Visitor
from tests.loopback.fixtures import new_contract

SIZE = {"width": 1440, "height": 900}
QUICK = {"POLL_INTERVAL_SECONDS": "0.25"}


@dataclass(frozen=True)
class Demo:
    """A demo that is being served."""

    stage: Stage
    address: str


@asynccontextmanager
async def served_demo() -> AsyncIterator[Demo]:
    """Serve a demo. The test fails when a body was not as Discord describes it."""
    story = Story()
    async with stages.set_up(discord_options={"contract": new_contract()}, settings=QUICK, hear=story.hear) as stage:
        await open_scene(stage)
        async with serve(stage, story) as address:
            yield Demo(stage, address)
    assert stage.discord.contract_findings == []
    assert stage.discord.unknown_requests == []


@pytest.fixture
def chromium() -> str:
    return executable()


@pytest.fixture
async def demo(chromium: str) -> AsyncIterator[Demo]:
    async with served_demo() as demo:
        yield demo


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


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


@pytest.fixture
async def visitor(demo: Demo, browser: Browser) -> AsyncIterator[Visitor]:
    async with visiting(browser, demo.address) as visitor:
        yield visitor
