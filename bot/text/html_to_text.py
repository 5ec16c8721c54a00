"""HTML as plain text on one line, for titles, names and descriptions."""

from bot.text.characters import one_line
from bot.text.html_tree import End, Event, Start, read_html

INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    }
)
"""Elements that do not part two words."""


def html_to_text(html: str) -> str:
    """Return the words of `html` on one line, entities as characters and pictures as their alt text.

    The result is plain text: escape it before it is shown anywhere.
    """
    return one_line("".join(_text(event) for event in read_html(html)))


def _text(event: Event) -> str:
    match event:
        case str():
            return event
        case Start(tag="img", alt=alt):
            return alt
        case Start(tag=tag) | End(tag=tag):
            return "" if tag in INLINE else " "
