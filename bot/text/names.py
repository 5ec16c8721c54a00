"""A member's name as it may stand on a blog: readable, and nobody else's."""

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.translation import _
from bot.text.characters import clean_text, one_line
from bot.text.confusables import CAPITALS, PAIRS, SHAPES
from bot.text.limits import COMMENT_NAME_BYTES, cut_bytes

_MARKS_IN_A_NAME = 2
_INVISIBLE = dict.fromkeys(map(ord, "\u200c\u200d\ufe00\ufe01\ufe02\ufe03\ufe04\u2800"))
_MARKUP = dict.fromkeys(map(ord, "<>[]{}\\`"))
_SUFFIX = re.compile(r"(?: ?[(\[{]? ?| ?- ?)\bvla[ ._-]?dlscord\b[ )\]}.]{0,9}\Z")
"""The suffix as `_shape` shows it: however it is spelled, in whatever brackets."""
_LONGEST_INPUT = 1000


def safe_name(display_name: str) -> str:
    """Return a display name fit for a comment: one line, NFC, nothing hidden, never empty.

    It is short enough that `comment_name` keeps to WordPress' 245 bytes. Without anything to read it is "A member".
    """
    text = display_name[:_LONGEST_INPUT]
    for _try in range(_LONGEST_INPUT):
        cleaned = _cleaned(text)
        if cleaned == text:
            break
        text = cleaned
    return text if any(character.isalnum() for character in text) or _has_symbol(text) else _("A member")


def comment_name(display_name: str, *, suffix: bool = True) -> str:
    """Return the name a comment is signed with, with " (via Discord)" once where `suffix` asks for it.

    Whatever the member typed that reads like the suffix is taken off first.
    """
    name = safe_name(display_name)
    if not suffix:
        return name
    return _("{name} (via Discord)").format(name=name)


def skeleton(name: str) -> str:
    """Return what a name looks like: names that look alike have the same skeleton. Never shown to anybody."""
    folded = unicodedata.normalize("NFKC", clean_text(name[:_LONGEST_INPUT])).translate(CAPITALS).casefold()
    shaped = folded.translate(SHAPES)
    bare = "".join(c for c in unicodedata.normalize("NFKD", shaped) if not unicodedata.category(c).startswith("M"))
    shape = "".join(c for c in bare.casefold().translate(SHAPES) if c.isalnum())
    for pair, letter in PAIRS:
        shape = shape.replace(pair, letter)
    return shape or "".join(folded.split())


def is_confusable(name: str, others: Iterable[str]) -> bool:
    """Return whether readers could take `name` for one of `others`; a typed "(via Discord)" makes no difference."""
    shape = skeleton(_without_suffix(name))
    return any(shape == skeleton(_without_suffix(other)) for other in others)


def _cleaned(text: str) -> str:
    """Take off one layer; what it uncovers may need another."""
    text = unicodedata.normalize("NFC", clean_text(text, marks=_MARKS_IN_A_NAME))
    text = one_line(text.translate(_INVISIBLE).translate(_MARKUP))
    text = _without_suffix(text)
    return cut_bytes(text, COMMENT_NAME_BYTES - len(_("{name} (via Discord)").format(name="").encode()))


def _without_suffix(name: str) -> str:
    name = one_line(clean_text(name[:_LONGEST_INPUT]))
    shape = "".join(map(_shape, name))
    while suffix := _SUFFIX.search(shape):
        shape = shape[: suffix.start()]
    return name[: len(shape)]


def _shape(character: str) -> str:
    """Return the one letter that a character looks like."""
    plain = unicodedata.normalize("NFKC", character).translate(CAPITALS).casefold()
    return SHAPES.get(ord(plain), plain) if len(plain) == 1 else character


def _has_symbol(text: str) -> bool:
    return any(unicodedata.category(character).startswith("S") for character in text)
