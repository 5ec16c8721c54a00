"""Serves a copy of the snapshot with PHP's own web server, and takes it away again."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.wordpress.core import ProvisionError
from tests.wordpress.snapshot import Snapshot, copy_site, environment

WORKERS = 4
START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 5.0
PORT_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A WordPress that answers at `url`; `control_key` opens its control, `site` is its folder."""

    url: str
    site: Path
    control_key: str
    snapshot: Snapshot

    def reset(self) -> None:
        """Make the site as fresh as on its first day; ids start anew, the address stays."""
        fresh = self.site.with_name("fresh")
        copy_site(self.snapshot, fresh)
        (fresh / "site.sqlite").replace(self.site / "site.sqlite")
        shutil.rmtree(fresh)
        shutil.rmtree(self.site / "wp-content" / "uploads", ignore_errors=True)
        (self.site / "maintenance").unlink(missing_ok=True)


@contextmanager
def serve(snapshot: Snapshot, *, shown_at: str | None = None) -> Iterator[Served]:
    """Serve a fresh site on a free loopback port; its processes and its folder are gone afterwards.

    `shown_at` is the address that the site believes to have, where something stands between it and the world.
    """
    with tempfile.TemporaryDirectory(prefix="wordpress-", ignore_cleanup_errors=True) as folder:
        site = copy_site(snapshot, Path(folder) / "site")
        log = Path(folder) / "php.log"
        for _ in range(PORT_TRIES):
            port = _free_port()
            url = f"http://127.0.0.1:{port}"
            served = Served(url=url, site=site, control_key=secrets.token_hex(16), snapshot=snapshot)
            process = _start(served, port, log, shown_at or url)
            try:
                if _answers(process, url, shown_at or url):
                    yield served
                    return
            finally:
                _stop(process)
        raise ProvisionError(f"php -S did not answer: {log.read_text()[-600:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(served: Served, port: int, log: Path, shown_at: str) -> subprocess.Popen[bytes]:
    snapshot = served.snapshot
    snapshot.opcache.mkdir(exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [
                *("php", "-d", "opcache.enable=1", "-d", f"opcache.file_cache={snapshot.opcache}"),
                *("-d", "display_errors=0", "-d", "expose_php=0"),
                *("-S", f"127.0.0.1:{port}", "-t", str(snapshot.core), str(snapshot.core / "router.php")),
            ],
            env=environment(served.site, shown_at)
            | {"PHP_CLI_SERVER_WORKERS": str(WORKERS), "BACKCHANNEL_CONTROL_KEY": served.control_key},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )


def _answers(process: subprocess.Popen[bytes], url: str, shown_at: str) -> bool:
    """Wait until the feed is a feed: a half-made site answers 200 with an install page."""
    feed = urllib.request.Request(f"{url}/feed/", headers={"Host": urlsplit(shown_at).netloc})
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(feed, timeout=START_TIMEOUT_SECONDS) as answer:
            if b"<rss" in answer.read():
                return True
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server with all its workers, which are its process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_TIMEOUT_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_TIMEOUT_SECONDS)
