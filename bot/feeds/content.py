"""What an entry's HTML holds besides its words: the picture, the length, WordPress' password form."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

MAX_URL: Final = 2000
MAX_HTML: Final = 400_000
"""Characters of one entry's HTML that are looked at."""

_SILENT = frozenset({"script", "style", "template", "noscript"})
_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "src")
_SMALLEST_PICTURE = 3
"""Pixels; whatever is smaller counts visitors."""
_DECORATION = re.compile(r"wp-smiley|emoji|avatar|gravatar", re.IGNORECASE)
_NO_PICTURE = re.compile(r"gravatar\.com/avatar|s\.w\.org/images/core/emoji|\.svg$|/b\.gif$", re.IGNORECASE)
_NEVER_IN_URLS = re.compile(r"[\x00-\x20\x7f\ud800-\udfff<>\"\\]")
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}));?")
_POST_FORM = "action=postpass"
_APPEARED_FIRST = re.compile(r"^The post .{1,500} (?:appeared first|first appeared) on .{1,200}\.$", re.DOTALL)
"""The last paragraph of many WordPress feeds, put there for search engines."""
_MORE = re.compile(r"\s*(?:\[(?:…|\.\.\.|&#8230;|&hellip;)\])")
"""WordPress' sign that an excerpt was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture's absolute address, and its text for those who do not see it."""

    url: str
    alt: str = ""


def parse_html(source: str, *, base_url: str) -> html.HtmlElement | None:
    """Return the HTML as a tree under one `div`, links and pictures absolute; None when nothing is in it."""
    source = _without_nonsense(_MORE.sub(" …", source[:MAX_HTML]))
    if not source.strip():
        return None
    try:
        # A page around it, so that one in the source begins no other.
        page = html.document_fromstring(f"<html><body>{source}", parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    tree: html.HtmlElement | None = page.find("body")
    if tree is None:
        return None
    tree.tag = "div"
    for element in tree.iter("a", "img"):
        _make_absolute(element, base_url)
    _drop_appeared_first(tree)
    return tree


def to_html(tree: html.HtmlElement) -> str:
    """Return the tree as HTML again."""
    return str(html.tostring(tree, encoding="unicode"))


def count_words(tree: html.HtmlElement) -> int:
    """Return how many words a reader meets."""
    return sum(len(text.split()) for text in _texts(tree))


def has_text(tree: html.HtmlElement) -> bool:
    """Return whether there is anything to read."""
    return any(text.strip() for text in _texts(tree))


def is_password_form(tree: html.HtmlElement) -> bool:
    """Return whether WordPress put its password form in the place of the post."""
    return any(_POST_FORM in (form.get("action") or "") for form in tree.iter("form"))


def first_picture(tree: html.HtmlElement) -> Picture | None:
    """Return the first picture that shows something."""
    return next(_pictures(tree), None)


def alt_of(tree: html.HtmlElement, url: str) -> str:
    """Return the text that stands for a picture in the content, if it is there."""
    path = urlsplit(url).path
    return next((picture.alt for picture in _pictures(tree) if urlsplit(picture.url).path == path), "")


def absolute_link(link: str | None, base_url: str) -> str | None:
    """Return a web address, absolute; None when it is none or longer than any."""
    try:
        url = urljoin(base_url, (link or "").strip()).replace(" ", "%20")
        is_web = urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname
    except ValueError:
        return None
    is_sound = len(url) <= MAX_URL and not _NEVER_IN_URLS.search(url)
    return url if link and is_web and is_sound else None


def is_picture(url: str) -> bool:
    """Return whether an address may be a picture of the post, not of its author and not a counter."""
    return not _NO_PICTURE.search(url)


def _without_nonsense(source: str) -> str:
    """Return the HTML without what is no character: lxml reads it, and then refuses to move it."""
    return _NO_CHARACTER.sub("", _REFERENCE.sub(_sound_reference, source))


def _sound_reference(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if code > sys.maxunicode or _NO_CHARACTER.match(chr(code)) else reference[0]


def _pictures(tree: html.HtmlElement) -> Iterator[Picture]:
    for image in tree.iter("img"):
        url = image.get("src")
        is_small = any(_pixels(image.get(side)) < _SMALLEST_PICTURE for side in ("width", "height"))
        if url and not is_small and is_picture(url) and not _DECORATION.search(image.get("class") or ""):
            yield Picture(url=url, alt=" ".join((image.get("alt") or "").split()))


def _pixels(value: str | None) -> int:
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return int(digits[1]) if digits else _SMALLEST_PICTURE


def _make_absolute(element: html.HtmlElement, base_url: str) -> None:
    name = "href" if element.tag == "a" else "src"
    sources = ("href",) if name == "href" else _LAZY_SOURCES
    links = (absolute_link(element.get(source), base_url) for source in sources)
    link = next(filter(None, links), None)
    if link:
        element.set(name, link)
    elif name in element.attrib:
        del element.attrib[name]


def _drop_appeared_first(tree: html.HtmlElement) -> None:
    last = tree[-1] if len(tree) else None
    if last is not None and last.tag == "p" and _APPEARED_FIRST.match(" ".join(last.itertext()).strip()):
        tree.remove(last)


def _texts(tree: html.HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        is_heard = isinstance(element.tag, str) and element.tag not in _SILENT
        if is_heard and element.text:
            yield element.text
        if element is not tree and element.tail:
            yield element.tail
