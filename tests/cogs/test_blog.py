from bot.demo.loopback import Permission
from tests.cogs.conftest import BLOG, House


async def test_a_blog_is_connected_and_its_password_checked(house: House) -> None:
    answer = await house.owner.use_command("blog connect", in_channel=house.channel, site=BLOG)
    assert answer.is_ephemeral
    assert f"<#{house.channel.id}>" in answer.text

    accepted = await house.connected()
    assert accepted.is_ephemeral
    assert "ed" in accepted.text
    assert house.blogs.opened[-1].application_password == "abcd efgh ijkl"


async def test_what_is_missing_is_named_before_anything_is_stored(house: House) -> None:
    world = house.loopback.world
    world.overwrite(house.channel, world.bot, deny=Permission.CREATE_PUBLIC_THREADS)

    answer = await house.owner.use_command("blog connect", in_channel=house.channel, site=BLOG)

    assert answer.is_ephemeral
    assert "Create Public Threads" in answer.text
    assert "No blog" in (await house.owner.use_command("blog list", in_channel=house.channel)).text


async def test_settings_are_changed_and_shown(house: House) -> None:
    await house.connected()
    editors = house.loopback.world.add_role(house.guild, "Editors")
    queue = house.loopback.world.add_channel(house.guild, "queue", is_private=True)

    answer = await house.owner.use_command(
        "blog settings",
        in_channel=house.channel,
        policy="direct",
        author_role=editors.id,
        queue_channel=queue.id,
        invite_url="https://discord.gg/abc123",
    )

    for part in (f"<@&{editors.id}>", f"<#{queue.id}>", "https://discord.gg/abc123", "own moderation"):
        assert part in answer.text
    shown = await house.owner.use_command("blog settings", in_channel=house.channel)
    assert answer.text.startswith(shown.text)
    cleared = await house.owner.use_command("blog settings", in_channel=house.channel, clear="author_role")
    assert f"<@&{editors.id}>" not in cleared.text


async def test_a_blog_is_removed_after_a_second_thought(house: House) -> None:
    await house.connected()

    question = await house.owner.use_command("blog remove", in_channel=house.channel)
    assert question.is_ephemeral
    done = await house.press(house.owner, question, "Remove it")

    assert "not announced" in done.text
    assert "No blog" in (await house.owner.use_command("blog list", in_channel=house.channel)).text


async def test_a_blog_is_offered_while_its_name_is_typed(house: House) -> None:
    await house.connected()

    choices = await house.owner.autocomplete("blog pause", in_channel=house.channel, blog="blog")

    [choice] = choices
    assert f"(#{house.channel.name})" in str(choice)


async def test_who_got_past_discords_own_check_is_refused_all_the_same(house: House) -> None:
    """T21."""
    await house.connected()

    answer = await house.mira.use_command("blog pause", in_channel=house.channel, bypass_permissions=True)

    assert answer.is_ephemeral
    assert "Manage Server" in answer.text
