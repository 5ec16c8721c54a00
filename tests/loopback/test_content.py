import discord
import pytest
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.gateway.intents import Intent
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import new_contract, running
from tests.loopback.rest import Rest


def without_content() -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = False
    return intents


async def test_without_the_intent_a_members_text_is_empty_unless_it_mentions_the_bot(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot(without_content())
    async with running(bot, loopback):
        await ada.say(channel, "hidden")
        mention = f"shown <@{loopback.world.bot.id}>"
        await ada.say(channel, mention)
        await ada.say(loopback.world.dm_channel(ada.user), "direct")
        sent = await bot.text_channel(channel).send("our own")
        await loopback.until(lambda: len(bot.heard) == 4)
        assert bot.heard == ["", mention, "direct", "our own"]
        answer = await ada.say(channel, "an answer", reply_to=sent.id)
        await loopback.until(lambda: len(bot.heard) == 5)
        assert loopback.world.message(channel.id, answer).mentioned_user_ids == [loopback.world.bot.id]
        assert bot.heard[-1] == "an answer"


async def test_a_menu_carries_its_messages_text_without_the_intent(loopback: LoopbackDiscord) -> None:
    async def show(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"read: {message.content}", ephemeral=True)

    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot(without_content())
    bot.tree.add_command(app_commands.ContextMenu(name="Show", callback=show))
    async with running(bot, loopback):
        message = await ada.say(channel, "hidden from the gateway")
        answer = await ada.use_menu("Show", channel, message)
    assert answer.text == "read: hidden from the gateway"


@pytest.mark.parametrize(("approved", "shown"), [(Intent.MESSAGE_CONTENT, "text"), (Intent.GUILD_MEMBERS, "")])
async def test_over_http_the_portals_switch_decides_what_is_read(approved: Intent, shown: str) -> None:
    import aiohttp

    async with (
        LoopbackDiscord.serve(contract=new_contract(), approved_intents=approved) as loopback,
        aiohttp.ClientSession() as session,
    ):
        guild = loopback.world.add_guild()
        channel = loopback.world.add_channel(guild, "talk")
        message = await loopback.member(guild, "Ada").say(channel, "text")
        _, body = await Rest(session, loopback)("GET", f"/channels/{channel.id}/messages/{message}")
        assert body["content"] == shown
        assert not loopback.contract_findings
