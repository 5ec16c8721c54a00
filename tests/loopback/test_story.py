"""One post's story, told to a real discord.py over the sockets."""

import discord
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running


class Change(discord.ui.Modal, title="Change the text"):
    wanted: discord.ui.Label["Change"] = discord.ui.Label(
        text="Your text", component=discord.ui.TextInput(default="It was cold.")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.wanted.component, discord.ui.TextInput)
        await interaction.response.send_message(f"Changed: {self.wanted.component.value}", ephemeral=True)


class Preview(discord.ui.View):
    @discord.ui.button(label="Send")
    async def send(self, interaction: discord.Interaction, _: discord.ui.Button["Preview"]) -> None:
        await interaction.response.edit_message(content="On its way.", view=None)

    @discord.ui.button(label="Change")
    async def change(self, interaction: discord.Interaction, _: discord.ui.Button["Preview"]) -> None:
        await interaction.response.send_modal(Change())


async def send_to_blog(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.defer(ephemeral=True)
    await interaction.followup.send(f"Preview: {message.content}", view=Preview())


async def test_a_post_is_announced_talked_about_and_sent_to_the_blog(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild("The Reading Room")
    channel = loopback.world.add_channel(guild, "new-posts")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    bot.tree.add_command(app_commands.ContextMenu(name="Send to blog", callback=send_to_blog))
    async with running(bot, loopback):
        announcement = await bot.text_channel(channel).send("Winter walk")
        thread = await announcement.create_thread(name="Winter walk")
        assert thread.id == announcement.id
        reply = await ada.say(thread.id, "It was cold.")
        await loopback.until(lambda: "It was cold." in bot.heard)

        preview = await ada.use_menu("Send to blog", thread.id, reply)
        assert (preview.kind, preview.text) == ("deferred-then-message", "Preview: It was cold.")
        assert preview.buttons == ["Send", "Change"]
        assert preview.is_ephemeral

        form = await ada.press(preview, "Change")
        assert (form.kind, form.fields) == ("modal", {"Your text": "It was cold."})
        changed = await ada.submit(form, {"Your text": "It was very cold."})
        assert changed.text == "Changed: It was very cold."

        sent = await ada.press(preview, "Send")
        assert (sent.kind, sent.text, sent.buttons) == ("update", "On its way.", [])
