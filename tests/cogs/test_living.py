"""What happens in Discord to a message that is on the blog: heard over the gateway, and followed."""

from bot.demo.loopback import Answer, LoopbackDiscord
from bot.demo.loopback.world.models import Channel
from bot.domain.models import CommentStatus
from db.engine import Begin
from tests.cogs.conftest import House, a_house
from tests.loopback.contract import OpenApiContract


async def published(house: House, thread: Channel, text: str) -> int:
    """Bring a message of the author's onto the blog, which needs nobody else, and return its id."""
    message_id = await house.owner.say(thread, text)
    before = len(house.blog.visible())
    await house.owner.use_menu("Send to blog", thread, message_id)
    await house.until(lambda: len(house.blog.visible()) > before)
    return message_id


async def test_an_edit_in_discord_changes_the_comment(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await published(house, thread, "A tpyo")

    await house.owner.edit(thread, message_id, "A typo")

    await house.until(lambda: "A typo" in house.blog.visible()[0].content_raw)


async def test_a_members_edit_waits_for_the_authors_look(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "Lovely")
    preview = await house.mira.use_menu("Send to blog", thread, message_id)
    await house.press(house.mira, preview, "Send")
    queue = await house.owner.use_command("queue", in_channel=house.channel)
    await house.press(house.owner, queue, "Publish 1")
    await house.until(house.blog.visible)

    await house.mira.edit(thread, message_id, "Dreadful")
    queue = await shown_queue(house, "Now: Dreadful")
    assert "Lovely" in house.blog.visible()[0].content_raw
    await house.press(house.owner, queue, "Publish edit 1")

    await house.until(lambda: "Dreadful" in house.blog.visible()[0].content_raw)


async def shown_queue(house: House, text: str) -> Answer:
    for _try in range(50):
        queue = await house.owner.use_command("queue", in_channel=house.channel)
        if text in queue.text:
            return queue
    raise AssertionError(f"{text} never came into the queue")


async def test_a_purge_is_held_until_the_author_says_a_word(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_ids = [await published(house, thread, f"Reply {number}") for number in range(4)]
    direct = house.loopback.world.dm_channel(house.owner.user)

    house.loopback.world.delete_many(thread, message_ids)
    await house.until(lambda: [m for m in house.loopback.world.messages(direct.id) if "Keep them" in m.button_labels])
    notice = house.loopback.world.messages(direct.id)[-1]
    assert len(house.blog.visible()) == 4
    await house.press(house.owner, notice, "Take them off the blog")

    await house.until(lambda: not house.blog.visible())


async def test_a_deleted_thread_takes_few_comments_along(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    await published(house, thread, "Only one")

    house.loopback.world.remove_channel(thread)

    await house.until(lambda: not house.blog.visible())


async def test_losing_the_guild_changes_nothing_on_the_blog(empty_house: House) -> None:
    """T14."""
    house = empty_house
    async with house.running() as bot:
        await house.connected()
        thread = await house.thread()
        await published(house, thread, "Only one")

        house.loopback.world.remove_bot(house.guild)

        await house.until(lambda: bot.get_guild(house.guild.id) is None)
        assert len(house.blog.visible()) == 1


async def test_what_a_lost_session_did_not_tell_is_read_afterwards(house: House) -> None:
    """F24: Discord replays nothing to a session that begins anew."""
    await house.connected()
    thread = await house.thread()
    edited = await published(house, thread, "Before")
    deleted = await published(house, thread, "Never mind")
    gateway = house.loopback.gateway
    gateway.lose_next("MESSAGE_UPDATE")
    gateway.lose_next("MESSAGE_DELETE")
    await house.owner.edit(thread, edited, "After")
    await house.owner.delete(thread, deleted)

    gateway.invalidate()

    await house.until(lambda: [comment.content_raw for comment in house.blog.visible()] == ["<p>After</p>"])


async def test_what_happened_while_the_bot_was_stopped_is_read_at_its_start(empty_house: House) -> None:
    """F24: nor to a bot that was away."""
    house = empty_house
    async with house.running():
        await house.connected()
        thread = await house.thread()
        edited = await published(house, thread, "Before")
        deleted = await published(house, thread, "Never mind")
    await house.owner.edit(thread, edited, "After")
    await house.owner.delete(thread, deleted)

    async with house.running():
        await house.until(lambda: [comment.content_raw for comment in house.blog.visible()] == ["<p>After</p>"])


async def test_the_author_moderates_from_the_messages_menu(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await published(house, thread, "Hello")
    menu = await house.owner.use_menu("Moderate comment", thread, message_id)
    assert "Stop relaying in this thread" in menu.buttons

    await house.press(house.owner, menu, "Mark as spam")
    await house.until(lambda: not house.blog.visible())
    again = await house.owner.use_menu("Moderate comment", thread, message_id)
    await house.press(house.owner, again, "Approve")
    await house.until(house.blog.visible)


async def test_what_the_owner_decides_on_the_blog_is_shown_in_the_thread(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await published(house, thread, "Hello")
    message = house.loopback.world.message(thread.id, message_id)
    await house.until(lambda: message.reactions)

    house.blog.set_status(house.blog.visible()[0].comment_id, CommentStatus.SPAM)

    await house.until(lambda: not message.reactions)


async def test_without_the_intent_an_edit_asks_its_writer(begin: Begin, contract: OpenApiContract | None) -> None:
    async with LoopbackDiscord.serve(approved_intents=0, contract=contract) as loopback:
        with a_house(loopback, begin) as house:
            await _edit_unseen(house)


async def _edit_unseen(house: House) -> None:
    async with house.running() as bot:
        assert not bot.intents.message_content
        await house.connected()
        thread = await house.thread()
        message_id = await published(house, thread, "Before")

        await house.owner.edit(thread, message_id, "After")
        await house.until(lambda: any("Leave it as it is" in m.button_labels for m in house.owner.sees(thread)))
        assert house.blog.visible()[0].content_raw == "<p>Before</p>"
        shown = await house.owner.use_menu("Send to blog", thread, message_id)
        await house.press(house.owner, shown, "Send the edited text")

        await house.until(lambda: house.blog.visible()[0].content_raw == "<p>After</p>")


async def test_a_refusal_is_told_in_the_answer_to_the_click_and_nowhere_else(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    said = await house.mira.say(thread, "Hello")
    preview = await house.mira.use_menu("Send to blog", thread, said)
    sent = await house.press(house.mira, preview, "Send")
    assert "looks at it first" in sent.text

    queue = await house.owner.use_command("queue", in_channel=house.channel)
    await house.press(house.owner, queue, "Not 1")

    await house.until(lambda: "decided not to publish it" in sent.text)
    assert sent.is_ephemeral
    assert [one.is_ephemeral for one in house.mira.sees(thread) if "decided" in one.text] == [True]


async def test_a_deputy_with_the_authors_role_moderates_and_the_card_says_so(house: House) -> None:
    await house.connected()
    editors = house.loopback.world.add_role(house.guild, "Editors")
    await house.owner.use_command("blog settings", in_channel=house.channel, author_role=editors.id)
    eda = house.loopback.member(house.guild, "Eda", roles=[editors])
    thread = await house.thread()
    message_id = await published(house, thread, "Hello")

    menu = await eda.use_menu("Moderate comment", thread, message_id)
    await house.press(eda, menu, "Mark as spam")
    await house.until(lambda: not house.blog.visible())
    again = await house.owner.use_menu("Moderate comment", thread, message_id)
    assert f"Decided by <@{eda.id}>" in again.text

    refused = await house.mira.use_menu("Moderate comment", thread, message_id)
    assert "Only the blog's author" in refused.text


async def test_what_the_blog_holds_is_approved_from_the_queue_which_stays_in_sight(house: House) -> None:
    await house.connected()
    await house.owner.use_command("blog settings", in_channel=house.channel, policy="direct")
    thread = await house.thread()
    for text in ("First", "Second"):
        preview = await house.mira.use_menu("Send to blog", thread, await house.mira.say(thread, text))
        await house.press(house.mira, preview, "Send")
    await house.until(lambda: len(house.blog.comments) == 2)
    queue = await shown_queue(house, "2 replies wait for you")

    await house.press(house.owner, queue, "Approve 1")

    await house.until(house.blog.visible)
    assert [comment.content_raw for comment in house.blog.visible()] == ["<p>First</p>"]
    assert "Approve 2" in queue.buttons
