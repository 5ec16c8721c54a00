"""Discord's habits on the left half: commands, forms, menus, and what only one person sees."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, visiting
from tests.browser.visitor import REPLY, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_slash_command_offers_posts_while_they_are_typed(demo: Demo, visitor: Visitor) -> None:
    field = visitor.channel.get_by_role("combobox")
    await field.fill("/ann")
    await expect(visitor.channel.get_by_role("option")).to_contain_text(["/announce"])
    await field.press("Enter")
    form = visitor.channel.get_by_role("form", name="/announce")
    await form.get_by_role("combobox").press_sequentially("window")
    await expect(form.get_by_role("option")).to_have_count(1)
    await form.get_by_role("option", name="What a window sill can carry").click()
    await form.get_by_role("button", name="Run").click()

    await visitor.press("Announce", where=visitor.channel)

    card = visitor.message("one cat, when nobody is looking", where=visitor.channel)
    await expect(card.get_by_role("link", name="Read on the blog")).to_be_visible()


async def test_slash_command_offers_its_choices_and_channels_in_menus(demo: Demo, visitor: Visitor) -> None:
    field = visitor.channel.get_by_role("combobox")
    await field.fill("/blog set")
    await field.press("Enter")
    form = visitor.channel.get_by_role("form", name="/blog settings")
    await form.get_by_label("policy").select_option(label="The author looks at every reply first")
    await form.get_by_label("queue_channel").select_option(label="#reply-queue")
    await form.get_by_role("button", name="Run").click()

    shown = visitor.message("Only you can see this", where=visitor.channel).last
    await expect(shown).to_contain_text("the author looks at every reply first")
    await expect(shown).to_contain_text("#reply-queue")


async def test_form_of_the_bot_changes_what_is_sent(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await visitor.use_apps("bubble wrap")
    await visitor.press("Change text or name")
    form = visitor.page.get_by_role("dialog", name="Change text or name")
    await expect(form.get_by_label("Your comment")).to_have_value(REPLY)
    await form.get_by_label("Your comment").fill("Straw does it, too.")
    await form.get_by_label("The name above it").fill("Ada of the Hill")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    await expect(visitor.message("This will be public on")).to_contain_text("Straw does it, too.")

    await visitor.press("Send")
    await visitor.approve()

    comment = visitor.blog.get_by_role("article").filter(has_text="Ada of the Hill (via Discord)")
    await expect(comment).to_contain_text("Straw does it, too.")


async def test_author_asks_for_somebody_elses_message_and_the_writer_says_yes(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await visitor.become("Mira")
    await visitor.use_apps("bubble wrap")
    await visitor.become("Ada")
    await visitor.press("See it first")
    await visitor.press("Send")

    await expect(visitor.blog.get_by_role("article").filter(has_text="Ada (via Discord)")).to_contain_text(
        "bubble wrap"
    )


async def test_answer_that_only_the_writer_sees_is_hidden_from_everybody_else(
    demo: Demo, browser: Browser, visitor: Visitor
) -> None:
    async with visiting(browser, demo.address) as other:
        await visitor.begin()
        await other.become("Ben")
        await other.message(visitor.title, where=other.channel).get_by_role("button", name="message").click()
        await visitor.use_apps("bubble wrap")
        await expect(visitor.message("Only you can see this")).to_contain_text("This will be public on")

        await visitor.say("Something for all")

        await expect(other.message("Something for all")).to_be_visible()
        await expect(other.message("This will be public on")).to_have_count(0)
        await visitor.become("Ben")
        await expect(visitor.message("This will be public on")).to_have_count(0)
        await visitor.become("Ada")
        await expect(visitor.message("This will be public on")).to_have_count(1)


async def test_queue_is_there_for_the_author_alone(demo: Demo, visitor: Visitor) -> None:
    queue = visitor.page.get_by_role("navigation", name="Channels").get_by_role("button", name="reply-queue")
    await expect(queue).to_be_visible()
    await visitor.become("Noor")
    await expect(queue).to_have_count(0)
    field = visitor.channel.get_by_role("combobox")
    await field.fill("/")
    await expect(visitor.channel.get_by_role("option", name="/privacy")).to_be_visible()
    await expect(visitor.channel.get_by_role("option", name="/blog settings")).to_have_count(0)
    await field.fill("/queue")
    await field.press("Enter")
    await visitor.channel.get_by_role("form", name="/queue").get_by_role("button", name="Run").click()
    await expect(visitor.message("Only you can see this", where=visitor.channel).last).to_contain_text(
        "Only the blog's author can decide that"
    )


async def test_messages_are_answered_changed_liked_and_deleted(demo: Demo, visitor: Visitor) -> None:
    await (
        visitor.message("Four rows of seedlings", where=visitor.channel).get_by_role("button", name="messages").click()
    )
    await visitor.become("Ben")
    mustard = visitor.message("Second row from the left").first
    await mustard.click(button="right")
    await visitor.menu.get_by_role("menuitem", name="React with 👍").click()
    await expect(mustard.get_by_role("button", name="👍, 1: Ben")).to_have_attribute("aria-pressed", "true")
    await mustard.click(button="right")
    await visitor.menu.get_by_role("menuitem", name="Reply", exact=True).click()
    await visitor.say("I dug it up, and it was")
    answer = visitor.message("I dug it up")
    await expect(answer).to_contain_text("Ben Second row from the left")
    await answer.click(button="right")
    await visitor.menu.get_by_role("menuitem", name="Edit message").click()
    editor = visitor.thread.get_by_role("textbox", name="Edit message")
    await editor.fill("I dug it up: mustard")
    await editor.press("Enter")
    await expect(answer).to_contain_text("I dug it up: mustard(edited)")
    await answer.click(button="right")
    await visitor.menu.get_by_role("menuitem", name="Delete message").click()
    await expect(answer).to_have_count(0)
