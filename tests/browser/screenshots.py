"""Writes docs/images: the four steps of the demo, light and dark. `python -m tests.browser.screenshots FOLDER`."""

import asyncio
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import expect

from tests.browser.chromium import open_browser
from tests.browser.conftest import served_demo
from tests.browser.visitor import Visitor

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTH, HEIGHT = 1280, 720
REPLY = "I use **bubble wrap** on two bent willow rods. Looks odd, works fine!"


class Photographer:
    """Takes the pictures of one colour scheme."""

    def __init__(self, visitor: Visitor, folder: Path, scheme: Scheme) -> None:
        self._visitor = visitor
        self._folder = folder
        self._scheme = scheme

    async def take(self, name: str) -> None:
        """Take one picture, of a page that has come to rest."""
        pictures = "[...document.images].filter((one) => one.checkVisibility()).every((one) => one.complete)"
        await self._visitor.page.wait_for_function(pictures)
        await self._visitor.page.screenshot(
            path=self._folder / f"demo-{name}-{self._scheme}.png", animations="disabled"
        )


async def main(folder: Path) -> None:
    """Play the story once for each scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        async with served_demo() as demo, open_browser() as browser:
            page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)
            await _play(Visitor(page, demo.address), folder, scheme)


async def _play(visitor: Visitor, folder: Path, scheme: Scheme) -> None:
    photographer = Photographer(visitor, folder, scheme)
    show = visitor.page.get_by_role("button", name="Show me")
    await visitor.arrive()
    await show.click()
    await photographer.take("1-publish")
    visitor.title = await visitor.blog.get_by_label("Title", exact=True).input_value()
    await visitor.press("Publish", where=visitor.blog)
    await visitor.is_at_step(2)
    await show.click()
    await visitor.thread.get_by_role("combobox").fill(REPLY)
    await photographer.take("2-answer")
    await visitor.say(REPLY)
    await visitor.is_at_step(3)
    await visitor.use_apps("bubble wrap")
    await expect(visitor.thread.get_by_role("button", name="Send", exact=True)).to_be_visible()
    await photographer.take("3-send")
    await visitor.press("Send")
    await visitor.is_at_step(4)
    await visitor.approve()
    await visitor.is_at_step(5)
    await expect(visitor.thread).to_contain_text("1 reply is on the blog")
    await expect(visitor.blog).to_contain_text("1 comment")
    await photographer.take("4-on-the-blog")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
