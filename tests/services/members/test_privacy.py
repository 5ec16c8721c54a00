from pathlib import Path

from sqlalchemy import BigInteger, select

from bot.domain.errors import TemporaryError
from bot.domain.messages import Action, OutgoingMessage
from bot.domain.models import Actor, CommentDraft, CommentStatus
from bot.services.commenting.mirrors import Mirrors
from bot.services.members.forgetting import Forgetting
from bot.services.members.privacy import Privacy
from db import ledger
from db.base import Base
from db.engine import Store
from db.models import Note, StoredPost
from tests.services.relay_world import (
    GUILD,
    POST_ID,
    QUEUE_CHANNEL,
    THREAD,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    wanted_message,
    writer,
)

DANA = 8_123_456_789_012_345_678
"""As long as real ids are, so that no other number holds it by chance."""

ABOUT_MEMBERS = {"writer_id", "member_id"}


def dana() -> Actor:
    return Actor(user_id=DANA, guild_id=GUILD, name="Dana")


def a_privacy(world: World) -> Privacy:
    return Privacy(world.begin, world.clock, world.randomness, world._wake)


async def no_scrub() -> None:
    """Leave the file as it is."""


def a_forgetting(world: World, store: Store | None = None) -> Forgetting:
    scrub = store.scrub if store else no_scrub
    return Forgetting(world.begin, world.clock, world.randomness, world._wake, scrub)


async def picked_by_dana(world: World, message_id: int = 500, content: str = "Zanzibar **lanterns**") -> None:
    """Have Dana agree to send a message, and the author publish it."""
    reply = world.reply(message_id, content, writer_id=DANA, writer_name="Dana Quillfeather")
    shown = await world.pick(reply, dana())
    relay_id, guard = button(shown, Action.SEND)
    await world.relays.send(relay_id, guard, dana(), world.interaction())
    relay = await world.relay(message_id)
    await world.relays.publish(relay.id, relay.guard, author())
    await world.run()


def traces(store_url: str, *, needles: list[bytes]) -> list[bytes]:
    """Return which of these bytes are in the database's file or its log."""
    path = store_url.split("///", 1)[1]
    held = b"".join(Path(name).read_bytes() for name in (path, f"{path}-wal"))
    return [needle for needle in needles if needle in held]


async def test_nothing_is_kept_about_somebody_who_did_nothing(world: World) -> None:
    shown = await a_privacy(world).overview(writer())

    assert "Nothing that you wrote" in shown_text(shown)
    assert actions(shown) == ["neverask", "forget"]


async def test_what_is_kept_is_counted_in_sentences(world: World) -> None:
    await world.published(500)
    await world.agreed(501, content="Second thoughts")

    shown = shown_text(await a_privacy(world).overview(writer()))

    assert "2 messages of yours that were picked for a blog, of which 2 with their text" in shown
    assert "2 recorded yeses of yours" in shown
    assert "1 e-mail address that stands for you" in shown


async def test_an_author_is_told_what_they_decided(world: World) -> None:
    await world.published(500)

    assert "Your id on 1 reply of somebody else" in shown_text(await a_privacy(world).overview(author()))


async def test_a_consent_is_shown_with_its_proof_and_can_be_taken_back(world: World) -> None:
    await world.published(500)
    (consent,) = await world.consents()

    shown = await a_privacy(world).consents(writer())

    text = shown_text(shown)
    assert consent.text_hash in text
    assert str(consent.interaction_id) in text
    assert "https://blog.example/" in text
    assert "Anyone can read it" in text
    await world.press(shown, Action.TAKE_OFF, writer())
    await world.run()
    assert world.blog.visible() == []
    again = await a_privacy(world).consents(writer())
    assert "Taken back" in shown_text(again)
    assert actions(again) == []


async def test_many_consents_are_paged(world: World) -> None:
    for message_id in range(500, 504):
        await world.agreed(message_id, content=f"Thought {message_id}")

    first = await a_privacy(world).consents(writer())
    page, _guard = button(first, Action.MY_CONSENTS)
    second = await a_privacy(world).consents(writer(), page=page)

    assert "Page 1 of 2" in shown_text(first)
    assert len(shown_text(first)) < 4000
    assert "4. " in shown_text(second)


async def test_others_see_nothing_of_somebodys_consents(world: World) -> None:
    await world.published(500)

    assert "agreed to nothing" in shown_text(await a_privacy(world).consents(other()))


async def test_taking_everything_back_removes_every_comment(world: World) -> None:
    await world.published(500)
    await world.published(501, content="Second thoughts")
    await world.agreed(502, content="Third")

    told = await a_privacy(world).withdraw_all(writer())
    await world.run()

    assert "3 replies" in told.text
    assert world.blog.visible() == []
    assert [await world.state(message_id) for message_id in (500, 501, 502)] == ["removed", "removed", "withdrawn"]
    assert all(consent.withdrawn_at for consent in await world.consents())
    assert "nothing to take back" in (await a_privacy(world).withdraw_all(writer())).text


async def test_never_ask_again_and_ask_again_are_undone_by_each_other(world: World) -> None:
    privacy = a_privacy(world)
    shown = await privacy.never_ask(writer())
    assert "askagain" in actions(shown)

    await world.pick(world.reply(500), author())
    assert await world.rows(ledger.Purpose.QUESTION) == []

    await privacy.ask_again(writer())
    await world.pick(world.reply(501), author())
    assert len(await world.rows(ledger.Purpose.QUESTION)) == 1


async def test_forgetting_leaves_no_trace_in_the_file_or_its_log(world: World, store: Store, database_url: str) -> None:
    """T14."""
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await picked_by_dana(world)
    await world.pick(world.reply(502, "And more", writer_id=DANA, writer_name="Dana Quillfeather"), author())
    answer = world.reply(501, "Agreed!", replied_to_message_id=500)
    shown = await world.pick(answer, writer())
    await world.press(shown, Action.SEND, writer())
    await world.run()
    needles = [str(DANA).encode(), DANA.to_bytes(8, "big"), b"Quillfeather", b"Zanzibar", b"lanterns"]
    assert traces(database_url, needles=needles) == needles
    assert "Quillfeather" in shown_text(wanted_message(await world.row(ledger.Purpose.QUEUE_CARD, 501)))

    await a_privacy(world).forget(dana())
    forgetting = a_forgetting(world, store)
    await forgetting.let_go()  # too early: the comment is still there
    assert (await world.relay(500)).writer_id == DANA
    await world.run()
    await forgetting.let_go()
    await world.run()

    assert world.blog.visible() == []
    assert traces(database_url, needles=needles) == []
    card = wanted_message(await world.row(ledger.Purpose.QUEUE_CARD, 501))
    assert "Agreed!" in shown_text(card)
    assert "Quillfeather" not in str(world.chat.messages_in(QUEUE_CHANNEL))


async def test_an_author_who_decided_is_forgotten_too(world: World, store: Store, database_url: str) -> None:
    ann = Actor(user_id=DANA, guild_id=GUILD, name="Ann", may_manage_guild=True)
    world.give_rights(DANA)
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.pick(world.reply(500), ann)
    shown = await world.relays.see((await world.relay(500)).id, (await world.relay(500)).guard, writer())
    await world.press(shown, Action.SEND, writer())
    await world.agreed(501, content="Second thoughts")
    relay = await world.relay(501)
    await world.relays.publish(relay.id, relay.guard, ann)
    await world.pick(world.reply(502, "Third"), ann)
    await world.run()
    assert len(world.blog.visible()) == 2

    await a_privacy(world).forget(ann)
    await world.run()
    await a_forgetting(world, store).let_go()
    await world.run()

    assert traces(database_url, needles=[str(DANA).encode(), DANA.to_bytes(8, "big")]) == []
    assert len(world.blog.visible()) == 2
    assert await world.state(502) == "withdrawn"
    assert "somebody who asked to be forgotten" in str(world.chat.messages_in(QUEUE_CHANNEL))


async def test_nobody_asks_a_forgotten_member_and_nothing_is_kept_of_the_wish(world: World) -> None:
    await picked_by_dana(world)
    await a_privacy(world).forget(dana())
    await world.run()
    await a_forgetting(world).let_go()

    told = await world.pick(world.reply(501, "More", writer_id=DANA), author())

    assert "Without a yes of its writer it stays on Discord" in told.text
    assert await world.rows(ledger.Purpose.QUESTION) == []
    assert "Nothing that you wrote" in shown_text(await a_privacy(world).overview(dana()))


async def test_a_forgotten_member_who_clicks_anew_is_relayed_again(world: World) -> None:
    await picked_by_dana(world)
    await a_privacy(world).forget(dana())
    await world.run()
    await a_forgetting(world).let_go()

    await picked_by_dana(world, 501, "A new beginning")

    (comment,) = world.blog.visible()
    assert "A new beginning" in comment.content_raw


async def test_nothing_is_sent_while_somebody_is_being_forgotten(world: World) -> None:
    await a_privacy(world).forget(dana())

    told = await world.pick(world.reply(500, "Wait", writer_id=DANA), dana())

    assert "still under way" in told.text
    assert "You are being forgotten" in (await a_privacy(world).overview(dana())).text


async def test_a_blog_that_never_answers_does_not_keep_somebody_from_being_forgotten(world: World) -> None:
    await picked_by_dana(world)
    await a_privacy(world).forget(dana())
    world.blog.faults.before("read_comment", *[TemporaryError("away")] * 50)
    await world.run()
    await a_forgetting(world).let_go()
    assert (await world.relay(500)).writer_id == DANA

    world.wait(days=7)
    await a_forgetting(world).let_go()

    assert "Nothing that you wrote" in shown_text(await a_privacy(world).overview(dana()))


async def test_texts_are_purged_thirty_days_after_the_end_and_hashes_stay(world: World) -> None:
    """T18."""
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await world.published(500, content="Zanzibar")
    await world.agreed(501, content="Lanterns")
    relay = await world.relay(501)
    await world.relays.refuse(relay.id, relay.guard, author())
    await world.published(502, content="It stays")
    await a_privacy(world).withdraw_all(other())
    await world.relays.message_deleted(500)
    await world.run()

    world.wait(days=29)
    await a_forgetting(world).let_go()
    assert (await world.relay(500)).source == "Zanzibar"
    world.wait(days=1)
    await a_forgetting(world).let_go()
    await world.run()

    for message_id in (500, 501):
        relay = await world.relay(message_id)
        assert (relay.source, relay.content_html, relay.name) == (None, None, "")
        assert relay.text_hash
        for purpose in (ledger.Purpose.COMMENT, ledger.Purpose.QUEUE_CARD):
            row = await world.row(purpose, message_id)
            held = str((row.wanted, row.applied, row.sent)) if row else ""
            assert "Zanzibar" not in held
            assert "Lanterns" not in held
    assert (await world.relay(502)).source == "It stays"
    assert len(await world.consents()) == 3
    assert "Lanterns" not in str(world.chat.messages_in(QUEUE_CHANNEL))


async def test_a_refusal_whose_text_was_purged_cannot_be_undone(world: World) -> None:
    await world.agreed(500)
    relay = await world.relay(500)
    await world.relays.refuse(relay.id, relay.guard, author())
    world.wait(days=30)
    await a_forgetting(world).let_go()

    told = await world.relays.undo(relay.id, relay.guard, author())

    assert await world.state() == "refused"
    assert actions(told) == []


async def test_a_text_that_something_is_still_to_be_done_with_is_not_purged(world: World) -> None:
    await world.published(500)
    world.blog.set_status(next(iter(world.blog.comments)), CommentStatus.APPROVED)
    await world.relays.message_deleted(500)
    world.wait(days=31)

    await a_forgetting(world).let_go()

    assert (await world.relay(500)).source is not None


async def test_the_mark_is_made_with_a_salt_of_this_database(world: World) -> None:
    """T14."""
    await picked_by_dana(world)
    await a_privacy(world).forget(dana())
    await world.run()
    await a_forgetting(world).let_go()

    async with world.begin() as tx:
        note = await tx.get(Note, "salt_of_marks")
    assert note is not None
    assert len(note.value) >= 44


def test_every_column_that_could_name_a_member_is_known_to_forgetting() -> None:
    """T14: a new id column must be the guild's, the blog's, or one that forgetting deletes or empties."""
    named = {
        column.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger)
    }
    harmless = {
        "post_id", "guild_id", "channel_id", "author_role_id", "ping_role_id", "queue_channel_id", "message_id",
        "thread_id", "parent_message_id", "comment_id", "interaction_id", "subscription_id", "announcement_id",
        "relay_id", "after_id", "mirror_id", "newest_comment_id", "parent_comment_id", "gone_message_id",
    }  # fmt: skip
    assert {name for name in named - harmless - ABOUT_MEMBERS if not name.endswith("_by")} == set()


async def test_the_thread_no_longer_names_a_forgotten_member(world: World) -> None:
    await picked_by_dana(world)
    await world.published(501)
    assert "Quillfeather" in str(world.chat.messages_in(THREAD))

    await a_privacy(world).forget(dana())
    await world.run()
    await a_forgetting(world).let_go()
    await world.run()

    shown: list[OutgoingMessage] = world.chat.messages_in(THREAD)
    assert "Quillfeather" not in str(shown)
    assert "1 reply is on the blog" in str(shown)


async def test_answers_of_readers_stay_and_no_longer_name_a_forgotten_member(
    world: World, store: Store, database_url: str
) -> None:
    await picked_by_dana(world)
    async with world.begin() as tx:
        (await tx.scalars(select(StoredPost))).one().post_id = POST_ID
    mirrors = Mirrors(
        world.begin, world.blogs, world.box, world.clock, world.randomness, world._wake, interval_seconds=60
    )
    await mirrors.look()
    await mirrors.ping_me(dana())
    assert "pinged in this server" in shown_text(await a_privacy(world).overview(dana()))
    draft = CommentDraft(
        post_id=POST_ID,
        parent_id=(await world.relay()).comment_id or 0,
        content_html="So true!",
        author_url="",
        author_name="Rosa",
        author_email="rosa@reader.example",
        is_approved=True,
    )
    world.blog.store(draft)
    world.wait(minutes=5)
    await mirrors.look()
    await world.run()
    assert f"<@{DANA}>" in str(world.chat.messages_in(THREAD))

    await a_privacy(world).forget(dana())
    await world.run()
    forgetting = a_forgetting(world, store)
    await forgetting.let_go()
    await world.run()

    assert f"<@{DANA}>" not in str(world.chat.messages_in(THREAD))
    assert "So true!" in str(world.chat.messages_in(THREAD))
    assert traces(database_url, needles=[str(DANA).encode(), DANA.to_bytes(8, "big")]) == []
