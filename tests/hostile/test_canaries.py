"""Secrets that are planted, and looked for everywhere but where they belong, after everything went wrong."""

import base64
import json
from collections.abc import Iterator

import pytest

from bot.demo import stage as stages
from bot.demo.blog.faults import Fault
from bot.demo.stage import LOG, Stage
from tests.e2e.conftest import QUICK
from tests.e2e.test_story import MENU, bots, settled, the_thread, until
from tests.loopback.fixtures import new_contract

pytestmark = pytest.mark.timeout(300)

COMMENTS = r"/wp-json/wp/v2/comments"
MESSAGES = "/channels/{channel_id}/messages"
WORDS = "zanzibar lanterns at dusk"
ECHOED = "canary-in-an-error-page"
PAGE = f"<html><p>{ECHOED}: {{}}</p></html>"


def secrets_of(stage: Stage) -> Iterator[str]:
    """Yield every secret that the bot was given, in every shape in which it travels or could be printed."""
    environment = stage.environment
    password = environment["BLOG_APPLICATION_PASSWORD"]
    for plain in (password, password.replace(" ", ""), password.replace(" ", "%20"), password.replace(" ", "+")):
        yield plain
        yield base64.b64encode(plain.encode()).decode().rstrip("=")
        yield base64.b64encode(f"{environment['BLOG_USERNAME']}:{plain}".encode()).decode().rstrip("=")
    for plain in (environment["DISCORD_TOKEN"], environment["SECRET_KEY"]):
        yield plain
        yield base64.b64encode(plain.encode()).decode().rstrip("=")


def seen_in_discord(stage: Stage) -> str:
    """Return everything that was ever sent to Discord, and everything that stands there."""
    sent = [json.dumps(request.json, default=str) + request.path for request in stage.discord.requests]
    return "\n".join(sent)


def seen_by_the_blog(stage: Stage) -> str:
    assert stage.small_blog is not None
    return "\n".join(f"{call.path} {call.query} {call.body!r}" for call in stage.small_blog.faults.calls)


async def play_with_every_trouble(stage: Stage) -> None:
    """Announce a post and send a reply, while each call fails first in each way that it can."""
    assert stage.small_blog is not None
    blog, discord = stage.small_blog.faults, stage.discord.faults
    password = stage.environment["BLOG_APPLICATION_PASSWORD"]
    await stage.bot.event("feed_remembered")
    for path in (COMMENTS, "/wp-json/wp/v2/posts", "/wp-json/wp/v2/users"):
        for status in (500, 429):
            blog.order(Fault(path=path, status=status, body=PAGE.format(password)))
        blog.order(Fault(path=path, drop=True))
        blog.order(Fault(path=path, status=200, body=PAGE.format(password)))
    blog.order(Fault(method="POST", path=COMMENTS, lose_answer=True))
    for method, route in (("POST", MESSAGES), ("POST", f"{MESSAGES}/{{message_id}}/threads"), ("PATCH", ".*")):
        discord.fail(method, route, status=500, html=PAGE.format("x"))
        discord.lose_answer(method, route, nth=2)
        discord.drop(method, route, nth=3)
    await stage.small_blog.publish("The first peas are up", "<p>Eleven days in the ground.</p>")
    thread = await the_thread(stage)
    said = await stage.ada.say(thread, WORDS)
    preview = await stage.ada.use_menu(MENU, thread, said)
    await stage.ada.press(preview, "Send")
    card = (await until(stage, lambda: bots(stage, stage.queue)))[0]
    await stage.author.press(card, "Publish")
    message = stage.discord.world.message(thread.id, said)
    await until(stage, lambda: message.reactions)
    await settled(stage)
    blog.order(
        Fault(path=COMMENTS, status=401, body='{"code": "incorrect_password", "data": {"status": 401}}', times=9)
    )
    again = await stage.author.say(thread, f"{WORDS}, again")
    await stage.author.use_menu(MENU, thread, again)
    await stage.bot.event("credentials_refused", seconds=60)


async def test_no_planted_secret_is_seen_anywhere_whatever_goes_wrong() -> None:
    """T19: tokens, keys and passwords in every shape; members' words and strangers' pages in the log."""
    settings = {**QUICK, "LOG_LEVEL": "debug"}
    async with stages.set_up(discord_options={"contract": new_contract()}, settings=settings) as stage:
        await play_with_every_trouble(stage)
        assert await stage.bot.stop() == 0
        log = (stage.directory / LOG).read_text(encoding="utf-8")
        places = {"log": log, "Discord": seen_in_discord(stage), "blog": seen_by_the_blog(stage)}
        assert [
            (place, secret) for secret in secrets_of(stage) for place, text in places.items() if secret in text
        ] == []
    assert WORDS in places["Discord"]  # what is looked for would be found
    assert WORDS in places["blog"]
    for kept_quiet in (WORDS, ECHOED, "@backchannel.invalid", "SELECT", "INSERT", "Authorization"):
        assert kept_quiet not in log, kept_quiet
    assert ECHOED not in places["Discord"]
