"""Both halves stay in agreement: what happens in the thread changes the blog, and the other way round."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = "Ada (via Discord)"


async def test_edited_message_changes_its_comment_once_the_author_has_seen_the_difference(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.edit("bubble wrap", "I use straw on two bent willow rods.")
    await expect(visitor.message("straw")).to_contain_text("(edited)")

    card = await visitor.card("straw")
    await expect(card).to_contain_text("bubble wrap")
    await expect(visitor.comment(ADA)).to_contain_text("bubble wrap")
    await card.get_by_role("button", name="Publish the edit").click()

    await expect(visitor.comment(ADA)).to_contain_text("I use straw on two bent willow rods.")
    await expect(visitor.comment("bubble wrap")).to_have_count(0)


async def test_deleted_message_takes_its_comment_off_the_blog(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.choose("bubble wrap", "Delete message")

    await expect(visitor.message("I use bubble wrap")).to_have_count(0)
    await expect(visitor.comment(ADA)).to_have_count(0)
    await expect(visitor.blog).to_contain_text("No comments yet")
    await expect(visitor.strip.get_by_role("listitem").last).to_be_visible()
    await visitor.is_at_step(5)


async def test_deleted_message_that_readers_answered_loses_its_words_and_keeps_the_answers(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.leave_a_reply("Greta", "Does it last a winter?", answers=ADA)
    await visitor.moderate("Approve", "Greta")
    await expect(visitor.comment("Does it last a winter?")).to_be_visible()
    await visitor.choose("I use bubble wrap", "Delete message")

    await expect(visitor.comment("Removed by its writer.")).to_be_visible()
    await expect(visitor.comment("Does it last a winter?")).to_be_visible()
    await expect(visitor.comment("bubble wrap")).to_have_count(0)


async def test_answer_of_a_reader_comes_into_the_thread_and_goes_when_it_is_binned(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.leave_a_reply("Rosa", "Mine cracked in the first frost.", answers=ADA)
    await expect(visitor.blog).to_contain_text("Your comment awaits moderation.")
    await expect(visitor.message("Mine cracked")).to_have_count(0)
    await visitor.moderate("Approve", "Rosa")

    answer = visitor.message("Mine cracked in the first frost.")
    await expect(answer).to_contain_text("Ada I use **bubble wrap**")
    await expect(answer).to_contain_text("Rosa")
    await expect(answer.get_by_role("button", name="Answer on the blog")).to_be_visible()

    await visitor.moderate("Bin", "Rosa")
    await expect(answer).to_have_count(0)


async def test_answer_to_a_reader_stands_under_that_readers_comment(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.leave_a_reply("Hilde", "Where do the rods come from?", answers=ADA)
    await visitor.moderate("Approve", "Hilde")
    await visitor.choose("Where do the rods come from?", "Reply")
    await visitor.say("From the willow behind the shed.")
    await visitor.send("From the willow")
    await visitor.approve("From the willow")

    comments = visitor.blog.get_by_role("listitem")
    nested = comments.filter(has_text="Hilde").get_by_role("listitem").filter(has_text="From the willow")
    await expect(nested.last).to_contain_text(ADA)


async def test_comment_that_answers_nobody_is_counted_in_the_threads_line(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    await visitor.leave_a_reply("Otto", "A fine bed of peas.")
    await visitor.moderate("Approve", "Otto")

    await expect(visitor.thread).to_contain_text("1 reply is on the blog")
    await expect(visitor.thread).to_contain_text("1 comment of a reader is on the blog")
    await expect(visitor.message("A fine bed of peas.")).to_have_count(0)


async def test_what_the_desk_decides_about_a_reply_is_told_in_discord(visitor: Visitor) -> None:
    await visitor.bring_to_the_blog()
    reply = visitor.message("I use bubble wrap")
    await expect(reply.get_by_role("button", name="backchannel")).to_be_visible()

    await visitor.moderate("Hold", ADA)
    await expect(reply.get_by_role("button", name="backchannel")).to_have_count(0)
    await visitor.moderate("Approve", ADA)
    await expect(reply.get_by_role("button", name="backchannel")).to_be_visible()
    await visitor.moderate("Bin", ADA)
    await expect(reply.get_by_role("button", name="backchannel")).to_have_count(0)

    await visitor.use_apps("I use bubble wrap")
    await expect(visitor.message("Only you can see this").last).to_contain_text("stays deleted")
