"""The four steps, and what may come between them."""

from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, visiting
from tests.browser.visitor import REPLY, Visitor


async def test_four_steps_end_with_the_comment_on_the_blog(demo: Demo, visitor: Visitor) -> None:
    await visitor.is_at_step(1)
    await visitor.publish()
    await expect(visitor.message("The first peas are up", where=visitor.channel)).to_be_visible()
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


async def test_bot_killed_and_started_again_loses_nothing_and_doubles_nothing(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await visitor.send()
    await visitor.page.get_by_role("button", name="Kill it").click()
    await expect(visitor.strip).to_contain_text("The bot is dead")
    await visitor.publish("Beans, while nobody looked", "They came up.")
    await visitor.become("Ada")
    await visitor.say("Written while the bot was away")

    await visitor.page.get_by_role("button", name="Start it again").click()
    await expect(visitor.strip).to_contain_text("The bot is running")
    await visitor.approve()
    await visitor.is_at_step(5)

    await visitor.open_channel("new-posts")
    await expect(visitor.message("Beans, while nobody looked", where=visitor.channel)).to_have_count(1)
    await expect(visitor.message("The first peas are up", where=visitor.channel)).to_have_count(1)
    stored = demo.stage.small_blog
    assert stored is not None
    comments = [comment for post_id in stored.store.posts for comment in await stored.comments(post_id)]
    assert [comment.author_name for comment in comments] == ["Ada (via Discord)"]


async def test_press_while_the_bot_is_dead_says_so_and_can_be_repeated(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await demo.stage.bot.kill()
    await visitor.use_apps("bubble wrap")
    await expect(visitor.page.get_by_role("status")).to_contain_text(["The application did not respond."])
    await demo.stage.start_bot()
    await visitor.send()
    await visitor.is_at_step(4)


async def test_two_demos_do_not_disturb_each_other(demo: Demo, browser: Browser, visitor: Visitor) -> None:
    from tests.browser.conftest import served_demo

    async with served_demo() as other, visiting(browser, other.address) as stranger:
        await visitor.publish("Only here")
        await visitor.is_at_step(2)
        await stranger.is_at_step(1)
        await expect(visitor.message("Only here", where=visitor.channel)).to_be_visible()
        await expect(stranger.message("Only here", where=stranger.channel)).to_have_count(0)
