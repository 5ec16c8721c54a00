import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import cast

import discord
import pytest
import structlog
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, defer
from bot.client import BackchannelBot, Services, commands_hash, intents
from bot.demo.loopback.answers import NoAnswerError
from bot.domain.errors import UserError
from bot.domain.messages import Card, OutgoingMessage
from tests.adapters.chat.conftest import Place

SYNC = ("PUT", "/applications/{application_id}/commands")


class Doors(commands.Cog):
    """Commands that answer and fail in every way."""

    @app_commands.command(description="x")
    async def refused(self, interaction: discord.Interaction) -> None:
        raise UserError("That is no blog.")

    @app_commands.command(description="x")
    async def refused_late(self, interaction: discord.Interaction) -> None:
        await defer(interaction)
        raise UserError("That is no blog.")

    @app_commands.command(description="x")
    async def broken(self, interaction: discord.Interaction) -> None:
        await defer(interaction)
        raise RuntimeError("a detail nobody should read")

    @app_commands.command(description="x")
    async def twice(self, interaction: discord.Interaction) -> None:
        await answer(interaction, OutgoingMessage(text="first"))
        await answer(interaction, OutgoingMessage(card=Card(body="second")))


class Memory:
    """Notes in a dictionary."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self.notes.get(name)

    async def write(self, name: str, value: str) -> None:
        self.notes[name] = value


def no_services(_bot: BackchannelBot) -> Services:
    return cast(Services, None)


@asynccontextmanager
async def running(place: Place, memory: Memory, *cogs: commands.Cog) -> AsyncIterator[BackchannelBot]:
    bot = BackchannelBot(no_services, memory)
    for cog in cogs:
        await bot.add_cog(cog)
    task = asyncio.create_task(bot.start(place.loopback.token))
    await place.loopback.ready()
    await bot.wait_until_ready()
    try:
        yield bot
    finally:
        await bot.close()
        await task


def test_it_asks_for_no_privileged_intent_by_itself() -> None:
    """T25."""
    plain = intents(reads_message_content=False)

    assert [name for name, is_on in plain if is_on] == ["guilds", "guild_messages"]
    assert intents(reads_message_content=True).message_content


async def test_commands_are_told_to_discord_only_when_they_changed(place: Place) -> None:
    memory = Memory()
    async with running(place, memory, Doors()):
        pass
    async with running(place, memory, Doors()):
        pass
    assert len(place.loopback.requests_of(*SYNC)) == 1

    async with running(place, memory):
        pass
    assert len(place.loopback.requests_of(*SYNC)) == 2


async def test_commands_that_discord_did_not_take_are_told_again_next_time(place: Place) -> None:
    memory = Memory()
    place.loopback.faults.fail(*SYNC, status=403, body={"code": 50001, "message": "Missing Access"})
    async with running(place, memory, Doors()):
        pass
    assert memory.notes == {}

    async with running(place, memory, Doors()):
        assert len(place.loopback.requests_of(*SYNC)) == 2


async def test_another_application_gets_its_own_commands(place: Place) -> None:
    async with running(place, Memory(), Doors()) as bot:
        assert commands_hash(bot.tree, application_id=1) != commands_hash(bot.tree, application_id=2)


@pytest.mark.parametrize("command", ["refused", "refused_late"])
async def test_what_a_person_can_mend_is_told_to_them_alone(place: Place, command: str) -> None:
    async with running(place, Memory(), Doors()):
        answered = await place.loopback.owner(place.guild).use_command(command)

        assert (answered.text, answered.is_ephemeral) == ("That is no blog.", True)


async def test_a_failure_of_ours_says_nothing_of_its_inside_but_is_logged(place: Place) -> None:
    """T19."""
    async with running(place, Memory(), Doors()):
        with structlog.testing.capture_logs() as logs:
            answered = await place.loopback.owner(place.guild).use_command("broken")

        assert answered.is_ephemeral
        assert answered.text.startswith("Something went wrong here; nothing was changed.")
        assert [line["event"] for line in logs if line["log_level"] == "error"] == ["interaction_failed"]


async def test_an_answer_that_cannot_be_shown_is_no_second_failure(place: Place) -> None:
    place.loopback.interactions.answer_within_seconds = 0.5
    place.loopback.faults.drop("POST", "/interactions/{interaction_id}/{interaction_token}/callback", times=2)
    async with running(place, Memory(), Doors()):
        with structlog.testing.capture_logs() as logs, pytest.raises(NoAnswerError):
            await place.loopback.owner(place.guild).use_command("refused")

        assert [line["event"] for line in logs] == ["answer_not_shown"]


async def test_a_second_answer_stands_below_the_first(place: Place) -> None:
    async with running(place, Memory(), Doors()):
        answered = await place.loopback.owner(place.guild).use_command("twice")
        second = await answered.followup()

        assert answered.text == "first"
        assert (second.text, second.is_ephemeral) == ("second", True)


async def test_no_command_is_read_from_a_message(place: Place) -> None:
    async with running(place, Memory()) as bot:
        told: list[str] = []
        bot.add_listener(_note(told), "on_command_error")
        waiting = asyncio.create_task(bot.wait_for("socket_event_type", check=lambda name: name == "MESSAGE_CREATE"))
        await asyncio.sleep(0)
        place.loopback.world.post(place.member, place.channel, {"content": f"<@{place.loopback.world.bot.id}> help"})
        await waiting

        assert told == []


def _note(told: list[str]) -> Callable[..., Coroutine[None, None, None]]:
    async def note(_context: object, error: Exception) -> None:
        told.append(str(error))

    return note
