"""The page of faults cannot lie: each test that it names is there, and says that number itself."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
HEADINGS = dict(re.findall(r"^## (F\d+) .+\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))
NUMBERS = [f"F{number}" for number in range(1, 37)]


def docstring(test: str) -> str:
    """Return a test's docstring; `test` is its file and its name, as the page has them."""
    path, _separator, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    [found] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]
    return ast.get_docstring(found) or ""


def test_every_fault_has_its_place_on_the_page() -> None:
    assert list(HEADINGS) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_tests_named_for_a_fault_name_its_number(number: str) -> None:
    tests = re.findall(r"`(tests/\S+\.py::\w+)`", HEADINGS[number])
    assert tests
    own = re.compile(rf"(?:[FT]\d+, )*{number}(?:, [FT]\d+)*: ")  # a T: a threat of docs/security.md as well
    assert not [test for test in tests if not own.match(docstring(test))]
