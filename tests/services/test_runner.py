import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.errors import NoAccessError, PermanentError, TemporaryError
from bot.domain.outcomes import Closed, Later, Outcome, Settled
from bot.domain.schedule import MAX_ATTEMPTS
from bot.services.runner import Runner
from db import ledger
from db.engine import Begin, Transaction
from db.models import LedgerRow
from tests.conftest import CountingRandomness, TestClock


class Recorder:
    """A reconciler that notes the rows it is handed, and does what a test tells it."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self.rows: list[int] = []
        self.given_up: list[tuple[int, str]] = []
        self.act: Callable[[int], Awaitable[Outcome]] | None = None

    async def reconcile(self, row_id: int) -> Outcome:
        self.rows.append(row_id)
        if self.act is not None:
            return await self.act(row_id)
        async with self._begin() as tx:
            row = await ledger.get(tx, row_id)
            row.applied_revision = row.revision
        return Settled()

    async def gave_up(self, tx: Transaction, row: LedgerRow, reason: str) -> None:
        self.given_up.append((row.id, reason))


@pytest.fixture
def recorder(begin: Begin) -> Recorder:
    return Recorder(begin)


@pytest.fixture
def runner(begin: Begin, recorder: Recorder, clock: TestClock, randomness: CountingRandomness) -> Runner:
    return Runner(begin, {ledger.Kind.MESSAGE: recorder, ledger.Kind.COMMENT: recorder}, clock, randomness)


async def want_row(
    begin: Begin, clock: TestClock, *, relay_id: int = 1, text: str = "hello", channel_id: int | None = 7
) -> int:
    async with begin() as tx:
        row = await ledger.want(
            tx,
            ledger.Purpose.QUESTION,
            ledger.Subject(subscription_id=1, relay_id=relay_id),
            {"text": text},
            kind=ledger.Kind.MESSAGE,
            key=f"key-{relay_id}-{text}",
            now=clock(),
            channel_id=channel_id,
        )
        return row.id


async def read(begin: Begin, row_id: int) -> LedgerRow:
    async with begin() as tx:
        return await ledger.get(tx, row_id)


def raising(error: Exception) -> Callable[[int], Awaitable[Outcome]]:
    async def act(_row_id: int) -> Outcome:
        raise error

    return act


async def test_due_row_is_reconciled_once_and_settled(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    await runner.drain()
    await runner.drain()
    row = await read(begin, row_id)
    assert recorder.rows == [row_id]
    assert (row.due_at, row.leased_until, row.outcome) == (None, None, "settled")


async def test_temporary_error_comes_back_later_and_not_before(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    recorder.act = raising(TemporaryError("Discord is not answering"))
    await runner.drain()
    row = await read(begin, row_id)
    assert row.due_at is not None
    assert row.due_at > clock()
    assert row.last_error == "Discord is not answering"
    recorder.act = None
    clock.now = row.due_at
    await runner.drain()
    assert recorder.rows == [row_id, row_id]
    assert (await read(begin, row_id)).outcome == "settled"


async def test_retry_after_of_the_other_side_wins(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    recorder.act = raising(TemporaryError("too many", retry_after=timedelta(minutes=17)))
    await runner.drain()
    assert (await read(begin, row_id)).due_at == clock() + timedelta(minutes=17)


async def test_permanent_error_closes_the_row_with_its_reason_and_tells(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    recorder.act = raising(PermanentError("Comments are closed", reason="closed"))
    await runner.drain()
    row = await read(begin, row_id)
    assert (row.due_at, row.outcome) == (None, "closed")
    assert recorder.given_up == [(row_id, "closed")]


async def test_row_is_given_up_after_the_last_try_but_never_for_lost_access(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    for error, outcome in ((NoAccessError("hidden"), None), (TemporaryError("away"), "gave_up")):
        recorder.act = raising(error)
        async with begin() as tx:
            (await ledger.get(tx, row_id)).attempts = MAX_ATTEMPTS - 1
        clock.move(days=2)
        await runner.drain()
        assert (await read(begin, row_id)).outcome == outcome
    assert recorder.given_up == [(row_id, "gave_up")]


async def test_bug_in_a_reconciler_is_retried_and_stops_nobody_else(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    bad, good = await want_row(begin, clock), await want_row(begin, clock, relay_id=2, channel_id=8)

    async def act(row_id: int) -> Outcome:
        if row_id == bad:
            raise ZeroDivisionError
        async with begin() as tx:
            row = await ledger.get(tx, row_id)
            row.applied_revision = row.revision
        return Settled()

    recorder.act = act
    await runner.drain()
    assert (await read(begin, good)).outcome == "settled"
    row = await read(begin, bad)
    assert row.due_at is not None
    assert row.last_error == "ZeroDivisionError"


async def test_wish_that_changes_during_the_work_is_not_lost(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock, text="old")

    async def act(row_id: int) -> Outcome:
        row = await read(begin, row_id)
        if len(recorder.rows) == 1:
            await want_row(begin, clock, text="new")
        async with begin() as tx:
            ledger.mark_applied(await ledger.get(tx, row_id), revision=row.revision, applied=row.wanted, now=clock())
        return Settled()

    recorder.act = act
    await runner.drain()
    row = await read(begin, row_id)
    assert recorder.rows == [row_id, row_id]
    assert row.applied == {"text": "new"}
    assert row.due_at is None


async def test_rows_of_one_channel_keep_their_order_and_other_channels_do_not_wait(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    slow_is_running, may_end = asyncio.Event(), asyncio.Event()
    first = await want_row(begin, clock, relay_id=1)
    second = await want_row(begin, clock, relay_id=2)
    other = await want_row(begin, clock, relay_id=3, channel_id=8)
    done: list[int] = []

    async def act(row_id: int) -> Outcome:
        if row_id == first:
            slow_is_running.set()
            await may_end.wait()
        async with begin() as tx:
            row = await ledger.get(tx, row_id)
            row.applied_revision = row.revision
        done.append(row_id)
        if row_id == other:
            may_end.set()
        return Settled()

    recorder.act = act
    await runner.drain()
    assert slow_is_running.is_set()
    assert done == [other, first, second]


async def test_outcome_later_comes_back_without_counting_as_a_failure(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    due_at = clock() + timedelta(minutes=1)

    async def act(_row_id: int) -> Outcome:
        return Later(due_at)

    recorder.act = act
    await runner.drain()
    row = await read(begin, row_id)
    assert (row.due_at, row.attempts) == (due_at, 0)


async def test_outcome_closed_gives_the_row_up(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)

    async def act(_row_id: int) -> Outcome:
        return Closed("message_deleted")

    recorder.act = act
    await runner.drain()
    assert recorder.given_up == [(row_id, "message_deleted")]


async def test_running_runner_is_woken_works_and_stops(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    worked = asyncio.Event()

    async def act(row_id: int) -> Outcome:
        async with begin() as tx:
            row = await ledger.get(tx, row_id)
            row.applied_revision = row.revision
        worked.set()
        return Settled()

    recorder.act = act
    running = asyncio.create_task(runner.run_forever())
    await want_row(begin, clock)
    runner.wake()
    async with asyncio.timeout(60):
        await worked.wait()
        runner.stop()
        await running


async def test_lease_of_a_killed_process_does_not_outlive_it(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    async with begin() as tx:
        (await ledger.get(tx, row_id)).leased_until = clock() + timedelta(hours=1)
    await runner.drain()
    assert recorder.rows == []
    worked = asyncio.Event()

    async def act(_row_id: int) -> Outcome:
        worked.set()
        return Closed("enough")

    recorder.act = act
    running = asyncio.create_task(runner.run_forever())
    async with asyncio.timeout(60):
        await worked.wait()
        runner.stop()
        await running


async def test_clock_that_was_set_back_keeps_nothing_waiting(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    async with begin() as tx:
        row = await ledger.get(tx, row_id)
        row.due_at = row.leased_until = clock() + timedelta(days=2)
    await runner.drain()
    assert (await read(begin, row_id)).outcome == "settled"


async def test_row_whose_lane_changes_under_way_is_not_worked_on_twice_at_once(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    first = await want_row(begin, clock, relay_id=1, channel_id=None)
    second = await want_row(begin, clock, relay_id=2, channel_id=None)

    async def act(row_id: int) -> Outcome:
        if row_id == first:
            async with begin() as tx:
                (await ledger.get(tx, second)).channel_id = 99
            clock.move(hours=2)
            assert not await runner.drain_once()
        async with begin() as tx:
            row = await ledger.get(tx, row_id)
            row.applied_revision = row.revision
        return Settled()

    recorder.act = act
    await runner.drain()
    assert sorted(recorder.rows) == [first, second]


async def test_comment_that_may_be_public_is_never_given_up(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder
) -> None:
    row_id = await want_row(begin, clock)
    async with begin() as tx:
        row = await ledger.get(tx, row_id)
        row.kind, row.first_sent_at, row.attempts = "comment", clock(), MAX_ATTEMPTS
    recorder.act = raising(TemporaryError("502"))
    await runner.drain()
    row = await read(begin, row_id)
    assert row.outcome is None
    assert row.due_at is not None


@pytest.mark.parametrize("outcome", [Closed("no_consent"), PermanentError("the blog refused it", reason="invalid")])
async def test_wish_that_comes_while_an_older_one_is_given_up_is_still_done(
    begin: Begin, clock: TestClock, runner: Runner, recorder: Recorder, outcome: Closed | PermanentError
) -> None:
    row_id = await want_row(begin, clock, text="an edit")

    async def refused_while_it_is_taken_back(_row_id: int) -> Outcome:
        recorder.act = None
        async with begin() as tx:
            row = await ledger.get(tx, row_id)
            subject = ledger.Subject(subscription_id=1, relay_id=1)
            kind, purpose = ledger.Kind.MESSAGE, ledger.Purpose.QUESTION
            await ledger.want(tx, purpose, subject, None, kind=kind, key=row.key, now=clock())
        if isinstance(outcome, PermanentError):
            raise outcome
        return outcome

    recorder.act = refused_while_it_is_taken_back
    await runner.drain()

    row = await read(begin, row_id)
    assert recorder.rows == [row_id, row_id]
    assert (row.outcome, row.applied_revision) == ("settled", row.revision)
    assert recorder.given_up == []
