"""Reading JSON that a stranger sent: every value is asked for by its type, and nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson


class JsonShapeError(ValueError):
    """The JSON is not what was asked for; the text names the field, never its value."""


def parse(body: bytes) -> object:
    """Return the JSON value in `body`; JsonShapeError for anything that is not strict JSON in UTF-8."""
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise JsonShapeError("not JSON") from error
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object. Each method returns one field as its type, or raises JsonShapeError naming it."""

    values: Mapping[str, object]

    @classmethod
    def of(cls, value: object, *, name: str = "the answer") -> "Fields":
        """Return a JSON object's fields. PHP writes an empty object as an empty list, so that is one too."""
        if isinstance(value, dict):
            return cls(value)
        if value == [] and isinstance(value, list):
            return cls({})
        raise JsonShapeError(name)

    def text(self, name: str) -> str:
        """Return a string."""
        value = self.values.get(name)
        if not isinstance(value, str):
            raise JsonShapeError(name)
        return value

    def text_or_nothing(self, name: str) -> str:
        """Return a string, or an empty one when there is none of that type."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def id(self, name: str) -> int:
        """Return a database id: a whole number above zero that a 64-bit column can hold."""
        value = self.number(name)
        if not 0 < value < 2**63:
            raise JsonShapeError(name)
        return value

    def number(self, name: str) -> int:
        """Return a whole number."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise JsonShapeError(name)
        return value

    def is_true(self, name: str) -> bool:
        """Return whether the field is `true` and nothing that merely resembles it."""
        return self.values.get(name) is True

    def fields(self, name: str) -> "Fields":
        """Return an object."""
        return Fields.of(self.values.get(name), name=name)

    def fields_or_nothing(self, name: str) -> "Fields":
        """Return an object, or an empty one when there is none."""
        value = self.values.get(name)
        return Fields(value) if isinstance(value, dict) else Fields({})

    def list_or_nothing(self, name: str) -> tuple[object, ...]:
        """Return a list's values, or none when there is no list."""
        value = self.values.get(name)
        return tuple(value) if isinstance(value, list) else ()


def objects(value: object, *, name: str = "the answer") -> tuple[Fields, ...]:
    """Return a JSON list of objects."""
    if not isinstance(value, list):
        raise JsonShapeError(name)
    return tuple(Fields.of(item, name=name) for item in value)
