"""What each refusal of WordPress means for the row that ran into it.

Only the code is trusted: messages are translated and may hold HTML. The codes were seen on 6.1.9 and 6.5.5.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.blogs.rest import RestAnswer
from bot.domain.errors import (
    BackchannelError,
    BlogCredentialsError,
    DuplicateCommentError,
    GoneError,
    NoAccessError,
    PermanentError,
    TemporaryError,
    UnknownResultError,
)
from bot.domain.translation import _

FLOOD_WAIT: Final = timedelta(seconds=16)
"""WordPress lets a user without moderate_comments write once in 15 seconds, and does not say so in Retry-After."""
SHORTEST_WAIT_AFTER_429: Final = timedelta(seconds=1)

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 401, 403, 404, 429
_NOT_NOW = frozenset({408, 421, 425, TOO_MANY})
_SERVER_ERROR = 500
_REDIRECT = range(300, 400)

NOBODY = frozenset(
    {
        "rest_not_logged_in",
        "rest_login_required",
        "rest_forbidden_context",
        "rest_forbidden_param",
        "incorrect_password",
        "invalid_username",
        "invalid_email",
        "application_passwords_disabled",
        "application_passwords_disabled_for_user",
    }
)
"""Codes that come with 401 when the password was not accepted, also on reading."""

GONE_COMMENT = "rest_comment_invalid_id"
IN_THE_BIN = "rest_already_trashed"
NO_BIN = "rest_trash_not_supported"
GONE_POST = "rest_post_invalid_id"

_Make = Callable[[str], BackchannelError]


def error_for(answer: RestAnswer) -> BackchannelError:
    """Return the error that an unsuccessful answer stands for."""
    if answer.status >= _SERVER_ERROR or answer.status in _NOT_NOW or answer.status in _REDIRECT:
        return _not_now(answer)
    if answer.method == "GET":
        return _unreadable(answer)
    return _refused(answer)


def _not_now(answer: RestAnswer) -> TemporaryError:
    if answer.status == TOO_MANY:
        wait = max(FLOOD_WAIT if answer.wait is None else answer.wait, SHORTEST_WAIT_AFTER_429)
        return TemporaryError(_("{host} asks us to write less often.").format(host=answer.host), retry_after=wait)
    sentence = _("{host} has trouble of its own (it answered {status}).").format(host=answer.host, status=answer.status)
    # The comment may have been stored before whatever broke broke.
    is_unknown = answer.status >= _SERVER_ERROR and answer.method != "GET"
    kind = UnknownResultError if is_unknown else TemporaryError
    return kind(sentence, retry_after=answer.wait)


def _unreadable(answer: RestAnswer) -> BackchannelError:
    if answer.code in (GONE_POST, GONE_COMMENT):
        return _BY_CODE[answer.code](answer.host)
    if answer.status == UNAUTHORIZED and answer.code in NOBODY:
        return _lost_password(answer.host)
    if answer.status in (UNAUTHORIZED, FORBIDDEN):
        return NoAccessError(_("{host} does not let us look.").format(host=answer.host))
    return TemporaryError(
        _("{host} did not answer as WordPress does (status {status}).").format(host=answer.host, status=answer.status)
    )


def _refused(answer: RestAnswer) -> BackchannelError:
    if answer.status == UNAUTHORIZED:
        return _lost_password(answer.host)
    if answer.code in _BY_CODE:
        return _BY_CODE[answer.code](answer.host)
    if not answer.code or answer.code == "rest_no_route":
        # No answer of WordPress' comment code: a firewall, or a route that a plugin took away for now.
        return TemporaryError(
            _("Something in front of {host} refused the call (status {status}).").format(
                host=answer.host, status=answer.status
            )
        )
    return PermanentError(_("{host} refused it.").format(host=answer.host), reason="refused")


def _lost_password(host: str) -> BlogCredentialsError:
    return BlogCredentialsError(
        _("{host} does not accept the user name and application password any more.").format(host=host)
    )


def _flood(host: str) -> BackchannelError:
    return TemporaryError(_("{host} asks us to write less often.").format(host=host), retry_after=FLOOD_WAIT)


def _unknown(host: str) -> BackchannelError:
    return UnknownResultError(_("{host} refused a part of it and may have kept the rest.").format(host=host))


def _permanent(sentence: str, reason: str) -> _Make:
    return lambda host: PermanentError(sentence.format(host=host), reason=reason)


def _gone(sentence: str, reason: str) -> _Make:
    return lambda host: GoneError(sentence.format(host=host), reason=reason)


def _no_rights(host: str) -> BackchannelError:
    return BlogCredentialsError(
        _("On {host} our user may no longer moderate comments.").format(host=host), reason="rights"
    )


_TOO_LONG = _permanent(_("It is longer than {host} stores."), "too_long")
_INVALID = _permanent(_("{host} does not take it as it is."), "invalid")
_HIDDEN = _permanent(_("The post on {host} is not public."), "post_hidden")
_BINNED = _gone(_("The comment on {host} is in the bin."), "binned")

_BY_CODE: Mapping[str, _Make] = {
    "comment_duplicate": lambda host: DuplicateCommentError(_("{host} has this comment already.").format(host=host)),
    "comment_flood": _flood,
    "rest_comment_closed": _permanent(_("The post on {host} takes no more comments."), "closed"),
    "rest_comment_trash_post": _permanent(_("The post on {host} is in the bin."), "post_trashed"),
    "rest_comment_draft_post": _permanent(_("The post on {host} is not published."), "post_draft"),
    "rest_cannot_read_post": _HIDDEN,
    "rest_comment_invalid_post_id": _gone(_("The post is no longer on {host}."), "post_gone"),
    GONE_POST: _gone(_("The post is no longer on {host}."), "post_gone"),
    GONE_COMMENT: _gone(_("The comment is no longer on {host}."), "gone"),
    IN_THE_BIN: _BINNED,
    "comment_author_column_length": _TOO_LONG,
    "comment_author_email_column_length": _TOO_LONG,
    "comment_author_url_column_length": _TOO_LONG,
    "comment_content_column_length": _TOO_LONG,
    "rest_comment_content_invalid": _permanent(_("There is nothing left of it to show on {host}."), "empty"),
    "rest_comment_author_data_required": _INVALID,
    "rest_comment_author_invalid": _INVALID,
    "rest_comment_not_supported_post_type": _permanent(_("That post on {host} takes no comments."), "closed"),
    "rest_invalid_comment_type": _INVALID,
    "rest_comment_exists": _INVALID,
    "rest_invalid_param": _INVALID,
    "rest_missing_callback_param": _INVALID,
    "rest_invalid_json": _INVALID,
    "rest_comment_invalid_status": _no_rights,
    "rest_comment_invalid_author_ip": _no_rights,
    "rest_comment_invalid_author": _no_rights,
    "rest_cannot_edit": _no_rights,
    "rest_cannot_delete": _no_rights,
    "rest_cannot_update": _unknown,  # meta is refused after the comment was stored
}
