"""A comment follows its message, with the real bot as a process of its own."""

import pytest

from bot.demo.loopback.world.models import Channel
from bot.demo.stage import Stage
from tests.adapters.blog_under_test import BlogUnderTest
from tests.e2e.test_story import MENU, bots, settled, the_thread, until
from tests.wordpress.real_blog import RealBlog


async def published(stage: Stage, thread: Channel, text: str) -> int:
    """Have Ada's message come to be on the blog, and return its id."""
    said = await stage.ada.say(thread, text)
    preview = await stage.ada.use_menu(MENU, thread, said)
    before = len(bots(stage, stage.queue))
    await stage.ada.press(preview, "Send")
    await until(stage, lambda: len(bots(stage, stage.queue)) > before)
    await stage.author.press(bots(stage, stage.queue)[-1], "Publish")
    message = stage.discord.world.message(thread.id, said)
    await until(stage, lambda: message.reactions)
    return said


async def test_what_happened_while_the_bot_was_dead_is_followed(stage: Stage) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Walls of beans")
    thread = await the_thread(stage)
    edited = await published(stage, thread, "Mine climb the fence.")
    deleted = await published(stage, thread, "Never mind this one.")
    await settled(stage)

    await stage.bot.kill()
    await stage.ada.edit(thread, edited, "Mine climb the neighbour's fence.")
    await stage.ada.delete(thread, deleted)
    await stage.start_bot()

    card = await until(stage, lambda: [m for m in bots(stage, stage.queue) if "Publish the edit" in m.button_labels])
    kept, gone = await stage.small_blog.comments(post_id)
    assert "neighbour" not in kept.content
    await stage.author.press(card[0], "Publish the edit")
    await until(stage, lambda: not [m for m in bots(stage, stage.queue) if "Publish the edit" in m.button_labels])
    await settled(stage)

    kept, gone = await stage.small_blog.comments(post_id)
    assert "neighbour" in kept.content
    assert (kept.status, gone.status) == ("approved", "trash")
    assert "1 reply is on the blog" in bots(stage, thread)[-1].text


async def answered_comment_of_a_deleted_message(stage: Stage, blog: BlogUnderTest, post_id: int) -> None:
    thread = await the_thread(stage)
    said = await published(stage, thread, "Mulch, and then more mulch.")
    [relayed] = await blog.comments(post_id)
    for number in (1, 2):
        await blog.add_comment(post_id, f"Answer {number}", parent_id=relayed.comment_id, name=f"Reader {number}")

    await stage.ada.delete(thread, said)

    await until(stage, lambda: stage.discord.world.find_message(said) is None)
    await stage.bot.event("removed")
    page = await blog.page(post_id)
    assert "Answer 1" in page
    assert "Answer 2" in page
    assert "Removed by its writer." in page
    for gone in ("more mulch", "Ada", "via Discord", "#bc-"):
        assert gone not in page


async def test_answers_stay_when_the_message_they_answer_is_deleted(stage: Stage) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Mulch")
    await answered_comment_of_a_deleted_message(stage, stage.small_blog, post_id)


@pytest.mark.wordpress
async def test_answers_stay_on_a_real_wordpress_too(wordpress_stage: Stage, real_blog: RealBlog) -> None:
    await wordpress_stage.bot.event("feed_remembered")
    post_id = await real_blog.publish("Mulch", "<p>All of it.</p>")
    await answered_comment_of_a_deleted_message(wordpress_stage, real_blog, post_id)
