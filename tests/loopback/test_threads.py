import datetime

import discord
import pytest

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.errors import ApiError
from bot.demo.loopback.world.models import ChannelType
from bot.demo.loopback.world.permissions import Permission
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest


async def test_a_messages_thread_has_its_id_and_is_told_twice(loopback: LoopbackDiscord) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    bot = SmallBot()
    async with running(bot, loopback):
        message = await bot.text_channel(channel).send("Winter walk")
        thread = await message.create_thread(name="Winter walk", auto_archive_duration=1440)
        await loopback.until(lambda: {"THREAD_CREATE", "MESSAGE_UPDATE"} <= set(bot.events))
        assert bot.events.index("THREAD_CREATE") < bot.events.index("MESSAGE_UPDATE")
        assert thread.id == message.id
        assert thread.auto_archive_duration == 1440
        again = await bot.text_channel(channel).fetch_message(message.id)
        assert again.flags.has_thread
        assert again.thread is not None
        assert again.thread.id == thread.id
        with pytest.raises(discord.HTTPException) as caught:
            await message.create_thread(name="A second one")
        assert caught.value.code == 160004
        types = [one.type async for one in thread.history()]
        assert types == [discord.MessageType.thread_starter_message]
    assert loopback.world.messages(thread.id) == []


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_a_threads_name_has_1_to_100_characters(world_only: LoopbackDiscord, bare_rest: Rest, name: str) -> None:
    guild = world_only.world.add_guild()
    channel = world_only.world.add_channel(guild, "talk")
    message = await world_only.member(guild, "Ada").say(channel, "x")
    path = f"/channels/{channel.id}/messages/{message}/threads"
    assert await bare_rest.code("POST", path, {"name": name}) == 50035
    assert await bare_rest.code("POST", path, {"name": "x", "auto_archive_duration": 61}) == 50035
    assert await bare_rest.code("POST", path, {"name": "x" * 100}) == 0


async def test_there_is_a_most_of_active_threads(loopback: LoopbackDiscord, rest: Rest) -> None:
    loopback.world.max_active_threads = 1
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    first, second = await ada.say(channel, "a"), await ada.say(channel, "b")
    paths = [f"/channels/{channel.id}/messages/{one}/threads" for one in (first, second)]
    assert await rest.code("POST", paths[0], {"name": "a"}) == 0
    assert await rest.code("POST", paths[1], {"name": "b"}) == 160006
    loopback.world.archive_thread(first)
    assert await rest.code("POST", paths[1], {"name": "b"}) == 0


async def test_an_archived_thread_refuses_all_but_deletions_and_opens_by_a_message(
    loopback: LoopbackDiscord, rest: Rest
) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    root = loopback.world.message(channel.id, await ada.say(channel, "root"))
    thread = loopback.world.open_thread(ada.user, root, "Talk")
    message = await ada.say(thread, "inside")
    path = f"/channels/{thread.id}/messages"
    _, own = await rest("POST", path, {"content": "ours"})
    loopback.world.archive_thread(thread.id)
    assert await rest.code("PATCH", f"{path}/{own['id']}", {"content": "edited"}) == 50083
    assert await rest.code("PUT", f"{path}/{message}/reactions/✅/@me") == 50083
    assert await rest.code("PATCH", f"/channels/{thread.id}", {"name": "renamed"}) == 50083
    assert await rest.code("DELETE", f"{path}/{message}") == 0
    assert thread.thread is not None
    assert thread.thread.is_archived
    assert await rest.code("POST", path, {"content": "up again"}) == 0
    assert not thread.thread.is_archived


async def test_a_locked_thread_is_for_moderators(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    root = loopback.world.message(channel.id, await ada.say(channel, "root"))
    thread = loopback.world.open_thread(ada.user, root, "Talk")
    path = f"/channels/{thread.id}/messages"
    loopback.world.change_thread(thread, {"locked": True})
    with pytest.raises(ApiError, match="160005"):
        await ada.say(thread, "too late")
    assert await rest.code("POST", path, {"content": "a moderator may"}) == 0
    loopback.world.archive_thread(thread.id, is_locked=True)
    assert await rest.code("POST", path, {"content": "not by a message"}) == 50083
    plain = discord.Permissions(loopback.world.bits(loopback.world.bot.id, channel))
    plain.update(manage_threads=False)
    loopback.world.set_bot_permissions(guild, plain.value)
    assert await rest.code("POST", path, {"content": "not without the permission"}) == 160005
    assert await rest.code("PATCH", f"/channels/{thread.id}", {"archived": False}) == 50013


async def test_a_threads_owner_may_archive_and_rename_but_not_lock(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    own = loopback.world.post(loopback.world.bot, channel, {"content": "root"})
    thread = loopback.world.open_thread(loopback.world.bot, own, "Talk")
    loopback.world.set_bot_permissions(guild, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES_IN_THREADS)
    path = f"/channels/{thread.id}"
    assert await rest.code("PATCH", path, {"name": "Better"}) == 0
    assert await rest.code("PATCH", path, {"locked": True}) == 50013
    assert await rest.code("PATCH", path, {"archived": True}) == 0
    assert await rest.code("PATCH", path, {"archived": False}) == 0


async def test_active_and_archived_threads_are_listed(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    threads = []
    for name in ("one", "two", "three"):
        root = loopback.world.message(channel.id, await ada.say(channel, name))
        threads.append(loopback.world.open_thread(ada.user, root, name))
    loopback.world.archive_thread(threads[0].id)
    loopback.world.archive_thread(threads[1].id)
    bot = SmallBot()
    async with running(bot, loopback):
        assert [thread.name for thread in bot.guilds[0].threads] == ["three"]
        assert [thread.name for thread in await bot.guilds[0].active_threads()] == ["three"]
        place = bot.text_channel(channel)
        assert [thread.name async for thread in place.archived_threads(limit=1)] == ["two"]
        assert [thread.name async for thread in place.archived_threads()] == ["two", "one"]
        long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        assert [thread.name async for thread in place.archived_threads(before=long_ago)] == []
        await (await bot.fetch_channel(threads[2].id)).join()  # type: ignore[union-attr]  # it is a thread
    assert threads[2].thread is not None
    assert loopback.world.bot.id in threads[2].thread.member_ids


async def test_a_forum_posts_first_message_has_the_threads_id(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    forum = loopback.world.add_channel(guild, "posts", kind=ChannelType.FORUM, tags=["News"])
    bot = SmallBot()
    async with running(bot, loopback):
        place = bot.get_channel(forum.id)
        assert isinstance(place, discord.ForumChannel)
        made = await place.create_thread(name="Winter walk", content="It was cold.", applied_tags=place.available_tags)
        assert made.message.id == made.thread.id
        assert [tag.name for tag in made.thread.applied_tags] == ["News"]
        with pytest.raises(discord.HTTPException) as caught:
            await place.create_thread(name="Empty", content=" ")
        assert caught.value.code == 50006
        forum.requires_tag = True
        with pytest.raises(discord.HTTPException) as caught:
            await place.create_thread(name="Untagged", content="x")
        assert caught.value.code == 40067
    assert [thread.name for thread in loopback.world.threads(guild)] == ["Winter walk"]


async def test_a_deleted_thread_and_channel_are_told_and_gone(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    root = loopback.world.message(channel.id, await ada.say(channel, "root"))
    thread = loopback.world.open_thread(ada.user, root, "Talk")
    bot = SmallBot()
    async with running(bot, loopback):
        await (await bot.fetch_channel(thread.id)).delete()  # type: ignore[union-attr]  # it is a thread
        await loopback.until(lambda: "THREAD_DELETE" in bot.events)
        assert await rest.code("GET", f"/channels/{thread.id}") == 10003
        loopback.world.remove_channel(channel)
        await loopback.until(lambda: bot.get_channel(channel.id) is None)


async def test_a_webhook_speaks_in_a_thread_under_its_own_name(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    bot = SmallBot()
    async with running(bot, loopback):
        root = await bot.text_channel(channel).send("root")
        thread = await root.create_thread(name="Talk")
        webhook = await bot.text_channel(channel).create_webhook(name="Blog")
        assert [one.id for one in await bot.text_channel(channel).webhooks()] == [webhook.id]
        sent = await webhook.send("a comment", username="Reader", thread=thread, wait=True)
        await sent.edit(content="a comment, edited")
        await loopback.until(lambda: "a comment" in bot.heard)
        assert sent.author.name == "Reader"
        await webhook.send("unwaited", thread=thread)
        with pytest.raises(discord.HTTPException):
            await bot.text_channel(channel).create_webhook(name="Not Discord")
    said = [(message.webhook_name, message.text) for message in loopback.world.messages(thread.id)]
    assert said == [("Reader", "a comment, edited"), ("Blog", "unwaited")]


async def test_threads_without_a_message_and_by_members(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    message = await ada.say(channel, "root")
    assert await ada.open_thread(channel, message, "Hers") == message
    status, made = await rest("POST", f"/channels/{channel.id}/threads", {"name": "Ours", "type": 11})
    assert (status, made["parent_id"]) == (201, str(channel.id))
    assert loopback.world.thread_of(guild, "Ours").id == int(made["id"])
    loopback.world.remove_channel(loopback.world.thread_of(guild, "Hers"))
    assert not loopback.world.message(channel.id, message).flags


async def test_a_webhooks_message_is_read_and_deleted_by_its_token(loopback: LoopbackDiscord, rest: Rest) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    _, webhook = await rest("POST", f"/channels/{channel.id}/webhooks", {"name": "Blog"})
    base = f"/webhooks/{webhook['id']}/{webhook['token']}"
    _, sent = await rest("POST", f"{base}?wait=true", {"content": "a comment"})
    assert (await rest("GET", f"{base}/messages/{sent['id']}"))[1]["webhook_id"] == webhook["id"]
    assert await rest.code("POST", f"/webhooks/{webhook['id']}/wrong", {"content": "x"}) == 50027
    assert await rest.code("POST", "/webhooks/1/wrong", {"content": "x"}) == 10015
    assert await rest.code("DELETE", f"{base}/messages/{sent['id']}") == 0
    assert await rest.code("GET", f"{base}/messages/{sent['id']}") == 10008
    for _ in range(14):
        assert await rest.code("POST", f"/channels/{channel.id}/webhooks", {"name": "Blog"}) == 0
    assert await rest.code("POST", f"/channels/{channel.id}/webhooks", {"name": "Blog"}) == 30007
