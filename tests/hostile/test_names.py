"""A member's name is nobody else's, whatever it is made of."""

import itertools
import unicodedata

import pytest

from bot.text.limits import COMMENT_NAME_BYTES
from bot.text.names import comment_name, is_confusable, safe_name
from tests.unit.text.hostile import OURS, public_collections

AUTHOR = "Anna Hopkins"
SUFFIX = " (via Discord)"
OTHER_SCRIPTS = {
    "A": "АΑᎪᗅꓮ",
    "a": "аɑα",
    "n": "ոռ",
    "H": "НΗᎻнһ",
    "o": "оοօ0σ",
    "p": "рρ",
    "k": "кκᴋ",
    "i": "іι1lı",
    "s": "ѕꜱ5",
}
"""Letters of other scripts that look like those of the author's name, after Unicode's own list of confusables."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u115f\u3164\u180e"
INVISIBLE += "\ufe0f\ufe00\U000e0041\U000e007f\U000e0100\x00\x1b\x7f"


def styled() -> list[str]:
    """Return the name in every style that Unicode has for Latin letters: bold, script, wide, in circles."""
    found: dict[str, list[str]] = {}
    for code in range(0x80, 0x20000):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            found.setdefault(plain.casefold(), []).append(chr(code))
    return ["".join(_one(found, letter, number) for letter in AUTHOR) for number in range(14)]


def _one(found: dict[str, list[str]], letter: str, number: int) -> str:
    letters = found.get(letter.casefold())
    return letters[number % len(letters)] if letters else letter


def confusables() -> list[str]:
    """Return more than two hundred names that a reader takes for the author's."""
    names = styled()
    for letter, lookalikes in OTHER_SCRIPTS.items():
        for lookalike in lookalikes:
            names += [AUTHOR.replace(letter, lookalike), AUTHOR.replace(letter, lookalike, 1).upper()]
    for (one, ones), (two, twos) in itertools.combinations(OTHER_SCRIPTS.items(), 2):
        names.append(AUTHOR.replace(one, ones[0]).replace(two, twos[0]))
    for mark in INVISIBLE:
        names += [f"Anna{mark} Hop{mark}kins", f"{mark}{AUTHOR}{mark}", mark.join(AUTHOR)]
    for mark in "\u0301\u0308\u0323\u0489\u20dd":
        names += [f"Anna{mark} Hopkins", f"Anna Hopkins{mark * 3}"]
    names += [f"Anna{gap}Hopkins" for gap in " \u00a0\u2003\u2009\u202f\u3000._-·"]
    names += [AUTHOR + SUFFIX, AUTHOR + " via discord", AUTHOR + " [VIA DISCORD]", "ANNA HOPKINS", "anna hopkins"]
    return list(dict.fromkeys(names))


CONFUSABLE = confusables()


def test_there_are_two_hundred_confusable_names() -> None:
    assert len(CONFUSABLE) >= 200


@pytest.mark.parametrize("name", CONFUSABLE, ids=ascii)
def test_a_name_like_the_authors_is_found_out(name: str) -> None:
    """T11."""
    assert is_confusable(name, [AUTHOR])
    assert is_confusable(comment_name(name), [AUTHOR])


@pytest.mark.parametrize(
    "name", ["Anna", "Hopkins", "Anna Hopkinson", "Joanna Hopkins", "Hannah Hopkins", "Ана", "安娜"]
)
def test_another_name_is_nobodys_double(name: str) -> None:
    assert not is_confusable(name, [AUTHOR])


FLOODS = [
    "Z" + "\u0301" * 1_000,
    "\u0301" * 1_000,
    "Z\u0335\u0321\u0322\u031b" * 250,
    "\u202e" * 1_000,
    "\u202eatoD\u202c" * 100,
    "\u200b" * 1_000,
    "\u200d" * 999 + "A",
    "👨\u200d👩\u200d👧" * 300,
    "x" * 1_000,
    "W" * 100_000,
    "𠮷" * 1_000,
    " " * 1_000,
    "\n" * 1_000 + "A",
    "(via Discord)" * 100,
    "via discord " * 100,
    "<" * 1_000,
    "\U000e0041" * 1_000,
    "\ud800" * 1_000,
    "ﷺ" * 1_000,
    "\u1f6b\u0345" * 500,
]


def faults_of(name: str) -> list[str]:
    """Return what a reader of the blog could be fooled by."""
    found = [f"category {unicodedata.category(c)}" for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    runs = [len(list(run)) for is_mark, run in itertools.groupby(name, key=_is_mark) if is_mark]
    found += [f"{run} marks in a row" for run in runs if run > 2]
    found += [f"{character} in it" for character in "<>[]{}\\`\n" if character in name]
    found += [] if name.endswith(SUFFIX) and name.count("(via Discord)") == 1 else ["the suffix"]
    return found + (
        [] if len(name.encode()) <= COMMENT_NAME_BYTES and name.removesuffix(SUFFIX).strip() else ["length"]
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


@pytest.mark.parametrize("name", FLOODS, ids=lambda name: ascii(name[:12]))
def test_a_flood_of_marks_or_characters_becomes_a_short_name(name: str) -> None:
    """T11."""
    assert faults_of(comment_name(name)) == []
    assert len(safe_name(name)) <= COMMENT_NAME_BYTES


def test_every_hostile_string_makes_a_name_that_fools_nobody() -> None:
    """T11."""
    faulty = {name: faults for name in [*OURS, *public_collections()] if (faults := faults_of(comment_name(name)))}
    assert faulty == {}
