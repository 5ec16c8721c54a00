"""Every error that Backchannel raises on purpose.

The text of each is for a person: what happened, and what to do. It never holds a secret,
a member's words or another library's message.
"""

from datetime import timedelta


class BackchannelError(Exception):
    """The root of all of them."""


class SettingsError(BackchannelError):
    """The start stops with this one sentence and exit code 2."""


class UserError(BackchannelError):
    """The person who asked can fix it; shown to them, and only to them."""


class TemporaryError(BackchannelError):
    """It may work later, so the ledger row comes back.

    `retry_after` is what the other side asked for (Retry-After), if it said so; `reason` is a word
    where somebody must know which trouble it is.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.reason = reason


class UnknownResultError(TemporaryError):
    """The call may or may not have taken effect: the answer was lost. Look before trying again."""


class PermanentError(BackchannelError):
    """It will not work by trying again: the row is closed with `reason`, which `domain.why` can say."""

    def __init__(self, message: str, *, reason: str = "failed") -> None:
        super().__init__(message)
        self.reason = reason


class GoneError(PermanentError):
    """The thing itself (a message, a comment, a post) is not there any more."""

    def __init__(self, message: str, *, reason: str = "gone") -> None:
        super().__init__(message, reason=reason)


class NoAccessError(TemporaryError):
    """We may not see it, which says nothing about whether it is there. Nothing is changed for it."""


class BlogCredentialsError(PermanentError):
    """The blog did not accept the application password; everything for that blog waits."""

    def __init__(self, message: str, *, reason: str = "credentials") -> None:
        super().__init__(message, reason=reason)


class DuplicateCommentError(PermanentError):
    """The blog says that it has this very comment already: ours from an earlier try, or somebody's equal text."""

    def __init__(self, message: str, *, reason: str = "duplicate") -> None:
        super().__init__(message, reason=reason)
