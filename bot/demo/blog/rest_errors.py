"""The errors that REST answers with: a status, a code to branch on, and a sentence that is translated on real blogs."""

from bot.demo.blog.users import Visitor


class RestError(Exception):
    """Becomes `{code, message, data: {status, …}}`."""

    def __init__(self, status: int, code: str, message: str, **data: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = data

    def body(self) -> dict[str, object]:
        """Return the JSON that is answered."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status} | self.data}


def forbidden(visitor: Visitor, code: str, message: str) -> RestError:
    """Return a refusal: 401 for an anonymous visitor, 403 for a user who may not."""
    return RestError(403 if visitor.user else 401, code, message)


def invalid_parameter(name: str, reason: str) -> RestError:
    """Return what WordPress says of a parameter of the wrong kind."""
    return RestError(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: reason})
