"""The four steps, and what may come between them."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, Play, played, shown
from tests.browser.visitor import REPLY, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_four_steps_end_with_the_comment_on_the_blog(own_demo: Demo, first_visitor: Visitor) -> None:
    visitor = first_visitor
    await visitor.is_at_step(1)
    await visitor.publish()
    await expect(visitor.message(visitor.title, where=visitor.channel)).to_be_visible()
    await visitor.is_at_step(2)
    await visitor.become("Ada")
    await visitor.say(REPLY)
    await visitor.is_at_step(3)
    await visitor.send()
    await visitor.is_at_step(4)
    await visitor.approve()
    await visitor.is_at_step(5)

    await expect(visitor.blog).to_contain_text("1 comment")
    await expect(visitor.blog.get_by_role("article").filter(has_text="Ada (via Discord)")).to_contain_text(
        "I use bubble wrap on two bent willow rods."
    )
    told = await visitor.strip.get_by_role("listitem").all_inner_texts()
    words = ("announced", "thread opened", "consent", "author decided", "comment published")
    assert [next(number for number, line in enumerate(told) if word in line) for word in words] == sorted(
        next(number for number, line in enumerate(told) if word in line) for word in words
    )


async def test_reload_in_the_middle_loses_nothing(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await visitor.use_apps("bubble wrap")
    await expect(visitor.thread.get_by_role("button", name="Send", exact=True)).to_be_visible()
    await visitor.thread.get_by_role("combobox").fill("half a thought")

    await visitor.reload()

    await expect(visitor.page.get_by_role("radio", name="Ada")).to_be_checked()
    await expect(visitor.thread.get_by_role("combobox")).to_have_value("half a thought")
    await visitor.is_at_step(3)
    await visitor.press("Send")
    await visitor.is_at_step(4)
    await visitor.reload()
    await visitor.approve()
    await visitor.is_at_step(5)
    await expect(visitor.blog).to_contain_text("1 comment")


async def test_bot_killed_and_started_again_loses_nothing_and_doubles_nothing(
    own_demo: Demo, first_visitor: Visitor
) -> None:
    visitor, peas = first_visitor, first_visitor.title
    await visitor.begin()
    await visitor.send()
    await visitor.page.get_by_role("button", name="Kill it").click()
    await expect(visitor.strip).to_contain_text("The bot is dead")
    await visitor.publish("Beans, while nobody looked", "They came up.")
    await visitor.become("Ada")
    await visitor.say("Written while the bot was away")

    await visitor.page.get_by_role("button", name="Start it again").click()
    await expect(visitor.strip).to_contain_text("The bot is running")
    await visitor.approve(peas)
    await visitor.is_at_step(5)

    await visitor.open_channel("new-posts")
    await expect(visitor.message("Beans, while nobody looked", where=visitor.channel)).to_have_count(1)
    await expect(visitor.message(peas, where=visitor.channel)).to_have_count(1)
    await visitor.is_at_step(5)
    stored = own_demo.stage.small_blog
    assert stored is not None
    comments = [comment for post_id in stored.store.posts for comment in await stored.comments(post_id)]
    assert [comment.author_name for comment in comments] == ["Ada (via Discord)"]


async def test_press_while_the_bot_is_dead_says_so_and_can_be_repeated(own_demo: Demo, first_visitor: Visitor) -> None:
    await first_visitor.begin()
    await own_demo.stage.bot.kill()
    await first_visitor.use_apps("bubble wrap")
    await expect(first_visitor.page.get_by_role("status")).to_contain_text(["The application did not respond."])
    await own_demo.stage.start_bot()
    await first_visitor.send()
    await first_visitor.is_at_step(4)


async def test_two_demos_do_not_disturb_each_other(
    demo: Demo, visitor: Visitor, own_demo: Demo, first_visitor: Visitor
) -> None:
    await visitor.publish()
    await visitor.is_at_step(2)
    await expect(visitor.message(visitor.title, where=visitor.channel)).to_be_visible()
    await first_visitor.is_at_step(1)
    await expect(first_visitor.message(visitor.title, where=first_visitor.channel)).to_have_count(0)
    await first_visitor.publish()
    await first_visitor.is_at_step(2)
    await expect(visitor.message(first_visitor.title, where=visitor.channel)).to_have_count(0)


async def test_page_that_stayed_open_takes_up_the_next_demo_at_its_address(play: Play, browser: Browser) -> None:
    page = await browser.new_page()
    try:
        async with shown(play) as demo:
            visitor = Visitor(page, demo.address)
            await visitor.arrive()
            await visitor.become("Noor")
            await visitor.reload()
            await expect(page.get_by_role("radio", name="Noor")).to_be_checked()
        await expect(visitor.strip).to_contain_text("The demo was stopped")

        async with played() as another, shown(another, port=demo.port):
            await expect(visitor.strip).to_contain_text("The bot is running")
            await expect(page.get_by_role("radio", name="Mira")).to_be_checked()
            await visitor.is_at_step(1)
    finally:
        await page.close()
