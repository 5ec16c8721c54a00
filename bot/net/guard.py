"""Which addresses may be connected to.

A blog's address is typed by whoever manages a guild, so it may point into the operator's own network. What
decides is the address that a socket is about to connect to: names can be rebound, and literal addresses are
never resolved at all.
"""

import errno
import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import AddrInfoType
from yarl import URL

from bot.domain.errors import PermanentError
from bot.domain.translation import _

PUBLIC_PORTS = frozenset({80, 443})
DEFAULT_PORTS = {"http": 80, "https": 443}

_DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        # Python 3.11 calls some of these global. The list is IANA's special-purpose registries, read whole,
        # so that no version of Python has to be trusted.
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, and the deprecated IPv4-compatible addresses
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",  # IPv4-translated (SIIT)
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


class ForbiddenAddressError(PermanentError):
    """The address is one we never connect to; nothing was sent."""

    def __init__(self, message: str, *, reason: str = "forbidden_address") -> None:
        super().__init__(message, reason=reason)


class RefusedConnection(OSError):  # noqa: N818 - an OSError, so that the connector treats it as one more dead end
    """Raised inside the connector instead of opening a socket. Every one reads the same, so none is merged away."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "address not allowed")


def is_public(address: str) -> bool:
    """Return whether a numeric address is a host on the public internet; anything that does not parse is not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    return not any(parsed in network for network in _DENIED if network.version == parsed.version)


def open_public_socket(address: AddrInfoType) -> socket.socket:
    """Return a socket for a public address: a `socket_factory` for aiohttp's TCPConnector.

    Raise RefusedConnection, before any socket exists, for every other address, family or port 0.
    """
    family, kind, protocol, _name, target = address
    if family not in (socket.AF_INET, socket.AF_INET6) or not is_public(str(target[0])):
        raise RefusedConnection
    return socket.socket(family, kind, protocol)


@dataclass(frozen=True, slots=True)
class HostAndPort:
    """A name or numeric address as it stands in a URL, with its port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The operator's list of hosts that may be private and may be spoken to without TLS.

    `ports` are the ones that every other host may be asked at.
    """

    entries: frozenset[HostAndPort] = frozenset()
    ports: frozenset[int] = PUBLIC_PORTS

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "AllowedHosts":
        """Return the list read from `host:port` words; ValueError names a word that is not one."""
        return cls(frozenset(_host_and_port(entry) for entry in entries if entry.strip()))

    def __contains__(self, url: object) -> bool:
        """Return whether a yarl URL's exact host and port are on the list."""
        return isinstance(url, URL) and _place_of(url) in self.entries

    def check(self, url: str) -> URL:
        """Return the URL when it may be asked for, else raise ForbiddenAddressError with a sentence."""
        parsed = _parse(url)
        if parsed.scheme not in DEFAULT_PORTS:
            raise ForbiddenAddressError(_("Only addresses that begin with http:// or https:// can be used."))
        if parsed.user is not None or parsed.password is not None:
            raise ForbiddenAddressError(_("An address with a user name or password in it is not used."))
        if parsed.port not in self.ports and parsed not in self:
            raise ForbiddenAddressError(
                _(
                    "{host} is asked for at port {port}; only 80 and 443 are used. "
                    "The bot's operator can allow it with ALLOW_PRIVATE_HOSTS=host:port."
                ).format(host=parsed.host, port=parsed.port)
            )
        return parsed.with_fragment(None)


def _parse(url: str) -> URL:
    try:
        parsed = URL(url)
        host, port = parsed.host, parsed.port
    except ValueError as error:
        raise ForbiddenAddressError(_("That is not an address of the web.")) from error
    if not host or (port is None and parsed.scheme in DEFAULT_PORTS) or any(ord(mark) <= ord(" ") for mark in host):
        raise ForbiddenAddressError(_("That is not an address of the web."))
    return parsed


def _place_of(url: URL) -> HostAndPort:
    return HostAndPort((url.host or "").rstrip(".").lower(), url.port or 0)


def _host_and_port(entry: str) -> HostAndPort:
    try:
        url = URL(f"http://{entry.strip()}")
        is_exact = url.explicit_port is not None and url.path == "/" and url.user is None and not url.query_string
    except ValueError as error:
        raise ValueError(entry.strip()) from error
    if not is_exact or not url.host:
        raise ValueError(entry.strip())
    return _place_of(url)
