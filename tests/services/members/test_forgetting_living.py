"""What forgetting does about edits, about what authors think of a writer, and about messages that vanished together."""

from sqlalchemy import select

from bot.domain.messages import Action
from db import ledger
from db.base import Base
from db.models import Consent, LedgerRow, WriterStance
from tests.services.members.test_privacy import DANA, a_forgetting, a_privacy, dana, picked_by_dana
from tests.services.relay_world import QUEUE_CHANNEL, THREAD, World, author, button, shown_text
from tests.services.relaying.test_edits import edited


async def forgotten(world: World) -> None:
    await a_privacy(world).forget(dana())
    await world.run()
    await a_forgetting(world).let_go()
    await world.run()


async def test_a_stance_is_told_about_and_goes_with_the_member(world: World) -> None:
    await picked_by_dana(world)
    relay = await world.relay(500)
    await world.relays.moderation.trust(relay.id, relay.guard, author())
    assert "to trust them" in shown_text(await a_privacy(world).overview(dana()))

    await forgotten(world)

    async with world.begin() as tx:
        assert (await tx.scalars(select(WriterStance))).all() == []


async def test_a_purged_reply_keeps_no_edit_either(world: World) -> None:
    await world.published(500)
    await world.relays.edits.message_edited(edited(world, "Zanzibar lanterns"))
    assert (await world.relay(500)).edit_source is not None
    await world.relays.message_deleted(500)
    await world.run()
    known = await world.relay(500)
    async with world.begin() as tx:
        relay = await tx.merge(known)
        relay.edit_source = relay.edit_html = relay.edit_hash = "left over"
    world.wait(days=31)

    await a_forgetting(world).let_go()

    relay = await world.relay(500)
    assert [relay.edit_state, relay.edit_source, relay.edit_html, relay.edit_hash] == [None] * 4


async def test_who_let_an_edit_through_and_was_forgotten_is_named_nowhere(world: World) -> None:
    await world.published(500)
    await world.relays.edits.message_edited(edited(world, "Better words"))
    known = await world.relay(500)
    async with world.begin() as tx:
        row = (await tx.scalars(select(LedgerRow).where(LedgerRow.kind == ledger.Kind.COMMENT.value))).one()
        row.wanted = {**(row.wanted or {}), "decided_by": DANA}
        row.sent = row.wanted
        relay = await tx.merge(known)
        relay.edit_decided_by = DANA

    await forgotten(world)

    async with world.begin() as tx:
        for table in Base.metadata.sorted_tables:
            assert str(DANA) not in str((await tx.execute(select(table))).all()), table.name


async def test_the_notice_about_vanished_messages_no_longer_names_a_forgotten_member(world: World) -> None:
    await world.change(queue_channel_id=QUEUE_CHANNEL)
    await picked_by_dana(world)
    for message_id in (501, 502, 503):
        await world.published(message_id, content=f"Reply {message_id}")
    await world.relays.removals.thread_deleted(THREAD)
    await world.run()
    async with world.begin() as tx:
        query = select(LedgerRow).where(LedgerRow.purpose == ledger.Purpose.REMOVAL_QUESTION.value)
        assert "Quillfeather" in str((await tx.scalars(query)).one().wanted)

    await forgotten(world)

    async with world.begin() as tx:
        row = (await tx.scalars(query)).one()
        assert "Quillfeather" not in f"{row.wanted}{row.applied}{row.sent}"
        assert "3 messages" in str(row.wanted)


async def test_a_yes_without_a_click_is_shown_with_the_edit_that_it_came_from(world: World) -> None:
    await picked_by_dana(world)
    reply = world.reply(500, "Later words", writer_id=DANA, writer_name="Dana Quillfeather", edited_at=world.clock())
    await world.relays.edits.message_edited(reply)

    shown = shown_text(await a_privacy(world).consents(dana()))

    assert "You edited your message" in shown
    assert "interaction None" not in shown


async def test_the_edit_is_not_sent_under_words_that_were_not_shown(world: World) -> None:
    await picked_by_dana(world)
    relay = await world.relay(500)
    await world.relays.edits.message_edited(
        world.reply(500, None, writer_id=DANA, writer_name="Dana Quillfeather", edited_at=world.clock())
    )
    shown = await world.pick(world.reply(500, "Later words", writer_id=DANA, edited_at=world.clock()), dana())
    relay_id, guard = button(shown, Action.EDIT_SEND)
    await world.change(policy="direct")

    again = await world.relays.edits.send(relay_id, guard, dana(), world.interaction())

    assert button(again, Action.EDIT_SEND) != (relay_id, guard)
    async with world.begin() as tx:
        assert len((await tx.scalars(select(Consent).where(Consent.relay_id == relay.id))).all()) == 1
