import asyncio

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.interactions.models import Interaction, InteractionType
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Json
from tests.loopback.bots import Slow, SmallBot, Stage
from tests.loopback.fixtures import new_contract, running
from tests.loopback.rest import Rest


async def test_an_ephemeral_answer_is_for_one_pair_of_eyes(loopback: LoopbackDiscord, rest: Rest) -> None:
    stage, bot = Stage(loopback), SmallBot()
    ben = loopback.member(stage.guild, "Ben")

    async def secret(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("only you", view=Slow(), ephemeral=True)

    bot.tree.add_command(app_commands.Command(name="secret", description="Secret", callback=secret))
    async with running(bot, loopback):
        answer = await stage.ada.use_command("secret")
        assert answer.is_ephemeral
        assert answer.message is not None
        assert [message.text for message in stage.ada.sees(stage.channel)] == ["only you"]
        assert ben.sees(stage.channel) == []
        assert loopback.world.messages(stage.channel) == []
        with pytest.raises(CannotUseError):
            await ben.press(answer, "Work")
        path = f"/channels/{stage.channel.id}/messages"
        assert (await rest("GET", path))[1] == []
        assert await rest.code("GET", f"{path}/{answer.message.id}") == 10008
        assert await rest.code("PATCH", f"{path}/{answer.message.id}", {"content": "x"}) == 10008
        assert "MESSAGE_CREATE" not in bot.events
        pressed = await stage.ada.press(answer, "Work")
        assert (await pressed.updated()).text == "done"


async def test_the_original_answer_can_be_read_edited_and_deleted(loopback: LoopbackDiscord, rest: Rest) -> None:
    stage, bot = Stage(loopback), SmallBot()
    go_on = asyncio.Event()
    read: list[str] = []

    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="first")
        read.append((await interaction.original_response()).content)
        await go_on.wait()
        await interaction.edit_original_response(content="second")
        more = await interaction.followup.send("more", wait=True)
        await more.edit(content="more, edited")
        await more.delete()
        await interaction.delete_original_response()
        read.append("gone")

    bot.tree.add_command(app_commands.Command(name="slow", description="Slow", callback=slow))
    async with running(bot, loopback):
        answer = await stage.ada.use_command("slow")
        assert (answer.kind, answer.text, answer.is_ephemeral) == ("deferred-then-message", "first", True)
        go_on.set()
        await answer.updated()
        await loopback.until(lambda: read == ["first", "gone"])
        assert answer.is_deleted
        token = f"/webhooks/{loopback.world.bot.id}/{answer.interaction.token}"
        assert await rest.code("GET", f"{token}/messages/@original") == 10008
    assert stage.ada.sees(stage.channel) == []


def opened(loopback: LoopbackDiscord, stage: Stage) -> Interaction:
    data: Json = {"id": "1", "name": "any", "type": 1, "options": []}
    return loopback.interactions.open(
        InteractionType.COMMAND,
        user_id=stage.ada.id,
        guild_id=stage.guild.id,
        channel_id=stage.channel.id,
        data=data,
    )


ANSWER: Json = {"type": 4, "data": {"content": "hello"}}


async def test_an_answer_is_taken_once(loopback: LoopbackDiscord, rest: Rest) -> None:
    interaction = opened(loopback, Stage(loopback))
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    assert await rest.code("POST", f"/interactions/{interaction.id}/wrong/callback", ANSWER) == 10062
    token = f"/webhooks/{loopback.world.bot.id}/{interaction.token}"
    assert await rest.code("POST", token, {"content": "too early"}) == 10015
    assert (await rest("POST", f"{path}?with_response=true", ANSWER))[0] == 200
    assert await rest.code("POST", path, ANSWER) == 40060
    assert await rest.code("GET", f"{token}/messages/1") == 10008


async def test_an_answer_after_three_seconds_is_too_late() -> None:
    times = [1_800_000_000.0]
    async with (
        LoopbackDiscord.serve(contract=new_contract(), now=lambda: times[0]) as loopback,
        aiohttp.ClientSession() as session,
    ):
        rest, stage = Rest(session, loopback), Stage(loopback)
        early, late = opened(loopback, stage), opened(loopback, stage)
        times[0] += 2.9
        assert await rest.code("POST", f"/interactions/{early.id}/{early.token}/callback", ANSWER) == 0
        times[0] += 0.2
        assert await rest.code("POST", f"/interactions/{late.id}/{late.token}/callback", ANSWER) == 10062
        token = f"/webhooks/{loopback.world.bot.id}/{early.token}"
        times[0] += 890
        assert await rest.code("PATCH", f"{token}/messages/@original", {"content": "in time"}) == 0
        times[0] += 10
        assert await rest.code("PATCH", f"{token}/messages/@original", {"content": "too late"}) == 50027
        assert await rest.code("POST", token, {"content": "too late"}) == 50027
        assert not loopback.contract_findings


async def test_a_member_is_told_when_the_bot_says_nothing() -> None:
    async def silent(_: discord.Interaction) -> None:
        return None

    async with LoopbackDiscord.serve(contract=new_contract(), answer_within_seconds=0.2) as loopback:
        stage, bot = Stage(loopback), SmallBot()
        bot.tree.add_command(app_commands.Command(name="silent", description="Silent", callback=silent))
        async with running(bot, loopback):
            with pytest.raises(NoAnswerError):
                await stage.ada.use_command("silent")


async def test_an_answer_must_fit_its_interaction(world_only: LoopbackDiscord, bare_rest: Rest) -> None:
    stage = Stage(world_only)
    interaction = opened(world_only, stage)
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    for body in ({"type": 8, "data": {"choices": []}}, {"type": 7, "data": {"content": "x"}}, {"type": 9, "data": {}}):
        assert await bare_rest.code("POST", path, body) == 50035
    assert await bare_rest.code("POST", path, {"type": 4, "data": {"content": ""}}) == 50006
    assert await bare_rest.code("POST", path, ANSWER) == 0
