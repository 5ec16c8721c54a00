"""Who may use the page, and how it ends; no browser is needed to ask."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.demo.stage import LOG
from tests.browser.conftest import Demo

pytestmark = pytest.mark.asyncio(loop_scope="module")

START_SECONDS = 60.0
END_SECONDS = 8.0
"""Three on an idle machine; tests run on busy ones, too."""


async def test_foreign_hosts_origins_and_forms_are_refused(demo: Demo) -> None:
    url = demo.address.rstrip("/")
    own = {"Origin": url}
    refused: list[tuple[str, str, dict[str, str]]] = [
        ("GET", "/", {"Host": "evil.example"}),
        ("GET", "/", {"Host": url.removeprefix("http://").replace("127.0.0.1", "127.0.0.1.evil.example")}),
        ("GET", "/control/world", {"Origin": "https://evil.example"}),
        ("GET", "/control/world", {"Origin": "null"}),
        ("GET", "/events", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}),
        ("POST", "/stage/bot/kill", {"Origin": "https://evil.example", "Content-Type": "application/json"}),
        ("POST", "/stage/bot/kill", {**own, "Content-Type": "text/plain"}),
        ("POST", "/stage/bot/kill", {**own, "Content-Type": "application/x-www-form-urlencoded"}),
    ]
    async with aiohttp.ClientSession() as session:
        for method, path, headers in refused:
            async with session.request(method, url + path, headers=headers) as answer:
                assert answer.status == 403, (method, path, headers)
        async with session.get(f"{url}/control/world", headers=own) as answer:
            assert answer.status == 200
    assert demo.stage.bot.is_running


async def test_every_answer_carries_a_policy_without_inline_script_or_style(demo: Demo) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "js/main.js", "stage", "nothing-here", "css/../server.py", "js/..%2f..%2fserver.py"):
            async with session.get(demo.address + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "script-src 'self'" in policy
                assert "unsafe" not in policy
                assert "class Doorman" not in await answer.text()
        async with session.get(demo.address) as answer:
            page = await answer.text()
    assert "<style" not in page
    assert " style=" not in page
    assert " on" not in page.replace(" only", "")
    assert page.count("<script") == page.count('<script type="module" src=')


@asynccontextmanager
async def started(folder: Path, *options: str) -> AsyncIterator[Process]:
    """Start the program as a visitor does, and wait until it tells its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "demo", "--no-browser", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={"TMPDIR": str(folder), "PATH": ""},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            while b"The demo is at http://127.0.0.1:" not in (line := await process.stdout.readline()):
                assert line, "the demo ended before it was ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await process.stdout.read()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_demo_ends_soon_and_leaves_no_process_and_no_file(ending: signal.Signals, tmp_path: Path) -> None:
    async with started(tmp_path) as process:
        children = _children(process.pid)
        assert len(children) == 1
        process.send_signal(ending)
        async with asyncio.timeout(END_SECONDS):
            assert await process.wait() == 0
    assert _still_there(children) == []
    assert _files_in(tmp_path) == []


async def test_kept_demo_leaves_its_database_and_log_where_it_was_told_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    async with started(tmp_path, "--keep", str(kept)) as process:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    assert _files_in(tmp_path) == [kept]
    names = {path.name for path in _files_in(kept)}
    assert {"backchannel.db", LOG} <= names
    assert "announced" in (kept / LOG).read_text(encoding="utf-8")


def _still_there(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
