"""`backchannel check`: every line says what is wrong and how to mend it, against a Discord and a blog on loopback."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.chat.endpoints import point_at
from bot.demo.blog import SmallBlog
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.gateway.intents import PRIVILEGED
from bot.demo.loopback.world.models import ChannelType
from bot.domain.permissions import NEEDED, needed_bits
from bot.program.check import check, look_at_everything
from bot.program.findings import Finding, Grade
from bot.settings import Settings
from db.migrate import sqlite_path
from tests.program.conftest import MakeSettings

ADMINISTRATOR = 1 << 3
MANAGE_ROLES = 1 << 28


@pytest.fixture
async def blog() -> AsyncIterator[SmallBlog]:
    async with SmallBlog.serve() as blog:
        yield blog


async def findings(settings: Settings) -> list[Finding]:
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    return [finding async for finding in look_at_everything(settings)]


def wrong(found: list[Finding]) -> list[str]:
    assert all(finding.mend for finding in found if finding.grade is not Grade.OK)
    return [finding.sentence for finding in found if finding.grade is not Grade.OK]


def at(loopback: LoopbackDiscord, **env: str) -> dict[str, str]:
    return {"DISCORD_API_URL": loopback.api_url, "DISCORD_TOKEN": loopback.token, "WAIT_SCALE": "0.1", **env}


def of(blog: SmallBlog, role: str, *, channel_id: int) -> dict[str, str]:
    user = blog.user(role)
    return {
        "BLOG_URL": blog.url,
        "BLOG_USERNAME": user.login,
        "BLOG_APPLICATION_PASSWORD": user.application_password,
        "ANNOUNCE_CHANNEL_ID": str(channel_id),
        "ALLOW_PRIVATE_HOSTS": blog.url.removeprefix("http://"),
    }


async def test_when_all_is_well_every_line_is_ok(
    make_settings: MakeSettings, loopback: LoopbackDiscord, blog: SmallBlog
) -> None:
    guild = loopback.world.add_guild(member_permissions=0)
    loopback.world.set_bot_permissions(guild, needed_bits())
    channel = loopback.world.add_channel(guild, "news")
    await blog.publish("Winter walk")
    found = await findings(make_settings(**at(loopback, **of(blog, "relayer", channel_id=channel.id))))
    assert wrong(found) == []
    assert [finding.sentence for finding in found if "holds 1 post." in finding.sentence]
    assert len(found) == 7


@pytest.mark.parametrize("permission", NEEDED, ids=lambda permission: permission.name())
async def test_each_missing_permission_is_named_with_its_channel(
    make_settings: MakeSettings, loopback: LoopbackDiscord, permission: object
) -> None:
    guild = loopback.world.add_guild(member_permissions=0)
    lacking = next(needed for needed in NEEDED if needed is permission)
    channel = loopback.world.add_channel(guild, "news")
    loopback.world.set_bot_permissions(guild, needed_bits() & ~lacking.bit)
    said = wrong(await findings(make_settings(**at(loopback, QUEUE_CHANNEL_ID=str(channel.id)))))
    assert said.pop().startswith("ANNOUNCE_CHANNEL_ID and QUEUE_CHANNEL_ID are for BLOG_URL")
    if lacking.name() == "View Channel":
        assert said == [
            "QUEUE_CHANNEL_ID is a channel that the bot cannot look at. "
            "I cannot see that channel: I lack View Channel there."
        ]
    else:
        assert said[0] == f"QUEUE_CHANNEL_ID: in #news of {guild.name} the bot lacks the permission {lacking.name()}."
        # Discord ignores Embed Links where a member may not send at all
        assert len(said) == (2 if lacking.name() == "Send Messages" else 1)


async def test_an_overwrite_in_the_channel_counts(make_settings: MakeSettings, loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild(member_permissions=0)
    loopback.world.set_bot_permissions(guild, needed_bits())
    channel = loopback.world.add_channel(guild, "news")
    loopback.world.overwrite(channel, guild, deny=1 << 6)
    said = wrong(await findings(make_settings(**at(loopback, ANNOUNCE_CHANNEL_ID=str(channel.id)))))
    assert [sentence for sentence in said if "Add Reactions" in sentence]


@pytest.mark.parametrize(("bits", "word"), [(ADMINISTRATOR, "Administrator"), (MANAGE_ROLES, "Manage Roles")])
async def test_what_is_too_much_is_said(
    make_settings: MakeSettings, loopback: LoopbackDiscord, bits: int, word: str
) -> None:
    """T25."""
    guild = loopback.world.add_guild(member_permissions=0)
    loopback.world.set_bot_permissions(guild, needed_bits() | bits)
    channel = loopback.world.add_channel(guild, "news")
    other = loopback.world.add_channel(guild, "queue", is_private=True)
    ids = {"ANNOUNCE_CHANNEL_ID": str(channel.id), "QUEUE_CHANNEL_ID": str(other.id)}
    found = await findings(make_settings(**at(loopback, **ids)))
    assert [sentence for sentence in wrong(found) if sentence.startswith("In ")] == [
        f"In {guild.name} the bot has the permission {word}, which it never uses."
    ]
    assert Grade.FAIL not in {finding.grade for finding in found}


async def test_a_queue_that_everybody_reads_is_refused(make_settings: MakeSettings, loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    loopback.world.set_bot_permissions(guild, needed_bits())
    channel = loopback.world.add_channel(guild, "open")
    found = await findings(make_settings(**at(loopback, QUEUE_CHANNEL_ID=str(channel.id))))
    said = wrong(found)
    assert not [finding for finding in found if finding.grade is Grade.OK and "QUEUE_CHANNEL_ID" in finding.sentence]
    assert [
        sentence for sentence in said if sentence.startswith(f"QUEUE_CHANNEL_ID: everybody in {guild.name} can read")
    ]


async def test_a_wrong_token_and_none_are_told_apart(make_settings: MakeSettings, loopback: LoopbackDiscord) -> None:
    refused = wrong(await findings(make_settings(**{**at(loopback), "DISCORD_TOKEN": "wrong-token"})))
    assert refused == ["Discord does not accept the token in DISCORD_TOKEN."]
    absent = wrong(await findings(make_settings(**{**at(loopback), "DISCORD_TOKEN": ""})))
    assert absent == ["There is no token: DISCORD_TOKEN is empty."]


async def test_a_channel_that_is_not_there_is_a_finding(make_settings: MakeSettings, loopback: LoopbackDiscord) -> None:
    said = wrong(await findings(make_settings(**at(loopback, ANNOUNCE_CHANNEL_ID="12345"))))
    assert len(said) == 2
    assert said[0].startswith("ANNOUNCE_CHANNEL_ID is a channel that the bot cannot look at.")
    assert said[1].startswith("ANNOUNCE_CHANNEL_ID and QUEUE_CHANNEL_ID are for BLOG_URL, which is empty")


async def test_a_forum_is_a_finding(make_settings: MakeSettings, loopback: LoopbackDiscord) -> None:
    """F23: no announcement could be made there."""
    world = loopback.world
    forum = world.add_channel(world.add_guild(), "posts", kind=ChannelType.FORUM)
    said = wrong(await findings(make_settings(**at(loopback, ANNOUNCE_CHANNEL_ID=str(forum.id)))))
    assert "#posts of" in said[0]
    assert "is a forum" in said[0]


@pytest.mark.parametrize("approved", [0, PRIVILEGED])
async def test_no_privileged_intent_is_needed(make_settings: MakeSettings, approved: int) -> None:
    async with LoopbackDiscord.serve(approved_intents=approved) as loopback:
        found = await findings(make_settings(**at(loopback)))
    assert [finding.grade for finding in found if "intent" in finding.sentence] == [Grade.OK]


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("moderator", "The user Moderator lacks the right edit_others_posts on the blog."),
        ("subscriber", "The user Subscriber lacks the right moderate_comments on the blog."),
        ("administrator", "The user admin may do more than is ever needed: administrator"),
    ],
)
async def test_rights_on_the_blog_are_named_where_they_lack_and_where_they_are_too_much(
    make_settings: MakeSettings, loopback: LoopbackDiscord, blog: SmallBlog, role: str, said: str
) -> None:
    guild = loopback.world.add_guild(member_permissions=0)
    loopback.world.set_bot_permissions(guild, needed_bits())
    channel = loopback.world.add_channel(guild, "news")
    found = wrong(await findings(make_settings(**at(loopback, **of(blog, role, channel_id=channel.id)))))
    assert [sentence for sentence in found if sentence.startswith(said)]


async def test_a_wrong_application_password_is_said(
    make_settings: MakeSettings, loopback: LoopbackDiscord, blog: SmallBlog
) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "news")
    env = {**of(blog, "relayer", channel_id=channel.id), "BLOG_APPLICATION_PASSWORD": "abcd efgh"}
    found = wrong(await findings(make_settings(**at(loopback, **env))))
    assert [sentence for sentence in found if "does not accept BLOG_USERNAME" in sentence]


async def test_a_private_blog_that_is_not_allowed_is_not_asked(
    make_settings: MakeSettings, loopback: LoopbackDiscord, blog: SmallBlog
) -> None:
    env = {**of(blog, "relayer", channel_id=5), "ALLOW_PRIVATE_HOSTS": ""}
    found = wrong(await findings(make_settings(**at(loopback, **env))))
    assert [sentence for sentence in found if sentence.startswith("BLOG_URL leads to no blog")]


async def test_everything_away_is_findings_and_no_error(make_settings: MakeSettings) -> None:
    env = {"DISCORD_API_URL": "http://127.0.0.1:9", "DISCORD_TOKEN": "x", "WAIT_SCALE": "0.1"}
    blog = {"BLOG_URL": "http://127.0.0.1:9", "ANNOUNCE_CHANNEL_ID": "5", "ALLOW_PRIVATE_HOSTS": "127.0.0.1:9"}
    assert len(wrong(await findings(make_settings(**env, **blog)))) == 2


@pytest.mark.usefixtures("story")
async def test_a_key_that_does_not_open_a_password_is_said_and_the_old_one_behind_it_helps(
    make_settings: MakeSettings, key: str
) -> None:
    """T18."""
    fresh = Fernet.generate_key().decode()
    lost = wrong(await findings(make_settings(SECRET_KEY=fresh)))
    assert "SECRET_KEY does not open the application password that is stored for https://blog.example." in lost
    rotated = wrong(await findings(make_settings(SECRET_KEY=f"{fresh},{key}")))
    assert not [sentence for sentence in rotated if "SECRET_KEY" in sentence]


async def test_a_flipped_byte_in_the_database_is_found(make_settings: MakeSettings, database_url: str) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    damage(path)
    assert wrong(await findings(make_settings()))[0].startswith("The database file is damaged.")


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(byte ^ 0xFF for byte in content[4096:8192])
    path.write_bytes(content)


async def test_no_database_yet_is_fine_and_none_is_made(
    make_settings: MakeSettings, no_database: str, tmp_path: Path
) -> None:
    found = await findings(make_settings(DATABASE_URL=no_database))
    assert found[0].grade is Grade.OK
    assert not (tmp_path / "nothing.db").exists()


def test_the_exit_code_says_whether_something_failed_and_the_invite_link_is_printed(
    make_settings: MakeSettings,
) -> None:
    out = io.StringIO()
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.a.secretpart"
    settings = make_settings(DISCORD_API_URL="http://127.0.0.1:9", DISCORD_TOKEN=token, WAIT_SCALE="0.1")
    assert check(settings, out=out) == 1
    assert out.getvalue().splitlines()[0].startswith("ok    The database is whole")
    assert "client_id=123456789012345678" in out.getvalue().splitlines()[-1]
    assert "secretpart" not in out.getvalue()
