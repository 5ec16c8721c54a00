"""Holds a blog's page, as a browser reads it, against what a comment of ours may be."""

import re
import warnings
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

ALLOWED = {"p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
CONTENT = "wp-block-comment-content"
COMMENT_LIST = "wp-block-comment-template"
COMMENT_AUTHOR = "wp-block-comment-author-name"
_WHERE = re.compile(r"[\w-]+")
Shape = tuple[str, tuple[str, ...]]


class ServedPage:
    """A page with its comments. `baseline` is such a page on which everybody was harmless."""

    def __init__(self, html: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._root: Element = html5lib.parse(html, namespaceHTMLElements=False)

    @property
    def contents(self) -> list[Element]:
        """The comments' texts."""
        return list(self._of_class(self._root, CONTENT))

    @property
    def names(self) -> list[str]:
        """The names that readers see above the comments."""
        return ["".join(name.itertext()) for name in self._of_class(self._root, COMMENT_AUTHOR)]

    def faults(self, baseline: "ServedPage") -> list[str]:
        """Return everything that is not ours: in the comments' texts, beside them, and on the page around them."""
        found = [fault for content in self.contents for fault in _faults_of(content)]
        found += [f"beside a comment: {shape}" for shape in self._frames() - baseline._frames()]
        around = self._around() - baseline._around()
        return found + [f"around the comments: {shape}" for shape in around]

    def _frames(self) -> set[Shape]:
        """Return the shapes of what stands inside the list of comments, but not in their texts."""
        return {_shape(node) for listed in self._lists() for node in _walk(listed, stop_at=CONTENT)}

    def _around(self) -> set[Shape]:
        return {_shape(node) for node in _walk(self._root, stop_at=COMMENT_LIST)}

    def _lists(self) -> Iterator[Element]:
        return self._of_class(self._root, COMMENT_LIST)

    @staticmethod
    def _of_class(root: Element, name: str) -> Iterator[Element]:
        return (node for node in root.iter() if name in str(node.get("class") or "").split())


def _walk(node: Element, *, stop_at: str) -> Iterator[Element]:
    for child in node:
        yield child
        if stop_at not in str(child.get("class") or "").split():
            yield from _walk(child, stop_at=stop_at)


def _shape(node: Element) -> Shape:
    return str(node.tag), tuple(sorted(_attribute(name, value) for name, value in node.attrib.items()))


def _attribute(name: str, value: str) -> str:
    """Return an attribute's name; for an address with its scheme, which must be the same as well."""
    return f"{name}={urlsplit(value).scheme}" if name in ("href", "src", "action") else name


def _faults_of(content: Element) -> Iterator[str]:
    for node in content.iter():
        if node is content:
            continue
        if node.tag == "a":
            yield from _faults_of_link(node)
        elif node.tag == "img" and node.get("class") == "wp-smiley":
            continue  # WordPress draws a few smileys by itself
        elif node.tag not in ALLOWED or node.attrib:
            yield f"in a comment: {node.tag} {node.attrib}"


def _faults_of_link(node: Element) -> Iterator[str]:
    shown, address = "".join(node.itertext()), str(node.get("href") or "")
    if not set(node.attrib) <= {"href", "rel"} or not str(node.get("rel") or "").startswith("nofollow ugc"):
        yield f"a link with {node.attrib}"
    if urlsplit(address).scheme.lower() not in ("http", "https"):
        yield f"a link to {address!r}"
    # WordPress writes dashes and quotes anew in what is shown, so only the place is compared.
    if urlsplit(shown).netloc != urlsplit(address).netloc:
        yield f"{shown!r} hides {address!r}"


def blocks_of(content: Element) -> str:
    """Return a comment's words with a line break wherever a browser begins a new line."""
    parts: list[str] = []
    _write(content, parts)
    lines = ("".join(parts)).split("\n")
    return "\n".join(line for line in (" ".join(_WHERE.findall(line)) for line in lines) if line)


def _write(node: Element, parts: list[str], *, is_kept: bool = False) -> None:
    """Write an element's words; white space is kept as it is only inside `pre`."""
    is_block = node.tag in ("p", "br", "pre", "blockquote", "ul", "ol", "li", "div")
    is_kept = is_kept or node.tag == "pre"
    parts.append("\n" if is_block else "")
    parts.append(_text(node.text, is_kept=is_kept))
    for child in node:
        _write(child, parts, is_kept=is_kept)
        parts.append(_text(child.tail, is_kept=is_kept))
    parts.append("\n" if is_block else "")


def _text(text: str | None, *, is_kept: bool) -> str:
    return (text or "") if is_kept else (text or "").replace("\n", " ")
