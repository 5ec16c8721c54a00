"""The page's story and its stream, and what the control plane tells a page of its viewer."""

import asyncio
import json

import pytest
from aiohttp import StreamReader, web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.changes import Changes
from bot.demo.loopback import LoopbackDiscord, Permission
from bot.demo.loopback.control import snapshot
from bot.demo.page.doorman import Doorman
from bot.demo.page.framing import hindrance
from bot.demo.page.story import MOST_LINES, Story
from bot.demo.page.stream import stream


def test_story_keeps_our_events_and_ids_as_text() -> None:
    story = Story()
    story.hear({"event": "noise", "logger": "discord.gateway"})
    story.hear(
        {"event": "announced", "logger": "bot.services.announcing.announcements", "message": 1574466597010014208}
    )
    story.hear({"event": "ended"})
    assert [line["event"] for line in story.since(0)] == ["announced", "ended"]
    assert story.since(0)[0]["keys"] == {"message": "1574466597010014208"}
    assert [line["event"] for line in story.since(1)] == ["ended"]


def test_story_forgets_its_oldest_lines() -> None:
    story = Story()
    for number in range(MOST_LINES + 5):
        story.hear({"event": str(number), "logger": "bot"})
        story.hear({"event": str(number), "logger": "bot.x"})
    assert len(story.since(0)) == MOST_LINES
    assert story.since(0)[-1]["number"] == story.length == MOST_LINES + 5


async def test_stream_tells_everything_at_first_and_then_what_changed() -> None:
    sources = {"one": Changes(), "other": Changes()}

    async def serve(request: web.Request) -> web.StreamResponse:
        return await stream(request, sources)

    application = web.Application()
    application.router.add_get("/events", serve)
    async with TestClient(TestServer(application, host="127.0.0.1")) as client, client.get("/events") as answer:
        assert await _next(answer.content) == {"one": 0, "other": 0}
        sources["other"].touch()
        assert await _next(answer.content) == {"other": 1}
        sources["one"].touch()
        sources["one"].touch()
        assert await _next(answer.content) == {"one": 2}


async def _next(content: StreamReader) -> dict[str, int]:
    async with asyncio.timeout(60):
        line = await content.readline()
        await content.readline()
    news: dict[str, int] = json.loads(line.removeprefix(b"data: "))
    return news


async def test_world_tells_its_viewer_what_they_may_and_who_reacted() -> None:
    async with LoopbackDiscord.serve() as discord:
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild, "news")
        ada, owner = discord.member(guild, "Ada"), discord.owner(guild)
        message_id = await ada.say(channel, "Peas")
        await owner.react(channel, message_id, "🌱")

        seen = snapshot.world(discord.world, ada.id)["guilds"][0]["channels"][0]

    assert int(seen["viewer_permissions"]) & Permission.SEND_MESSAGES
    assert not int(seen["viewer_permissions"]) & Permission.MANAGE_MESSAGES
    assert seen["messages"][0]["reacted_by"] == {"🌱": [str(owner.id)]}
    whole = snapshot.world(discord.world, None)["guilds"][0]["channels"][0]
    assert "viewer_permissions" not in whole


def test_page_may_frame_only_the_blog_it_was_told_of() -> None:
    doorman = Doorman(pictures_from=(), frames="https://blog.example")
    assert "frame-src https://blog.example;" in doorman.policy
    assert "frame-src 'none';" in Doorman(pictures_from=(), frames=None).policy


@pytest.mark.parametrize(
    ("headers", "can_be_framed"),
    [
        ({}, True),
        ({"x-frame-options": "SAMEORIGIN"}, False),
        ({"x-frame-options": "deny"}, False),
        ({"content-security-policy": "default-src 'self'"}, True),
        ({"content-security-policy": "default-src 'self'; frame-ancestors 'self'"}, False),
        ({"content-security-policy": "frame-ancestors *", "x-frame-options": "DENY"}, True),
    ],
)
def test_blog_that_refuses_to_be_framed_is_recognised(headers: dict[str, str], can_be_framed: bool) -> None:
    assert (hindrance(headers) == "") is can_be_framed
