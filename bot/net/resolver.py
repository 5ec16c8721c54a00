"""Looks names up in threads of its own: whoever runs a name's servers decides how long its look-up takes.

The event loop's own threads are for everybody's work. A dozen names whose servers never answer would fill them
for minutes, and with them every other look-up.
"""

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol, TypeVar

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS: Final = 8
"""In each of two lanes: names that were found lately wait for no name that was not."""
LOOK_UPS_PER_DOMAIN: Final = 2
"""Under way at once, in each lane."""
FAILED_SECONDS: Final = 15.0
"""How long a name that was not found is not looked up again; a slow one four times as long."""
SLOW_SECONDS: Final = 2.0
"""A look-up that takes longer is a stranger's."""
MOST_REMEMBERED: Final = 4096

Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
Found = Sequence[tuple[int, int, int, str, Address]]


_T = TypeVar("_T")


class LookUp(Protocol):
    """`socket.getaddrinfo`, as it is called here."""

    def __call__(self, host: str, port: int, *, family: int, type: int, flags: int) -> Found:  # noqa: A002
        """Return the name's addresses, or raise OSError or UnicodeError; may block for as long as it likes."""
        ...


@dataclass(slots=True)
class _Domain:
    """A domain's look-ups in one lane. `wanted` counts those that wait too."""

    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOK_UPS_PER_DOMAIN))
    wanted: int = 0


class _Lane:
    """Threads, and how many of them each domain may have."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="look-up")
        self._domains: dict[str, _Domain] = {}

    async def run(self, domain_name: str, work: Callable[[], Found], ended: Callable[["Future[Found]"], None]) -> Found:
        """Return what the work returns, when it is the domain's turn; `ended` is called in the loop at its real end."""
        domain = self._domains.setdefault(domain_name, _Domain())
        domain.wanted += 1
        try:
            await domain.free.acquire()
        except asyncio.CancelledError:
            self._leave(domain_name, domain)
            raise
        loop = asyncio.get_running_loop()

        def end(job: "Future[Found]") -> None:
            domain.free.release()
            self._leave(domain_name, domain)
            ended(job)

        def tell(job: "Future[Found]") -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody counts any more
                loop.call_soon_threadsafe(end, job)

        job = self._threads.submit(work)
        # Whoever waits may give up; the thread cannot, and holds its domain's place until it is back.
        job.add_done_callback(tell)
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Start nothing any more; what is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _leave(self, name: str, domain: _Domain) -> None:
        domain.wanted -= 1
        if domain.wanted == 0:
            del self._domains[name]


class BoundedResolver(AbstractResolver):
    """The system's look-up, where no name can hold up the others.

    `look_up` and `now` (seconds, only ever rising) are replaced in tests.
    """

    def __init__(self, *, look_up: LookUp = socket.getaddrinfo, now: Callable[[], float] = time.monotonic) -> None:
        self._look_up = look_up
        self._now = now
        self._strangers, self._friends = _Lane(), _Lane()
        self._found: OrderedDict[str, None] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the name's addresses; OSError when it has none, or had none a moment ago."""
        if self._failed.get(host, 0.0) > self._now():
            raise socket.gaierror(socket.EAI_NONAME, "there was no such name a moment ago")
        lane = self._friends if host in self._found else self._strangers
        started: list[float] = []

        def work() -> Found:
            started.append(self._now())
            return self._look_up(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)

        answers = await lane.run(_domain_of(host), work, partial(self._ended, host, started))
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=found_family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found_family, _kind, protocol, _name, address in answers
            if found_family in (socket.AF_INET, socket.AF_INET6)
        ]

    async def close(self) -> None:
        """Look nothing up any more."""
        self._strangers.close()
        self._friends.close()

    def _ended(self, host: str, started: Sequence[float], job: "Future[Found]") -> None:
        if job.cancelled():
            return
        is_slow = self._now() - started[0] > SLOW_SECONDS
        if job.exception() is None and not is_slow:
            _remember(self._found, host, None)
            return
        self._found.pop(host, None)
        if job.exception() is not None:
            _remember(self._failed, host, self._now() + FAILED_SECONDS * (4 if is_slow else 1))


def _remember(names: "OrderedDict[str, _T]", name: str, value: _T) -> None:
    names[name] = value
    names.move_to_end(name)
    if len(names) > MOST_REMEMBERED:
        names.popitem(last=False)


def _domain_of(host: str) -> str:
    return ".".join(host.lower().rstrip(".").split(".")[-2:])
