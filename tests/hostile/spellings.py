"""The ways to write an address that is nobody's business: as numbers of every base, inside IPv6, behind names."""

import ipaddress
import socket
from collections.abc import Iterator

from aiohttp.abc import AbstractResolver, ResolveResult

from tests.unit.net.web import TableResolver

PRIVATE = ("127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1")
PRIVATE_IN_IPV6 = (
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::1%25lo]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    "[fec0::1]",
    "[ff01::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[3fff::1]",
    "[5f00::1]",
)
NAMES = {
    "localhost": [["127.0.0.1", "::1"]],
    "private.example": [["127.0.0.1"]],
    "private-six.example": [["::1"]],
    "nearby.example": [["192.168.0.1"]],
    "metadata.example": [["169.254.169.254"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "translated.example": [["64:ff9b::7f00:1"]],
    "sixtofour.example": [["2002:7f00:1::"]],
    "compatible.example": [["::127.0.0.1"]],
    "everywhere.example": [["0.0.0.0", "::"]],
    "many.example": [["127.0.0.1", "10.0.0.1", "::1", "fe80::1"]],
    "mixed.example": [["93.184.215.14", "127.0.0.1"]],
    "mixed-six.example": [["2606:4700::1111", "::1", "127.0.0.1"]],
}
ODD_NAMES = (
    "localhost.",
    "LOCALHOST",
    "LocalHost",
    "ｌｏｃａｌｈｏｓｔ",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "loc\u00adalhost",
    "local\u200bhost",
    "127.1",
    "127.0.1",
    "127.127",
    "127.255.255.254",
    "0",
    "0x0",
    "00",
    "0x7f.1",
    "0177.1",
    "127.0.0.1%00.example.org",
    "127.0.0.1%2eexample.org",
    "127.0.0.1%09",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "user@127.0.0.1",
    "user:password@127.0.0.1",
    "example.org@127.0.0.1",
    "example.org%40127.0.0.1",
    "example.org:80@127.0.0.1",
    ":@127.0.0.1",
    "xn--127-0-0-1",
    "127.0.0.1\\@example.org",
    "127.0.0.1;example.org",
    "127.0.0.1,example.org",
    "①②⑦.⓪.⓪.①",
    "１２７.１",
    "२७.0.0.1",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
)


def _forms(address: str) -> Iterator[str]:
    first, second, third, fourth = (int(part) for part in address.split("."))
    number = int(ipaddress.IPv4Address(address))
    low, high = number & 0xFFFF, number >> 16
    yield address
    yield f"{address}."
    yield f"{first}.{second}.{third * 256 + fourth}"
    yield f"{first}.{number & 0xFFFFFF}"
    yield str(number)
    yield hex(number)
    yield hex(number).upper().replace("X", "x")
    yield f"0{number:o}"
    yield f"000{number:o}"
    yield ".".join(hex(part) for part in (first, second, third, fourth))
    yield ".".join(f"0{part:o}" for part in (first, second, third, fourth))
    yield ".".join(f"{part:03}" for part in (first, second, third, fourth))
    yield f"{hex(first)}.0{second:o}.{third}.{fourth}"
    yield address.translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})
    yield address.replace(".", "。")
    yield f"example.org@{address}"
    for prefix in ("::ffff:", "::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"):
        yield f"[{prefix}{address}]"
        yield f"[{prefix}{high:x}:{low:x}]"
    yield f"[0:0:0:0:0:ffff:{high:x}:{low:x}]"
    yield f"[2002:{high:x}:{low:x}::]"
    yield f"[2002:{high:x}:{low:x}::1]"


def spellings() -> list[str]:
    """Return every spelling once, as the host of an address."""
    made = [form for address in PRIVATE for form in _forms(address)]
    return list(dict.fromkeys([*made, *PRIVATE_IN_IPV6, *NAMES, *ODD_NAMES]))


class HostsResolver(AbstractResolver):
    """Names from a table, and every spelling of a number as the system reads it; the network is never asked."""

    def __init__(self) -> None:
        self._table = TableResolver({name: list(found) for name, found in NAMES.items()})

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        try:
            return await self._table.resolve(host, port, family)
        except OSError:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [
            ResolveResult(hostname=host, host=str(target[0]), port=port, family=kind, proto=protocol, flags=0)
            for kind, _type, protocol, _name, target in found
        ]

    async def close(self) -> None:
        return None
