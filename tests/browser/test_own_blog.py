"""The demo on a blog of the visitor's own: its pages are framed, or it is said why not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from bot.demo import stage as stages
from bot.demo.blog import SmallBlog
from bot.demo.page.framing import Framing, look_at
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.stage import RealBlog
from tests.browser.conftest import visiting


@pytest.fixture
async def own_blog(chromium: str) -> AsyncIterator[SmallBlog]:
    async with SmallBlog.serve(title="Somebody's own", description="Pages of their own") as blog:
        await blog.publish("A gate for the hens", "<p>Two boards and a hinge.</p>")
        yield blog


@asynccontextmanager
async def served_on(blog: SmallBlog, *, hindrance: str = "") -> AsyncIterator[str]:
    user = blog.user("relayer")
    real = RealBlog(url=blog.url, username=user.login, application_password=user.application_password)
    framing = Framing(url=blog.url, hindrance=hindrance) if hindrance else await look_at(real)
    story = Story()
    async with stages.set_up(real, hear=story.hear) as stage:
        await stage.bot.event("feed_remembered")
        async with serve(stage, story, framing=framing) as address:
            yield address


async def test_own_blogs_pages_are_shown_and_follow_what_the_bot_does(own_blog: SmallBlog, browser: Browser) -> None:
    async with served_on(own_blog) as address, visiting(browser, address) as visitor:
        pages = visitor.page.frame_locator("iframe[title='Your blog']")
        await expect(pages.get_by_role("link", name="A gate for the hens")).to_be_visible()
        field = visitor.channel.get_by_role("combobox")
        await field.fill("/announce")
        await field.press("Enter")
        form = visitor.channel.get_by_role("form", name="/announce")
        await form.get_by_role("combobox").fill("gate")
        await form.get_by_role("option", name="A gate for the hens").click()
        await form.get_by_role("button", name="Run").click()
        await visitor.press("Announce", where=visitor.channel)
        await visitor.is_at_step(2)
        await expect(pages.get_by_role("heading", name="A gate for the hens")).to_be_visible()
        await expect(pages.get_by_text("Two boards and a hinge.")).to_be_visible()


async def test_own_blog_that_cannot_be_framed_is_said_to_be_so(own_blog: SmallBlog, browser: Browser) -> None:
    why = "This blog's X-Frame-Options do not let other pages show it."
    async with served_on(own_blog, hindrance=why) as address, visiting(browser, address) as visitor:
        await expect(visitor.blog).to_contain_text(why)
        await expect(visitor.blog.get_by_role("link", name="Open it in its own tab")).to_have_attribute(
            "href", own_blog.url
        )
        await expect(visitor.blog.locator("iframe")).to_have_count(0)
