"""What is said in channels that are not ours costs nothing."""

import asyncio

from tests.cogs.conftest import House


async def test_message_of_a_member_sets_nothing_going(empty_house: House) -> None:
    async with empty_house.running() as bot:
        before = asyncio.all_tasks()

        bot.dispatch("message", object())

        assert asyncio.all_tasks() == before
        assert "on_message" not in bot.extra_events
