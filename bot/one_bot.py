"""One bot works on one database; a second one waits for its turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from bot.domain.errors import SettingsError
from bot.domain.translation import _
from db.claim import Claim, claim_to, take

log = structlog.get_logger(__name__)


@asynccontextmanager
async def claimed(database_url: str, stop: asyncio.Event) -> AsyncIterator[Claim]:
    """Hold the database for this process alone while the block lasts, waiting for another bot to end first.

    When `stop` is set before, the block runs without the claim. SettingsError when nothing can be
    written beside a SQLite file.
    """
    claim = claim_to(database_url)
    try:
        if not await _try_take(claim):
            log.warning(
                "waits_for_other_bot",
                why="Another Backchannel works on this database. This one takes over when that ends.",
            )
            if await take(claim, stop):
                log.info("took_over")
        yield claim
    finally:
        await claim.release()


async def _try_take(claim: Claim) -> bool:
    try:
        return await claim.try_take()
    except OSError as error:
        raise SettingsError(
            _("DATABASE_URL: nothing can be written beside that database ({reason}).").format(reason=error.strerror)
        ) from error
