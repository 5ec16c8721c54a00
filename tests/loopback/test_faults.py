import asyncio
import time

import aiohttp
import discord
import pytest

from bot.demo.loopback import LoopbackDiscord, Position
from bot.demo.loopback.traffic import RecordedRequest
from bot.demo.loopback.world.models import Channel
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest

MESSAGES = "/channels/{channel_id}/messages"


def a_channel(loopback: LoopbackDiscord) -> Channel:
    return loopback.world.add_channel(loopback.world.add_guild(), "talk")


async def test_a_call_can_be_refused_with_json_or_a_proxys_page(loopback: LoopbackDiscord, rest: Rest) -> None:
    path = f"/channels/{a_channel(loopback).id}/messages"
    loopback.faults.fail("POST", MESSAGES, status=403, body={"message": "Blocked", "code": 200000})
    loopback.faults.fail("POST", r"/channels/\d+/messages", status=503, html="<h1>Away</h1>", nth=2)
    assert await rest("POST", path, {"content": "x"}) == (403, {"message": "Blocked", "code": 200000})
    assert await rest("POST", path, {"content": "x"}) == (503, "<h1>Away</h1>")
    assert (await rest("POST", path, {"content": "x"}))[0] == 200
    assert [one.status for one in loopback.requests_of("POST", MESSAGES)] == [403, 503, 200]
    assert len(loopback.world.messages_by_channel[int(path.split("/")[2])]) == 1


async def test_a_lost_answer_is_carried_out_and_its_retry_finds_the_message(loopback: LoopbackDiscord) -> None:
    channel, bot = a_channel(loopback), SmallBot()
    async with running(bot, loopback):
        loopback.faults.lose_answer("POST", MESSAGES)
        sent = await bot.text_channel(channel).send("once")
        assert [message.id for message in loopback.world.messages(channel)] == [sent.id]
        assert len(loopback.requests_of("POST", MESSAGES)) == 2


async def test_a_connection_can_be_cut_before_or_after_the_effect(loopback: LoopbackDiscord, rest: Rest) -> None:
    channel = a_channel(loopback)
    path = f"/channels/{channel.id}/messages"
    loopback.faults.drop("POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await rest("POST", path, {"content": "never"})
    loopback.faults.lose_answer("POST", MESSAGES, status=None)
    with pytest.raises(aiohttp.ClientError):
        await rest("POST", path, {"content": "there all the same"})
    assert [message.text for message in loopback.world.messages(channel)] == ["there all the same"]


async def test_a_call_can_be_delayed(loopback: LoopbackDiscord, rest: Rest) -> None:
    loopback.faults.delay("GET", "/users/@me", 0.2, times=1)
    started = time.monotonic()
    await rest("GET", "/users/@me")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(
    ("position", "is_there"),
    [(Position.ARRIVED, False), (Position.CARRIED_OUT, True), (Position.ANSWERED, True)],
)
async def test_a_call_can_be_held_at_each_position(
    loopback: LoopbackDiscord, rest: Rest, position: Position, *, is_there: bool
) -> None:
    channel = a_channel(loopback)
    hold = loopback.faults.hold("POST", MESSAGES, at=position)
    call = asyncio.create_task(rest("POST", f"/channels/{channel.id}/messages", {"content": "x"}))
    request = await hold.reached()
    assert request.json == {"content": "x"}
    assert bool(loopback.world.messages(channel)) is is_there
    if position is Position.ANSWERED:
        assert (await call)[0] == 200
    else:
        assert not call.done()
    hold.release()
    assert (await call)[0] == 200


async def test_the_nth_call_of_all_can_be_held(loopback: LoopbackDiscord, rest: Rest) -> None:
    hold = loopback.faults.hold("*", ".*", nth=3)
    await rest("GET", "/users/@me")
    await rest("GET", "/gateway/bot")
    call = asyncio.create_task(rest("POST", f"/channels/{a_channel(loopback).id}/messages", {"content": "x"}))
    assert (await hold.reached()).number == 3
    hold.release()
    assert (await call)[0] == 200


async def test_a_held_call_that_is_dropped_never_happens(loopback: LoopbackDiscord, rest: Rest) -> None:
    channel = a_channel(loopback)
    hold = loopback.faults.hold("POST", MESSAGES)
    call = asyncio.create_task(rest("POST", f"/channels/{channel.id}/messages", {"content": "x"}))
    await hold.reached()
    hold.drop()
    with pytest.raises(aiohttp.ClientError):
        await call
    assert loopback.world.messages(channel) == []


async def test_a_hook_sees_every_call_at_every_position(loopback: LoopbackDiscord, rest: Rest) -> None:
    seen: list[tuple[int, str]] = []

    async def note(position: Position, request: RecordedRequest) -> None:
        seen.append((request.number, position.value))

    loopback.faults.hooks.append(note)
    await rest("GET", "/users/@me")
    await rest("GET", "/users/1")
    await loopback.until(lambda: len(seen) == 6)
    assert seen == [(number, position.value) for number in (1, 2) for position in Position]


async def test_discord_py_waits_out_a_rate_limit(loopback: LoopbackDiscord) -> None:
    channel, bot = a_channel(loopback), SmallBot()
    async with running(bot, loopback):
        loopback.faults.rate_limit("POST", MESSAGES, retry_after=0.2)
        started = time.monotonic()
        await bot.text_channel(channel).send("patient")
        assert time.monotonic() - started >= 0.2
        statuses = [one.status for one in loopback.requests_of("POST", MESSAGES)]
    assert statuses == [429, 200]


async def test_a_bucket_says_what_remains_and_refuses_what_is_over(loopback: LoopbackDiscord, rest: Rest) -> None:
    first, second = a_channel(loopback), a_channel(loopback)
    loopback.rate_limits.limit("POST", MESSAGES, limit=2, per_seconds=60)
    path = f"/channels/{first.id}/messages"
    remaining = []
    for _ in range(2):
        assert (await rest("POST", path, {"content": "x"}))[0] == 200
        remaining.append(rest.headers["X-RateLimit-Remaining"])
    assert remaining == ["1", "0"]
    status, body = await rest("POST", path, {"content": "x"})
    assert status == 429
    assert 0 < body["retry_after"] <= 60
    assert rest.headers["Via"]
    assert (await rest("POST", f"/channels/{second.id}/messages", {"content": "x"}))[0] == 200
    assert (await rest("GET", "/users/@me"))[0] == 200


async def test_discord_py_keeps_to_a_bucket_by_itself(loopback: LoopbackDiscord) -> None:
    """F16: nothing is asked of an exhausted bucket."""
    channel, bot = a_channel(loopback), SmallBot()
    loopback.rate_limits.limit("POST", MESSAGES, limit=2, per_seconds=0.5)
    async with running(bot, loopback):
        for number in range(4):
            await bot.text_channel(channel).send(str(number))
    assert [message.text for message in loopback.world.messages(channel)] == ["0", "1", "2", "3"]


async def test_an_unknown_route_is_refused_and_remembered(world_only: LoopbackDiscord, bare_rest: Rest) -> None:
    assert await bare_rest("GET", "/stage-instances/1") == (404, {"message": "404: Not Found", "code": 0})
    assert [request.route for request in world_only.unknown_requests] == ["GET /stage-instances/1"]


async def test_without_the_token_nothing_is_answered(loopback: LoopbackDiscord, rest: Rest) -> None:
    assert await rest("GET", "/users/@me", token="wrong") == (401, {"message": "401: Unauthorized", "code": 0})


async def test_requests_are_recorded_with_route_body_and_status(loopback: LoopbackDiscord) -> None:
    channel, bot = a_channel(loopback), SmallBot()
    async with running(bot, loopback):
        await bot.text_channel(channel).send("hello", allowed_mentions=discord.AllowedMentions.none())
    (request,) = loopback.requests_of("POST", MESSAGES)
    assert request.path == f"/channels/{channel.id}/messages"
    assert request.json["content"] == "hello"
    assert request.json["allowed_mentions"] == {"parse": []}
    assert request.json["enforce_nonce"] is True
    assert request.status == 200
    assert request.answer["content"] == "hello"
