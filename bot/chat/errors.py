"""Turns what discord.py raises into our errors: the one place where Discord's codes have a meaning."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import IntEnum
from http import HTTPStatus
from typing import Final

import discord

from bot.domain.errors import (
    BackchannelError,
    GoneError,
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)
from bot.domain.translation import _
from bot.net.failures import NETWORK_FAILURES, is_never_connected

DEADLINE_SECONDS: Final = 30.0
"""For one call, the library's own retries and rate-limit pauses included."""

OLD_EDITS_PAUSE: Final = timedelta(minutes=10)
"""Discord does not say how long it counts the edits of messages older than an hour; each refused one counts too."""

LIBRARY_PAUSE_SECONDS: Final = 1.0
"""discord.py waits at least this long between two tries, so what fails sooner was its first try."""


class Code(IntEnum):
    """Discord's JSON error codes that mean something to us (developer docs, opcodes and status codes)."""

    UNKNOWN_CHANNEL = 10003
    UNKNOWN_GUILD = 10004
    UNKNOWN_MEMBER = 10007
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_USER = 10013
    UNKNOWN_EMOJI = 10014
    SLOW_MODE = 20016
    CHANNEL_WRITE_LIMIT = 20028
    OLD_MESSAGE_EDITS = 30046
    MISSING_ACCESS = 50001
    CANNOT_MESSAGE_USER = 50007
    MISSING_PERMISSIONS = 50013
    INVALID_FORM = 50035
    THREAD_ARCHIVED = 50083
    NO_MUTUAL_GUILD = 50278
    OVERLOADED = 130000
    THREAD_EXISTS = 160004
    THREAD_LOCKED = 160005
    TOO_MANY_THREADS = 160006
    TOO_MANY_NEWS_THREADS = 160007
    AUTOMOD_MESSAGE = 200000
    AUTOMOD_TITLE = 200001
    HARMFUL_LINK = 240000


class ThreadArchivedError(PermanentError):
    """The thread sleeps; it must be woken before anything in it is changed."""

    def __init__(self, message: str, *, reason: str = "thread_archived") -> None:
        super().__init__(message, reason=reason)


class RefusedError(PermanentError):
    """Discord did not take what we sent as it is (a form error)."""

    def __init__(self, message: str, *, reason: str = "refused_by_discord") -> None:
        super().__init__(message, reason=reason)


@asynccontextmanager
async def discord_call(*, deadline_seconds: float, is_create: bool = False) -> AsyncIterator[None]:
    """Run one call to Discord within a deadline; whatever goes wrong is raised as one of our errors.

    `is_create`: a lost answer may have left something behind, so it is an UnknownResultError.
    """
    loop = asyncio.get_running_loop()
    started_at = loop.time()
    try:
        async with asyncio.timeout(deadline_seconds):
            yield
    except discord.LoginFailure:  # a refused token is no answer to this call: whoever logs in says so
        raise
    except (discord.DiscordException, *NETWORK_FAILURES) as error:
        never_left = is_never_connected(error) and loop.time() - started_at < LIBRARY_PAUSE_SECONDS
        raise translated(error, may_have_happened=is_create and not never_left) from error


def code_of(error: BaseException | None) -> int:
    """Return Discord's code behind an error of ours or of the library's; 0 when it has none."""
    while error is not None:
        if isinstance(error, discord.HTTPException):
            return error.code
        error = error.__cause__
    return 0


def translated(error: Exception, *, may_have_happened: bool = False) -> BackchannelError:
    """Return our error for one of discord.py's or the network's."""
    if isinstance(error, discord.RateLimited):
        wait = timedelta(seconds=error.retry_after)
        return TemporaryError(_("Discord asks us to slow down."), retry_after=wait)
    if isinstance(error, discord.HTTPException) and not isinstance(error, discord.DiscordServerError):
        return _from_answer(error)
    if isinstance(error, discord.ClientException | discord.InvalidData):
        return RefusedError(_("Discord answered something unexpected."))
    if may_have_happened:
        return UnknownResultError(_("Discord's answer was lost."))
    return TemporaryError(_("Discord is not answering."))


def _from_answer(error: discord.HTTPException) -> BackchannelError:
    known = _by_code().get(error.code)
    if known is not None:
        return known
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TemporaryError(_("Discord asks us to slow down."), retry_after=_retry_after(error))
    if error.code or error.status == HTTPStatus.BAD_REQUEST:
        return RefusedError(_("Discord refused this: {reason}").format(reason=error.text[:200]))
    return TemporaryError(_("Discord answered with an error (status {status}).").format(status=error.status))


def _retry_after(error: discord.HTTPException) -> timedelta | None:
    try:
        return timedelta(seconds=float(error.response.headers.get("Retry-After", "")))
    except ValueError:
        return None


def _by_code() -> Mapping[int, BackchannelError]:
    """Return a fresh error for every code that has a meaning of its own."""
    automod = _("The server's AutoMod or Discord's link filter does not allow this message.")
    closed = _("This person does not take direct messages from here.")
    busy = _("This channel takes no more messages for the moment.")
    threads = _("The server has as many active threads as Discord allows.")
    return {
        Code.UNKNOWN_CHANNEL: PermanentError(_("The channel is not there any more."), reason="channel_deleted"),
        Code.UNKNOWN_GUILD: NoAccessError(_("I am not in that server any more.")),
        Code.UNKNOWN_MEMBER: GoneError(_("This person is not in the server any more."), reason="member_left"),
        Code.UNKNOWN_MESSAGE: GoneError(_("The message was deleted."), reason="message_deleted"),
        Code.UNKNOWN_USER: PermanentError(closed, reason="dms_closed"),
        Code.SLOW_MODE: TemporaryError(busy),
        Code.CHANNEL_WRITE_LIMIT: TemporaryError(busy),
        Code.OLD_MESSAGE_EDITS: TemporaryError(
            _("Discord limits how often an old message is edited."), retry_after=OLD_EDITS_PAUSE
        ),
        Code.MISSING_ACCESS: NoAccessError(_("I cannot see that channel: I lack View Channel there.")),
        Code.CANNOT_MESSAGE_USER: PermanentError(closed, reason="dms_closed"),
        Code.MISSING_PERMISSIONS: NoAccessError(_("I lack a permission there.")),
        Code.THREAD_ARCHIVED: ThreadArchivedError(_("The thread is archived.")),
        Code.NO_MUTUAL_GUILD: PermanentError(closed, reason="dms_closed"),
        Code.OVERLOADED: TemporaryError(_("Discord is overloaded.")),
        Code.THREAD_LOCKED: PermanentError(_("The thread is locked."), reason="thread_locked"),
        Code.TOO_MANY_THREADS: TemporaryError(threads, reason="too_many_threads"),
        Code.TOO_MANY_NEWS_THREADS: TemporaryError(threads, reason="too_many_threads"),
        Code.AUTOMOD_MESSAGE: PermanentError(automod, reason="automod"),
        Code.AUTOMOD_TITLE: PermanentError(automod, reason="automod"),
        Code.HARMFUL_LINK: PermanentError(automod, reason="automod"),
    }
