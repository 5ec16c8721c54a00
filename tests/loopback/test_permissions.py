from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import pytest

from bot.demo.loopback import Actor, LoopbackDiscord, Permission
from bot.demo.loopback.world import permissions
from bot.demo.loopback.world.models import Channel, ChannelType, Guild, Json
from tests.loopback.fixtures import new_contract
from tests.loopback.rest import Rest

NEEDED = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_WEBHOOKS
    | Permission.MANAGE_CHANNELS
)


@dataclass
class Stage:
    guild: Guild
    channel: Channel
    forum: Channel
    thread: Channel
    ada: Actor
    message_id: int
    own_id: int


async def a_stage(loopback: LoopbackDiscord) -> Stage:
    world = loopback.world
    guild = world.add_guild()
    channel = world.add_channel(guild, "talk")
    forum = world.add_channel(guild, "forum", kind=ChannelType.FORUM)
    ada = loopback.member(guild, "Ada")
    message_id = await ada.say(channel, "a thought")
    own = world.post(world.bot, channel, {"content": "ours"})
    threaded = world.message(channel.id, await ada.say(channel, "with a thread"))
    thread = world.open_thread(ada.user, threaded, "Talk")
    return Stage(guild, channel, forum, thread, ada, message_id, own.id)


Ask = Callable[[Stage], tuple[str, str, Json | None]]

ASKS: dict[str, tuple[Ask, tuple[Permission, ...]]] = {
    "read a channel": (lambda on: ("GET", f"/channels/{on.channel.id}", None), ()),
    "send": (
        lambda on: ("POST", f"/channels/{on.channel.id}/messages", {"content": "x"}),
        (Permission.SEND_MESSAGES,),
    ),
    "send into a thread": (
        lambda on: ("POST", f"/channels/{on.thread.id}/messages", {"content": "x"}),
        (Permission.SEND_MESSAGES_IN_THREADS,),
    ),
    "send an embed": (
        lambda on: ("POST", f"/channels/{on.channel.id}/messages", {"embeds": [{"title": "x"}]}),
        (Permission.SEND_MESSAGES, Permission.EMBED_LINKS),
    ),
    "read a message": (
        lambda on: ("GET", f"/channels/{on.channel.id}/messages/{on.message_id}", None),
        (Permission.READ_MESSAGE_HISTORY,),
    ),
    "react": (
        lambda on: ("PUT", f"/channels/{on.channel.id}/messages/{on.message_id}/reactions/✅/@me", None),
        (Permission.READ_MESSAGE_HISTORY, Permission.ADD_REACTIONS),
    ),
    "open a thread": (
        lambda on: ("POST", f"/channels/{on.channel.id}/messages/{on.message_id}/threads", {"name": "x"}),
        (Permission.CREATE_PUBLIC_THREADS,),
    ),
    "open a forum post": (
        lambda on: ("POST", f"/channels/{on.forum.id}/threads", {"name": "x", "message": {"content": "x"}}),
        (Permission.SEND_MESSAGES,),
    ),
    "delete somebody's message": (
        lambda on: ("DELETE", f"/channels/{on.channel.id}/messages/{on.message_id}", None),
        (Permission.MANAGE_MESSAGES,),
    ),
    "edit one's own": (
        lambda on: ("PATCH", f"/channels/{on.channel.id}/messages/{on.own_id}", {"content": "x"}),
        (),
    ),
    "delete one's own": (lambda on: ("DELETE", f"/channels/{on.channel.id}/messages/{on.own_id}", None), ()),
    "lock a thread": (
        lambda on: ("PATCH", f"/channels/{on.thread.id}", {"locked": True}),
        (Permission.MANAGE_THREADS,),
    ),
    "delete a thread": (lambda on: ("DELETE", f"/channels/{on.thread.id}", None), (Permission.MANAGE_THREADS,)),
    "rename a channel": (
        lambda on: ("PATCH", f"/channels/{on.channel.id}", {"name": "x"}),
        (Permission.MANAGE_CHANNELS,),
    ),
    "make a webhook": (
        lambda on: ("POST", f"/channels/{on.channel.id}/webhooks", {"name": "Blog"}),
        (Permission.MANAGE_WEBHOOKS,),
    ),
    "list archived threads": (
        lambda on: ("GET", f"/channels/{on.channel.id}/threads/archived/public", None),
        (Permission.READ_MESSAGE_HISTORY,),
    ),
}

CASES = [(name, Permission.VIEW_CHANNEL) for name in ASKS] + [
    (name, permission) for name, (_, needed) in ASKS.items() for permission in needed
]


@pytest.mark.parametrize(("name", "missing"), CASES, ids=lambda value: getattr(value, "name", value))
async def test_each_permission_is_missed_where_discord_misses_it(name: str, missing: Permission) -> None:
    ask, _ = ASKS[name]
    async with (
        LoopbackDiscord.serve(bot_permissions=NEEDED, contract=new_contract()) as loopback,
        aiohttp.ClientSession() as session,
    ):
        rest, stage = Rest(session, loopback), await a_stage(loopback)
        loopback.world.set_bot_permissions(stage.guild, NEEDED & ~missing)
        expected = 50001 if missing is Permission.VIEW_CHANNEL else 50013
        assert await rest.code(*ask(stage)) == expected
        loopback.world.set_bot_permissions(stage.guild, NEEDED)
        assert await rest.code(*ask(stage)) == 0
        assert not loopback.contract_findings


@pytest.mark.parametrize("name", ASKS)
async def test_nothing_else_is_needed(name: str) -> None:
    ask, needed = ASKS[name]
    bits = Permission.VIEW_CHANNEL
    for permission in needed:
        bits |= permission
    async with LoopbackDiscord.serve(bot_permissions=bits) as loopback, aiohttp.ClientSession() as session:
        assert await Rest(session, loopback).code(*ask(await a_stage(loopback))) == 0


async def test_without_history_a_list_is_empty_and_a_reply_impossible() -> None:
    bits = NEEDED & ~Permission.READ_MESSAGE_HISTORY
    async with LoopbackDiscord.serve(bot_permissions=bits) as loopback, aiohttp.ClientSession() as session:
        rest, stage = Rest(session, loopback), await a_stage(loopback)
        path = f"/channels/{stage.channel.id}/messages"
        assert await rest("GET", path) == (200, [])
        reply = {"content": "x", "message_reference": {"message_id": str(stage.message_id)}}
        assert await rest.code("POST", path, reply) == 160002


def test_overwrites_count_in_discords_order() -> None:
    loopback = LoopbackDiscord()
    world = loopback.world
    guild = world.add_guild()
    channel = world.add_channel(guild, "talk")
    quiet, loud = world.add_role(guild, "Quiet"), world.add_role(guild, "Loud")
    ada = loopback.member(guild, "Ada", roles=[quiet, loud])
    ben = loopback.member(guild, "Ben")
    send = Permission.SEND_MESSAGES
    assert world.may(ada.id, send, channel)
    world.overwrite(channel, guild, deny=send)
    assert not world.may(ben.id, send, channel)
    world.overwrite(channel, quiet, deny=send)
    assert not world.may(ada.id, send, channel)
    world.overwrite(channel, loud, allow=send)
    assert world.may(ada.id, send, channel)
    world.overwrite(channel, ada.user, deny=send)
    assert not world.may(ada.id, send, channel)
    assert world.may(guild.owner_id, send, channel)
    chief = world.add_role(guild, "Chief", Permission.ADMINISTRATOR)
    world.set_roles(guild, ada.id, [chief])
    assert world.bits(ada.id, channel) == permissions.ALL
    world.overwrite(channel, guild, deny=Permission.VIEW_CHANNEL, allow=send)
    assert world.bits(ben.id, channel) == 0


async def test_a_private_channel_is_hidden_from_members_and_open_to_the_bot() -> None:
    loopback = LoopbackDiscord(bot_permissions=NEEDED)
    guild = loopback.world.add_guild()
    queue = loopback.world.add_channel(guild, "queue", is_private=True)
    ada = loopback.member(guild, "Ada")
    loopback.world.post(loopback.world.bot, queue, {"content": "a card"})
    assert ada.sees(queue) == []
    assert [message.text for message in loopback.owner(guild).sees(queue)] == ["a card"]
    assert loopback.world.may(loopback.world.bot.id, Permission.SEND_MESSAGES, queue)


async def test_after_the_bot_was_removed_its_routes_refuse(loopback: LoopbackDiscord, rest: Rest) -> None:
    stage = await a_stage(loopback)
    loopback.world.remove_bot(stage.guild)
    assert await rest.code("GET", f"/channels/{stage.channel.id}") == 50001
    assert await rest.code("GET", f"/guilds/{stage.guild.id}") == 10004
    assert (await rest("GET", "/users/@me/guilds"))[1] == []
