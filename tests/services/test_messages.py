import pytest

from bot.domain.errors import GoneError, NoAccessError, PermanentError, UnknownResultError
from bot.domain.messages import Action, Button, OutgoingMessage, button_id
from bot.domain.outcomes import Closed, Settled
from bot.services.messages import Messages, wish
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow
from tests.conftest import TestClock
from tests.fakes import Crash, FakeChat

CHANNEL = 20
SUBJECT = ledger.Subject(subscription_id=1, announcement_id=2)


class Watcher:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.applied: list[int | None] = []
        self.given_up: list[str] = []
        self.waits: list[str] = []

    async def message_applied(self, tx: Transaction, row: LedgerRow) -> None:
        self.applied.append(row.message_id)

    async def message_waits(self, tx: Transaction, row: LedgerRow, error: NoAccessError) -> None:
        self.waits.append(str(error))

    async def message_given_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        self.given_up.append(reason)


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def messages(begin: Begin, chat: FakeChat, clock: TestClock, watcher: Watcher) -> Messages:
    return Messages(begin, chat, clock, {ledger.Purpose.ANNOUNCEMENT: watcher})


def card(text: str, *, row_id: int = 1) -> OutgoingMessage:
    return OutgoingMessage(
        text=text, buttons=(Button(label="Go", custom_id=button_id(Action.SEE, row_id, "00000000")),)
    )


async def want(
    begin: Begin,
    clock: TestClock,
    message: OutgoingMessage | None,
    *,
    channel_id: int | None = CHANNEL,
    **extra: object,
) -> int:
    wanted = None if message is None else {**wish(message), **extra}
    async with begin() as tx:
        row = await ledger.want(
            tx,
            ledger.Purpose.ANNOUNCEMENT,
            SUBJECT,
            wanted,
            kind=ledger.Kind.MESSAGE,
            key="nonce",
            now=clock(),
            channel_id=channel_id,
        )
        return row.id


async def read(begin: Begin, row_id: int) -> LedgerRow:
    async with begin() as tx:
        return await ledger.get(tx, row_id)


async def test_message_is_sent_once_and_its_id_is_kept(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages, watcher: Watcher
) -> None:
    row_id = await want(begin, clock, card("hello"))
    assert await messages.reconcile(row_id) == Settled()
    assert await messages.reconcile(row_id) == Settled()
    [sent] = chat.messages.values()
    assert (await read(begin, row_id)).message_id == sent.message_id
    assert watcher.applied == [sent.message_id]
    assert chat.faults.count("send") == 1


async def test_lost_answer_does_not_send_twice_when_the_nonce_is_forgotten(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("hello"))
    chat.faults.after("send", UnknownResultError("lost"))
    with pytest.raises(UnknownResultError):
        await messages.reconcile(row_id)
    next(iter(chat.messages.values())).nonce = "forgotten"
    await messages.reconcile(row_id)
    assert len(chat.messages) == 1
    assert chat.faults.count("send") == 1


@pytest.mark.parametrize("call", ["newest_message_id", "send"])
async def test_death_before_the_message_is_there_sends_it_at_the_next_try(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages, call: str
) -> None:
    row_id = await want(begin, clock, card("hello"))
    chat.faults.before(call, Crash())
    with pytest.raises(Crash):
        await messages.reconcile(row_id)
    await messages.reconcile(row_id)
    assert len(chat.messages) == 1


async def test_message_that_changed_its_mind_while_half_sent_is_found_by_what_was_sent_and_then_edited(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, OutgoingMessage(text="old"))
    chat.faults.after("send", Crash())
    with pytest.raises(Crash):
        await messages.reconcile(row_id)
    await want(begin, clock, OutgoingMessage(text="new"))
    next(iter(chat.messages.values())).nonce = "forgotten"
    await messages.reconcile(row_id)
    [sent] = chat.messages.values()
    assert sent.message.text == "new"


async def test_equal_message_of_another_row_is_not_taken_for_ours(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    async with begin() as tx:
        other = await ledger.want(
            tx,
            ledger.Purpose.FIRST_LINE,
            SUBJECT,
            wish(OutgoingMessage(text="same")),
            kind=ledger.Kind.MESSAGE,
            key="other",
            now=clock(),
            channel_id=CHANNEL,
        )
    row_id = await want(begin, clock, OutgoingMessage(text="same"))
    chat.faults.before("send", Crash())
    with pytest.raises(Crash):
        await messages.reconcile(row_id)
    await messages.reconcile(other.id)
    await messages.reconcile(row_id)
    assert len(chat.messages) == 2


async def test_twin_of_a_lost_answer_is_deleted_and_the_older_stays(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("hello"))
    chat.faults.after("send", Crash())
    with pytest.raises(Crash):
        await messages.reconcile(row_id)
    [older] = chat.messages.values()
    twin = await chat.send(CHANNEL, card("hello"), nonce="another")
    await messages.reconcile(row_id)
    assert not older.is_deleted
    assert chat.messages[twin].is_deleted


async def test_message_nobody_wants_any_more_is_deleted(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("hello"))
    await messages.reconcile(row_id)
    await want(begin, clock, None)
    assert await messages.reconcile(row_id) == Settled()
    assert chat.messages_in(CHANNEL) == []
    assert (await read(begin, row_id)).message_id is None


async def test_message_unwanted_before_it_was_sent_is_never_sent(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("hello"))
    await want(begin, clock, None)
    assert await messages.reconcile(row_id) == Settled()
    assert chat.messages == {}


async def test_message_unwanted_while_half_sent_is_found_and_deleted(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("hello"))
    chat.faults.after("send", Crash())
    with pytest.raises(Crash):
        await messages.reconcile(row_id)
    await want(begin, clock, None)
    await messages.reconcile(row_id)
    assert chat.messages_in(CHANNEL) == []
    assert chat.faults.count("send") == 1


async def test_message_that_somebody_deleted_is_never_sent_again(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    """F18: deleting it was a decision."""
    row_id = await want(begin, clock, card("hello"))
    await messages.reconcile(row_id)
    chat.faults.before("edit", GoneError("deleted", reason="message_deleted"))
    await want(begin, clock, card("changed"))
    assert await messages.reconcile(row_id) == Closed("message_deleted")
    assert chat.faults.count("send") == 1


async def test_direct_message_goes_to_the_one_it_names(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    row_id = await want(begin, clock, card("psst"), channel_id=None, direct_user_id=77)
    await messages.reconcile(row_id)
    assert [message.text for message in chat.messages_in(1_000_077)] == ["psst"]


async def test_direct_message_without_a_name_goes_to_the_guilds_owner(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    chat.owners[10] = 78
    row_id = await want(begin, clock, card("psst"), channel_id=None, owner_of_guild_id=10)
    await messages.reconcile(row_id)
    assert [message.text for message in chat.messages_in(1_000_078)] == ["psst"]


async def test_closed_direct_messages_leave_a_line_without_text_in_the_channel(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    extra = {
        "direct_user_id": 77,
        "fallback": OutgoingMessage(text="Something waits.").to_json(),
        "fallback_channel_id": CHANNEL,
    }
    row_id = await want(begin, clock, card("secret words"), channel_id=None, **extra)
    chat.faults.before("send", PermanentError("closed", reason="dms_closed"))
    await messages.reconcile(row_id)
    assert [message.text for message in chat.messages_in(CHANNEL)] == ["Something waits."]
    assert chat.messages_in(1_000_077) == []


async def test_watcher_hears_of_a_message_that_was_given_up(
    begin: Begin, clock: TestClock, messages: Messages, watcher: Watcher
) -> None:
    row_id = await want(begin, clock, card("hello"))
    async with begin() as tx:
        await messages.gave_up(tx, await ledger.get(tx, row_id), "automod")
    assert watcher.given_up == ["automod"]


async def test_direct_messages_that_cannot_even_be_opened_leave_the_line_in_the_channel(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    extra = {
        "direct_user_id": 77,
        "fallback": OutgoingMessage(text="Something waits.").to_json(),
        "fallback_channel_id": CHANNEL,
    }
    row_id = await want(begin, clock, card("secret words"), channel_id=None, **extra)
    chat.faults.before("direct_channel", PermanentError("closed", reason="dms_closed"))
    await messages.reconcile(row_id)
    assert [message.text for message in chat.messages_in(CHANNEL)] == ["Something waits."]


async def test_private_text_never_follows_a_line_into_the_public_channel(
    begin: Begin, clock: TestClock, chat: FakeChat, messages: Messages
) -> None:
    queue = 40
    extra = {
        "direct_user_id": 77,
        "fallback": OutgoingMessage(text="Something waits.").to_json(),
        "fallback_channel_id": CHANNEL,
    }
    row_id = await want(begin, clock, card("private one"), channel_id=None, **extra)
    chat.faults.before("direct_channel", PermanentError("closed", reason="dms_closed"))
    await messages.reconcile(row_id)

    async with begin() as tx:
        (await ledger.get(tx, row_id)).due_at = clock()
        wanted = wish(card("private two"), channel_id=queue)
        await ledger.want(
            tx,
            ledger.Purpose.ANNOUNCEMENT,
            SUBJECT,
            wanted,
            kind=ledger.Kind.MESSAGE,
            key="other",
            now=clock(),
            channel_id=queue,
        )
    await messages.reconcile(row_id)

    assert chat.messages_in(CHANNEL) == []
    assert [message.text for message in chat.messages_in(queue)] == ["private two"]
