"""Lines of styled words written as Discord Markdown: escaped, within a limit, every mark closed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.text.characters import one_line
from bot.text.escape import escape_inline, escape_line_starts, keep_quiet
from bot.text.limits import ELLIPSIS, cut, length


class Mark(StrEnum):
    """How words stand out; the value is Discord's mark."""

    STRIKE = "~~"
    BOLD = "**"
    ITALIC = "*"
    CODE = "`"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of plain text with its marks."""

    text: str
    marks: frozenset[Mark] = frozenset()


@dataclass(slots=True)
class Line:
    """One line of Markdown, or one block of code. `lead` is what Markdown puts before it."""

    lead: str = ""
    has_gap: bool = False
    is_quoted: bool = False
    is_fence: bool = False
    runs: list[Words] = field(default_factory=list)

    def add(self, text: str, marks: frozenset[Mark]) -> None:
        """Add words at the end."""
        if text:
            self.runs.append(Words(text, frozenset({Mark.CODE}) if Mark.CODE in marks else marks))

    def words(self, *, since: int = 0) -> str:
        """Return the plain text of the runs from number `since` on."""
        return "".join(run.text for run in self.runs[since:])

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be seen in it."""
        return all(run.text.isspace() for run in self.runs)

    @property
    def ends_in_space(self) -> bool:
        """Whether the next words need no space before them."""
        return not self.runs or self.runs[-1].text.endswith(" ")


_SPARE = 2
"""Room for the ellipsis and for a backslash at the line's start."""
_SHORTEST_REST = 20
"""Less than this of a stretch is not worth a cut inside a word."""
_FENCE = "```"


def lines_to_markdown(lines: Iterable[Line], *, limit: int) -> str:
    """Return the lines as Markdown of at most `limit` characters, ended by an ellipsis where some were left out."""
    written = ""
    was_quoted = False
    for line in lines:
        if line.is_blank:
            continue
        between = _between(line, was_quoted=was_quoted) if written else ""
        was_quoted = line.is_quoted
        room = limit - length(written) - length(between)
        markdown, is_whole = _line(line, room)
        if markdown:
            written += between + markdown
        if not is_whole:
            return written if markdown else _ended(written, limit)
    return written


def _between(line: Line, *, was_quoted: bool) -> str:
    if not line.has_gap and line.is_quoted == was_quoted:
        return "\n"
    return "\n> \n" if line.is_quoted and was_quoted else "\n\n"


def _ended(markdown: str, limit: int) -> str:
    """Add an ellipsis on a line of its own, where the limit leaves room for it."""
    return f"{markdown}\n{ELLIPSIS}" if markdown and length(markdown) + 2 <= limit else markdown


def _line(line: Line, room: int) -> tuple[str, bool]:
    """Return the line's Markdown in at most `room` characters, and whether it is all of it."""
    quote = "> " if line.is_quoted else ""
    if line.is_fence:
        return _fence(line, room, quote=quote)
    lead = quote + line.lead
    runs = list(_apart(line.runs))
    whole = lead + escape_line_starts("".join(map(_marked, runs)).rstrip(" "))
    if length(whole) <= room:
        return whole, True
    room -= length(lead) + _SPARE
    pieces: list[str] = []
    for run in runs:
        markdown = _marked(run)
        if length(markdown) > room:
            pieces.append(_beginning(run, room, is_first=not pieces))
            break
        pieces.append(markdown)
        room -= length(markdown)
    shown = "".join(pieces)
    return (lead + escape_line_starts(shown) if shown else ""), False


def _beginning(run: Words, room: int, *, is_first: bool) -> str:
    """Return as much of a run as fits into `room`, ended by an ellipsis; only that where it is not worth it."""
    if not is_first and room < _SHORTEST_REST:
        return ELLIPSIS
    return _fitting(run.text, room, lambda text: _marked(replace(run, text=text))) or ("" if is_first else ELLIPSIS)


def _fence(line: Line, room: int, *, quote: str) -> tuple[str, bool]:
    code = line.words().strip("\n").replace(_FENCE, "'''")
    code = keep_quiet(code)
    whole = _fenced(code, quote=quote)
    if length(whole) <= room:
        return whole, True
    return _fitting(code, room, lambda text: _fenced(text, quote=quote)), False


def _fenced(code: str, *, quote: str) -> str:
    return "\n".join(quote + line for line in [_FENCE, *code.split("\n"), _FENCE])


def _fitting(text: str, room: int, write: Callable[[str], str]) -> str:
    """Return `write` of the longest beginning of `text` that fits into `room`, "" if none does."""
    low, high = 0, min(length(text), room)
    best = ""
    while low < high:
        middle = (low + high + 1) // 2
        shorter = cut(text, middle)
        written = write(shorter) if shorter.strip(ELLIPSIS + " ") else ""
        if length(written) <= room:
            low, best = middle, written
        else:
            high = middle - 1
    return best


def _apart(runs: Iterable[Words]) -> Iterator[Words]:
    """Yield the runs so that no marks touch: neighbours alike become one, spaces leave the marks."""
    joined: list[Words] = []
    for run in _spaces_outside(runs):
        if joined and (joined[-1].marks == run.marks or (joined[-1].marks and run.marks)):
            joined[-1] = replace(joined[-1], text=joined[-1].text + run.text)
        else:
            joined.append(run)
    yield from joined


def _spaces_outside(runs: Iterable[Words]) -> Iterator[Words]:
    for run in runs:
        inside = run.text.strip()
        if not run.marks or not inside:
            yield Words(run.text)
            continue
        start = run.text.index(inside)
        if start:
            yield Words(run.text[:start])
        yield Words(inside, run.marks)
        if start + len(inside) < len(run.text):
            yield Words(run.text[start + len(inside) :])


def _marked(run: Words) -> str:
    if Mark.CODE in run.marks:
        return _code(run.text)
    marks = [mark for mark in Mark if mark in run.marks]
    return "".join([*marks, escape_inline(run.text), *reversed(marks)])


def _code(text: str) -> str:
    text = keep_quiet(one_line(text))
    if "`" not in text:
        return f"`{text}`"
    return "`` " + text.replace("``", "''") + " ``"
