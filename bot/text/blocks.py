"""Splits a Discord message into its blocks: quotes, code, headings, lists and paragraphs, as Discord does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text, in the order written."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A line after one to three `#`."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What stands between two fences, without the language."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted blocks; Discord does not nest quotes."""

    blocks: "list[Block]"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list with the lists below it."""

    text: str
    lists: "list[Listing]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, numbered from 1 or not."""

    is_ordered: bool
    items: list[Item] = field(default_factory=list)


Block = Paragraph | Heading | Code | Quote | Listing

_FENCE = "```"
_LANGUAGE = re.compile(r"[A-Za-z0-9_+.#-]+\n")
_QUOTE_REST = re.compile(r" *>>> ")
_QUOTE_LINE = re.compile(r" *> ")
_HEADING = re.compile(r"#{1,3} +(\S.*)")
_SUBTEXT = re.compile(r"-# +(\S.*)")
_ITEM = re.compile(r"( *)([*-]|\d{1,9}\.) +(\S.*)")
_CONTINUATION = re.compile(r" {2,}\S")
_DEEPEST_LIST = 10


def parse_blocks(text: str) -> list[Block]:
    """Return the blocks of a message. `text` has no control characters but newlines and tabs."""
    return list(_Blocks(text, may_quote=True).parse())


class _Blocks:
    def __init__(self, text: str, *, may_quote: bool) -> None:
        self._text = text
        self._may_quote = may_quote
        self._at = 0
        self._lines: list[str] = []
        self._blocks: list[Block] = []

    def parse(self) -> list[Block]:
        while self._at < len(self._text):
            line, after = self._look(self._at)
            taken = self._quote() or self._fence(after) or self._heading(line, after) or self._list()
            if not taken:
                subtext = _SUBTEXT.fullmatch(line)
                self._line(subtext[1] if subtext else line)
                self._at = after
        self._flush()
        return self._blocks

    def _look(self, at: int) -> tuple[str, int]:
        """Return the line at `at` and where the next one starts."""
        end = self._text.find("\n", at)
        end = len(self._text) if end < 0 else end
        return self._text[at:end], end + 1

    def _line(self, line: str) -> None:
        if line.strip():
            self._lines.append(line)
        else:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._blocks.append(Paragraph("\n".join(line.strip() for line in self._lines)))
            self._lines = []

    def _add(self, block: Block) -> bool:
        self._flush()
        self._blocks.append(block)
        return True

    def _quote(self) -> bool:
        if not self._may_quote:
            return False
        if rest := _QUOTE_REST.match(self._text, self._at):
            self._at = len(self._text)
            return self._add(Quote(_Blocks(self._text[rest.end() :], may_quote=False).parse()))
        lines: list[str] = []
        while quote := _QUOTE_LINE.match(self._text, self._at):
            line, self._at = self._look(quote.end())
            lines.append(line)
        return bool(lines) and self._add(Quote(_Blocks("\n".join(lines), may_quote=False).parse()))

    def _fence(self, after: int) -> bool:
        """Take a block of code that opens anywhere in the line."""
        opens = self._text.find(_FENCE, self._at, after)
        while opens > 0 and self._text[opens - 1] == "\\":
            opens = self._text.find(_FENCE, opens + 1, after)
        if opens < 0:
            return False
        closes = self._text.find(_FENCE, opens + len(_FENCE))
        code = self._text[opens + len(_FENCE) : max(closes, 0)]
        if not code.strip():
            return False
        self._line(self._text[self._at : opens])
        self._at = closes + len(_FENCE)
        if self._text.startswith("\n", self._at):
            self._at += 1
        return self._add(Code(_without_language(code)))

    def _heading(self, line: str, after: int) -> bool:
        heading = _HEADING.fullmatch(line)
        if not heading:
            return False
        self._at = after
        return self._add(Heading(heading[1]))

    def _list(self) -> bool:
        entries = list(self._entries())
        if not entries:
            return False
        return self._add(_nested(entries))

    def _entries(self) -> Iterator["_Entry"]:
        """Take the lines of one list; blank lines between its items belong to it."""
        first: _Entry | None = None
        entry: _Entry | None = None
        while self._at < len(self._text):
            line, after = self._look(self._at)
            item = _ITEM.fullmatch(line)
            if item and _FENCE not in line:
                found = _Entry(item)
                if not _continues(first, found, number=item[2]):
                    break
                first = first or found
                if entry:
                    yield entry
                entry = found
            elif entry and _CONTINUATION.match(line) and _FENCE not in line:
                entry.text.append(line.strip())
            elif first and not line.strip() and self._item_follows(after, first):
                pass
            else:
                break
            self._at = after
        if entry:
            yield entry

    def _item_follows(self, at: int, first: "_Entry") -> bool:
        item = _ITEM.fullmatch(self._look(at)[0])
        return item is not None and item[2][0].isdigit() == first.is_ordered


class _Entry:
    def __init__(self, item: re.Match[str]) -> None:
        self.indent = len(item[1])
        self.is_ordered = item[2][0].isdigit()
        self.text = [item[3]]


def _continues(first: _Entry | None, entry: _Entry, *, number: str) -> bool:
    """Return whether `entry` opens a list or belongs to the one that `first` opened.

    Our lists count from 1, so one that counts from elsewhere stays as it was typed.
    """
    if first is None:
        return not entry.is_ordered or int(number[:-1]) == 1
    return entry.indent > first.indent or entry.is_ordered == first.is_ordered


def _nested(entries: list[_Entry]) -> Listing:
    top = Listing(entries[0].is_ordered)
    levels = [(entries[0].indent, top)]
    for entry in entries:
        while len(levels) > 1 and entry.indent < levels[-1][0]:
            levels.pop()
        indent, listing = levels[-1]
        if entry.indent > indent + 1 and listing.items and len(levels) < _DEEPEST_LIST:
            deeper = Listing(entry.is_ordered)
            listing.items[-1].lists.append(deeper)
            levels.append((entry.indent, deeper))
        levels[-1][1].items.append(Item("\n".join(entry.text)))
    return top


def _without_language(code: str) -> str:
    language = _LANGUAGE.match(code)
    if language and code[language.end() :].strip():
        code = code[language.end() :]
    return code.strip("\n")
