"""Reads strangers' HTML as a stream of starts, ends and texts, without what no reader sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.text.characters import clean_text

if TYPE_CHECKING:
    from lxml import etree

LONGEST_HTML = 400_000
"""Characters of HTML that are read at all; a longer text is cut there, for only its beginning is shown."""

_UNSEEN = frozenset(
    {
        "applet",
        "area",
        "audio",
        "base",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "embed",
        "form",
        "frame",
        "frameset",
        "head",
        "iframe",
        "input",
        "link",
        "map",
        "math",
        "meta",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "optgroup",
        "option",
        "param",
        "script",
        "select",
        "slot",
        "source",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "track",
        "video",
        "xml",
    }
)
_SPACES = " \t\n\r\f"


@dataclass(frozen=True, slots=True)
class Start:
    """An element begins. `attribute` of none is ""."""

    tag: str
    href: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """An element ends."""

    tag: str


Event = Start | End | str


def read_html(html: str) -> Iterator[Event]:
    """Yield what a reader of `html` sees, in order; texts keep their white space and lose hidden characters."""
    from lxml import etree  # noqa: PLC0415 - imported here: a start reads no HTML, and this costs it four MB

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    html = clean_text(html[:LONGEST_HTML])
    if not html.strip():
        return
    root = etree.fromstring(f"<div>{html}</div>".encode(), parser)
    if root is None:
        return
    walker = etree.iterwalk(root, events=("start", "end"))
    hidden = 0
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else ""
        is_hidden = _is_unseen(node, tag)
        if event == "start":
            hidden += is_hidden
            if not hidden:
                yield Start(tag, node.get("href", ""), clean_text(node.get("alt", "")))
                if node.text:
                    yield clean_text(node.text)
            continue
        if not hidden:
            yield End(tag)
        hidden -= is_hidden
        if node.tail and not hidden:
            yield clean_text(node.tail)


def collapse(text: str) -> str:
    """Return `text` with each stretch of HTML's white space as one space, also at the ends."""
    collapsed = " ".join(part for part in text.translate(_TO_SPACE).split(" ") if part)
    if not collapsed:
        return " " if text else ""
    return " " * (text[0] in _SPACES) + collapsed + " " * (text[-1] in _SPACES)


_TO_SPACE = str.maketrans(dict.fromkeys(_SPACES, " "))


def _is_unseen(node: "etree._Element", tag: str) -> bool:
    return tag in _UNSEEN or "hidden" in node.attrib
