"""HTML taken apart into plain parts, so that a page can build it without ever parsing HTML itself."""

from collections.abc import Iterator
from typing import Any

from lxml import html

from bot.demo.blog import kses

Part = str | dict[str, Any]

EMBEDDED = frozenset({"img"})
KEPT = kses.PAGE_TAGS - EMBEDDED


def parts_of(content: str) -> list[Part]:
    """Return HTML as texts and `{"tag", "href"?, "parts"}`; what is not allowed on a page is left out.

    A link's `href` is http or https.
    """
    safe = kses.shown(content)
    if not safe.strip():
        return []
    return list(_inside(html.fragment_fromstring(safe, create_parent="div")))


def _inside(element: html.HtmlElement) -> Iterator[Part]:
    if element.text:
        yield element.text
    for child in element:
        yield from _one(child)
        if child.tail:
            yield child.tail


def _one(element: html.HtmlElement) -> Iterator[Part]:
    tag = str(element.tag)
    if tag not in KEPT:
        yield from _inside(element)
        return
    part: dict[str, Any] = {"tag": tag, "parts": list(_inside(element))}
    if tag == "a" and (href := element.get("href")):
        part["href"] = href
    yield part
