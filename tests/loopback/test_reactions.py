import discord

from bot.demo.loopback import LoopbackDiscord
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest


async def test_reactions_are_told_with_their_author_and_counted(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada, ben = loopback.member(guild, "Ada"), loopback.member(guild, "Ben")
    bot = SmallBot()
    seen: list[tuple[str, int | None]] = []

    @bot.listen()
    async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
        seen.append((str(event.emoji), event.message_author_id))

    async with running(bot, loopback):
        message_id = await ada.say(channel, "a thought")
        await ben.react(channel, message_id, "✅")
        message = await bot.text_channel(channel).fetch_message(message_id)
        await message.add_reaction("✅")
        await message.add_reaction("✅")
        fresh = await bot.text_channel(channel).fetch_message(message_id)
        assert [(reaction.count, reaction.me) for reaction in fresh.reactions] == [(2, True)]
        assert {user.id async for user in fresh.reactions[0].users()} == {ben.id, loopback.world.bot.id}
        await message.remove_reaction("✅", discord.Object(ben.id))
        await message.remove_reaction("✅", discord.Object(loopback.world.bot.id))
        await loopback.until(lambda: len(seen) == 2)
    assert seen == [("✅", ada.id), ("✅", ada.id)]
    assert loopback.world.message(channel.id, message_id).reactions == {}


async def test_a_message_takes_twenty_different_reactions(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    message = await ada.say(channel, "popular")
    for number in range(20):
        await ada.react(channel, message, chr(0x1F400 + number))
    path = f"/channels/{channel.id}/messages/{message}/reactions"
    assert await rest.code("PUT", f"{path}/%E2%9C%85/@me") == 30010
    assert await rest.code("PUT", f"{path}/{chr(0x1F400)}/@me") == 0
    assert await rest.code("PUT", f"{path}/word/@me") == 10014
