"""A member with all that a member can have here, and not one trace of them after *Forget me*."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.models import Actor, CommentDraft, Reply
from bot.services.commenting.mirrors import Mirrors
from db.engine import Store
from db.models import StoredPost
from tests.services.members.test_privacy import DANA, a_forgetting, a_privacy, dana, picked_by_dana, traces
from tests.services.relay_world import (
    GUILD,
    POST_ID,
    QUEUE_CHANNEL,
    THREAD,
    World,
    author,
    other,
    shown_text,
)
from tests.services.relaying.test_edits import NOON

IDS = [str(DANA).encode(), DANA.to_bytes(8, "big")]
"""As text in cards and wordings, and as SQLite stores a number of eight bytes."""
NAMES = [b"Quillfeather"]
TEXTS = [
    b"Zanzibar",  # sent and published
    b"Xylophone",  # an edit that waits for the author
    b"Wolfram",  # an edit that went to the blog
    b"Velociraptor",  # typed in the preview
    b"Thunderclap",  # waits for the author
    b"Sassafras",  # held, for its message vanished with others
    b"Rhododendron",  # the author asked for it
    b"Quicksilver",  # another member suggested it
    b"Periwinkle",  # taken back before
]
REPLACED = b"Umbrella"
"""What another text took the place of in the preview; only the log may still have it."""


def said(world: World, message_id: int, text: str, **facts: object) -> Reply:
    return world.reply(message_id, text, writer_id=DANA, writer_name="Dana Quillfeather", **facts)


async def sent(world: World, message_id: int, text: str) -> None:
    await world.pick(said(world, message_id, text), dana())
    await press_send(world, message_id)


async def press_send(world: World, message_id: int) -> None:
    relay = await world.relay(message_id)
    shown = await world.relays.see(relay.id, relay.guard, dana())
    send = next(one for one in shown.buttons if ":send:" in (one.custom_id or ""))
    await world.relays.send(relay.id, str(send.custom_id).rsplit(":", 1)[1], dana(), world.interaction())


async def edit(world: World, message_id: int, text: str, *, minutes: int) -> None:
    await world.relays.edits.message_edited(said(world, message_id, text, edited_at=NOON + timedelta(minutes=minutes)))


async def publish_edit(world: World, message_id: int) -> None:
    relay = await world.relay(message_id)
    await world.relays.edits.publish(relay.id, relay.guard, author())
    await world.run()


async def a_life_as_writer(world: World) -> None:
    await picked_by_dana(world, 500, "Zanzibar")
    await edit(world, 500, "Wolfram", minutes=1)
    await publish_edit(world, 500)
    await edit(world, 500, "Xylophone", minutes=2)
    await world.pick(said(world, 501, "Umbrella"), dana())
    relay = await world.relay(501)
    await world.relays.change(relay.id, dana(), text="Velociraptor", name="Dana Quillfeather")
    await sent(world, 502, "Thunderclap")
    for message_id in range(510, 514):
        await picked_by_dana(world, message_id, f"Sassafras {message_id}")
    await world.relays.removals.messages_deleted(range(510, 514))
    await world.pick(said(world, 520, "Rhododendron"), author())
    await world.pick(said(world, 521, "Quicksilver"), other())
    await picked_by_dana(world, 522, "Periwinkle")
    await world.relays.message_deleted(522)
    relay = await world.relay(500)
    await world.relays.moderation.trust(relay.id, relay.guard, author())
    await a_privacy(world).never_ask(dana())


async def a_life_beside(world: World) -> None:
    """Somebody answers her on Discord, a reader does on the blog, and she suggests, pings and decides."""
    await world.agreed(530, content="I agree with that", replied_to_message_id=500)
    manager = Actor(user_id=DANA, guild_id=GUILD, name="Dana Quillfeather", may_manage_guild=True)
    world.give_rights(DANA)
    relay = await world.relay(530)
    await world.relays.publish(relay.id, relay.guard, manager)
    await world.run()
    await world.pick(world.reply(540, "Worth reading"), dana())
    await world.relays.moderation.stop_thread(1, "00000000", manager)
    world.give_rights(DANA, may_manage_guild=False)
    await an_answer_on_the_blog(world)


async def an_answer_on_the_blog(world: World) -> None:
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().post_id = POST_ID
    mirrors = Mirrors(
        world.begin, world.blogs, world.box, world.clock, world.randomness, world._wake, interval_seconds=60
    )
    await mirrors.look()
    await mirrors.ping_me(dana())
    world.blog.store(
        CommentDraft(
            post_id=POST_ID,
            parent_id=(await world.relay(500)).comment_id or 0,
            content_html="So true!",
            author_url="",
            author_name="Rosa",
            author_email="rosa@reader.example",
            is_approved=True,
        )
    )
    world.wait(minutes=5)
    await mirrors.look()
    await world.run()


@pytest.fixture
async def emails(world: World) -> Sequence[bytes]:
    """Live all of it; return the e-mails that stood for her."""
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await a_life_as_writer(world)
    await world.run()
    await a_life_beside(world)
    comment = world.blog.comments[(await world.relay(500)).comment_id or 0]
    return [comment.author_email.encode()]


async def test_privacy_tells_all_of_it(world: World, emails: Sequence[bytes]) -> None:
    told = shown_text(await a_privacy(world).overview(dana()))
    assert emails
    for sentence in (
        "9 messages of yours that were picked for a blog",
        "recorded yeses of yours",
        "1 e-mail address that stands for you",
        "Your id on 1 reply of somebody else that you picked or decided",
        "1 message of yours that others suggest for the blog, with its text",
        "That you suggested 1 reply of somebody else",
        "Your id on 1 other thing that you decided for a blog",
        "What the author of 1 blog noted about your replies",
        "pinged in this server when a reader answers you",
        "do not want to be asked in this server",
    ):
        assert sentence in told


async def test_id_name_and_texts_are_in_the_file_or_its_log_before_and_none_of_them_after(
    world: World, store: Store, database_url: str, emails: Sequence[bytes]
) -> None:
    needles = [*IDS, *NAMES, *TEXTS, *emails]
    gone = [REPLACED, DANA.to_bytes(8, "little")]
    assert traces(database_url, needles=needles) == needles

    await a_privacy(world).forget(dana())
    await world.run()
    forgetting = a_forgetting(world, store)
    await forgetting.let_go()
    await world.run()
    await forgetting.let_go()

    assert traces(database_url, needles=[*needles, *gone]) == []
    in_discord = str(world.chat.messages_in(QUEUE_CHANNEL) + world.chat.messages_in(THREAD))
    assert [one for one in (*IDS[:1], *NAMES, *TEXTS, REPLACED) if one.decode() in in_discord] == []
    assert sorted(comment.content_raw for comment in world.blog.visible()) == [
        "<p>I agree with that</p>",
        "Removed by its writer.",
        "So true!",
    ]
