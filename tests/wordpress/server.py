"""Serves a copy of the snapshot with PHP's own web server, and takes it away again."""

import asyncio
import os
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.wordpress.core import ProvisionError
from tests.wordpress.snapshot import Snapshot, copy_site, environment

WORKERS = 4
START_TIMEOUT_SECONDS = 20.0
STOP_TIMEOUT_SECONDS = 5.0
PORT_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A WordPress that answers at `url`; `control_key` opens its control, `site` is its folder."""

    url: str
    site: Path
    control_key: str


@asynccontextmanager
async def serve(snapshot: Snapshot) -> AsyncIterator[Served]:
    """Serve a fresh site on a free loopback port; its processes and its folder are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="wordpress-", ignore_cleanup_errors=True) as folder:
        site = copy_site(snapshot, Path(folder) / "site")
        for last in (False,) * (PORT_TRIES - 1) + (True,):
            port = _free_port()
            served = Served(url=f"http://127.0.0.1:{port}", site=site, control_key=secrets.token_hex(16))
            process = await _start(snapshot, served, port)
            if await _answers(process, served.url):
                break
            await _stop(process)
            if last:
                raise ProvisionError(f"php -S did not answer: {_log(served).read_text()[-600:]}")
        try:
            yield served
        finally:
            await _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _start(snapshot: Snapshot, served: Served, port: int) -> asyncio.subprocess.Process:
    snapshot.opcache.mkdir(exist_ok=True)
    with _log(served).open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *("php", "-d", "opcache.enable=1", "-d", f"opcache.file_cache={snapshot.opcache}"),
            *("-d", "display_errors=0", "-d", "expose_php=0"),
            *("-S", f"127.0.0.1:{port}", "-t", str(snapshot.core), str(snapshot.core / "router.php")),
            env=environment(served.site, served.url)
            | {"PHP_CLI_SERVER_WORKERS": str(WORKERS), "BACKCHANNEL_CONTROL_KEY": served.control_key},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )


def _log(served: Served) -> Path:
    return served.site.parent / "php.log"


async def _answers(process: asyncio.subprocess.Process, url: str) -> bool:
    """Wait until the feed is a feed: a half-made site answers 200 with an install page."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_TIMEOUT_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=START_TIMEOUT_SECONDS)) as session:
        while process.returncode is None and loop.time() < deadline:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(f"{url}/feed/") as answer:
                    if "<rss" in await answer.text():
                        return True
            await asyncio.sleep(0.02)
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End the server with all its workers, which are its process group."""
    for word in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, word)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_SECONDS)
            break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
