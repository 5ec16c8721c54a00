"""What an edit of a message means for the text that its writer agreed to send."""

from datetime import datetime
from enum import StrEnum

from bot.domain.relays import BEFORE_THE_YES, ON_ITS_WAY, ON_THE_BLOG, RelayState, is_reconsiderable


class EditState(StrEnum):
    """Who must say yes to a later text before it takes the place of the one that was agreed to."""

    AUTHOR = "author"
    WRITER = "writer"


class EditStep(StrEnum):
    """What follows from an edit."""

    IGNORE = "ignore"
    REWRITE = "rewrite"
    """Nobody agreed to anything yet: the preview shows the new text."""
    REPLACE = "replace"
    """The author has not decided yet: they decide about the new text."""
    ASK_AUTHOR = "ask_author"
    """The old comment stays until the author has seen the difference."""
    ASK_WRITER = "ask_writer"
    """Only its writer knows whether the edit is meant for the blog."""
    PUBLISH = "publish"


def is_newer(edited_at: datetime | None, known: datetime | None) -> bool:
    """Return whether a message was edited after the edit that is known; `edited_at` None: it never was."""
    return edited_at is not None and (known is None or edited_at > known)


def step_after_edit(
    *, state: str, reason: str | None, is_text_known: bool, is_own_text: bool, is_looked_at: bool
) -> EditStep:
    """Return what an edit means for a relay.

    `is_own_text`: its writer typed the text in the preview, so the message is not what they sent.
    `is_looked_at`: the author wants to see this writer's edits before they are public.
    """
    needs_writer = is_own_text or not is_text_known
    if state in BEFORE_THE_YES:
        return EditStep.IGNORE if needs_writer else EditStep.REWRITE
    if state == RelayState.WAITING_FOR_AUTHOR or is_reconsiderable(state, reason):
        return EditStep.ASK_WRITER if needs_writer else EditStep.REPLACE
    if state not in ON_ITS_WAY | ON_THE_BLOG:
        return EditStep.IGNORE
    if needs_writer:
        return EditStep.ASK_WRITER
    return EditStep.ASK_AUTHOR if is_looked_at else EditStep.PUBLISH
