"""Takes out of a text the characters that cannot be seen but change what is seen."""

import re
import unicodedata

MARKS_IN_A_ROW = 4
"""More combining marks than any living script stacks on one letter; beyond it they cover other lines."""

_ZERO_WIDTH_JOINERS = "\u200c\u200d"
_FIRST_JOINING_SCRIPT = 0x0600
_JOINABLE = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_MARKS = frozenset({"Mn", "Me"})
_BLANK_BUT_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_NEWLINES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def clean_text(text: str, *, marks: int = MARKS_IN_A_ROW) -> str:
    """Return `text` without control, bidi, zero-width and tag characters and lone surrogates.

    All newlines become line feeds, tabs stay. Joiners stay only inside emoji and where a script needs
    them. At most `marks` combining marks follow each other.
    """
    text = _NEWLINES.sub("\n", text)
    if text.isascii():
        return _ASCII_CONTROLS.sub("", text)
    kept: list[str] = []
    run = 0
    for index, character in enumerate(text):
        if character in _ZERO_WIDTH_JOINERS:
            if _joins(kept, text, index):
                kept.append(character)
            continue
        category = unicodedata.category(character)
        run = run + 1 if category in _MARKS else 0
        if run <= marks and not _is_hidden(character, category):
            kept.append(character)
    while kept and kept[-1] in _ZERO_WIDTH_JOINERS:
        kept.pop()
    return "".join(kept)


def one_line(text: str) -> str:
    """Return `text` on one line, each stretch of white space as one space, none at the ends."""
    return " ".join(text.split())


def _joins(kept: list[str], text: str, index: int) -> bool:
    if not kept or index + 1 == len(text):
        return False
    return _is_joinable(kept[-1]) and _is_joinable(text[index + 1])


def _is_joinable(character: str) -> bool:
    return ord(character) >= _FIRST_JOINING_SCRIPT and unicodedata.category(character) in _JOINABLE


def _is_hidden(character: str, category: str) -> bool:
    if category in _REMOVED_CATEGORIES:
        return character not in "\n\t"
    return character in _BLANK_BUT_LETTERS or _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    # Unicode's own ranges: noncharacters, and plane 14, whose tags and selectors never show
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0000 <= code <= 0xE0FFF  # noqa: PLR2004
