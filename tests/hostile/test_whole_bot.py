"""The whole bot between the loopback Discord and a real WordPress, with an administrator's password."""

from collections.abc import Iterator, Sequence

import pytest

from bot.demo import stage as stages
from bot.demo.stage import RealBlog as OwnBlog
from bot.demo.stage import Stage
from bot.services.relaying.pace import PER_MEMBER
from bot.text.limits import length
from bot.text.markdown_to_html import markdown_to_html
from tests.e2e.test_story import MENU, SECONDS, settled, the_thread
from tests.hostile.served_page import ServedPage
from tests.loopback.fixtures import new_contract
from tests.unit.text.hostile import OURS, public_collections
from tests.wordpress.real_blog import RealBlog

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(1800)]

LONGEST = 1_500
"""Characters of a message here: below what Discord takes, and below what still fits a preview once it is escaped."""
AT_ONCE = PER_MEMBER - 1
"""Messages that one bot is given, beside a harmless one: it takes no more of one member within an hour."""


def packed(texts: Sequence[str]) -> Iterator[str]:
    """Yield messages that hold the texts one below the other; what would swallow the next begins a new one."""
    message = ""
    for text in texts:
        one = text.encode("utf-8", "replace").decode().replace("\0", "").strip()[:LONGEST]
        if message and (length(message) + length(one) > LONGEST or "```" in message + one or ">>>" in message):
            yield message
            message = ""
        message = f"{message}\n\n{one}" if message else one
    if message:
        yield message


async def relay_all(stage: Stage, real_blog: RealBlog, messages: Sequence[str]) -> None:
    """Let the author send these messages, and hold the page against one without them."""
    await stage.bot.event("feed_remembered")
    post_id = await real_blog.publish("Winter walk")
    thread = await the_thread(stage)
    harmless = await stage.author.say(thread, "Hello, https://a.example/")
    await stage.author.use_menu(MENU, thread, harmless)
    first = stage.discord.world.message(thread.id, harmless)
    await stage.discord.until(lambda: first.reactions or None, timeout=SECONDS)
    baseline = ServedPage(await real_blog.page(post_id))
    sent = []
    for message in messages:
        said = await stage.author.say(thread, message)
        await stage.author.use_menu(MENU, thread, said)
        sent.append(stage.discord.world.message(thread.id, said))
    await stage.discord.until(lambda: all(message.reactions for message in sent) or None, timeout=SECONDS + len(sent))
    await settled(stage)

    page = ServedPage(await real_blog.page(post_id))
    assert len(page.contents) == len(sent) + 1 > 1
    assert page.faults(baseline) == []
    bot_messages = [m for m in stage.discord.world.messages(thread.id) if m.author_id == stage.discord.world.bot.id]
    assert not [m for m in bot_messages if m.mentioned_user_ids or m.mentions_everyone]


@pytest.mark.parametrize("share", [OURS[::40], pytest.param(OURS, marks=pytest.mark.slow)], ids=["40th", "all"])
async def test_hostile_messages_go_through_the_whole_bot(real_blog: RealBlog, share: list[str]) -> None:
    """T10."""
    await play(real_blog, share)


@pytest.mark.slow
async def test_the_public_collections_go_through_the_whole_bot(real_blog: RealBlog) -> None:
    """T10."""
    strings = public_collections()
    if not strings:
        pytest.skip("the public collections of hostile strings are not beside the project")
    await play(real_blog, list(dict.fromkeys(strings)))


async def play(real_blog: RealBlog, texts: Sequence[str]) -> None:
    await real_blog.publish("Before the bot came", "<p>An older post.</p>")
    user = real_blog.user("administrator")
    own = OwnBlog(url=real_blog.url, username=user.login, application_password=user.application_password)
    # a blog refuses the same words of the same writer a second time, so of messages that come to the same one is sent
    messages = [message for html, message in {markdown_to_html(one): one for one in packed(texts)}.items() if html]
    for start in range(0, len(messages), AT_ONCE):
        options = {"contract": new_contract()}
        async with stages.set_up(own, discord_options=options, settings={"POLL_INTERVAL_SECONDS": "1"}) as stage:
            stage.author.timeout = SECONDS
            await relay_all(stage, real_blog, messages[start : start + AT_ONCE])
        assert stage.discord.contract_findings == []
