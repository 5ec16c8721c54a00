import asyncio
import io

import discord
import pytest

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.errors import ApiError
from bot.demo.loopback.world.models import Json, MessageFlag
from tests.loopback.bots import SmallBot
from tests.loopback.fixtures import running
from tests.loopback.rest import Rest

V2 = int(MessageFlag.IS_COMPONENTS_V2)


def text_display(content: str) -> Json:
    return {"type": 10, "content": content}


def row(*custom_ids: str) -> Json:
    return {"type": 1, "components": [{"type": 2, "style": 2, "label": one, "custom_id": one} for one in custom_ids]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": "x" * 2001}, 50035),
        ({"content": "  \n "}, 50006),
        ({}, 50006),
        ({"embeds": [{"title": "x" * 257}]}, 50035),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, 50035),
        ({"embeds": [{"title": "x"}] * 11}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
        ({"content": "x", "components": [row(*"abcdef")]}, 50035),
        ({"content": "x", "components": [row("a"), row("a")]}, 50035),
        ({"content": "x", "components": [row("a" * 101)]}, 50035),
        ({"content": "x", "components": [text_display("not without the flag")]}, 50035),
        ({"flags": V2, "content": "x", "components": [text_display("x")]}, 50035),
        ({"flags": V2, "embeds": [{"title": "x"}], "components": [text_display("x")]}, 50035),
        ({"flags": V2, "components": []}, 50006),
        ({"flags": V2, "components": [text_display("x" * 2001), text_display("x" * 2000)]}, 50035),
        ({"flags": V2, "components": [{"type": 17, "components": [text_display("x")] * 10}] * 4}, 50035),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 50035),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_message_over_a_limit_is_refused_with_discords_code(
    world_only: LoopbackDiscord, bare_rest: Rest, body: Json, code: int
) -> None:
    channel = world_only.world.add_channel(world_only.world.add_guild(), "talk")
    assert await bare_rest.code("POST", f"/channels/{channel.id}/messages", body) == code
    assert world_only.world.messages(channel) == []


async def test_a_refusal_names_the_field_as_discord_does(world_only: LoopbackDiscord, bare_rest: Rest) -> None:
    channel = world_only.world.add_channel(world_only.world.add_guild(), "talk")
    status, body = await bare_rest("POST", f"/channels/{channel.id}/messages", {"content": "x" * 2001})
    assert status == 400
    assert body == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {
                "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}],
            }
        },
    }


async def test_a_components_v2_message_arrives_whole(loopback: LoopbackDiscord) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    bot = SmallBot()
    view = discord.ui.LayoutView()
    view.add_item(
        discord.ui.Container[discord.ui.LayoutView](
            discord.ui.TextDisplay("## A heading"),
            discord.ui.Section("A picture", accessory=discord.ui.Thumbnail("https://blog.example/a.jpg")),
            discord.ui.Separator(),
            discord.ui.MediaGallery(discord.MediaGalleryItem("https://blog.example/b.jpg", description="A path")),
            discord.ui.ActionRow(discord.ui.Button(label="Read it", url="https://blog.example/")),
        )
    )
    async with running(bot, loopback):
        sent = await bot.text_channel(channel).send(view=view)
        again = await bot.text_channel(channel).fetch_message(sent.id)
        assert again.flags.components_v2
        with pytest.raises(discord.HTTPException) as caught:
            await sent.edit(content="no content beside components")
    assert caught.value.code == 50035
    (message,) = loopback.world.messages(channel)
    assert message.text == "## A heading\nA picture"
    assert message.button_labels == ["Read it"]


async def test_the_same_nonce_within_the_window_returns_the_first_message(
    loopback: LoopbackDiscord, rest: Rest
) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    path, body = f"/channels/{channel.id}/messages", {"content": "once", "nonce": "key1", "enforce_nonce": True}
    _, first = await rest("POST", path, body)
    _, second = await rest("POST", path, body)
    assert first["id"] == second["id"]
    assert first["nonce"] == "key1"
    await rest("POST", path, {**body, "enforce_nonce": False})
    assert len(loopback.world.messages(channel)) == 2


async def test_a_window_of_zero_seconds_forgets_every_nonce(loopback: LoopbackDiscord, rest: Rest) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    loopback.world.nonce_window_seconds = 0
    body = {"content": "twice", "nonce": "key1", "enforce_nonce": True}
    for _ in range(2):
        await rest("POST", f"/channels/{channel.id}/messages", body)
    assert len(loopback.world.messages(channel)) == 2


async def test_pages_go_after_before_and_around(loopback: LoopbackDiscord, rest: Rest) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    ids = [await ada.say(channel, str(number)) for number in range(5)]
    assert ids == sorted(set(ids))
    path = f"/channels/{channel.id}/messages"

    async def page(query: str) -> list[str]:
        return [one["content"] for one in (await rest("GET", f"{path}?{query}"))[1]]

    assert await page("limit=2") == ["4", "3"]
    assert await page(f"limit=2&after={ids[1]}") == ["3", "2"]
    assert await page(f"before={ids[2]}") == ["1", "0"]
    assert await page(f"limit=3&around={ids[2]}") == ["3", "2", "1"]
    assert await rest.code("GET", f"{path}?limit=101") == 50035


async def test_nobody_is_pinged_by_a_message_that_allows_no_mentions(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada, ben = loopback.member(guild, "Ada"), loopback.member(guild, "Ben")
    bot = SmallBot()
    async with running(bot, loopback):
        text = f"<@{ada.id}> <@{ben.id}> @everyone"
        place = bot.text_channel(channel)
        silent = await place.send(text, allowed_mentions=discord.AllowedMentions.none())
        one = await place.send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(ada.id)]))
        loud = await place.send(text)
    found = {message.id: message for message in loopback.world.messages(channel)}
    assert found[silent.id].mentioned_user_ids == []
    assert found[one.id].mentioned_user_ids == [ada.id]
    assert found[loud.id].mentioned_user_ids == [ada.id, ben.id]
    assert not found[loud.id].mentions_everyone


async def test_files_can_be_read_back_and_shown_in_an_embed(loopback: LoopbackDiscord) -> None:
    channel = loopback.world.add_channel(loopback.world.add_guild(), "talk")
    bot = SmallBot()
    async with running(bot, loopback):
        embed = discord.Embed(title="A picture").set_image(url="attachment://a.png")
        file = discord.File(io.BytesIO(b"picture"), "a.png", description="A path")
        sent = await bot.text_channel(channel).send(embed=embed, file=file)
        assert await sent.attachments[0].read() == b"picture"
        assert sent.attachments[0].description == "A path"
        assert sent.embeds[0].image.url == sent.attachments[0].url


async def test_edits_and_deletions_are_told(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    bot = SmallBot()
    edits: list[tuple[str, bool]] = []
    gone: list[set[int]] = []

    @bot.listen()
    async def on_raw_message_edit(event: discord.RawMessageUpdateEvent) -> None:
        edits.append((event.message.content, event.message.edited_at is not None))

    @bot.listen()
    async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
        gone.append({event.message_id})

    @bot.listen()
    async def on_raw_bulk_message_delete(event: discord.RawBulkMessageDeleteEvent) -> None:
        gone.append(event.message_ids)

    async with running(bot, loopback):
        first, second, third = [await ada.say(channel, text) for text in ("a", "b", "c")]
        await ada.edit(channel, first, "a, edited")
        await ada.delete(channel, first)
        await bot.text_channel(channel).delete_messages([discord.Object(second), discord.Object(third)])
        await loopback.until(lambda: len(gone) == 2)
    assert edits == [("a, edited", True)]
    assert gone == [{first}, {second, third}]


async def test_replies_and_forwards_refer_to_their_message(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada, ben = loopback.member(guild, "Ada"), loopback.member(guild, "Ben")
    bot = SmallBot()
    messages: asyncio.Queue[discord.Message] = asyncio.Queue()

    @bot.listen()
    async def on_message(message: discord.Message) -> None:
        messages.put_nowait(message)

    async with running(bot, loopback):
        first = await ada.say(channel, "a thought")
        await messages.get()
        await ben.say(channel, "an answer", reply_to=first, pings=False)
        reply = await messages.get()
        assert reply.type is discord.MessageType.reply
        assert reply.reference is not None
        assert isinstance(reply.reference.resolved, discord.Message)
        assert reply.reference.resolved.content == "a thought"
        assert reply.mentions == []
        await ben.forward(channel, first)
        forward = await messages.get()
        assert forward.content == ""
        assert forward.message_snapshots[0].content == "a thought"
        await ada.delete(channel, first)
        assert (await bot.text_channel(channel).fetch_message(reply.id)).reference is not None


async def test_direct_messages_reach_only_who_accepts_them(loopback: LoopbackDiscord) -> None:
    guild = loopback.world.add_guild()
    ada = loopback.member(guild, "Ada")
    ben = loopback.member(guild, "Ben", is_open_to_dms=False)
    bot = SmallBot()
    async with running(bot, loopback):
        await (await bot.fetch_user(ada.id)).send("hello")
        with pytest.raises(discord.Forbidden) as caught:
            await (await bot.fetch_user(ben.id)).send("hello")
    assert caught.value.code == 50007
    assert [message.text for message in ada.sees(loopback.world.dm_channel(ada.user))] == ["hello"]


async def test_others_messages_cannot_be_edited_and_unknown_things_are_unknown(
    loopback: LoopbackDiscord, rest: Rest
) -> None:
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "talk")
    ada = loopback.member(guild, "Ada")
    message = await ada.say(channel, "mine")
    assert await rest.code("PATCH", f"/channels/{channel.id}/messages/{message}", {"content": "x"}) == 50005
    assert await rest.code("GET", f"/channels/{channel.id}/messages/1") == 10008
    assert await rest.code("GET", "/channels/1") == 10003
    assert await rest.code("GET", "/guilds/1") == 10004
    assert await rest.code("GET", f"/guilds/{guild.id}/members/1") == 10007
    assert await rest.code("GET", "/users/1") == 10013
    with pytest.raises(ApiError):
        await loopback.member(guild, "Ben").edit(channel, message, "not mine")
