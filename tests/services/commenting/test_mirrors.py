from dataclasses import replace

from sqlalchemy import select

from bot.domain.errors import BlogCredentialsError, TemporaryError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Comment, CommentDraft, CommentStatus
from bot.services.commenting.mirrors import Mirrors
from db import ledger
from db.answer_models import BlogComment
from db.models import StoredBlog, StoredPost
from tests.services.relay_world import POST_ID, QUEUE_CHANNEL, THREAD, WRITER, World, other, writer

INTERVAL = 300.0


def some_mirrors(world: World) -> Mirrors:
    return Mirrors(
        world.begin,
        world.blogs,
        world.box,
        world.clock,
        world.randomness,
        world._wake,
        interval_seconds=INTERVAL,
    )


async def look(world: World) -> None:
    """Look once, and let the messages be sent."""
    await some_mirrors(world).look()
    await world.run()
    world.wait(seconds=INTERVAL)


async def furnished(world: World) -> None:
    """Have a reply on the blog, its post known by its id there, and the first look done."""
    await world.published()
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().post_id = POST_ID
    await world.run()
    await look(world)


def read_by(world: World, text: str, *, parent_id: int = 0, name: str = "Rosa", **facts: object) -> Comment:
    """Have a reader comment on the post."""
    stored = world.blog.store(
        CommentDraft(
            post_id=POST_ID,
            parent_id=parent_id,
            content_html=f"<p>{text}</p>",
            author_url="https://rosa.example/",
            author_name=name,
            author_email="rosa@reader.example",
            is_approved=True,
        )
    )
    changed = replace(stored, **facts)  # type: ignore[arg-type] # the facts are the fields
    world.blog.comments[stored.comment_id] = changed
    return changed


def shown(world: World) -> list[OutgoingMessage]:
    """Return the messages in the thread that show comments."""
    return [one for one in world.chat.messages_in(THREAD) if any("answer:" in (b.custom_id or "") for b in one.buttons)]


def line(world: World) -> str:
    """Return the thread's status line."""
    return "\n".join(
        one.text for one in world.chat.messages_in(THREAD) if "on the blog" in one.text and not one.buttons
    )


async def reply_comment_id(world: World) -> int:
    comment_id = (await world.relay()).comment_id
    assert comment_id is not None
    return comment_id


async def test_an_answer_to_a_relayed_reply_comes_into_the_thread_once_as_a_reply_to_it(world: World) -> None:
    await furnished(world)
    answer = read_by(world, "So <em>true</em>!", parent_id=await reply_comment_id(world))

    await look(world)
    await look(world)

    (message,) = shown(world)
    assert "**Rosa** answers on the blog:" in message.text
    assert "> So *true*!" in message.text
    assert message.replies_to_id == 500
    assert message.pings_user_id is None
    assert [button.url for button in message.buttons if button.url] == [answer.link]


async def test_an_answer_to_an_answer_belongs_to_the_same_reply(world: World) -> None:
    await furnished(world)
    first = read_by(world, "So true!", parent_id=await reply_comment_id(world))
    await look(world)
    read_by(world, "I agree", parent_id=first.comment_id, name="Bert")
    await look(world)

    assert [message.replies_to_id for message in shown(world)] == [500, 500]


async def test_other_comments_are_counted_in_the_line_with_a_link(world: World) -> None:
    await furnished(world)
    read_by(world, "Nice post")
    await look(world)
    assert shown(world) == []
    assert "[1 comment of a reader is on the blog](<https://blog.example/winter-walk/>)." in line(world)

    read_by(world, "Very nice", name="Bert")
    await look(world)
    assert "2 comments of readers" in line(world)


async def test_all_and_none_are_settings(world: World) -> None:
    await furnished(world)
    await world.change(mirror="none")
    read_by(world, "So true!", parent_id=await reply_comment_id(world))
    read_by(world, "Nice post")
    await look(world)
    assert shown(world) == []
    assert "reader" not in line(world)

    await world.change(mirror="all")
    read_by(world, "Welcome", name="Bert")
    await look(world)
    (message,) = shown(world)
    assert "**Bert** writes on the blog:" in message.text
    assert message.replies_to_id is None


async def test_an_edit_and_a_removal_on_the_blog_follow(world: World) -> None:
    await furnished(world)
    answer = read_by(world, "So treu!", parent_id=await reply_comment_id(world))
    await look(world)
    world.blog.comments[answer.comment_id] = replace(answer, content_raw="<p>So true!</p>")
    await look(world)
    (message,) = shown(world)
    assert "So true!" in message.text
    assert "treu" not in message.text

    world.blog.set_status(answer.comment_id, CommentStatus.TRASH)
    await look(world)
    assert shown(world) == []
    async with world.begin() as tx:
        kept = (await tx.scalars(select(BlogComment))).one()
    assert (kept.name, kept.text) == ("", "")

    world.blog.set_status(answer.comment_id, CommentStatus.APPROVED)
    await look(world)
    assert len(shown(world)) == 1


async def test_a_comment_deleted_for_good_leaves_the_thread_and_the_line(world: World) -> None:
    await furnished(world)
    answer = read_by(world, "So true!", parent_id=await reply_comment_id(world))
    counted = read_by(world, "Nice post")
    await look(world)

    del world.blog.comments[answer.comment_id], world.blog.comments[counted.comment_id]
    await look(world)

    assert shown(world) == []
    assert "reader" not in line(world)


async def test_held_and_spam_never_come_until_they_are_published(world: World) -> None:
    await furnished(world)
    parent_id = await reply_comment_id(world)
    held = read_by(world, "Wait for me", parent_id=parent_id, status=CommentStatus.HELD)
    read_by(world, "Buy pills", parent_id=parent_id, status=CommentStatus.SPAM, name="Pills")
    await look(world)
    await look(world)
    assert shown(world) == []

    world.blog.set_status(held.comment_id, CommentStatus.APPROVED)
    await look(world)

    (message,) = shown(world)
    assert "Wait for me" in message.text
    assert "pills" not in message.text.lower()


async def test_our_own_comments_make_no_echo_even_on_an_empty_database(world: World) -> None:
    """T17."""
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().post_id = POST_ID
    await look(world)  # no relay is known here, as after a lost database
    parent = read_by(world, "Of an earlier life", author_url="https://blog.example/#bc-key0000000000000000001")
    read_by(world, "Blanked", author_email="abc@backchannel.invalid", author_url="", parent_id=parent.comment_id)
    await world.change(mirror="all")

    await look(world)

    assert shown(world) == []
    assert line(world) == ""


async def test_fifty_looks_at_twenty_relayed_replies_make_no_echo(world: World) -> None:
    """T17: a thousand times a comment of ours is looked at, and never shown."""
    await furnished(world)
    await world.change(mirror="all")
    for number in range(1, 20):
        await world.published(500 + number, content=f"Reply {number}")
    for _look in range(50):
        await look(world)

    assert len(world.blog.visible()) == 20
    assert shown(world) == []


async def test_what_was_there_before_the_first_look_is_no_news(world: World) -> None:
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().post_id = POST_ID
    read_by(world, "From last year")
    await world.change(mirror="all")

    await look(world)
    await look(world)

    assert shown(world) == []


async def test_a_burst_is_gathered_into_few_messages(world: World) -> None:
    await furnished(world)
    parent_id = await reply_comment_id(world)
    for number in range(6):
        read_by(world, f"Answer {number}. " + "Long words. " * 200, parent_id=parent_id, name=f"Reader {number}")

    await look(world)

    assert len(shown(world)) == 2
    assert all(len(message.text) <= 2000 for message in shown(world))
    assert len(await world.rows(ledger.Purpose.MIRROR)) == 2
    assert "Reader 5" in shown(world)[1].text


async def test_a_flood_is_counted_instead_of_shown(world: World) -> None:
    await furnished(world)
    parent_id = await reply_comment_id(world)
    for number in range(60):
        read_by(world, f"Answer {number}", parent_id=parent_id, name=f"Reader {number}")

    await look(world)

    assert len(shown(world)) == 5
    assert "40 comments of readers" in line(world)


async def test_one_of_several_gathered_comments_is_taken_out_of_its_message(world: World) -> None:
    await furnished(world)
    parent_id = await reply_comment_id(world)
    first = read_by(world, "One", parent_id=parent_id)
    read_by(world, "Two", parent_id=parent_id, name="Bert")
    await look(world)

    world.blog.set_status(first.comment_id, CommentStatus.SPAM)
    await look(world)

    (message,) = shown(world)
    assert "Rosa" not in message.text
    assert "> Two" in message.text


async def test_a_writer_who_opted_in_is_pinged_and_nobody_else_is(world: World) -> None:
    await furnished(world)
    mirrors = some_mirrors(world)
    told = await mirrors.how_to_answer(writer())
    assert [button.label for button in told.buttons] == ["Ping me for answers"]
    await mirrors.ping_me(writer())
    await mirrors.ping_me(other())

    read_by(world, "So true!", parent_id=await reply_comment_id(world))
    await look(world)
    (message,) = shown(world)
    assert message.pings_user_id == WRITER
    assert message.text.startswith(f"<@{WRITER}>\n")

    await mirrors.ping_not(writer())
    read_by(world, "Indeed", parent_id=await reply_comment_id(world), name="Bert")
    await look(world)
    assert shown(world)[1].pings_user_id is None


async def mirrored_message_id(world: World) -> int:
    (row,) = await world.rows(ledger.Purpose.MIRROR)
    assert row.message_id is not None
    return row.message_id


async def test_a_reply_to_a_mirrored_comment_nests_under_that_comment(world: World) -> None:
    await furnished(world)
    answer = read_by(world, "So true!", parent_id=await reply_comment_id(world))
    await look(world)

    await world.published(501, content="Thank you", replied_to_message_id=await mirrored_message_id(world))

    relay = await world.relay(501)
    assert world.blog.comments[relay.comment_id or 0].parent_id == answer.comment_id


async def test_it_nests_under_the_nearest_published_ancestor_when_that_comment_is_gone(world: World) -> None:
    await furnished(world)
    reply_id = await reply_comment_id(world)
    answer = read_by(world, "So true!", parent_id=reply_id)
    await look(world)
    message_id = await mirrored_message_id(world)
    world.blog.set_status(answer.comment_id, CommentStatus.SPAM)
    await look(world)

    await world.published(501, content="Thank you", replied_to_message_id=message_id)

    relay = await world.relay(501)
    assert world.blog.comments[relay.comment_id or 0].parent_id == reply_id


async def test_a_reply_to_a_message_with_several_comments_nests_under_what_they_answer(world: World) -> None:
    await furnished(world)
    reply_id = await reply_comment_id(world)
    read_by(world, "One", parent_id=reply_id)
    read_by(world, "Two", parent_id=reply_id, name="Bert")
    await look(world)

    await world.published(501, content="Thank you both", replied_to_message_id=await mirrored_message_id(world))

    relay = await world.relay(501)
    assert world.blog.comments[relay.comment_id or 0].parent_id == reply_id


async def test_hostile_names_and_words_stay_words(world: World) -> None:
    await furnished(world)
    read_by(
        world,
        '@everyone <a href="javascript:x">click</a> &lt;@2&gt; [a](https://evil.example)',
        parent_id=await reply_comment_id(world),
        name="**@here** &lt;@1&gt; [x](https://evil.example)",
    )
    await look(world)

    (message,) = shown(world)
    assert message.text == (
        "**\\*\\*@\u200bhere\\*\\* \\<\\@1> \\[x\\](https\\://evil.example)** answers on the blog:\n"
        "> @\u200beveryone click \\<\\@2> \\[a\\](https\\://evil.example)"
    )
    assert message.pings_user_id is None


async def test_a_blog_that_is_away_is_looked_at_again_in_its_turn(world: World) -> None:
    await furnished(world)
    read_by(world, "So true!", parent_id=await reply_comment_id(world))
    world.blog.faults.before("comments_after", TemporaryError("away"))
    await some_mirrors(world).look()
    await some_mirrors(world).look()
    assert world.blog.faults.count("comments_after") == 2  # the first look's, and the one that failed

    world.wait(seconds=INTERVAL)
    await look(world)
    assert len(shown(world)) == 1


async def test_a_refused_password_ends_the_looking_and_is_told_once(world: World) -> None:
    await furnished(world)
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    world.blog.faults.before("comments_after", BlogCredentialsError("no"), BlogCredentialsError("no"))
    await look(world)
    await look(world)

    assert world.blog.faults.count("comments_after") == 2
    assert len([one for one in world.chat.messages_in(QUEUE_CHANNEL) if "no longer accepts" in one.text]) == 1
    async with world.begin() as tx:
        assert (await tx.scalars(select(StoredBlog))).one().state == "credentials"


async def test_a_message_that_somebody_deleted_is_not_sent_again(world: World) -> None:
    await furnished(world)
    answer = read_by(world, "So treu!", parent_id=await reply_comment_id(world))
    await look(world)
    world.chat.messages[await mirrored_message_id(world)].is_deleted = True
    world.blog.comments[answer.comment_id] = replace(answer, content_raw="<p>So true!</p>")

    await look(world)

    assert shown(world) == []


async def test_known_comments_are_looked_at_by_turns(world: World) -> None:
    await furnished(world)
    first = read_by(world, "First")
    for number in range(120):
        read_by(world, f"Words {number}", name=f"Reader {number}")
    await look(world)
    world.blog.set_status(first.comment_id, CommentStatus.TRASH)

    await look(world)
    await look(world)

    assert "120 comments of readers" in line(world)
