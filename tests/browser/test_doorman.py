"""Who may use the page, and how it ends; no browser is needed to ask."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_demo_ends_soon_and_leaves_no_process_and_no_file(ending: signal.Signals, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot", "demo", "--no-browser"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
        env={"TMPDIR": str(tmp_path), "PATH": ""},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            while b"The demo is at http://127.0.0.1:" not in (line := await process.stdout.readline()):
                assert line, "the demo ended before it was ready"
        children = _children(process.pid)
        assert len(children) == 1
        process.send_signal(ending)
        began_at = asyncio.get_running_loop().time()
        assert await process.wait() == 0
        assert asyncio.get_running_loop().time() - began_at < END_SECONDS
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await process.stdout.read()
    assert _still_there(children) == []
    assert _files_in(tmp_path) == []


def _still_there(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
