"""A post's or a comment's HTML as Discord Markdown that is safe to show."""

import re
from collections.abc import Iterator

from bot.text.characters import one_line
from bot.text.html_to_text import INLINE
from bot.text.html_tree import End, Start, collapse, read_html
from bot.text.limits import COMPONENTS_TEXT
from bot.text.links import host_of, is_web_address
from bot.text.markdown_lines import Line, Mark, lines_to_markdown

_MARKS = {
    "b": Mark.BOLD,
    "strong": Mark.BOLD,
    "em": Mark.ITALIC,
    "i": Mark.ITALIC,
    "cite": Mark.ITALIC,
    "dfn": Mark.ITALIC,
    "var": Mark.ITALIC,
    "del": Mark.STRIKE,
    "s": Mark.STRIKE,
    "strike": Mark.STRIKE,
    "code": Mark.CODE,
    "kbd": Mark.CODE,
    "samp": Mark.CODE,
    "tt": Mark.CODE,
    "h4": Mark.BOLD,
    "h5": Mark.BOLD,
    "h6": Mark.BOLD,
    "th": Mark.BOLD,
    "dt": Mark.BOLD,
}
_HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### "}
_CELLS = frozenset({"td", "th"})
_CLOSE_LINES = frozenset({"li", "tr", "dt", "dd", "ul", "ol"})
_DEEPEST_LIST = 10
_MORE_THAN_FITS = 100
"""So many characters over the limit are read, so that a cut text is known to be cut."""
_LOOKS_LIKE_A_HOST = re.compile(r"(?:https?://)?(?:[\w-]{1,63}\.){1,9}[^\W\d]{2,24}(?:[:/?#]|\Z)", re.IGNORECASE)


def html_to_markdown(html: str, *, limit: int = COMPONENTS_TEXT, home_url: str = "") -> str:
    """Return `html` as Discord Markdown of at most `limit` characters, cut at a word; "" when nothing is to be seen.

    Nothing in it pings, mentions or is a link: a link is shown as its words and, where it leads elsewhere
    than to the host of `home_url`, the host it leads to.
    """
    writer = _Writer(home_host=host_of(home_url), room=limit + _MORE_THAN_FITS)
    for event in read_html(html):
        if writer.is_full:
            break
        match event:
            case str():
                writer.text(event)
            case Start():
                writer.start(event)
            case End():
                writer.end(event)
    return lines_to_markdown(writer.lines, limit=limit)


class _Writer:
    """Collects lines; knows where in quotes, lists, code and marks it is."""

    def __init__(self, *, home_host: str, room: int) -> None:
        self.lines: list[Line] = [Line()]
        self._room = room
        self._home_host = home_host
        self._marks: list[Mark] = []
        self._quotes = 0
        self._fences = 0
        self._heading = ""
        self._lists: list[Iterator[str]] = []
        self._item = ""
        self._links: list[tuple[str, int, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether more than the limit was read."""
        return self._room <= 0

    def text(self, text: str) -> None:
        if self._fences:
            self._add(text[: max(self._room, 0)], frozenset())
            return
        text = collapse(text)[: max(self._room, 0)]
        if self.lines[-1].ends_in_space:
            text = text.removeprefix(" ")
        if text:
            if self._item and text.strip():
                self._break(gap=False, lead=self._item)
                self._item = ""
                text = text.lstrip(" ")
            self._add(text, frozenset(self._marks))

    def _add(self, text: str, marks: frozenset[Mark]) -> None:
        self.lines[-1].add(text, marks)
        self._room -= len(text) if text.strip() else 0

    def start(self, event: Start) -> None:
        tag = event.tag
        if tag in _MARKS:
            if tag not in INLINE and tag not in _CELLS:
                self._break(gap=tag not in _CLOSE_LINES)
            self._marks.append(_MARKS[tag])
        match tag:
            case "br":
                self._line_break()
            case "img":
                self.text(event.alt)
            case "a":
                self._links.append((event.href, len(self.lines) - 1, len(self.lines[-1].runs)))
            case _ if tag not in INLINE and tag not in _MARKS and tag not in _CELLS:
                self._start_block(tag)

    def _start_block(self, tag: str) -> None:
        self._break(gap=not self._lists and tag not in _CLOSE_LINES)
        match tag:
            case "blockquote":
                self._quotes += 1
            case "ul" | "ol":
                self._lists.append(_markers(is_ordered=tag == "ol"))
            case "li":
                self._item = next(self._lists[-1]) if self._lists else "- "
            case "pre":
                self._fences += 1
            case "h1" | "h2" | "h3":
                self._heading = _HEADINGS[tag]
        self._relead(is_fence=bool(self._fences))

    def end(self, event: End) -> None:
        tag = event.tag
        if tag in _MARKS and self._marks:
            self._marks.pop()
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        if tag in INLINE or tag == "br":
            return
        if tag in _CELLS:
            self.text(" ")
            return
        match tag:
            case "blockquote":
                self._quotes -= 1
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "li":
                self._item = ""
            case "pre":
                self._fences -= 1
            case "h1" | "h2" | "h3":
                self._heading = ""
        self._break(gap=not self._lists and tag not in _CLOSE_LINES - {"ul", "ol"})
        self._relead(is_fence=bool(self._fences))

    def _line_break(self) -> None:
        if self._fences:
            self.lines[-1].add("\n", frozenset())
        elif self._heading:
            self.text(" ")
        else:
            self._break(gap=False)

    def _end_link(self, href: str, line: int, run: int) -> None:
        """Tell the host behind a link's words, unless they say it or it is the blog's own."""
        host = host_of(href.strip()) if is_web_address(href.strip()) else ""
        if not host or self._fences:
            return
        words = one_line(self._words_since(line, run))
        claims_address = bool(_LOOKS_LIKE_A_HOST.match(words))
        said = host_of(words if "://" in words else f"https://{words}") if claims_address else ""
        if words and said != host and (claims_address or host != self._home_host):
            self.lines[-1].add(f" ({host})", frozenset())

    def _words_since(self, line: int, run: int) -> str:
        first, *rest = self.lines[line:]
        return " ".join([first.words(since=run), *(later.words() for later in rest)])

    def _break(self, *, gap: bool, lead: str | None = None) -> None:
        """Go to a new line, after a blank one where `gap`; an empty line is used again."""
        if self.lines[-1].is_blank:
            self.lines[-1].has_gap |= gap
        else:
            self.lines.append(Line(has_gap=gap))
        self._relead(is_fence=False, lead=lead)

    def _relead(self, *, is_fence: bool, lead: str | None = None) -> None:
        line = self.lines[-1]
        if not line.is_blank:
            return
        line.is_fence = is_fence
        line.is_quoted = self._quotes > 0
        depth = min(len(self._lists), _DEEPEST_LIST)
        if lead is not None:
            line.lead = "  " * (depth - 1) + lead
        else:
            line.lead = self._heading or ("" if is_fence else "  " * depth)


def _markers(*, is_ordered: bool) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{number}. " if is_ordered else "- "
