"""The demo on a real WordPress: its own pages on the right, and the bot's work seen in them."""

import pytest
from playwright.async_api import expect

from bot.demo import stage as stages
from bot.demo.page.framing import look_at
from bot.demo.page.play import EXIT_SECONDS
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.stage import RealBlog as OwnBlog
from tests.adapters.conftest import real_blog, wordpress, wordpress_server
from tests.browser.chromium import open_browser
from tests.browser.conftest import visiting
from tests.wordpress.real_blog import RealBlog

__all__ = ["real_blog", "wordpress", "wordpress_server"]


@pytest.mark.wordpress
async def test_reply_of_the_author_stands_on_the_wordpress_that_is_shown(chromium: str, real_blog: RealBlog) -> None:
    await real_blog.publish("A gate for the hens", "<p>Two boards and a hinge.</p>")
    user, story = real_blog.user("relayer"), Story()
    own = OwnBlog(url=real_blog.url, username=user.login, application_password=user.application_password)
    async with (
        stages.set_up(own, hear=story.hear, exit_seconds=EXIT_SECONDS) as stage,
        open_browser() as browser,
    ):
        await stage.bot.event("feed_remembered")
        async with serve(stage, story, framing=await look_at(own)) as address, visiting(browser, address) as visitor:
            await visitor.announce("A gate for the hens")
            await visitor.is_at_step(2)
            await visitor.enter_thread("A gate for the hens")
            await visitor.say("And a stone in front of it.")
            await visitor.use_apps("And a stone")
            pages = visitor.page.frame_locator("iframe[title='Your blog']")
            await expect(pages.get_by_text("And a stone in front of it.")).to_be_visible()
