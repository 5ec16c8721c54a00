"""What the tree must not hold, and what it must: read from the files themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.why import known_reasons

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "bot", "cogs", "db", "docs", "tests")
LONGEST_FILE = 400
REGISTRIES = ("py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js.org", "crates" + ".io/api")


def files(*suffixes: str) -> Iterator[Path]:
    at_the_top = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"]
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(at_the_top + below):
        if "__pycache__" not in path.parts and (not suffixes or path.suffix in suffixes):
            yield path


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_package_registry() -> None:
    assert not [(name, host) for name, text in texts() for host in REGISTRIES if host in text]


def test_no_lock_holds_an_address() -> None:
    locks = [text for name, text in texts() if name.endswith(".lock")]
    assert len(locks) == 2
    assert not [text for text in locks if re.search(r"https?://", text)]


def test_no_file_holds_a_path_of_this_machine() -> None:
    home = f"{ROOT.parent}/"
    if len(ROOT.parent.parts) < 2:
        pytest.skip("the tree lies at the top of the file system, so its path says nothing")
    assert not [name for name, text in texts() if home in text]


def test_no_file_of_code_is_longer_than_a_reader_stands() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py")}
    assert len(lengths) > 50
    assert not {str(path) for path, length in lengths.items() if length > LONGEST_FILE}


def test_no_file_holds_what_looks_like_a_token() -> None:
    """T25."""
    token = re.compile(r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}")
    assert not [name for name, text in texts() if token.search(text) and not name.startswith("tests/")]


def test_every_reason_that_the_code_gives_has_a_sentence() -> None:
    given = {
        (str(path.relative_to(ROOT)), word)
        for folder in ("bot", "db", "cogs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for word in reasons_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(given) > 5
    assert not {(path, word) for path, word in given if word and word not in known_reasons()}


def reasons_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            if isinstance(node.func, ast.Name) and node.func.id == "Closed":
                words += node.args
            yield from (word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str))
        if isinstance(node, ast.arguments):
            for name, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
                if name.arg == "reason" and isinstance(default, ast.Constant) and isinstance(default.value, str):
                    yield default.value
