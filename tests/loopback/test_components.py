import discord
import pytest
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.interactions.options import CannotUseError
from tests.loopback.bots import Slow, SmallBot, Stage
from tests.loopback.fixtures import running


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


async def test_a_button_in_a_direct_message_works(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()
    async with running(bot, loopback):
        sent = await (await bot.fetch_user(stage.ada.id)).send("work to do", view=Slow())
        answer = await stage.ada.press(sent.id, "Work")
        assert (await answer.updated()).text == "done"
