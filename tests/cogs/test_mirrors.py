from bot.domain.models import CommentDraft
from tests.cogs.conftest import House


async def test_a_readers_answer_comes_into_the_thread_and_is_answered_from_there(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "What a walk")
    preview = await house.mira.use_menu("Send to blog", thread, message_id)
    await house.press(house.mira, preview, "Send")
    queue = await house.owner.use_command("queue", in_channel=house.channel)
    await house.press(house.owner, queue, next(label for label in queue.buttons if label.startswith("Publish")))
    await house.until(house.blog.visible)
    await house.until(lambda: house.loopback.world.message(thread.id, message_id).reactions)
    (comment,) = house.blog.visible()
    looks = house.blog.faults.count("comments_after")
    await house.until(lambda: house.blog.faults.count("comments_after") > looks + 1)

    house.blog.store(_answer(comment.post_id, comment.comment_id))
    await house.until(lambda: any("So true" in message.text for message in house.mira.sees(thread)))
    answer = next(message for message in house.mira.sees(thread) if "So true" in message.text)
    assert answer.reference is not None
    assert answer.reference["message_id"] == str(message_id)
    assert answer.mentioned_user_ids == []

    told = await house.press(house.mira, answer, "Answer on the blog")
    assert told.is_ephemeral
    assert "Send to blog" in told.text
    pinged = await house.press(house.mira, told, "Ping me for answers")
    assert "You are pinged" in pinged.text
    silent = await house.press(house.mira, pinged, "Do not ping me")
    assert "You are not pinged" in silent.text


async def test_the_author_chooses_which_comments_come_into_the_thread(house: House) -> None:
    await house.connected()

    shown = await house.owner.use_command("blog settings", in_channel=house.channel, mirror="none")

    assert "none of them comes into the thread" in shown.text


def _answer(post_id: int, parent_id: int) -> CommentDraft:
    return CommentDraft(
        post_id=post_id,
        parent_id=parent_id,
        content_html="<p>So true!</p>",
        author_url="",
        author_name="Rosa",
        author_email="rosa@reader.example",
        is_approved=True,
    )
