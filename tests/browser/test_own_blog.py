"""The demo on a blog of the visitor's own: its pages are framed, or it is said why not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo import stage as stages
from bot.demo.blog import SmallBlog
from bot.demo.page.framing import Framing, look_at
from bot.demo.page.play import EXIT_SECONDS
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.stage import RealBlog
from tests.browser.conftest import Play, visiting
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class OwnPlay:
    """A stage on a blog of the visitor's own."""

    play: Play
    blog: RealBlog


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(chromium: str) -> AsyncIterator[OwnPlay]:
    async with SmallBlog.serve(title="Somebody's own", description="Pages of their own") as blog:
        await blog.publish("A gate for the hens", "<p>Two boards and a hinge.</p>")
        user = blog.user("relayer")
        real = RealBlog(url=blog.url, username=user.login, application_password=user.application_password)
        story = Story()
        async with stages.set_up(real, hear=story.hear, exit_seconds=EXIT_SECONDS) as stage:
            await stage.bot.event("feed_remembered")
            yield OwnPlay(Play(stage, story), real)


@asynccontextmanager
async def visiting_on(own: OwnPlay, browser: Browser, framing: Framing) -> AsyncIterator[Visitor]:
    async with (
        serve(own.play.stage, own.play.story, framing=framing) as address,
        visiting(browser, address) as visitor,
    ):
        yield visitor


async def test_own_blogs_pages_are_shown_and_follow_what_the_bot_does(own: OwnPlay, browser: Browser) -> None:
    async with visiting_on(own, browser, await look_at(own.blog)) as visitor:
        pages = visitor.page.frame_locator("iframe[title='Your blog']")
        await expect(pages.get_by_role("link", name="A gate for the hens")).to_be_visible()
        await visitor.announce("A gate for the hens")
        await visitor.is_at_step(2)
        await expect(pages.get_by_role("heading", name="A gate for the hens")).to_be_visible()
        await expect(pages.get_by_text("Two boards and a hinge.")).to_be_visible()


async def test_own_blog_that_cannot_be_framed_is_said_to_be_so(own: OwnPlay, browser: Browser) -> None:
    why = "This blog's X-Frame-Options do not let other pages show it."
    async with visiting_on(own, browser, Framing(url=own.blog.url, hindrance=why)) as visitor:
        await expect(visitor.blog).to_contain_text(why)
        await expect(visitor.blog.get_by_role("link", name="Open it in its own tab")).to_have_attribute(
            "href", own.blog.url
        )
        await expect(visitor.blog.locator("iframe")).to_have_count(0)
