import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import UserError
from bot.domain.models import BlogAddress
from bot.domain.ports import ChannelFacts
from bot.services.connecting.connections import Connections
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlogs
from tests.services.connecting.test_connections import CHANNEL, OWNER, House, house

__all__ = ["house"]


class SlowBlogs(FakeBlogs):
    """Finds blogs once `may_find` is set; `is_asked` tells that somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_find = asyncio.Event(), asyncio.Event()

    async def discover(self, site: str) -> BlogAddress:
        self.is_asked.set()
        await self.may_find.wait()
        return await super().discover(site)


async def test_a_guild_looks_for_one_blog_at_a_time_and_keeps_no_other_guild_waiting(
    house: House, clock: TestClock
) -> None:
    blogs = SlowBlogs()
    connections = Connections(house.begin, house.chat, blogs, house.box, clock, CountingRandomness(), lambda: None)
    house.chat.channels[21] = ChannelFacts(channel_id=21, guild_id=11, name="theirs")
    async with asyncio.TaskGroup() as group:
        first = group.create_task(connections.connect(OWNER, "https://one.example", channel_id=CHANNEL))
        await blogs.is_asked.wait()
        with pytest.raises(UserError, match="already"):
            await connections.connect(OWNER, "https://two.example", channel_id=CHANNEL)
        other = group.create_task(
            connections.connect(replace(OWNER, guild_id=11), "https://three.example", channel_id=21)
        )
        blogs.may_find.set()
    assert first.result().text
    assert other.result().text
    assert (await connections.connect(OWNER, "https://two.example", channel_id=CHANNEL)).text
