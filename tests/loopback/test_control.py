import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest


class Asking(discord.ui.Modal, title="Change"):
    wanted = discord.ui.Label["Asking"](text="Your text", component=discord.ui.TextInput())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.wanted.component, discord.ui.TextInput)
        await interaction.response.send_message(self.wanted.component.value)


class Preview(discord.ui.View):
    @discord.ui.button(label="Change")
    async def change(self, interaction: discord.Interaction, _: discord.ui.Button["Preview"]) -> None:
        await interaction.response.send_modal(Asking())

    @discord.ui.select(options=[discord.SelectOption(label="One"), discord.SelectOption(label="Two")])
    async def choose(self, interaction: discord.Interaction, menu: discord.ui.Select["Preview"]) -> None:
        await interaction.response.edit_message(content=menu.values[0], view=None)


async def preview(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"Preview: {message.content}", view=Preview(), ephemeral=True)


async def hello(interaction: discord.Interaction, name: str) -> None:
    await interaction.response.send_message(f"Hello {name}")


async def names(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=current.title(), value=current)]


@pytest.fixture
async def bot(loopback: LoopbackDiscord) -> AsyncIterator[SmallBot]:
    bot = SmallBot()
    bot.tree.add_command(app_commands.ContextMenu(name="Preview", callback=preview))
    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name="hello", description="Hello", callback=hello
    )
    command.autocomplete("name")(names)
    bot.tree.add_command(command)
    async with running(bot, loopback):
        yield bot


async def test_a_page_can_play_the_story_over_http(loopback: LoopbackDiscord, rest: Rest, bot: SmallBot) -> None:
    async def post(path: str, **body: Any) -> Any:
        status, answer = await rest.control("POST", path, body)
        assert status == 200, answer
        return answer

    guild = (await post("/guilds", name="The Reading Room"))["id"]
    channel = (await post(f"/guilds/{guild}/channels", name="talk"))["id"]
    role = (await post(f"/guilds/{guild}/roles", name="Authors", permissions=8))["id"]
    ada = (await post(f"/guilds/{guild}/members", name="Ada", role_ids=[role]))["id"]
    do = f"/members/{ada}"
    message = (await post(f"{do}/say", channel_id=channel, text="It was cold."))["message_id"]
    await loopback.until(lambda: bot.heard == ["It was cold."])
    reply = (await post(f"{do}/say", channel_id=channel, text="Very.", reply_to=message))["message_id"]
    await post(f"{do}/forward", channel_id=channel, message_id=message)
    await post(f"{do}/edit", channel_id=channel, message_id=reply, text="Very cold.")
    await post(f"{do}/react", channel_id=channel, message_id=message, emoji="👍")
    await post(f"{do}/unreact", channel_id=channel, message_id=message, emoji="👍")

    answer = await post(f"{do}/use_menu", name="Preview", channel_id=channel, message_id=message)
    assert (answer["kind"], answer["text"], answer["buttons"]) == ("message", "Preview: It was cold.", ["Change"])
    form = await post(f"{do}/press", answer_id=answer["id"], button="Change")
    assert (form["kind"], form["fields"]) == ("modal", {"Your text": ""})
    changed = await post(f"{do}/submit", answer_id=form["id"], fields={"Your text": "It was freezing."})
    assert changed["text"] == "It was freezing."
    chosen = await post(f"{do}/select", answer_id=answer["id"], values=["Two"])
    assert (chosen["kind"], chosen["text"]) == ("update", "Two")
    _, again = await rest.control("GET", f"/answers/{answer['id']}")
    assert again["text"] == "Two"

    said = await post(f"{do}/use_command", name="hello", channel_id=channel, options={"name": "Ada"})
    assert said["text"] == "Hello Ada"
    offered = await post(f"{do}/autocomplete", name="hello", options={"name": "ada"})
    assert offered["choices"] == [{"name": "Ada", "value": "ada"}]
    await post(f"{do}/delete", channel_id=channel, message_id=reply)

    def texts(world: Any) -> list[str]:
        (one,) = world["guilds"][0]["channels"]
        return [each["text"] for each in one["messages"]]

    _, seen_by_ada = await rest.control("GET", f"/world?as_user={ada}")
    _, seen_by_all = await rest.control("GET", "/world")
    assert texts(seen_by_ada) == ["It was cold.", "", "Two", "It was freezing.", "Hello Ada"]
    assert texts(seen_by_all) == ["It was cold.", "", "It was freezing.", "Hello Ada"]


async def test_what_cannot_be_done_is_said(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    do = f"/members/{ada.id}"
    status, body = await rest.control("POST", f"{do}/say", {"channel_id": channel.id, "text": ""})
    assert (status, body["code"]) == (409, 50006)
    status, body = await rest.control("POST", f"{do}/use_command", {"name": "nothing"})
    assert status == 409
    assert "no command" in body["error"]
    assert (await rest.control("POST", f"{do}/say", {}))[0] == 400
    assert (await rest.control("POST", f"{do}/fly", {}))[0] == 409
    assert (await rest.control("POST", "/members/1/say", {}))[0] == 400


async def test_faults_and_the_gateway_are_steered_over_http(
    loopback: LoopbackDiscord, rest: Rest, bot: SmallBot
) -> None:
    me, route = "/users/@me", {"method": "GET", "route": "/users/@me"}
    await rest.control("POST", "/faults", {"kind": "fail", "status": 500, **route})
    assert (await rest("GET", me))[0] == 500
    await rest.control("POST", "/faults", {"kind": "rate_limit", "retry_after": 0.5, **route})
    assert (await rest("GET", me))[0] == 429
    await rest.control("POST", "/faults", {"kind": "lose_answer", **route})
    assert (await rest("GET", me))[0] == 502
    await rest.control("POST", "/faults", {"kind": "delay", "seconds": 0.01, **route})
    _, held = await rest.control("POST", "/faults", {"kind": "hold", "at": "carried out", **route})
    call = asyncio.create_task(rest("GET", me))
    assert (await rest.control("GET", f"/holds/{held['hold']}"))[1]["path"] == me
    await rest.control("POST", f"/holds/{held['hold']}/release", {})
    assert (await call)[0] == 200
    await rest.control("DELETE", "/faults")
    await rest.control("POST", "/gateway/reconnect", {})
    await loopback.until(lambda: "RESUMED" in bot.events, timeout=60)
    _, seen = await rest.control("GET", "/requests")
    assert [one["status"] for one in seen["requests"] if one["path"] == me][-4:] == [500, 429, 200, 200]
    assert seen["unknown"] == []


async def test_the_stream_tells_what_happens(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{loopback.base_url}/control/events") as response,
    ):
        assert response.content_type == "text/event-stream"
        await response.content.readline()
        await ada.say(channel, "hello")
        told: list[Any] = []
        async with asyncio.timeout(60):
            while not told or told[-1]["type"] != "changed":
                line = await response.content.readline()
                if line.startswith(b"data: "):
                    told.append(json.loads(line[6:]))
    assert [one["type"] for one in told] == ["MESSAGE_CREATE", "changed"]
    assert told[0]["body"]["content"] == "hello"


async def test_another_sites_page_cannot_steer(loopback: LoopbackDiscord) -> None:
    url = f"{loopback.base_url}/control/guilds"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data='{"name": "x"}', headers={"Content-Type": "text/plain"}) as response:
            assert response.status == 403
        async with session.post(url, json={"name": "x"}, headers={"Host": "evil.example"}) as response:
            assert response.status == 403
    assert loopback.world.guilds == {}
