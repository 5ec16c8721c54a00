"""Discord's and WordPress' limits, and cutting a text so that it keeps to one.

Discord's numbers come from its API reference, WordPress' from its comment table; how Discord counts
is not documented, so lengths are UTF-16 units, the stricter of the two ways.
"""

import re
import unicodedata

MESSAGE_TEXT = 2000
"""Characters of a plain message (resources/message)."""
COMPONENTS_TEXT = 4000
"""Characters of all text displays of one Components V2 message together (components/reference)."""
MEDIA_DESCRIPTION = 1024
"""Characters of a picture's description (components/reference)."""
BUTTON_LABEL = 80
"""Characters of a button's label (components/reference)."""
BUTTON_URL = 512
"""Characters of a link button's address (components/reference)."""
MEDIA_URL = 2048
"""Characters of a picture's address (components/reference)."""
THREAD_NAME = 100
"""Characters of a thread's name, at least one (resources/channel)."""

COMMENT_CONTENT_BYTES = 65525
"""UTF-8 bytes of a comment's text; one more is `comment_content_column_length`."""
COMMENT_NAME_BYTES = 245
"""UTF-8 bytes of a comment's author name; one more is `comment_author_column_length`."""

ELLIPSIS = "…"

_WORD_END = re.compile(r"\s+\S*\Z")
_LONGEST_WORD_GIVEN_UP = 60
_LONGEST_CLUSTER = 64
_ZERO_WIDTH_JOINER = "\u200d"
_BMP_END = "\uffff"


def length(text: str) -> int:
    """Return how long `text` is in UTF-16 units."""
    return len(text) + sum(character > _BMP_END for character in text)


def cut(text: str, limit: int) -> str:
    """Return `text` in at most `limit` UTF-16 units, cut at a word and ended by an ellipsis if it is longer."""
    if length(text) <= limit:
        return text
    if limit < 1:
        return ""
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return _at_a_word(text, min(len(head), limit - 1)) + ELLIPSIS


def cut_bytes(text: str, limit: int) -> str:
    """Return `text` in at most `limit` bytes of UTF-8, cut at a word and ended by an ellipsis if it is longer.

    Lone surrogates, which UTF-8 does not have, are left out.
    """
    encoded = text.encode("utf-8", "ignore")
    text = encoded.decode("utf-8")
    if len(encoded) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode())
    if room < 0:
        return ""
    return _at_a_word(text, len(encoded[:room].decode("utf-8", "ignore"))) + ELLIPSIS


def _at_a_word(text: str, end: int) -> str:
    end = _at_a_cluster(text, end)
    if end < len(text) and text[end].isspace():
        return text[:end].rstrip()
    word = _WORD_END.search(text, max(0, end - _LONGEST_WORD_GIVEN_UP), end)
    return text[: word.start() if word else end].rstrip()


def _at_a_cluster(text: str, end: int) -> int:
    """Return the nearest place before `end` that does not part a letter from its marks or an emoji from its parts."""
    lowest = max(0, end - _LONGEST_CLUSTER)
    while lowest < end < len(text) and (_continues(text[end]) or text[end - 1] == _ZERO_WIDTH_JOINER):
        end -= 1
    if end < len(text) and _is_flag_half(text[end]):
        halves = end
        while halves > lowest and _is_flag_half(text[halves - 1]):
            halves -= 1
        end -= (end - halves) % 2
    return end


def _continues(character: str) -> bool:
    return (
        character == _ZERO_WIDTH_JOINER
        or unicodedata.category(character).startswith("M")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
