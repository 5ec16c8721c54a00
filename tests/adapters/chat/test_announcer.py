from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from bot.chat.announcer import Announcer
from bot.demo.loopback import Permission
from bot.demo.loopback.world.models import MessageFlag
from bot.domain.errors import GoneError, NoAccessError, PermanentError, TemporaryError, UnknownResultError
from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from tests.adapters.chat.conftest import Place

POST = OutgoingMessage(
    text="New on the blog:",
    card=Card(heading="Winter walk", body="Snow.", footer="Ada", image_url="https://blog.example/a.png"),
    buttons=(Button(label="Read it", style=ButtonStyle.LINK, url="https://blog.example/winter"),),
)
LINE = OutgoingMessage(text="3 replies are on the blog: https://blog.example/winter")
QUESTION = OutgoingMessage(
    text="Would you?", buttons=(Button(label="See", custom_id=button_id(Action.SEE, 7, "0badcafe")),)
)
MESSAGES = "/channels/{channel_id}/messages"


def body_sent(place: Place) -> dict[str, object]:
    body = place.loopback.requests_of("POST", MESSAGES)[-1].json
    assert isinstance(body, dict)
    return body


async def test_a_card_is_sent_as_components_and_pings_nobody(place: Place, announcer: Announcer) -> None:
    """T7."""
    message_id = await announcer.send(place.channel.id, POST, nonce="key1")

    (message,) = place.loopback.world.messages(place.channel)
    assert message.id == message_id
    assert message.is_v2
    assert message.text.splitlines() == ["New on the blog:", "### Winter walk", "Snow.", "-# Ada"]
    assert message.button_labels == ["Read it"]
    sent = body_sent(place)
    assert (sent["nonce"], sent["enforce_nonce"]) == ("key1", True)
    assert sent["allowed_mentions"] == {"parse": [], "users": [], "roles": []}


async def test_only_the_named_member_is_pinged(place: Place, announcer: Announcer) -> None:
    mention = f"<@{place.member.id}>"
    await announcer.send(place.channel.id, OutgoingMessage(text=f"@everyone {mention}"), nonce="a")
    await announcer.send(
        place.channel.id, OutgoingMessage(text=f"@everyone {mention}", pings_user_id=place.member.id), nonce="b"
    )

    silent, pinging = place.loopback.world.messages(place.channel)
    assert (silent.mentioned_user_ids, silent.mentions_everyone) == ([], False)
    assert (pinging.mentioned_user_ids, pinging.mentions_everyone) == ([place.member.id], False)


async def test_a_reply_stands_under_the_message_it_answers_and_pings_nobody_for_it(
    place: Place, announcer: Announcer
) -> None:
    answered = await announcer.send(place.channel.id, LINE, nonce="first")
    await announcer.send(place.channel.id, OutgoingMessage(text="So true!", replies_to_id=answered), nonce="a")

    sent = place.loopback.world.messages(place.channel)[-1]
    assert sent.reference is not None
    assert sent.reference["message_id"] == str(answered)
    assert sent.mentioned_user_ids == []


async def test_a_reply_to_a_message_that_is_gone_is_sent_all_the_same(place: Place, announcer: Announcer) -> None:
    await announcer.send(place.channel.id, OutgoingMessage(text="So true!", replies_to_id=place.channel.id), nonce="a")

    (sent,) = place.loopback.world.messages(place.channel)
    assert sent.reference is None


async def test_a_line_with_a_link_is_not_unfurled(place: Place, announcer: Announcer) -> None:
    await announcer.send(place.channel.id, LINE, nonce="a")

    (message,) = place.loopback.world.messages(place.channel)
    assert message.flags & MessageFlag.SUPPRESS_EMBEDS


async def test_the_same_nonce_sends_nothing_twice(place: Place, announcer: Announcer) -> None:
    first = await announcer.send(place.channel.id, POST, nonce="key1")
    second = await announcer.send(place.channel.id, POST, nonce="key1")

    assert first == second
    assert len(place.loopback.world.messages(place.channel)) == 1


async def test_a_lost_answer_is_asked_for_again_and_doubles_nothing(place: Place, announcer: Announcer) -> None:
    place.loopback.faults.lose_answer("POST", MESSAGES)

    await announcer.send(place.channel.id, LINE, nonce="key1")

    assert len(place.loopback.requests_of("POST", MESSAGES)) == 2
    assert len(place.loopback.world.messages(place.channel)) == 1


async def test_a_cut_connection_leaves_the_result_of_a_sending_unknown(place: Place, announcer: Announcer) -> None:
    place.loopback.faults.lose_answer("POST", MESSAGES, status=None)

    with pytest.raises(UnknownResultError):
        await announcer.send(place.channel.id, LINE, nonce="key1")

    assert len(place.loopback.world.messages(place.channel)) == 1


@pytest.mark.parametrize("message", [POST, LINE, QUESTION, replace(POST, buttons=())])
async def test_our_message_is_found_again_by_what_it_holds(
    place: Place, announcer: Announcer, message: OutgoingMessage
) -> None:
    before = await announcer.send(place.channel.id, message, nonce="before")
    mark = await announcer.newest_message_id(place.channel.id)
    first = await announcer.send(place.channel.id, message, nonce="a")
    await announcer.send(place.channel.id, OutgoingMessage(text="Something else"), nonce="b")
    second = await announcer.send(place.channel.id, message, nonce="c")

    assert mark == before
    assert await announcer.find_own(place.channel.id, message, after=mark) == [first, second]


async def test_what_a_member_copies_is_not_taken_for_ours(place: Place, announcer: Announcer) -> None:
    place.loopback.world.post(place.member, place.channel, {"content": LINE.text})

    assert await announcer.find_own(place.channel.id, LINE, after=0) == []


async def test_more_than_one_page_of_history_is_read(place: Place, announcer: Announcer) -> None:
    for n in range(120):
        place.loopback.world.post(place.member, place.channel, {"content": f"message {n}"})
    sent = await announcer.send(place.channel.id, LINE, nonce="a")

    assert await announcer.find_own(place.channel.id, LINE, after=0) == [sent]


async def test_without_read_message_history_nothing_is_proven_absent(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    await announcer.send(place.channel.id, LINE, nonce="a")
    world.overwrite(place.channel, world.bot, deny=Permission.READ_MESSAGE_HISTORY)

    with pytest.raises(NoAccessError, match="Read Message History"):
        await announcer.find_own(place.channel.id, LINE, after=0)


async def test_the_mark_is_known_even_where_the_history_is_not_ours_to_read(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    sent = await announcer.send(place.channel.id, LINE, nonce="a")
    world.overwrite(place.channel, world.bot, deny=Permission.READ_MESSAGE_HISTORY)

    assert await announcer.newest_message_id(place.channel.id) == sent


async def test_an_empty_channel_has_no_newest_message(place: Place, announcer: Announcer) -> None:
    assert await announcer.newest_message_id(place.channel.id) == 0


async def test_a_card_can_be_revised_and_lose_its_card(place: Place, announcer: Announcer) -> None:
    message_id = await announcer.send(place.channel.id, POST, nonce="a")
    revised = replace(POST, card=Card(heading="Winter walk, with snow"))

    await announcer.edit(place.channel.id, message_id, revised)
    message = place.loopback.world.message(place.channel.id, message_id)
    assert "### Winter walk, with snow" in message.text

    await announcer.edit(place.channel.id, message_id, OutgoingMessage(text="Taken back."))
    assert message.text == "Taken back."
    assert message.buttons == []


async def test_a_line_can_be_revised_and_become_a_card(place: Place, announcer: Announcer) -> None:
    message_id = await announcer.send(place.channel.id, QUESTION, nonce="a")

    await announcer.edit(place.channel.id, message_id, LINE)
    message = place.loopback.world.message(place.channel.id, message_id)
    assert (message.text, message.buttons) == (LINE.text, [])

    await announcer.edit(place.channel.id, message_id, POST)
    assert message.is_v2
    assert message.button_labels == ["Read it"]


async def test_what_somebody_deleted_is_gone_for_an_edit_and_fine_for_a_delete(
    place: Place, announcer: Announcer
) -> None:
    message_id = await announcer.send(place.channel.id, LINE, nonce="a")

    await announcer.delete(place.channel.id, message_id)
    await announcer.delete(place.channel.id, message_id)

    assert place.loopback.world.messages(place.channel) == []
    with pytest.raises(GoneError) as caught:
        await announcer.edit(place.channel.id, message_id, LINE)
    assert caught.value.reason == "message_deleted"


async def test_a_thread_is_opened_once(place: Place, announcer: Announcer) -> None:
    """F19: that one is there already is as good as opening it."""
    message_id = await announcer.send(place.channel.id, POST, nonce="a")

    first = await announcer.open_thread(place.channel.id, message_id, name="Winter walk")
    second = await announcer.open_thread(place.channel.id, message_id, name="Winter walk")

    assert first == second == message_id
    assert [thread.name for thread in place.loopback.world.threads(place.guild)] == ["Winter walk"]


async def test_no_thread_is_opened_on_a_message_that_is_gone(place: Place, announcer: Announcer) -> None:
    message_id = await announcer.send(place.channel.id, POST, nonce="a")
    await announcer.delete(place.channel.id, message_id)

    with pytest.raises(GoneError):
        await announcer.open_thread(place.channel.id, message_id, name="Winter walk")


async def test_an_archived_thread_is_woken_and_a_locked_one_is_left(place: Place, announcer: Announcer) -> None:
    """F20: somebody wanted silence in a locked one."""
    world = place.loopback.world
    message_id = await announcer.send(place.channel.id, POST, nonce="a")
    thread_id = await announcer.open_thread(place.channel.id, message_id, name="Winter walk")
    line_id = await announcer.send(thread_id, LINE, nonce="b")
    world.archive_thread(thread_id)

    await announcer.edit(thread_id, line_id, OutgoingMessage(text="4 replies"))
    assert world.message(thread_id, line_id).text == "4 replies"

    world.set_bot_permissions(place.guild, int(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY))
    world.archive_thread(thread_id, is_locked=True)
    with pytest.raises(PermanentError) as caught:
        await announcer.edit(thread_id, line_id, LINE)
    assert caught.value.reason == "thread_locked"


async def test_a_reaction_comes_and_goes(place: Place, announcer: Announcer) -> None:
    message = place.loopback.world.post(place.member, place.channel, {"content": "Lovely"})

    await announcer.react(place.channel.id, message.id, "✅")
    await announcer.react(place.channel.id, message.id, "✅")
    assert message.reactions == {"✅": [place.loopback.world.bot.id]}

    await announcer.unreact(place.channel.id, message.id, "✅")
    await announcer.unreact(place.channel.id, message.id, "✅")
    assert not message.reactions.get("✅")


async def test_nobody_is_written_to_who_closed_their_direct_messages(place: Place, announcer: Announcer) -> None:
    place.member.is_open_to_dms = False

    with pytest.raises(PermanentError) as caught:
        await announcer.send(await announcer.direct_channel(place.member.id), LINE, nonce="a")

    assert caught.value.reason == "dms_closed"


async def test_a_direct_message_is_found_again(place: Place, announcer: Announcer) -> None:
    channel_id = await announcer.direct_channel(place.member.id)
    mark = await announcer.newest_message_id(channel_id)
    sent = await announcer.send(channel_id, LINE, nonce="a")

    assert await announcer.find_own(channel_id, LINE, after=mark) == [sent]
    assert await announcer.find_own(channel_id, POST, after=mark) == []


async def test_a_missing_permission_is_called_by_its_name(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    world.overwrite(place.channel, world.bot, deny=Permission.SEND_MESSAGES)

    with pytest.raises(NoAccessError, match="Send Messages"):
        await announcer.send(place.channel.id, LINE, nonce="a")


async def test_a_channel_that_is_hidden_is_not_taken_for_deleted(place: Place, announcer: Announcer) -> None:
    world = place.loopback.world
    message_id = await announcer.send(place.channel.id, LINE, nonce="a")
    world.overwrite(place.channel, world.bot, deny=Permission.VIEW_CHANNEL)

    for attempt in (
        announcer.edit(place.channel.id, message_id, LINE),
        announcer.read_reply(place.channel.id, message_id),
        announcer.describe_channel(place.channel.id),
        announcer.find_own(place.channel.id, LINE, after=0),
    ):
        with pytest.raises(NoAccessError):
            await attempt


async def test_a_deleted_channel_is_not_tried_again(place: Place, announcer: Announcer) -> None:
    place.loopback.world.remove_channel(place.channel)

    with pytest.raises(PermanentError) as caught:
        await announcer.send(place.channel.id, LINE, nonce="a")

    assert caught.value.reason == "channel_deleted"


async def test_a_long_rate_limit_is_given_back_with_its_span(place: Place, announcer: Announcer) -> None:
    place.loopback.faults.rate_limit("POST", MESSAGES, retry_after=60)

    with pytest.raises(TemporaryError) as caught:
        await announcer.send(place.channel.id, LINE, nonce="a")

    assert caught.value.retry_after == timedelta(seconds=60)
    assert place.loopback.world.messages(place.channel) == []


async def test_one_deadline_holds_for_a_call_with_all_its_retries(place: Place) -> None:
    hold = place.loopback.faults.hold("POST", MESSAGES)
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        await client.login(place.loopback.token)
        hasty = Announcer(client, wait_scale=0.01)
        with pytest.raises(UnknownResultError):
            await hasty.send(place.channel.id, LINE, nonce="a")
    hold.release()


async def test_what_automod_blocks_is_not_tried_again(place: Place, announcer: Announcer) -> None:
    place.loopback.faults.fail("POST", MESSAGES, status=400, body={"code": 200000, "message": "Blocked"})

    with pytest.raises(PermanentError) as caught:
        await announcer.send(place.channel.id, LINE, nonce="a")

    assert caught.value.reason == "automod"


@pytest.mark.parametrize(
    ("sent", "given_back"),
    [
        ("https://Blog.example", "https://blog.example/"),
        ("https://blog.example?p=7", "https://blog.example/?p=7"),
        ("https://blog.example/größe", "https://blog.example/gr%C3%B6%C3%9Fe"),
    ],
)
async def test_a_link_is_recognised_in_another_spelling(
    place: Place, announcer: Announcer, sent: str, given_back: str
) -> None:
    post = OutgoingMessage(text="x", buttons=(Button(label="Read it", style=ButtonStyle.LINK, url=sent),))
    message_id = await announcer.send(place.channel.id, post, nonce="a")
    place.loopback.world.message(place.channel.id, message_id).buttons[0]["url"] = given_back

    assert await announcer.find_own(place.channel.id, post, after=0) == [message_id]


async def test_the_announcement_of_another_post_is_not_taken_for_this_one(place: Place, announcer: Announcer) -> None:
    this, other = (
        OutgoingMessage(
            card=Card(heading="Winter walk"),
            buttons=(Button(label="Read it", style=ButtonStyle.LINK, url=f"https://blog.example?p={n}"),),
        )
        for n in (7, 8)
    )
    await announcer.send(place.channel.id, other, nonce="a")

    assert await announcer.find_own(place.channel.id, this, after=0) == []
