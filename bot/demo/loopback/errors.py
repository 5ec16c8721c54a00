"""The refusals Discord gives, by its own JSON error codes (Discord's documentation, "Opcodes and Status Codes")."""

from typing import Any

CODES: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50019: (403, "A message can only be pinned in the channel it was sent in"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (403, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}


class ApiError(Exception):
    """A request that Discord refuses: the status, the JSON code and the sentence of the answer."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def to_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


def refusal(code: int) -> ApiError:
    """Return the refusal with one of Discord's codes."""
    status, message = CODES[code]
    return ApiError(status, code, message)


def invalid_form(problems: dict[str, tuple[str, str]]) -> ApiError:
    """Return 50035 with Discord's nested errors.

    `problems` maps a path with dots ("embeds.0.title") to Discord's word for it and a sentence.
    """
    errors: dict[str, Any] = {}
    for path, (word, sentence) in problems.items():
        node = errors
        for step in path.split("."):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": word, "message": sentence})
    return ApiError(400, 50035, "Invalid Form Body", errors)


def too_long(path: str, limit: int) -> ApiError:
    """Return 50035 for a text over its limit."""
    return invalid_form({path: ("BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")})


def bad_length(path: str, low: int, high: int) -> ApiError:
    """Return 50035 for a text or list outside its bounds."""
    return invalid_form({path: ("BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")})
