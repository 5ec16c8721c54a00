import re
from urllib.parse import urlsplit

import pytest

from bot.domain.models import CommentStatus
from bot.domain.outcomes import Later
from bot.domain.relays import RelayState, text_hash
from bot.services.relaying.relay_effects import PUBLISHED_EMOJI
from db import ledger
from tests.services.relay_world import (
    THREAD,
    World,
    writer,
)


async def test_an_approved_reply_becomes_one_comment_and_its_thread_is_told(world: World) -> None:
    await world.approved()
    await world.run()

    [comment] = world.blog.visible()
    relay = await world.relay()
    assert comment.content_raw == relay.content_html
    assert comment.author_name == "Dana (via Discord)"
    assert (relay.state, relay.comment_id) == (RelayState.PUBLISHED, comment.comment_id)
    assert world.chat.reactions == {(THREAD, 500, PUBLISHED_EMOJI)}
    [line] = world.chat.messages_in(THREAD)
    assert "1 reply is on the blog" in line.text
    assert comment.link in line.text


async def test_what_is_posted_is_byte_for_byte_what_was_agreed_to(world: World) -> None:
    """T13."""
    await world.published()

    [draft] = world.blog.drafts
    [consent] = await world.consents()
    assert text_hash(draft.author_name or "", draft.content_html) == consent.text_hash


async def test_the_key_is_at_the_end_of_the_link_and_the_email_tells_nothing(world: World) -> None:
    await world.change(invite_url="https://discord.gg/winter#old")
    await world.published()

    [draft] = world.blog.drafts
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    assert draft.author_url == f"https://discord.gg/winter#bc-{row.key}"
    assert re.fullmatch(r"key\d{19}@backchannel\.invalid", draft.author_email or "")  # randomness of a test, not an id
    assert len(draft.author_url.encode()) <= 200


async def test_a_link_too_long_for_the_blog_gives_way_to_the_blogs_address(world: World) -> None:
    await world.change(invite_url="https://discord.gg/" + "a" * 190)
    await world.published()

    assert urlsplit(world.blog.drafts[0].author_url).path == "/winter-walk/"


async def test_one_writer_keeps_one_email_on_a_blog(world: World) -> None:
    """T11."""
    await world.published(500)
    await world.published(501, content="Another thought")

    assert len({draft.author_email for draft in world.blog.drafts}) == 1


async def test_the_line_in_the_thread_is_edited_and_never_repeated(world: World) -> None:
    for message_id in (500, 501, 502):
        await world.approved(message_id, content=f"Reply {message_id}")
        await world.run()

    [line] = world.chat.messages_in(THREAD)
    assert "3 replies are on the blog" in line.text
    assert world.chat.faults.count("send") == 1


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (CommentStatus.HELD, RelayState.HELD, "waits for the moderation"),
        (CommentStatus.SPAM, RelayState.SPAM, "spam"),
        (CommentStatus.TRASH, RelayState.SPAM, "spam"),
    ],
)
async def test_a_comment_that_is_not_public_is_told_to_its_writer_and_to_nobody_else(
    world: World, status: CommentStatus, state: RelayState, words: str
) -> None:
    """F14: 201 is not "published"."""
    await world.change(policy="direct")
    world.blog.default_status = status
    await world.agreed()
    await world.run()

    assert await world.state() == state
    assert words in (await world.pick(world.reply(), writer())).text
    assert world.chat.reactions == set()
    assert world.chat.messages_in(THREAD) == []


async def test_a_reply_to_a_relayed_reply_nests_under_its_comment(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Yes!", replied_to_message_id=500)

    first, second = world.blog.visible()
    assert second.parent_id == first.comment_id


async def test_a_reply_nests_under_an_ancestor_when_its_parent_is_not_published(world: World) -> None:
    await world.published(500)
    await world.agreed(501, content="Waiting", replied_to_message_id=500)
    await world.published(502, content="Third", replied_to_message_id=501)

    first, third = world.blog.visible()
    assert third.parent_id == first.comment_id


async def test_a_reply_to_nothing_on_the_blog_stands_alone(world: World) -> None:
    await world.published(500, replied_to_message_id=444)

    assert world.blog.drafts[0].parent_id == 0


async def test_a_reply_waits_for_its_parent_that_is_on_its_way_but_not_for_ever(world: World) -> None:
    await world.approved(500)
    await world.approved(501, content="Yes!", replied_to_message_id=500)
    assert isinstance(await world.reconcile(501), Later)

    world.wait(minutes=6)
    await world.reconcile(501)

    assert [draft.parent_id for draft in world.blog.drafts] == [0]
