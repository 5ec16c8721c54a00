"""`backchannel check`: looks at everything from outside, changes nothing, and says how to mend what is wrong."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final, TextIO

from bot.blogs.detect import WebBlogs
from bot.chat.account import Account
from bot.chat.endpoints import point_at
from bot.domain.permissions import invite_url
from bot.domain.translation import _
from bot.feeds.fetcher import Fetcher
from bot.feeds.parser import Parser
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.program.check_blog import BlogCheck
from bot.program.check_database import check_database
from bot.program.check_discord import check_channel, check_intents, check_token
from bot.program.findings import Finding, Grade, ok, warn
from bot.program.tokens import application_id_in
from bot.settings import Settings

_MARKS: Final = {Grade.OK: "ok  ", Grade.WARN: "warn", Grade.FAIL: "FAIL"}


def check(settings: Settings, *, out: TextIO) -> int:
    """Write a line for each finding, with the mend below it, and return 1 when something will not work."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    return asyncio.run(_check(settings, out))


async def _check(settings: Settings, out: TextIO) -> int:
    failures = 0
    async with aclosing(look_at_everything(settings)) as findings:
        async for finding in findings:
            out.write(f"{_MARKS[finding.grade]}  {finding.sentence}\n")
            if finding.mend:
                out.write(f"      {finding.mend}\n")
            out.flush()
            failures += finding.grade is Grade.FAIL
    link = _invite_link(settings)
    if link:
        out.write(_("Invite link, with exactly the permissions needed: {link}").format(link=link) + "\n")
    return 1 if failures else 0


async def look_at_everything(settings: Settings) -> AsyncGenerator[Finding, None]:
    """Yield every finding, the database's first; whatever is away is a finding, never an error."""
    async for finding in check_database(settings.database_url, settings.fernet_keys()):
        yield finding
    async for finding in _look_at_discord(settings):
        yield finding
    async for finding in _look_at_blog(settings):
        yield finding


async def _look_at_discord(settings: Settings) -> AsyncIterator[Finding]:
    async with Account(wait_scale=settings.wait_scale) as account:
        facts, finding = await check_token(account, settings.discord_token)
        yield finding
        if facts is None:
            return
        yield check_intents(facts)
        places = (
            ("ANNOUNCE_CHANNEL_ID", settings.announce_channel_id, False),
            ("QUEUE_CHANNEL_ID", settings.queue_channel_id, True),
        )
        told: set[Finding] = set()  # what is wrong with a guild is said once, not for each of its channels
        for name, channel_id, is_private in places:
            if channel_id is None:
                continue
            async for finding in check_channel(account, name, channel_id, is_private=is_private):
                if finding not in told:
                    yield finding
                told.add(finding)


async def _look_at_blog(settings: Settings) -> AsyncIterator[Finding]:
    if settings.blog_url is None:
        yield _without_blog(settings)
        return
    web = WebClient(allowed=AllowedHosts.parse(settings.allow_private_hosts), wait_scale=settings.wait_scale)
    parser = Parser()
    password = settings.blog_application_password
    try:
        look = BlogCheck(
            WebBlogs(web),
            Fetcher(web, parser, now=lambda: datetime.now(UTC)),
            site=settings.blog_url,
            username=settings.blog_username,
            application_password=password.get_secret_value() if password else None,
        )
        async for finding in look():
            yield finding
    finally:
        await parser.close()
        await web.close()


def _without_blog(settings: Settings) -> Finding:
    if settings.announce_channel_id is None and settings.queue_channel_id is None:
        return ok(_("BLOG_URL is empty: blogs are connected in Discord, with /blog connect."))
    return warn(
        _("ANNOUNCE_CHANNEL_ID and QUEUE_CHANNEL_ID are for BLOG_URL, which is empty, so they do nothing."),
        _("Set BLOG_URL, or connect the blog in Discord with /blog connect and choose its queue in /blog settings."),
    )


def _invite_link(settings: Settings) -> str | None:
    token = settings.discord_token
    application_id = application_id_in(token.get_secret_value()) if token else None
    return invite_url(application_id) if application_id else None
