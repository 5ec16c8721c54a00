import pytest

from bot.chat.announcer import Announcer
from bot.demo.loopback import Permission
from bot.demo.loopback.world.models import ChannelType
from bot.domain.errors import GoneError, NoAccessError
from bot.domain.messages import OutgoingMessage
from tests.adapters.chat.conftest import Place


async def a_thread(place: Place, announcer: Announcer) -> int:
    message_id = await announcer.send(place.channel.id, OutgoingMessage(text="A post"), nonce="post")
    return await announcer.open_thread(place.channel.id, message_id, name="Winter walk")


async def test_a_channel_in_which_we_may_everything_lacks_nothing(place: Place, announcer: Announcer) -> None:
    facts = await announcer.describe_channel(place.channel.id)

    assert (facts.name, facts.guild_id) == ("blog", place.guild.id)
    assert (facts.is_public, facts.is_forum, facts.missing) == (True, False, ())


async def test_what_is_missing_is_read_afresh_and_named(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    await announcer.describe_channel(place.channel.id)
    world.overwrite(place.channel, world.bot, deny=Permission.CREATE_PUBLIC_THREADS | Permission.ADD_REACTIONS)

    facts = await announcer.describe_channel(place.channel.id)

    assert set(facts.missing) == {"Create Public Threads", "Add Reactions"}


async def test_a_role_that_loses_a_permission_is_noticed(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    world.set_permissions(place.guild, place.guild.roles[place.guild.id], int(Permission.VIEW_CHANNEL))
    world.set_bot_permissions(place.guild, int(Permission.SEND_MESSAGES))

    facts = await announcer.describe_channel(place.channel.id)

    assert "Send Messages" not in facts.missing
    assert "Read Message History" in facts.missing


async def test_a_private_channel_is_not_public(place: Place, announcer: Announcer) -> None:
    hidden = place.loopback.world.add_channel(place.guild, "queue", is_private=True)

    assert not (await announcer.describe_channel(hidden.id)).is_public


async def test_a_forum_is_known_as_one(place: Place, announcer: Announcer) -> None:
    forum = place.loopback.world.add_channel(place.guild, "posts", kind=ChannelType.FORUM)

    assert (await announcer.describe_channel(forum.id)).is_forum


async def test_in_a_thread_the_permissions_of_its_channel_hold(place: Place, announcer: Announcer) -> None:
    thread_id = await a_thread(place, announcer)
    world = place.loopback.world
    world.overwrite(place.channel, world.bot, deny=Permission.SEND_MESSAGES_IN_THREADS)

    facts = await announcer.describe_channel(thread_id)

    assert facts.name == "Winter walk"
    assert facts.missing == ("Send Messages in Threads",)


async def test_a_member_is_read_afresh_with_their_rights(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    editors = world.add_role(place.guild, "Editors", int(Permission.MANAGE_GUILD))

    before = await announcer.member(place.guild.id, place.member.id)
    world.set_roles(place.guild, place.member.id, [editors])
    after = await announcer.member(place.guild.id, place.member.id)

    assert before is not None
    assert after is not None
    assert (before.name, before.role_ids, before.may_manage_guild) == ("Mira", frozenset(), False)
    assert (after.role_ids, after.may_manage_guild) == (frozenset({editors.id}), True)


async def test_who_left_is_no_member_and_the_owner_may_everything(place: Place, announcer: Announcer) -> None:
    owner_id = await announcer.owner_id(place.guild.id)
    place.loopback.world.leave(place.guild, place.member.id)

    owner = await announcer.member(place.guild.id, owner_id)

    assert owner_id == place.guild.owner_id
    assert owner is not None
    assert owner.may_manage_guild
    assert await announcer.member(place.guild.id, place.member.id) is None


async def test_a_guild_that_removed_us_says_nothing_about_its_members(place: Place, announcer: Announcer) -> None:
    place.loopback.world.remove_bot(place.guild)

    with pytest.raises(NoAccessError):
        await announcer.member(place.guild.id, place.member.id)


async def test_a_reply_is_read_with_what_it_answers(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    first = world.post(place.member, place.channel, {"content": "Lovely"})
    hidden = world.add_channel(place.guild, "secret", is_private=True)
    text = f"see <#{place.channel.id}> and <#{hidden.id}>"
    second = world.post(
        place.member, place.channel, {"content": text, "message_reference": {"message_id": str(first.id)}}
    )

    reply = await announcer.read_reply(place.channel.id, second.id)

    assert (reply.content, reply.writer_id, reply.writer_name) == (text, place.member.id, "Mira")
    assert (reply.guild_id, reply.replied_to_message_id) == (place.guild.id, first.id)
    assert reply.channel_names == {place.channel.id: "blog"}
    assert not (reply.is_bot or reply.is_forwarded or reply.is_system or reply.edited_at)


async def test_an_edit_and_a_forward_show(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    first = world.post(place.member, place.channel, {"content": "Lovely"})
    world.edit(first, {"content": "Lovely!"})
    forward = world.post(
        place.member,
        place.channel,
        {"message_reference": {"type": 1, "message_id": str(first.id), "channel_id": str(place.channel.id)}},
    )

    assert (await announcer.read_reply(place.channel.id, first.id)).edited_at is not None
    assert (await announcer.read_reply(place.channel.id, forward.id)).is_forwarded


async def test_a_deleted_reply_is_gone_only_where_we_may_read(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    message = world.post(place.member, place.channel, {"content": "Lovely"})
    world.delete(message)

    with pytest.raises(GoneError):
        await announcer.read_reply(place.channel.id, message.id)

    world.overwrite(place.channel, world.bot, deny=Permission.READ_MESSAGE_HISTORY)
    with pytest.raises(NoAccessError):
        await announcer.read_reply(place.channel.id, message.id)


async def test_a_text_that_discord_withholds_is_unknown_and_not_empty(place: Place, announcer: Announcer) -> None:
    place.loopback.core.approved_intents = 0
    message = place.loopback.world.post(place.member, place.channel, {"content": "Lovely"})

    assert (await announcer.read_reply(place.channel.id, message.id)).content is None
