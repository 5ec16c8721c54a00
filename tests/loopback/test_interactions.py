import asyncio
from typing import Any, Literal

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.demo.loopback import Actor, LoopbackDiscord
from bot.demo.loopback.answers import NoAnswerError
from bot.demo.loopback.interactions.models import Interaction, InteractionType
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Channel, Guild, Json
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import new_contract, running
from tests.loopback.rest import Rest


class Blog(app_commands.Group, name="blog", description="Blogs"):
    @app_commands.command(description="Connect a blog")
    @app_commands.describe(site="Its address")
    async def connect(
        self,
        interaction: discord.Interaction,
        site: app_commands.Range[str, 4, 20],
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        who: discord.Member | None = None,
        policy: Literal["approve", "direct"] = "approve",
        times: app_commands.Range[int, 1, 5] = 1,
        loud: bool = False,
        share: float = 1.0,
    ) -> None:
        names = [one.name for one in (channel, role, who) if one is not None]
        await interaction.response.send_message(f"{site} {names} {policy} {times} {loud} {share}")


async def announce(interaction: discord.Interaction, post: str) -> None:
    await interaction.response.send_message(post)


async def complete(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    posts = ["Winter walk", "Walled garden", "Soup"]
    return [app_commands.Choice(name=one, value=one.lower()) for one in posts if current in one.lower()]


class Stage:
    def __init__(self, loopback: LoopbackDiscord) -> None:
        self.guild: Guild = loopback.world.add_guild()
        self.channel: Channel = loopback.world.add_channel(self.guild, "talk")
        self.ada: Actor = loopback.member(self.guild, "Ada")


async def test_a_subcommand_gets_its_options_in_their_types(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    role = loopback.world.add_role(stage.guild, "Authors")
    bot.tree.add_command(Blog())
    async with running(bot, loopback):
        answer = await stage.ada.use_command(
            "blog connect",
            site="blog.example",
            channel=stage.channel.id,
            role=role.id,
            who=stage.ada.id,
            policy="direct",
            times=3,
            loud=True,
            share=0.5,
        )
        assert answer.kind == "message"
        assert answer.text == "blog.example ['talk', 'Authors', 'ada'] direct 3 True 0.5"
        short = await stage.ada.use_command("blog connect", site="blog.example")
        assert short.text == "blog.example [] approve 1 False 1.0"
        misuses: list[tuple[str, dict[str, Any]]] = [
            ("blog connect", {}),
            ("blog connect", {"site": "x"}),
            ("blog connect", {"site": "blog.example", "policy": "never"}),
            ("blog connect", {"site": "blog.example", "times": 6}),
            ("blog connect", {"site": "blog.example", "colour": "red"}),
            ("blog leave", {}),
            ("blog", {}),
            ("nothing", {}),
        ]
        for words, options in misuses:
            with pytest.raises(CannotUseError):
                await stage.ada.use_command(words, **options)


async def test_choices_are_offered_while_typing(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    command: app_commands.Command[Any, Any, Any] = app_commands.Command(
        name="announce", description="Announce", callback=announce
    )
    command.autocomplete("post")(complete)
    bot.tree.add_command(command)
    async with running(bot, loopback):
        choices = await stage.ada.autocomplete("announce", post="wal")
    assert choices == [
        {"name": "Winter walk", "value": "winter walk"},
        {"name": "Walled garden", "value": "walled garden"},
    ]


async def test_a_command_that_was_not_synced_cannot_be_used(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    async with running(bot, loopback):
        bot.tree.add_command(Blog())
        with pytest.raises(CannotUseError, match="no command 'blog'"):
            await stage.ada.use_command("blog connect", site="blog.example")
        await bot.tree.sync()
        before = {one.name: one.id for one in await bot.tree.fetch_commands()}
        assert (await stage.ada.use_command("blog connect", site="blog.example")).text
        await bot.tree.sync()
        assert {one.name: one.id for one in await bot.tree.fetch_commands()} == before
        bot.tree.clear_commands(guild=None)
        await bot.tree.sync()
        with pytest.raises(CannotUseError):
            await stage.ada.use_command("blog connect", site="blog.example")


async def test_a_guilds_own_command_is_only_there(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    elsewhere = loopback.world.add_guild("Elsewhere")
    loopback.world.add_channel(elsewhere, "talk")
    bot.tree.add_command(Blog(), guild=discord.Object(stage.guild.id))
    async with running(bot, loopback):
        await bot.tree.sync(guild=discord.Object(stage.guild.id))
        assert (await stage.ada.use_command("blog connect", site="blog.example")).text
        with pytest.raises(CannotUseError):
            await loopback.owner(elsewhere).use_command("blog connect", site="blog.example")


async def test_default_permissions_decide_who_sees_a_command(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    group = Blog()
    group.default_permissions = discord.Permissions(manage_guild=True)
    bot.tree.add_command(group)
    async with running(bot, loopback):
        with pytest.raises(CannotUseError, match="permissions"):
            await stage.ada.use_command("blog connect", site="blog.example")
        assert (await loopback.owner(stage.guild).use_command("blog connect", site="blog.example")).text
        assert (await stage.ada.use_command("blog connect", bypass_permissions=True, site="blog.example")).text


class Form(discord.ui.Modal, title="Settings"):
    def __init__(self) -> None:
        super().__init__()
        self.add_item(discord.ui.TextDisplay("What shall it be?"))
        select: discord.ui.Select[Form] = discord.ui.Select(
            options=[discord.SelectOption(label="Look first", value="approve"), discord.SelectOption(label="Direct")],
            required=True,
        )
        self.policy = discord.ui.Label["Form"](text="Policy", component=select)
        self.place = discord.ui.Label["Form"](text="Queue", component=discord.ui.ChannelSelect())
        self.role = discord.ui.Label["Form"](text="Role", component=discord.ui.RoleSelect(required=False))
        self.note = discord.ui.Label["Form"](
            text="Note", component=discord.ui.TextInput(required=False, default="old", max_length=10)
        )
        for one in (self.policy, self.place, self.role, self.note):
            self.add_item(one)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        parts = [one.component for one in (self.policy, self.place, self.role)]
        chosen = [[str(getattr(value, "name", value)) for value in part.values] for part in parts]  # type: ignore[attr-defined]
        note = self.note.component
        assert isinstance(note, discord.ui.TextInput)
        await interaction.response.send_message(f"{chosen} {note.value}", ephemeral=True)


async def test_a_modal_takes_selects_and_texts_by_label(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    role = loopback.world.add_role(stage.guild, "Authors")

    async def settings(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    bot.tree.add_command(app_commands.Command(name="settings", description="Settings", callback=settings))
    async with running(bot, loopback):
        form = await stage.ada.use_command("settings")
        assert (form.kind, form.text) == ("modal", "Settings\nWhat shall it be?")
        given = {"Policy": "Look first", "Queue": stage.channel, "Role": [role]}
        answer = await stage.ada.submit(form, given)
        assert answer.text == "[['approve'], ['talk'], ['Authors']] old"
        again = await stage.ada.use_command("settings")
        answer = await stage.ada.submit(again, {"Policy": "Direct", "Queue": stage.channel.id, "Note": ""})
        assert answer.text == "[['Direct'], ['talk'], []]"
        for wrong in ({"Policy": "Else"}, {"Note": "x" * 11, **given}, {"Colour": "red"}, {"Queue": stage.channel}):
            with pytest.raises(CannotUseError):
                await stage.ada.submit(form, wrong)


class Choosing(discord.ui.View):
    @discord.ui.select(
        placeholder="Which posts?",
        max_values=2,
        options=[discord.SelectOption(label=one, value=one.lower()) for one in ("Soup", "Walk", "Garden")],
    )
    async def posts(self, interaction: discord.Interaction, menu: discord.ui.Select["Choosing"]) -> None:
        await interaction.response.edit_message(content=str(menu.values))

    @discord.ui.select(cls=discord.ui.RoleSelect, placeholder="Whose?")
    async def role(self, interaction: discord.Interaction, menu: discord.ui.RoleSelect["Choosing"]) -> None:
        await interaction.response.edit_message(content=menu.values[0].name)

    @discord.ui.select(cls=discord.ui.ChannelSelect, placeholder="Where?")
    async def place(self, interaction: discord.Interaction, menu: discord.ui.ChannelSelect["Choosing"]) -> None:
        await interaction.response.edit_message(content=menu.values[0].name)

    @discord.ui.button(label="Off", disabled=True)
    async def off(self, interaction: discord.Interaction, _: discord.ui.Button["Choosing"]) -> None:
        raise AssertionError("a disabled button was pressed")


async def test_select_menus_on_a_message(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    role = loopback.world.add_role(stage.guild, "Authors")
    async with running(bot, loopback):
        sent = await bot.text_channel(stage.channel).send("Choose", view=Choosing())
        answer = await stage.ada.select(sent.id, "Soup", "walk", menu="Which posts?")
        assert (answer.kind, answer.text) == ("update", "['soup', 'walk']")
        assert (await stage.ada.select(sent.id, role, menu="Whose?")).text == "Authors"
        assert (await stage.ada.select(sent.id, stage.channel.id, menu="Where?")).text == "talk"
        with pytest.raises(CannotUseError):
            await stage.ada.select(sent.id, "Soup", "Walk", "Garden", menu="Which posts?")
        with pytest.raises(CannotUseError):
            await stage.ada.select(sent.id, "Bread", menu="Which posts?")
        with pytest.raises(CannotUseError):
            await stage.ada.press(sent.id, "Off")
        with pytest.raises(CannotUseError):
            await stage.ada.press(sent.id, "On")


class Slow(discord.ui.View):
    @discord.ui.button(label="Work")
    async def work(self, interaction: discord.Interaction, _: discord.ui.Button["Slow"]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="done", view=None)
        await interaction.followup.send("and told", ephemeral=True)


async def test_a_deferred_update_is_followed_by_an_edit_and_more(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    async with running(bot, loopback):
        sent = await bot.text_channel(stage.channel).send("work to do", view=Slow())
        answer = await stage.ada.press(sent.id, "Work")
        assert answer.kind == "deferred-update"
        assert (await answer.updated()).text == "done"
        followup = await answer.followup()
    assert followup.text == "and told"
    assert followup.is_ephemeral


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


async def test_a_user_menu_knows_whom_it_is_about(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()

    async def about(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(user.display_name)

    bot.tree.add_command(app_commands.ContextMenu(name="About", callback=about))
    async with running(bot, loopback):
        assert (await stage.ada.use_user_menu("About", stage.guild.owner_id)).text == "Olive Owner"


async def test_a_button_in_a_direct_message_works(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    async with running(bot, loopback):
        sent = await (await bot.fetch_user(stage.ada.id)).send("work to do", view=Slow())
        answer = await stage.ada.press(sent.id, "Work")
        assert (await answer.updated()).text == "done"


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
