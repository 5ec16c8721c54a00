"""Sees every connection that this process tries to make, and lets none of them leave the machine."""

import errno
import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tap:
    """What was connected to while it was open, as numeric address and port."""

    places: list[tuple[str, int]] = field(default_factory=list)
    is_open: bool = True

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_open and event == "socket.connect":
            self._connect(arguments[1])

    def _connect(self, target: object) -> None:
        if not isinstance(target, tuple):
            return  # a socket of the machine's own, which has a path for an address
        host, port = str(target[0]), int(target[1])
        self.places.append((host, port))
        if not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "this machine is unplugged")


@contextmanager
def tapped() -> Iterator[Tap]:
    """Listen in on every connect of this process; what is not loopback is refused."""
    tap = Tap()
    # An audit hook stays until the process ends, so a closed tap only lets everything pass.
    sys.addaudithook(tap.audit)
    try:
        yield tap
    finally:
        tap.is_open = False
