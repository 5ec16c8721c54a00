"""The locks: everything by version and hash, nothing from a place that a lock cannot vouch for."""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
MOST_PACKAGES = 60
"""Of what the bot runs with, by every platform's conditions together."""
_PINNED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z,]+\])?==(?P<version>[^\s;]+)(\s*;.*)?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: str) -> list[str]:
    """Return each requirement with its hashes on one line, without comments."""
    lines = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def pinned(lock: str) -> dict[str, str]:
    found = [_PINNED.match(entry.partition("--hash")[0].strip()) for entry in entries(lock)]
    return {match["name"]: match["version"] for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_one_version_and_its_hashes(lock: str) -> None:
    """T24: no address, no range, no path, no option."""
    assert len(entries(lock)) > 10
    for entry in entries(lock):
        requirement, *hashes = re.split(r"\s+(?=--hash)", entry)
        assert _PINNED.fullmatch(requirement.strip()), requirement
        assert hashes, requirement
        assert all(_HASH.fullmatch(one.strip()) for one in hashes), requirement


def test_what_the_project_asks_for_is_in_the_lock_and_little_else() -> None:
    """T24."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[\[<>=~! ]", wish)[0].lower().replace(".", "-") for wish in project["dependencies"]}
    locked = {name.replace(".", "-") for name in pinned("requirements.lock")}
    assert asked <= locked
    assert len(locked) <= MOST_PACKAGES


def test_only_the_locks_by_hash_are_ever_installed() -> None:
    """T24: neither make nor CI installs a Python package in another way."""
    for name in ("Makefile", ".ci/run"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        for line in lines:
            if "pip install" in line:
                assert "--require-hashes -r requirements" in line, line


def test_the_tests_run_with_what_the_lock_names() -> None:
    """T24: what is proven is proven of these versions."""
    if not Path(sys.prefix).is_relative_to(ROOT):
        pytest.skip("these tests run in an environment that make did not make")
    there = {one.name.lower().replace("_", "-").replace(".", "-"): one.version for one in metadata.distributions()}
    for name, version in pinned("requirements-dev.lock").items():
        key = name.replace(".", "-").replace("_", "-")
        if key in there:
            assert there[key] == version, name
