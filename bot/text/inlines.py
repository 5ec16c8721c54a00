"""Turns the inside of a paragraph (emphasis, code, links, mentions) into HTML, in one pass over its text."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.translation import _
from bot.text.clean_html import html_is_clean
from bot.text.emphasis import Run, Style, pair
from bot.text.links import URL, is_web_address, trimmed
from bot.text.mentions import REFERENCE, message_link_words, words_for

_SPECIAL = re.compile(r"[\\`*_~|<\[\]\n]|https?://", re.IGNORECASE)
_ESCAPABLE = re.compile(r"[^0-9A-Za-z\s]")
_TICKS = re.compile(r"`+")
_TARGET = re.compile(r"\(\s{0,9}<?(https?://[^\s<>\"\[\]\\]+)", re.IGNORECASE)
_TARGET_END = re.compile(r">?(?:\s{1,9}(?:\"[^\"\n\[\]]{0,200}\"|'[^'\n\[\]]{0,200}'))?\s{0,9}\)")
_SHRUG = "¯\\_(ツ)_/¯"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "[": "&#91;", "]": "&#93;"})
_ADDRESS_ENTITIES = _ENTITIES | str.maketrans({'"': "&quot;", "'": "&#39;", "-": "&#45;"})
_DIMENSION = re.compile(r"(?<=\d)x(?=\d)")

Tag = Literal["p", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"]


def escape_html(text: str) -> str:
    """Return `text` for the inside of an element. Brackets too, or a blog's plugin sees a shortcode."""
    return text.translate(_ENTITIES)


def element(tag: Tag, inner_html: str) -> str:
    """Return one of the few elements we write, around HTML that is finished."""
    return f"<{tag}>{inner_html}</{tag}>"


def link_html(url: str) -> str:
    """Return a link that shows its own target. `url` has passed `is_web_address`.

    Dashes, quotes and 3x4 go in as entities: WordPress makes typography of them also inside a link's text.
    So does what shows that it is an address, or WordPress makes a second link inside ours.
    """
    address = url.translate(_ADDRESS_ENTITIES)
    shown = _DIMENSION.sub("&#120;", address).replace("..", "&#46;&#46;").replace("://", "&#58;//")
    return f'<a href="{address}" rel="nofollow ugc noopener">{shown}</a>'


@dataclass(slots=True)
class _Bracket:
    piece: int
    text_at: int


@dataclass(slots=True)
class Inlines:
    """One paragraph on its way to HTML."""

    text: str
    channel_names: Mapping[int, str]
    is_bold: bool = False
    _pieces: list[str] = field(default_factory=list)
    _runs: list[tuple[int, Run]] = field(default_factory=list)
    _brackets: list[_Bracket] = field(default_factory=list)
    _ticks: dict[int, list[int]] = field(default_factory=dict)

    def to_html(self) -> str:
        """Return the paragraph's inside; in bold ones nothing is made bold again."""
        for run in _TICKS.finditer(self.text):
            self._ticks.setdefault(len(run[0]), []).append(run.start())
        at = 0
        while special := _SPECIAL.search(self.text, at):
            self._write(self.text[at : special.start()])
            at = self._take(special.start())
        self._write(self.text[at:])
        self._emphasise()
        return "".join(self._pieces)

    def _write(self, text: str) -> None:
        self._pieces.append(escape_html(text))

    def _take(self, at: int) -> int:
        """Write what starts at the special character there and return where it ends."""
        match self.text[at]:
            case "\\":
                return self._escape(at)
            case "`":
                return self._code(at)
            case "*" | "_" | "~" | "|":
                return self._run(at)
            case "<":
                return self._reference(at)
            case "[":
                self._brackets.append(_Bracket(len(self._pieces), at + 1))
                self._write("[")
                return at + 1
            case "]":
                return self._close_bracket(at)
            case "\n":
                self._pieces.append("<br />\n")
                return at + 1
            case _:
                return self._url(at)

    def _escape(self, at: int) -> int:
        if at and self.text.startswith(_SHRUG, at - 1):
            self._write(_SHRUG[1:])
            return at - 1 + len(_SHRUG)
        escaped = _ESCAPABLE.match(self.text, at + 1)
        self._write(escaped[0] if escaped else "\\")
        return at + 2 if escaped else at + 1

    def _code(self, at: int) -> int:
        opening = _TICKS.match(self.text, at)
        after = opening.end() if opening else at + 1
        closing = self._ticks.get(after - at, [])
        found = bisect_left(closing, after)
        code = self.text[after : closing[found]].strip() if found < len(closing) else ""
        if not code:
            self._write(self.text[at:after])
            return after
        self._pieces.append(element("code", escape_html(code.replace("\n", " "))))
        return closing[found] + after - at

    def _run(self, at: int) -> int:
        end = at
        while end < len(self.text) and self.text[end] == self.text[at]:
            end += 1
        before = self.text[at - 1] if at else " "
        after = self.text[end] if end < len(self.text) else " "
        self._runs.append((len(self._pieces), Run(self.text[at], end - at, before, after)))
        self._pieces.append("")
        return end

    def _reference(self, at: int) -> int:
        reference = REFERENCE.match(self.text, at)
        if not reference:
            self._write("<")
            return at + 1
        if reference["link"]:
            self._link(reference["link"])
        else:
            self._write(words_for(reference, self.channel_names))
        return reference.end()

    def _url(self, at: int) -> int:
        found = URL.match(self.text, at)
        url = trimmed(found[0]) if found else ""
        scheme_end = self.text.index("//", at) + 2
        if at + len(url) <= scheme_end:
            self._write(self.text[at:scheme_end])
            return scheme_end
        self._link(url)
        return at + len(url)

    def _link(self, url: str) -> None:
        words = message_link_words(url, self.channel_names)
        link = link_html(url) if words is None and is_web_address(url) else ""
        if link and html_is_clean(link):
            self._pieces.append(link)
        else:
            self._write(url if words is None else words)

    def _close_bracket(self, at: int) -> int:
        bracket = self._brackets.pop() if self._brackets else None
        target = _TARGET.match(self.text, at + 1) if bracket else None
        if not bracket or not target:
            self._write("]")
            return at + 1
        url = _balanced(target[1])
        end = _TARGET_END.match(self.text, target.start(1) + len(url))
        if not end or not is_web_address(url):
            self._write("]")
            return at + 1
        self._masked_link(bracket, label=self.text[bracket.text_at : at], url=url)
        return end.end()

    def _masked_link(self, bracket: _Bracket, *, label: str, url: str) -> None:
        """Write the label and then the address: a text of a link never hides where it leads."""
        self._brackets.clear()
        if label.strip() in ("", url):
            del self._pieces[bracket.piece :]
            while self._runs and self._runs[-1][0] >= bracket.piece:
                self._runs.pop()
            self._link(url)
            return
        self._pieces[bracket.piece] = ""
        self._write(" (")
        self._link(url)
        self._write(")")

    def _emphasise(self) -> None:
        pair([run for _, run in self._runs])
        depth = dict.fromkeys(Style, 0)
        depth[Style.STRONG] += self.is_bold
        for piece, run in self._runs:
            html = [mark for style in run.closes if (mark := _closing(style, depth))]
            html.append(escape_html(run.left))
            html += [mark for style in reversed(run.opens) if (mark := _opening(style, depth))]
            self._pieces[piece] = "".join(html)


def _opening(style: Style, depth: dict[Style, int]) -> str:
    depth[style] += 1
    if depth[style] > 1:
        return ""
    return escape_html(_spoiler_words()[0]) if style is Style.SPOILER else f"<{style.value}>"


def _closing(style: Style, depth: dict[Style, int]) -> str:
    depth[style] -= 1
    if depth[style]:
        return ""
    return escape_html(_spoiler_words()[1]) if style is Style.SPOILER else f"</{style.value}>"


def _spoiler_words() -> tuple[str, str]:
    before, _hole, after = _("(spoiler: {text})").partition("{text}")
    return before, after


def _balanced(url: str) -> str:
    """Return a masked link's address up to the parenthesis that closes the link."""
    depth = 0
    for index, character in enumerate(url):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return url[:index]
    return url
