import asyncio

import discord
import pytest

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.gateway.intents import Intent
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import new_contract, pointed_at, running


async def test_a_wrong_token_is_refused_at_login(loopback: LoopbackDiscord) -> None:
    bot = SmallBot()
    with pointed_at(loopback), pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()


async def test_a_token_revoked_after_login_closes_with_4004(loopback: LoopbackDiscord) -> None:
    bot = SmallBot()
    with pointed_at(loopback):
        await bot.login(loopback.token)
        loopback.core.token = "another"
        with pytest.raises(discord.ConnectionClosed) as caught:
            await bot.connect()
    await bot.close()
    assert caught.value.code == 4004


async def test_asking_for_an_intent_that_is_switched_off_closes_with_4014() -> None:
    bot = SmallBot()
    approved = int(Intent.GUILD_MEMBERS)
    async with LoopbackDiscord.serve(contract=new_contract(), approved_intents=approved) as loopback:
        with pointed_at(loopback):
            await bot.login(loopback.token)
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await bot.connect()
        await bot.close()


async def test_what_was_missed_is_replayed_after_a_cut_connection(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.drop()
        await loopback.until(lambda: not loopback.gateway.is_connected)
        for text in ("one", "two", "three"):
            await ada.say(channel, text)
        await loopback.until(lambda: bot.heard == ["one", "two", "three"], timeout=60)
        assert "RESUMED" in bot.events
        assert loopback.gateway.identify_count == 1


async def test_a_request_to_reconnect_ends_in_a_resume(loopback: LoopbackDiscord) -> None:
    loopback.world.add_guild()
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.ask_to_reconnect()
        await loopback.until(lambda: "RESUMED" in bot.events, timeout=60)


async def test_a_resumable_invalid_session_ends_in_a_resume(loopback: LoopbackDiscord) -> None:
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.invalidate(is_resumable=True)
        await loopback.until(lambda: "RESUMED" in bot.events, timeout=60)


async def test_an_invalid_session_starts_anew_and_the_gap_is_not_replayed(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.invalidate(is_resumable=False)
        await ada.say(channel, "missed")
        await loopback.until(lambda: bot.events.count("READY") == 2, timeout=60)
        await ada.say(channel, "heard")
        await loopback.until(lambda: bot.heard == ["heard"])


async def test_a_session_that_was_away_too_long_cannot_be_resumed(loopback: LoopbackDiscord) -> None:
    loopback.gateway.session_lives_seconds = 0.0
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.drop()
        await loopback.until(lambda: loopback.gateway.identify_count == 2, timeout=60)
        assert loopback.gateway.resume_count == 0


async def test_an_unanswered_heartbeat_makes_the_bot_come_back(loopback: LoopbackDiscord) -> None:
    loopback.gateway.heartbeat_interval_ms = 200
    bot = SmallBot(heartbeat_timeout=0.5)
    async with running(bot, loopback):
        loopback.gateway.fall_silent()
        await loopback.until(lambda: loopback.gateway.resume_count > 0, timeout=60)


async def test_events_can_be_lost_and_doubled(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    async with running(bot, loopback):
        loopback.gateway.lose_next("MESSAGE_CREATE")
        await ada.say(channel, "lost")
        loopback.gateway.repeat_next("MESSAGE_CREATE")
        await ada.say(channel, "doubled")
        await loopback.until(lambda: bot.heard == ["doubled", "doubled"])


async def test_events_without_their_intent_are_not_told(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot(discord.Intents(guilds=True, guild_reactions=True))
    async with running(bot, loopback):
        message = await ada.say(channel, "hello")
        await ada.react(channel, message, "👍")
        await loopback.until(lambda: "MESSAGE_REACTION_ADD" in bot.events)
        assert "MESSAGE_CREATE" not in bot.events


async def test_a_channel_the_bot_cannot_see_is_silent(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    hidden, open_channel = (loopback.world.add_channel(guild, name) for name in ("hidden", "open"))
    loopback.world.overwrite(hidden, loopback.world.bot, deny=discord.Permissions(view_channel=True).value)
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    async with running(bot, loopback):
        await ada.say(hidden, "secret")
        await ada.say(open_channel, "public")
        await loopback.until(lambda: bot.heard)
        assert bot.heard == ["public"]


async def test_being_removed_from_a_guild_is_told(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    bot = SmallBot()
    async with running(bot, loopback):
        assert [one.id for one in bot.guilds] == [guild.id]
        loopback.world.set_available(guild, is_available=False)
        await loopback.until(lambda: "GUILD_DELETE" in bot.events)
        loopback.world.set_available(guild, is_available=True)
        await loopback.until(lambda: not bot.guilds[0].unavailable)
        loopback.world.remove_bot(guild)
        await loopback.until(lambda: not bot.guilds)


async def test_a_new_guild_and_channel_are_told_to_a_running_bot(loopback: LoopbackDiscord) -> None:
    bot = SmallBot()
    async with running(bot, loopback):
        guild = loopback.world.add_guild("Late")
        channel = loopback.world.add_channel(guild, "late")
        await loopback.until(lambda: bot.get_channel(channel.id) is not None)


async def test_nothing_is_left_when_a_server_stops() -> None:
    before = asyncio.all_tasks()
    async with LoopbackDiscord.serve() as loopback:
        async with running(SmallBot(), loopback):
            pass
        world = loopback.world
    assert world.listeners == []
    left = asyncio.all_tasks() - before
    assert not left or not (await asyncio.wait(left, timeout=5))[1]


async def test_members_can_be_asked_for_and_all_come_with_their_intent(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    ada = loopback.member(guild, "Ada", nick="Countess")
    bot = SmallBot(chunk_guilds_at_startup=False)
    async with running(bot, loopback):
        assert bot.guilds[0].member_count == 3
        found = bot.guilds[0].get_member(ada.id)
        assert found is not None
        assert found.display_name == "Countess"
        assert [one.id for one in await bot.guilds[0].query_members("ad")] == [ada.id]
    plain = SmallBot(discord.Intents.default())
    async with running(plain, loopback):
        assert [one.id for one in plain.guilds[0].members] == [loopback.world.bot.id]
        assert (await plain.guilds[0].fetch_member(ada.id)).display_name == "Countess"


async def test_a_links_preview_is_an_update_but_no_edit(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    bot = SmallBot()
    updates: list[discord.RawMessageUpdateEvent] = []

    @bot.listen()
    async def on_raw_message_edit(event: discord.RawMessageUpdateEvent) -> None:
        updates.append(event)

    async with running(bot, loopback):
        message = await loopback.member(guild, "Ada").say(channel, "https://blog.example/")
        loopback.world.unfurl(loopback.world.message(channel.id, message), {"title": "A blog"})
        await loopback.until(lambda: updates)
    assert updates[0].message.edited_at is None
    assert updates[0].message.embeds[0].title == "A blog"


async def test_the_gateway_can_be_closed_with_any_code(loopback: LoopbackDiscord) -> None:
    bot = SmallBot()
    async with running(bot, loopback):
        await loopback.gateway.close(4000)
        await loopback.until(lambda: "RESUMED" in bot.events, timeout=60)
