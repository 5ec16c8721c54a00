import aiohttp
import discord
from aiohttp import web
from discord.ext import commands

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.world.models import ChannelType
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest


async def test_the_bot_reads_itself_its_guilds_and_what_is_in_them(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild("The Reading Room")
    role = loopback.world.add_role(guild, "Authors", is_mentionable=True)
    loopback.world.add_channel(guild, "talk", topic="Anything")
    loopback.world.add_channel(guild, "posts", kind=ChannelType.FORUM, tags=["News"])
    ada = loopback.member(guild, "Ada", roles=[role])
    bot = SmallBot()
    async with running(bot, loopback):
        assert bot.user is not None
        assert bot.user.id == loopback.world.bot.id
        application = await bot.application_info()
        assert application.id == loopback.world.bot.id
        assert application.flags.gateway_message_content_limited
        assert [one.name async for one in bot.fetch_guilds()] == ["The Reading Room"]
        fetched = await bot.fetch_guild(guild.id)
        assert fetched.owner_id == guild.owner_id
        assert fetched.approximate_member_count == 3
        assert [one.name for one in await fetched.fetch_roles()] == ["@everyone", "backchannel", "Authors"]
        assert [one.name for one in await fetched.fetch_channels()] == ["talk", "posts"]
        member = await fetched.fetch_member(ada.id)
        assert role.id in [one.id for one in member.roles]
        assert (await bot.fetch_user(ada.id)).display_name == "Ada"


async def test_what_discord_py_computes_of_our_permissions_is_what_the_loopback_computes(
    loopback: LoopbackDiscord,
) -> None:
    guild = loopback.world.add_guild()
    place, hidden = (
        loopback.world.add_channel(guild, "talk"),
        loopback.world.add_channel(guild, "queue", is_private=True),
    )
    loopback.world.overwrite(place, guild, deny=discord.Permissions(embed_links=True).value)
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    async with running(bot, loopback):
        for channel in (place, hidden):
            for user_id in (bot.application_id, ada.id, guild.owner_id):
                found = bot.guilds[0].get_member(user_id or 0)
                assert found is not None
                theirs = bot.text_channel(channel).permissions_for(found)
                ours = discord.Permissions(loopback.world.bits(found.id, channel))
                for name in ("view_channel", "send_messages", "embed_links", "read_message_history", "manage_threads"):
                    assert getattr(ours, name) == getattr(theirs, name), (channel.name, found.name, name)


async def test_typing_is_allowed_where_sending_is(loopback: LoopbackDiscord) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    bot = SmallBot()
    async with running(bot, loopback), bot.text_channel(channel).typing():
        pass
    assert loopback.requests_of("POST", "/channels/{channel_id}/typing")


async def test_a_sharded_bot_asks_where_the_gateway_is_and_hears_its_guilds(
    loopback: LoopbackDiscord, rest: Rest
) -> None:
    assert (await rest("GET", "/gateway"))[1] == {"url": loopback.gateway_url}
    guilds = [loopback.world.add_guild(f"Guild {number}") for number in range(3)]
    channels = [loopback.world.add_channel(guild, "talk") for guild in guilds]
    members = [loopback.member(guild, "Ada") for guild in guilds]
    bot = commands.AutoShardedBot(
        "!", intents=discord.Intents.all(), shard_count=2, shard_connect_timeout=60, guild_ready_timeout=0.05
    )
    heard: list[str] = []

    @bot.listen()
    async def on_message(message: discord.Message) -> None:
        heard.append(message.content)

    async with running(bot, loopback):
        assert {guild.id for guild in bot.guilds} == {guild.id for guild in guilds}
        for number, (member, channel) in enumerate(zip(members, channels, strict=True)):
            await member.say(channel, str(number))
        await loopback.until(lambda: sorted(heard) == ["0", "1", "2"])
    assert loopback.gateway.identify_count == 2


async def test_the_world_outlives_its_server() -> None:
    async with LoopbackDiscord.serve() as first:
        guild = first.world.add_guild()
        channel = first.world.add_channel(guild, "talk")
        await first.member(guild, "Ada").say(channel, "still here")
    bot = SmallBot()
    async with LoopbackDiscord.serve(first.world) as second, running(bot, second):
        found = [message.content async for message in bot.text_channel(channel).history()]
    assert found == ["still here"]


async def test_a_page_may_stand_at_the_gateways_address() -> None:
    async def front(_: web.Request) -> web.StreamResponse:
        return web.Response(text="A page")

    async def beside(_: web.Request) -> web.StreamResponse:
        return web.Response(text="Beside it")

    async with (
        LoopbackDiscord.serve(front=front, extra_routes=[web.get("/page/beside", beside)]) as loopback,
        running(SmallBot(), loopback),
        aiohttp.ClientSession() as session,
    ):
        for path, text in (("/", "A page"), ("/page/beside", "Beside it")):
            async with session.get(loopback.base_url + path) as response:
                assert await response.text() == text
