"""What `/blog` shows and changes once a blog is connected."""

from typing import get_args

import pytest

from bot.blogs.wordpress import NEEDED
from bot.domain.errors import UserError
from bot.domain.models import BlogRights
from bot.domain.ports import ChannelFacts
from bot.services.connecting.subscriptions import Clearable, SettingsChange
from db.models import StoredBlog
from tests.services.connecting.test_connections import CHANNEL, DEPUTY, GUILD, OWNER, PASSWORD, QUEUE, URL, House, house

__all__ = ["house"]


async def test_settings_are_changed_one_by_one_and_shown(house: House) -> None:
    await house.connect()
    shown = await house.subscriptions.change(OWNER, None, SettingsChange(policy="direct", author_role_id=55))
    assert "straight to the blog's own moderation" in shown.text
    shown = await house.subscriptions.change(OWNER, None, SettingsChange(queue_channel_id=QUEUE))
    assert "<@&55>" in shown.text
    assert f"<#{QUEUE}>" in shown.text


async def test_public_channel_is_refused_as_a_queue(house: House) -> None:
    await house.connect()
    with pytest.raises(UserError, match="private channel"):
        await house.subscriptions.change(OWNER, None, SettingsChange(queue_channel_id=CHANNEL))


@pytest.mark.parametrize(
    "link",
    ["http://discord.gg/abc", "https://discord.gg/", "https://evil.example/discord.gg/abc", "https://discord.gg/a/b"],
)
async def test_what_is_no_invite_is_refused(house: House, link: str) -> None:
    await house.connect()
    with pytest.raises(UserError, match="no invite"):
        await house.subscriptions.change(OWNER, None, SettingsChange(invite_url=link))


async def test_paused_blog_is_listed_so_and_resumes(house: House) -> None:
    await house.connect()
    await house.subscriptions.pause(OWNER, None)
    assert "paused" in (await house.subscriptions.list_all(OWNER)).text
    await house.subscriptions.resume(OWNER, None)
    assert "paused" not in (await house.subscriptions.list_all(OWNER)).text


async def test_all_of_it_needs_manage_server(house: House) -> None:
    await house.connect()
    for attempt in (
        house.subscriptions.list_all(DEPUTY),
        house.subscriptions.pause(DEPUTY, None),
        house.subscriptions.resume(DEPUTY, None),
        house.subscriptions.ask_to_remove(DEPUTY, None),
        house.subscriptions.remove(DEPUTY, 1),
        house.subscriptions.change(DEPUTY, None, SettingsChange(policy="direct")),
    ):
        with pytest.raises(UserError, match="Manage Server"):
            await attempt


async def test_connecting_again_says_that_it_was_connected_and_how_it_fares(house: House) -> None:
    await house.connect()
    blog = await house.blog()
    await house.connections.accept_password(blog.id, OWNER, username="ed", application_password=PASSWORD)
    fine = await house.connections.connect(OWNER, "blog.example", channel_id=CHANNEL)
    async with house.begin() as tx:
        (await tx.get_one(StoredBlog, blog.id)).state = "credentials"
    refused = await house.connections.connect(OWNER, "blog.example", channel_id=CHANNEL)

    assert fine.text.startswith(f"**Winter Blog** was connected to <#{CHANNEL}> already.\nReplies can go there.")
    assert "already" in refused.text
    assert "its application password is refused" in refused.text.lower()


async def test_too_few_and_too_many_rights_name_the_four_that_are_needed(house: House) -> None:
    await house.connect()
    blog = await house.blog()
    house.blogs.at(URL).rights = BlogRights(user_id=1, user_name="ed", excessive=("publish_posts",))
    told = (await house.connections.accept_password(blog.id, OWNER, username="e", application_password=PASSWORD)).text
    house.blogs.at(URL).rights = BlogRights(user_id=1, user_name="sub", missing=("moderate_comments",))
    with pytest.raises(UserError) as refused:
        await house.connections.accept_password(blog.id, OWNER, username="s", application_password=PASSWORD)

    for sentence in (told, str(refused.value)):
        assert ", ".join(NEEDED) in sentence
        assert "docs/wordpress-user.md" in sentence


async def test_resuming_what_was_not_paused_says_so(house: House) -> None:
    await house.connect()
    assert "was not paused" in (await house.subscriptions.resume(OWNER, None)).text


async def test_every_setting_can_be_taken_back(house: House) -> None:
    await house.connect()
    everything = SettingsChange(
        author_role_id=55, ping_role_id=56, queue_channel_id=QUEUE, invite_url="https://discord.gg/abc"
    )
    shown = (await house.subscriptions.change(OWNER, None, everything)).text
    assert "whoever has Manage Server or <@&55>" in shown
    assert "Integrations" in shown
    for setting in get_args(Clearable):
        shown = (await house.subscriptions.change(OWNER, None, SettingsChange(clear=setting))).text
    [subscription] = await house.all_subscriptions()
    assert (subscription.author_role_id, subscription.ping_role_id) == (None, None)
    assert (subscription.queue_channel_id, subscription.invite_url) == (None, None)
    assert "The author: whoever has Manage Server\n" in shown
    assert "Integrations" not in shown


async def test_blogs_are_offered_with_their_channel_or_their_host_and_only_to_managers(house: House) -> None:
    await house.connect()
    assert [name for name, _ in await house.subscriptions.suggest(OWNER, "win", {CHANNEL: "news"})] == [
        "Winter Blog (#news)"
    ]
    assert [name for name, _ in await house.subscriptions.suggest(OWNER, "", {})] == ["Winter Blog (blog.example)"]
    assert await house.subscriptions.suggest(DEPUTY, "", {}) == []


async def test_a_long_list_is_cut_at_a_whole_line(house: House) -> None:
    for channel_id in range(100, 140):
        house.chat.channels[channel_id] = ChannelFacts(channel_id=channel_id, guild_id=GUILD, name="news")
        await house.connections.connect(OWNER, "blog.example", channel_id=channel_id)
    lines = (await house.subscriptions.list_all(OWNER)).text.splitlines()
    assert all(line.startswith("- **Winter Blog**") and line.endswith("password") for line in lines[:-1])
    assert lines[-1] == f"{40 - len(lines) + 1} more are not shown here."
    assert sum(map(len, lines)) + len(lines) < 2000
