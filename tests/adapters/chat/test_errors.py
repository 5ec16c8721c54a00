import asyncio
from datetime import timedelta

import aiohttp
import discord
import pytest

from bot.chat.errors import Code, code_of, discord_call, translated
from bot.domain.errors import (
    BackchannelError,
    GoneError,
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)


class Answer:
    """As much of an HTTP answer as discord.py's errors look at."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.reason = "because"
        self.headers = headers or {}


def refusal(status: int, code: int = 0, headers: dict[str, str] | None = None) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    kind = discord.DiscordServerError if status >= 500 else kind
    return kind(Answer(status, headers), {"code": code, "message": "no"})


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (refusal(404, Code.UNKNOWN_MESSAGE), GoneError),
        (refusal(403, Code.MISSING_ACCESS), NoAccessError),
        (refusal(403, Code.MISSING_PERMISSIONS), NoAccessError),
        (refusal(404, Code.UNKNOWN_GUILD), NoAccessError),
        (refusal(400, Code.TOO_MANY_THREADS), TemporaryError),
        (refusal(400, Code.OLD_MESSAGE_EDITS), TemporaryError),
        (refusal(401), TemporaryError),
        (refusal(502), TemporaryError),
        (aiohttp.ServerDisconnectedError(), TemporaryError),
        (TimeoutError(), TemporaryError),
    ],
)
def test_each_failure_has_its_meaning(error: Exception, ours: type[BackchannelError]) -> None:
    assert type(translated(error)) is ours


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refusal(404, Code.UNKNOWN_MESSAGE), "message_deleted"),
        (refusal(404, Code.UNKNOWN_CHANNEL), "channel_deleted"),
        (refusal(403, Code.CANNOT_MESSAGE_USER), "dms_closed"),
        (refusal(400, Code.THREAD_LOCKED), "thread_locked"),
        (refusal(400, Code.AUTOMOD_MESSAGE), "automod"),
        (refusal(400, Code.AUTOMOD_TITLE), "automod"),
        (refusal(400, Code.HARMFUL_LINK), "automod"),
        (refusal(400, Code.INVALID_FORM), "refused_by_discord"),
    ],
)
def test_a_final_refusal_says_why(error: Exception, reason: str) -> None:
    ours = translated(error)

    assert isinstance(ours, PermanentError)
    assert ours.reason == reason


def test_a_lost_answer_to_a_create_may_have_happened() -> None:
    assert type(translated(refusal(502), may_have_happened=True)) is UnknownResultError
    assert type(translated(TimeoutError(), may_have_happened=True)) is UnknownResultError
    assert type(translated(refusal(403, Code.MISSING_ACCESS), may_have_happened=True)) is NoAccessError


def test_a_long_rate_limit_comes_back_when_discord_says() -> None:
    for error in (discord.RateLimited(90.0), refusal(429, headers={"Retry-After": "90"})):
        ours = translated(error)
        assert isinstance(ours, TemporaryError)
        assert ours.retry_after == timedelta(seconds=90)


async def test_a_call_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(UnknownResultError):
        async with discord_call(deadline_seconds=0.01, is_create=True):
            await asyncio.Event().wait()


async def test_a_create_that_never_left_can_simply_be_tried_again() -> None:
    key = aiohttp.client_reqrep.ConnectionKey("127.0.0.1", 1, False, True, None, None, None)
    with pytest.raises(TemporaryError) as caught:
        async with discord_call(deadline_seconds=5, is_create=True):
            raise aiohttp.ClientConnectorError(key, ConnectionRefusedError(111, "refused"))

    assert type(caught.value) is TemporaryError


async def test_the_code_is_still_known_behind_our_error() -> None:
    with pytest.raises(PermanentError) as caught:
        async with discord_call(deadline_seconds=5):
            raise refusal(400, Code.THREAD_EXISTS)

    assert code_of(caught.value) == Code.THREAD_EXISTS
