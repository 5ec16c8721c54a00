"""The command line as its own process: exit codes, sentences, and nothing of another's taken for ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bot

ROOT = Path(__file__).parents[2]
COMMANDS = ("init", "check", "run", "demo", "status", "why", "backup", "migrate")


def backchannel(folder: Path, *arguments: str, safe_path: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *(["-P"] if safe_path else []), "-m", "bot", *arguments],
        cwd=folder,
        env={**keep, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    done = backchannel(tmp_path, "--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)


def test_help_loads_no_library(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.__main__ import main; main(['--help']); "
        "sys.exit(bool({'discord', 'aiohttp', 'sqlalchemy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert backchannel(tmp_path, "--version").stdout == f"backchannel {bot.__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("fly",), ("why",), ("backup",), ("status", "--yaml")])
def test_wrong_use_is_exit_code_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = backchannel(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "usage: backchannel" in done.stderr


@pytest.mark.parametrize("command", ["run", "check", "status", "migrate"])
def test_wrong_settings_are_exit_code_2_and_all_named(tmp_path: Path, command: str) -> None:
    done = backchannel(tmp_path, command, WAIT_SCALE="soon", LOG_FORMAT="xml")
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["LOG_FORMAT", "WAIT_SCALE"]
    assert list(tmp_path.iterdir()) == []


def test_run_without_a_token_is_one_sentence(tmp_path: Path) -> None:
    done = backchannel(tmp_path, "run")
    assert done.returncode == 2
    assert done.stderr.startswith("DISCORD_TOKEN:")
    assert len(done.stderr.splitlines()) == 1


def test_status_without_a_database_is_one_sentence(tmp_path: Path) -> None:
    done = backchannel(tmp_path, "status", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no database yet: `backchannel run` makes it at its first start.\n"


def test_the_folders_own_settings_file_is_read(tmp_path: Path) -> None:
    assert backchannel(tmp_path, "init").returncode == 0
    with (tmp_path / ".env").open("a", encoding="utf-8") as file:
        file.write("DATABASE_URL=sqlite+aiosqlite:///here.db\n")
    assert backchannel(tmp_path, "migrate").returncode == 0
    assert (tmp_path / "here.db").exists()
    assert backchannel(tmp_path, "status").returncode == 0
    assert backchannel(tmp_path, "backup", "copy.db").returncode == 0
    assert backchannel(tmp_path, "backup", "copy.db").returncode == 1


@pytest.mark.parametrize("name", ["db", "cogs"])
def test_a_package_of_the_same_name_in_the_folder_is_noticed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise SystemExit('not ours')\n", encoding="utf-8")
    done = backchannel(tmp_path, "status", safe_path=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Another package named {name} stands before Backchannel's own")
    assert "There is no database yet" in backchannel(tmp_path, "status").stderr


def test_a_crash_shows_no_secret(tmp_path: Path) -> None:
    """T19."""
    (tmp_path / "bad.db").mkdir()
    done = backchannel(
        tmp_path, "backup", "x", DATABASE_URL="postgresql+psycopg://me:hunter2canary@127.0.0.1:9/x", LOG_FORMAT="json"
    )
    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr
    done = backchannel(tmp_path, "status", DATABASE_URL="postgresql+psycopg://me:hunter2canary@127.0.0.1:9/x")
    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr
