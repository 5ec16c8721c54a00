"""Titles and names come from WordPress as HTML; shown elsewhere they are text."""

import html
import re

MAX_CHARACTERS = 1_000
"""Far more than any title that is shown; what is beyond it is not parsed."""

_SPACE = re.compile(r"\s+")


def plain_text(source: str) -> str:
    """Return the text of a piece of HTML on one line, without tags and with its entities resolved."""
    # imported here: a start reads no HTML, and this costs it four MB
    from lxml import etree  # noqa: PLC0415
    from lxml.html import HtmlElement, HTMLParser, document_fromstring  # noqa: PLC0415

    cut = source[:MAX_CHARACTERS].replace("\0", "")
    try:
        # A page around it, so that one in the source begins no other.
        element: HtmlElement = document_fromstring(f"<html><body>{cut}", parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        text = html.unescape(cut)
    else:
        text = element.text_content()
    return _SPACE.sub(" ", text).strip()
