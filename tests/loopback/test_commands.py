from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.interactions.options import CannotUseError
from tests.loopback.bots import SmallBot, Stage
from tests.loopback.fixtures import running


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


async def test_a_user_menu_knows_whom_it_is_about(loopback: LoopbackDiscord) -> None:
    stage, bot = Stage(loopback), SmallBot()

    async def about(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(user.display_name)

    bot.tree.add_command(app_commands.ContextMenu(name="About", callback=about))
    async with running(bot, loopback):
        assert (await stage.ada.use_user_menu("About", stage.guild.owner_id)).text == "Olive Owner"
