"""One post from feed to comment, with the real bot as a process of its own."""

import json
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from typing import Any

import pytest

from bot.demo.loopback.world.models import Channel, Message
from bot.demo.stage import Stage
from tests.wordpress.real_blog import RealBlog

pytestmark = pytest.mark.timeout(600)  # a dozen starts of the bot; what is waited for has shorter deadlines

SECONDS = 60.0
MENU = "Send to blog"


async def until(stage: Stage, found: Any) -> Any:
    return await stage.discord.until(found, timeout=SECONDS)


def messages(stage: Stage, channel: Channel | int) -> list[Message]:
    return stage.discord.world.messages(channel if isinstance(channel, int) else channel.id)


def bots(stage: Stage, channel: Channel) -> list[Message]:
    return [message for message in messages(stage, channel) if message.author_id == stage.discord.world.bot.id]


async def the_thread(stage: Stage) -> Channel:
    card = await until(stage, lambda: bots(stage, stage.news)[-1:] or None)
    thread: Channel = await until(stage, lambda: stage.discord.world.channels.get(card[0].id))
    await until(stage, lambda: bots(stage, thread))
    return thread


async def status(stage: Stage) -> dict[str, Any]:
    process = await create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "status", "--json"),
        env=stage.environment,
        cwd=stage.directory,
        stdout=PIPE,
    )
    out, _none = await process.communicate()
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(out)
    return answer


async def settled(stage: Stage) -> dict[str, Any]:
    """Wait until the ledger has nothing left to do."""
    while (answer := await status(stage))["due"]:
        pass
    return answer


async def restart(stage: Stage, how: str) -> None:
    if how == "killed":
        await stage.bot.kill()
        await stage.start_bot()
    elif how == "stopped":
        assert await stage.bot.stop() == 0
        await stage.start_bot()


@pytest.mark.parametrize("how", ["running", "stopped", "killed"])
async def test_bot_that_is_interrupted_between_all_steps_loses_and_doubles_nothing(stage: Stage, how: str) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    await restart(stage, how)

    post_id = await stage.small_blog.publish("The first peas are up", "<p>Eleven days in the ground.</p>")
    thread = await the_thread(stage)
    await restart(stage, how)

    first = await stage.ada.say(thread, "I use **bubble wrap**.")
    preview = await stage.ada.use_menu(MENU, thread, first)
    assert "bubble wrap" in preview.text
    await restart(stage, how)

    await stage.ada.press(preview, "Send")
    card = (await until(stage, lambda: bots(stage, stage.queue)))[0]
    await restart(stage, how)

    await stage.author.press(card, "Publish")
    ada_message = stage.discord.world.message(thread.id, first)
    await until(stage, lambda: ada_message.reactions)
    await until(stage, lambda: len(bots(stage, thread)) == 2)
    await restart(stage, how)

    second = await stage.ben.say(thread, "Does it not tear?", reply_to=first)
    await stage.author.use_menu(MENU, thread, second)
    question = (await until(stage, lambda: [m for m in bots(stage, thread) if "See it first" in m.button_labels]))[0]
    assert question.text.startswith(f"<@{stage.ben.id}>")
    await restart(stage, how)

    seen = await stage.ben.press(question, "See it first")
    await restart(stage, how)

    await stage.ben.press(seen, "Send")
    ben_message = stage.discord.world.message(thread.id, second)
    await until(stage, lambda: ben_message.reactions)
    await until(stage, lambda: "2 replies" in bots(stage, thread)[-1].text)
    await restart(stage, how)

    comments = await stage.small_blog.comments(post_id)
    assert [(c.author_name, c.status, c.parent_id) for c in comments] == [
        ("Ada (via Discord)", "approved", 0),
        ("Ben (via Discord)", "approved", comments[0].comment_id),
    ]
    assert "<strong>bubble wrap</strong>" in comments[0].content
    assert len({comment.author_email for comment in comments}) == 2

    state = await stage.ada.use_menu(MENU, thread, first)
    await stage.ada.press(state, "Take it off the blog")
    await until(stage, lambda: not ada_message.reactions)
    await restart(stage, how)

    ended = await settled(stage)
    comments = await stage.small_blog.comments(post_id)
    assert [(c.author_name, c.status, "bubble" in c.content) for c in comments] == [
        ("", "approved", False),
        ("Ben (via Discord)", "approved", False),
    ]
    assert len(bots(stage, stage.news)) == 1
    assert len(bots(stage, stage.queue)) == 1
    assert [message.text.split(".")[0] for message in bots(stage, thread)] == [
        "Talk about *The first peas are up* here",
        bots(stage, thread)[1].text.split(".")[0],
    ]
    assert "1 reply is on the blog" in bots(stage, thread)[1].text
    assert [relay["state"] for relay in ended["relays"]] == ["removed", "published"]
    log = (stage.directory / "backchannel.log").read_text()
    for kept_quiet in ("bubble wrap", "Does it not tear", "SELECT", "INSERT", stage.blog.application_password):
        assert kept_quiet not in log


async def test_status_names_post_message_thread_and_comment(stage: Stage) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Walls of beans")
    thread = await the_thread(stage)
    said = await stage.author.say(thread, "Thank you for reading!")
    await stage.author.use_menu(MENU, thread, said)
    message = stage.discord.world.message(thread.id, said)
    await until(stage, lambda: message.reactions)

    answer = await settled(stage)

    comment = (await stage.small_blog.comments(post_id))[0]
    address = await stage.small_blog.post_address(post_id)
    assert comment.user_id != 0
    assert "via Discord" not in comment.author_name
    assert answer["blogs"][0]["url"] == stage.blog.url
    assert {"post_id": post_id, "guid": address, "url": address, "state": "wanted"} in answer["posts"]
    assert answer["announcements"] == [
        {
            "post_url": address,
            "guild_id": stage.author.guild.id,
            "channel_id": stage.news.id,
            "message_id": thread.id,
            "thread_id": thread.id,
            "state": "announced",
        }
    ]
    assert answer["relays"] == [
        {"message_id": said, "comment_id": comment.comment_id, "state": "published", "reason": None}
    ]


async def test_refused_reply_leaves_no_trace_in_public(stage: Stage) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Slugs at dusk")
    thread = await the_thread(stage)
    said = await stage.ada.say(thread, "I simply shout at them.")
    await stage.ada.press(await stage.ada.use_menu(MENU, thread, said), "Send")
    card = (await until(stage, lambda: bots(stage, stage.queue)))[0]

    await stage.author.press(card, "Not this one")

    await until(stage, lambda: "Undo" in bots(stage, stage.queue)[0].button_labels)
    await settled(stage)
    assert await stage.small_blog.comments(post_id) == []
    assert len(bots(stage, thread)) == 1
    assert stage.discord.world.message(thread.id, said).reactions == {}


async def test_edited_post_changes_its_card_once_and_pings_nobody(stage: Stage) -> None:
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("A tpyo in the title")
    await the_thread(stage)
    card = bots(stage, stage.news)[0]

    await stage.small_blog.edit_post(post_id, title="A typo in the title")

    await until(stage, lambda: "A typo in the title" in bots(stage, stage.news)[0].text)
    await settled(stage)
    assert [message.id for message in bots(stage, stage.news)] == [card.id]


async def test_unpublished_post_is_marked_and_its_thread_stays(stage: Stage) -> None:
    """F31: as soon as the feed changes, for the blog's own word."""
    assert stage.small_blog is not None
    await stage.bot.event("feed_remembered")
    post_id = await stage.small_blog.publish("Too early", "<p>Not for your eyes.</p>")
    thread = await the_thread(stage)

    await stage.small_blog.set_status(post_id, "draft")
    await stage.small_blog.publish("In time", "<p>All of it.</p>")

    await until(stage, lambda: "no longer on the blog" in bots(stage, stage.news)[0].text)
    await settled(stage)
    marked, other = bots(stage, stage.news)
    assert "Too early" in marked.text
    assert "Not for your eyes" not in marked.text
    assert "no longer" not in other.text
    assert stage.discord.world.channels[thread.id] is thread

    await stage.small_blog.set_status(post_id, "publish")
    await until(stage, lambda: "Not for your eyes" in bots(stage, stage.news)[0].text)
    assert len(bots(stage, stage.news)) == 2


@pytest.mark.wordpress
async def test_post_on_a_real_wordpress_becomes_a_comment_on_it(wordpress_stage: Stage, real_blog: RealBlog) -> None:
    stage = wordpress_stage
    await stage.bot.event("feed_remembered")
    post_id = await real_blog.publish("Fish &#038; chips <em>by the sea</em>", "<p>With vinegar.</p>")
    thread = await the_thread(stage)
    assert thread.name == "Fish & chips by the sea"
    said = await stage.ada.say(thread, "Tell me **more** <script>alert(1)</script>")
    await stage.ada.press(await stage.ada.use_menu(MENU, thread, said), "Send")
    card = (await until(stage, lambda: bots(stage, stage.queue)))[0]
    await stage.author.press(card, "Publish")
    message = stage.discord.world.message(thread.id, said)
    await until(stage, lambda: message.reactions)
    answer = await settled(stage)

    [comment] = await real_blog.comments(post_id)
    assert (comment.author_name, comment.status) == ("Ada (via Discord)", "approved")
    assert comment.author_url.partition("#bc-")[2]
    assert "<strong>more</strong>" in comment.content
    assert "alert(1)</script>" not in await real_blog.page(post_id)
    assert len(bots(stage, stage.news)) == 1
    assert answer["relays"][0]["comment_id"] == comment.comment_id
    assert post_id in [post["post_id"] for post in answer["posts"]]
