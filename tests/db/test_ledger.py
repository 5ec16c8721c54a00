from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.exc import IntegrityError

from db import ledger
from db.engine import Begin
from db.ledger import Kind, Purpose, Subject
from db.models import LedgerRow
from db.secrets import SecretBox
from tests.conftest import TestClock

SUBJECT = Subject(subscription_id=1, announcement_id=2)


async def want(begin: Begin, clock: TestClock, wanted: dict[str, object] | None, *, key: str = "first") -> LedgerRow:
    async with begin() as tx:
        return await ledger.want(
            tx, Purpose.ANNOUNCEMENT, SUBJECT, wanted, kind=Kind.MESSAGE, key=key, now=clock(), channel_id=5
        )


async def test_wanting_the_same_twice_is_one_row_and_no_new_work(begin: Begin, clock: TestClock) -> None:
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        stored = await ledger.get(tx, row.id)
        ledger.mark_applied(stored, revision=1, applied={"a": 1}, now=clock())
        ledger.settle(stored, now=clock())
    again = await want(begin, clock, {"a": 1}, key="second")
    assert (again.id, again.key, again.revision, again.due_at) == (row.id, "first", 1, None)


async def test_new_wish_makes_a_settled_row_due_with_a_new_revision(begin: Begin, clock: TestClock) -> None:
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        stored = await ledger.get(tx, row.id)
        ledger.mark_applied(stored, revision=1, applied={"a": 1}, now=clock())
        ledger.settle(stored, now=clock())
    again = await want(begin, clock, {"a": 2})
    assert (again.revision, again.applied_revision, again.due_at) == (2, 1, clock())


async def test_message_wanted_again_after_its_deletion_gets_a_new_key(begin: Begin, clock: TestClock) -> None:
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        stored = await ledger.get(tx, row.id)
        ledger.mark_sent(stored, now=clock(), after_id=1)
        stored.message_id = 9
    await want(begin, clock, None)
    async with begin() as tx:
        stored = await ledger.get(tx, row.id)
        ledger.mark_applied(stored, revision=2, applied=None, now=clock())
        stored.message_id = None
    again = await want(begin, clock, {"a": 1}, key="second")
    assert (again.key, again.first_sent_at, again.sent) == ("second", None, None)


async def test_half_sent_message_that_is_unwanted_and_wanted_again_is_still_looked_for(
    begin: Begin, clock: TestClock
) -> None:
    """F1: nobody has looked yet whether the first try is there."""
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        ledger.mark_sent(await ledger.get(tx, row.id), now=clock(), after_id=1)
    await want(begin, clock, None)
    again = await want(begin, clock, {"a": 1}, key="second")
    assert (again.key, again.first_sent_at, again.sent) == (row.key, clock(), {"a": 1})


async def test_what_the_first_try_sent_is_kept_when_the_wish_changes(begin: Begin, clock: TestClock) -> None:
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        ledger.mark_sent(await ledger.get(tx, row.id), now=clock(), after_id=77)
    await want(begin, clock, {"a": 2})
    first_sent_at = clock()
    clock.move(minutes=1)
    async with begin() as tx:
        stored = await ledger.get(tx, row.id)
        ledger.mark_sent(stored, now=clock(), after_id=99)
        assert (stored.sent, stored.after_id, stored.first_sent_at) == ({"a": 1}, 77, first_sent_at)
        assert (stored.last_sent_at, stored.send_count) == (clock(), 2)


async def test_leased_row_is_not_due_until_its_lease_ends(begin: Begin, clock: TestClock) -> None:
    row = await want(begin, clock, {"a": 1})
    async with begin() as tx:
        (await ledger.get(tx, row.id)).leased_until = clock() + timedelta(minutes=1)
    async with begin() as tx:
        assert await ledger.due(tx, now=clock(), limit=9) == []
    clock.move(minutes=1)
    async with begin() as tx:
        assert [found.id for found in await ledger.due(tx, now=clock(), limit=9)] == [row.id]


async def test_two_rows_never_share_a_key(begin: Begin, clock: TestClock) -> None:
    await want(begin, clock, {"a": 1})
    with pytest.raises(IntegrityError):
        async with begin() as tx:
            await ledger.want(
                tx, Purpose.THREAD, SUBJECT, {"name": "x"}, kind=Kind.THREAD, key="first", now=clock(), channel_id=5
            )


async def test_transaction_that_raises_leaves_nothing(begin: Begin, clock: TestClock) -> None:
    with pytest.raises(ZeroDivisionError):
        async with begin() as tx:
            await ledger.want(tx, Purpose.THREAD, SUBJECT, {}, kind=Kind.THREAD, key="k", now=clock())
            raise ZeroDivisionError
    async with begin() as tx:
        assert await ledger.find(tx, Purpose.THREAD, SUBJECT) is None


def test_secret_is_sealed_and_only_a_key_of_the_ring_opens_it() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = SecretBox([old]).seal("abcd efgh")
    assert sealed is not None
    assert "abcd" not in sealed
    assert SecretBox([new, old]).open(sealed) == "abcd efgh"
    assert SecretBox([new]).open(sealed) is None
    assert SecretBox([]).open(sealed) is None
    assert SecretBox([]).seal("x") is None
