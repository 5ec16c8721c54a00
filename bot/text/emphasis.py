"""Pairs the marks of bold, italics, underline, strikethrough and spoilers, in time linear in their number."""

from enum import StrEnum


class Style(StrEnum):
    """What a pair of marks means; the value is our HTML tag where there is one. Underline is shown as em."""

    STRONG = "strong"
    EM = "em"
    DEL = "del"
    SPOILER = "spoiler"


_DOUBLE = {"*": Style.STRONG, "_": Style.EM, "~": Style.DEL, "|": Style.SPOILER}


class Run:
    """A row of one mark. `opens` and `closes` are filled by `pair`, from the inside out."""

    __slots__ = ("_count", "_may_close_single", "_may_open_single", "closes", "mark", "opens")

    def __init__(self, mark: str, count: int, before: str, after: str) -> None:
        """`before` and `after` are the characters around the row; a space at the text's ends."""
        self.mark = mark
        self._count = count
        self.opens: list[Style] = []
        self.closes: list[Style] = []
        self._may_open_single = mark in "*_" and not after.isspace()
        self._may_close_single = mark in "*_" and not before.isspace()
        if mark == "_":
            self._may_open_single &= not _is_word(before)
            self._may_close_single &= not _is_word(after)

    @property
    def left(self) -> str:
        """The marks that found no partner and stay as they are."""
        return self.mark * self._count

    @property
    def is_spent(self) -> bool:
        """Whether every mark found its partner."""
        return not self._count

    @property
    def kind(self) -> tuple[str, bool, bool]:
        """What decides with whom this run, as a closing one, may pair."""
        return self.mark, self._count > 1, self._may_close_single

    def close(self, opener: "Run") -> bool:
        """Use up marks of both rows if they pair."""
        if opener.mark != self.mark:
            return False
        if min(opener._count, self._count) > 1:
            used, style = 2, _DOUBLE[self.mark]
        elif opener._count and self._count and opener._may_open_single and self._may_close_single:
            used, style = 1, Style.EM
        else:
            return False
        opener._count -= used
        self._count -= used
        opener.opens.append(style)
        self.closes.append(style)
        return True


def pair(runs: list[Run]) -> None:
    """Pair the rows of one paragraph, in the order they stand in it.

    A row that found no opener of its kind is remembered, so that nobody searches the same stretch twice.
    """
    openers: list[Run] = []
    searched: dict[tuple[str, bool, bool], int] = {}
    for run in runs:
        while not run.is_spent:
            partner = len(openers) - 1
            lowest = searched.get(run.kind, 0)
            while partner >= lowest and not run.close(openers[partner]):
                partner -= 1
            if partner < lowest:
                searched[run.kind] = len(openers)
                break
            keep = partner + (not openers[partner].is_spent)
            del openers[keep:]
            searched = {kind: min(place, keep) for kind, place in searched.items()}
        if not run.is_spent:
            openers.append(run)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
