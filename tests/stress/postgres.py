"""A PostgreSQL of our own, on a socket in a folder of its own, where the server's programs are installed."""

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NOBODYS = "postgres"
"""The server refuses to run as root; Debian's package brings this user."""


class Server:
    """One server; `restart` cuts every connection."""

    def __init__(self, folder: Path, user: str) -> None:
        self._folder = folder
        self._user = user
        self.url = f"postgresql+psycopg://{user}@/postgres?host={folder}"

    def prepare(self) -> None:
        self._run("initdb", "-A", "trust", "-U", self._user, "--no-sync", "-D", str(self._folder / "data"))

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._control("-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-w", "-D", str(self._folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (str(PROGRAMS[-1] / program), *arguments)
        if os.geteuid() == 0:
            command = ("setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--clear-groups", *command)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder)


@contextmanager
def running() -> Iterator[Server]:
    """Run a server as long as the block lasts; skip the test where there is none."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL's server is not installed")
    user = NOBODYS if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with TemporaryDirectory(prefix="pg-") as scratch:
        folder = Path(scratch)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        server = Server(folder, user)
        server.prepare()
        server.start()
        try:
            yield server
        finally:
            server.stop()
