"""The whole bot in its own process, between a loopback Discord and a blog."""

from collections.abc import AsyncIterator

import pytest

from bot.demo import stage as stages
from bot.demo.stage import RealBlog as OwnBlog
from bot.demo.stage import Stage
from tests.adapters.conftest import real_blog, wordpress, wordpress_server
from tests.loopback.fixtures import new_contract
from tests.wordpress.real_blog import RealBlog

__all__ = ["real_blog", "wordpress", "wordpress_server"]

QUICK = {"POLL_INTERVAL_SECONDS": "0.3", "WAIT_SCALE": "0.1"}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A stage with the small blog. The test fails when a body was not as Discord describes it."""
    async with stages.set_up(discord_options={"contract": new_contract()}, settings=QUICK) as stage:
        yield stage
    assert stage.discord.contract_findings == []
    assert stage.discord.unknown_requests == []


@pytest.fixture
async def wordpress_stage(real_blog: RealBlog) -> AsyncIterator[Stage]:
    """A stage with a real WordPress that has one post."""
    await real_blog.publish("Before the bot came", "<p>An older post.</p>")
    user = real_blog.user("relayer")
    own = OwnBlog(url=real_blog.url, username=user.login, application_password=user.application_password)
    options = {"contract": new_contract()}
    async with stages.set_up(own, discord_options=options, settings={"POLL_INTERVAL_SECONDS": "1"}) as stage:
        yield stage
    assert stage.discord.contract_findings == []
