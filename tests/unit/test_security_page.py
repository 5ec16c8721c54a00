"""Holds `docs/security.md` against the tests that it names: each is there, and says which threat it is about."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NUMBERS = range(1, 27)
MUST_BE_MET = range(1, 14)
MOST_NOT_MET = 4
NOT_MET = "Not met yet"
_SECTION = re.compile(r"^### T(\d+)\. .+?$\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def sections() -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in _SECTION.findall(PAGE.read_text(encoding="utf-8"))]


def named() -> Iterator[tuple[int, str, str]]:
    """Yield each threat's number with the file and the name of a test that the page gives for it."""
    for number, text in sections():
        for file, name in _TEST.findall(text):
            yield number, file, name


@cache
def docstrings(file: str) -> dict[str, str]:
    """Return what each test of a file says of itself."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {
        node.name: ast.get_docstring(node) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_threat_has_its_place_on_the_page() -> None:
    assert [number for number, _text in sections()] == list(NUMBERS)


def test_every_threat_has_a_test_and_few_are_not_met() -> None:
    assert {number for number, _file, _name in named()} == set(NUMBERS)
    not_met = {number for number, text in sections() if NOT_MET in text}
    assert len(not_met) <= MOST_NOT_MET
    assert not_met.isdisjoint(MUST_BE_MET)


@pytest.mark.parametrize(("number", "file", "name"), list(named()))
def test_each_test_that_the_page_names_is_there_and_bears_the_number(number: int, file: str, name: str) -> None:
    assert re.search(rf"\bT{number}\b", docstrings(file)[name])


def test_no_test_bears_a_number_that_the_page_does_not_explain() -> None:
    files = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").rglob("test_*.py"))]
    said = " ".join(text for file in files for text in docstrings(file).values())
    assert {int(number) for number in re.findall(r"\bT(\d{1,2})\b", said)} == set(NUMBERS)
