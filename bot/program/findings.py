"""What a check found: how grave it is, what is wrong, and how to mend it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `check`: a whole sentence on what was found, and one on how to mend it."""

    grade: Grade
    sentence: str
    mend: str = ""


Check = Callable[[], AsyncIterator[Finding]]
"""Looks at one thing from outside and changes nothing."""


def ok(sentence: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Grade.OK, sentence)


def warn(sentence: str, mend: str) -> Finding:
    """Return a finding that the bot can live with."""
    return Finding(Grade.WARN, sentence, mend)


def fail(sentence: str, mend: str) -> Finding:
    """Return a finding without whose mending something will not work."""
    return Finding(Grade.FAIL, sentence, mend)
