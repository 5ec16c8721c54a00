from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.edits import EditStep, is_newer, step_after_edit
from bot.domain.relays import RelayState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def step(
    state: RelayState,
    reason: str | None = None,
    *,
    is_text_known: bool = True,
    is_own_text: bool = False,
    is_looked_at: bool = True,
) -> EditStep:
    return step_after_edit(
        state=state.value,
        reason=reason,
        is_text_known=is_text_known,
        is_own_text=is_own_text,
        is_looked_at=is_looked_at,
    )


def test_only_a_later_edit_is_news() -> None:
    assert is_newer(NOON, None)
    assert is_newer(NOON, NOON - timedelta(microseconds=1))
    assert not is_newer(NOON, NOON)
    assert not is_newer(NOON, NOON + timedelta(seconds=1))
    assert not is_newer(None, None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RelayState.PROPOSED, EditStep.REWRITE),
        (RelayState.WAITING_FOR_WRITER, EditStep.REWRITE),
        (RelayState.WAITING_FOR_AUTHOR, EditStep.REPLACE),
        (RelayState.APPROVED, EditStep.ASK_AUTHOR),
        (RelayState.SENDING, EditStep.ASK_AUTHOR),
        (RelayState.PUBLISHED, EditStep.ASK_AUTHOR),
        (RelayState.HELD, EditStep.ASK_AUTHOR),
        (RelayState.SPAM, EditStep.ASK_AUTHOR),
        (RelayState.REFUSED, EditStep.IGNORE),
        (RelayState.WITHDRAWN, EditStep.IGNORE),
        (RelayState.REMOVED, EditStep.IGNORE),
    ],
)
def test_where_a_relay_stands_says_who_looks_at_the_edit(state: RelayState, expected: EditStep) -> None:
    assert step(state) is expected


def test_what_the_author_refused_may_be_thought_over_with_the_edit() -> None:
    assert step(RelayState.REFUSED, "author_refused") is EditStep.REPLACE
    assert step(RelayState.REFUSED, "closed") is EditStep.IGNORE


def test_without_a_look_the_edit_goes_out_at_once() -> None:
    assert step(RelayState.PUBLISHED, is_looked_at=False) is EditStep.PUBLISH


@pytest.mark.parametrize(("is_text_known", "is_own_text"), [(False, False), (True, True)])
def test_only_the_writer_knows_about_an_unseen_edit_or_one_of_a_message_they_did_not_send(
    is_text_known: bool, is_own_text: bool
) -> None:
    assert step(RelayState.PUBLISHED, is_text_known=is_text_known, is_own_text=is_own_text) is EditStep.ASK_WRITER
    assert (
        step(RelayState.WAITING_FOR_AUTHOR, is_text_known=is_text_known, is_own_text=is_own_text) is EditStep.ASK_WRITER
    )
    assert step(RelayState.PROPOSED, is_text_known=is_text_known, is_own_text=is_own_text) is EditStep.IGNORE
