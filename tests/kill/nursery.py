"""Starts bots quickly: a process that has imported everything once and forks a bot for each order.

A bot's start costs mostly its imports; a run with hundreds of kills would spend its time on those. The forked
process then does what `python -m bot ...` does, with nothing left over but imported modules.
Orders come and news go as lines of JSON over standard input and output; it ends, with its bots, when its input ends.
"""

import ctypes
import importlib
import json
import os
import pkgutil
import selectors
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

CRASHED = 70
PR_SET_PDEATHSIG = 1
"""Linux: the kernel ends a bot whose nursery was killed, so that nothing is left behind."""


@dataclass(frozen=True, slots=True)
class Order:
    """One process to start: its arguments, environment, working directory and the file for what it says."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    directory: str
    output: str

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Order":
        told = json.loads(line)
        return cls(tuple(told["arguments"]), told["environment"], told["directory"], told["output"])


class Nursery:
    """The forking side."""

    def __init__(self) -> None:
        self._children: set[int] = set()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._wake)

    def serve(self) -> None:
        """Take orders until the input ends."""
        selector = selectors.DefaultSelector()
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        selector.register(self._woken, selectors.EVENT_READ)
        waiting = b""
        while True:
            for key, _events in selector.select():
                chunk = os.read(key.fd, 65536)
                if key.fd == self._woken:
                    self._bury()
                elif not chunk:
                    self._end()
                    return
                else:
                    *lines, waiting = (waiting + chunk).split(b"\n")
                    for line in lines:
                        self._start(Order.from_line(line))

    def _start(self, order: Order) -> None:
        pid = os.fork()
        if pid == 0:
            _become(order)
        self._children.add(pid)
        _tell({"started": pid})

    def _bury(self) -> None:
        for pid in tuple(self._children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._children.discard(pid)
                _tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _end(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _become(order: Order) -> None:
    """Turn the forked process into the ordered one; never returns."""
    code = CRASHED
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        output = os.open(order.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.closerange(3, 64)
        os.chdir(order.directory)
        os.environ.clear()
        os.environ.update(order.environment)
        from bot.__main__ import main

        code = main(order.arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _tell(news: dict[str, int]) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


def _import_everything() -> None:
    """Import what a bot imports, and nothing that starts a thread or a loop."""
    for name in ("bot.app", "bot.program.run", "bot.program.status", "aiosqlite", "logging.config"):
        importlib.import_module(name)
    for package in ("cogs", "db", "alembic.runtime", "sqlalchemy.dialects.sqlite"):
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if ".migrations" not in found.name and not found.name.endswith(("pysqlcipher", "provision")):
                importlib.import_module(found.name)


if __name__ == "__main__":
    _import_everything()
    os.chdir(Path("/"))
    _tell({"ready": os.getpid()})
    Nursery().serve()
