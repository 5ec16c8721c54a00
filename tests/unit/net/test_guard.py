import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.domain.errors import PermanentError, TemporaryError
from bot.net.guard import PUBLIC_PORTS, AllowedHosts, ForbiddenAddressError, is_public
from bot.net.session import WebClient
from tests.unit.net.web import TableResolver, a_site

NOT_PUBLIC = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
UNREADABLE = ["", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "1.2.3.4.5", "127.0.0.1 ", "::g"]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]

LOOPBACK_SPELLINGS = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "127.0.0.1.",
    "127.000.000.001",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "２１３０７０６４３３",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "Localhost",
    "ｌｏｃａｌｈｏｓｔ",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[fe80::1%25lo]",
    "[::1%25lo]",
    "10.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.168.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[ff02::1]",
    "user@127.0.0.1",
    "user:password@127.0.0.1",
    "example.org@127.0.0.1",
    "127.0.0.1%00.example.org",
    "127.0.0.1%2eexample.org",
    "rebound.example",
    "private4.example",
    "private6.example",
    "mapped.example",
    "nat64.example",
    "translated.example",
    "every.example",
    "xn--localhost",
    "127.0.0.1\t",
    "127.0.0.1\n",
    "%31%32%37.0.0.1",
    "loc\u00adalhost",
]
NAMES = {
    "rebound.example": [["127.0.0.1"]],
    "private4.example": [["127.0.0.1", "10.0.0.1"]],
    "private6.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "nat64.example": [["64:ff9b::7f00:1"]],
    "translated.example": [["2002:7f00:1::"]],
    "every.example": [["0.0.0.0", "::", "127.0.0.1", "::1"]],
    "localhost": [["127.0.0.1", "::1"]],
}


@pytest.mark.parametrize("address", NOT_PUBLIC + UNREADABLE)
def test_an_address_that_is_not_a_public_host_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_accepted(address: str) -> None:
    assert is_public(address)


def test_every_ipv4_address_hidden_in_a_translation_prefix_is_refused() -> None:
    """T1."""
    for prefix in ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::"):
        for hidden in ("8.8.8.8", "127.0.0.1", "10.0.0.1", "169.254.169.254"):
            address = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(ipaddress.IPv4Address(hidden)))
            assert not is_public(str(address))


@dataclass
class Canary:
    """A listener that must never hear a connection."""

    port: int
    connections: int = 0


@asynccontextmanager
async def a_canary() -> AsyncIterator[Canary]:
    listener = socket.create_server(("127.0.0.1", 0))
    canary = Canary(listener.getsockname()[1])

    def heard(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        canary.connections += 1
        writer.close()

    servers = [await asyncio.start_server(heard, sock=listener)]
    if socket.has_dualstack_ipv6():
        with suppress(OSError):  # a machine without IPv6 on loopback still hears over IPv4
            servers.append(await asyncio.start_server(heard, "::1", canary.port))
    try:
        yield canary
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    async with a_canary() as listening:
        yield listening


def guarded(canary: Canary, *allowed: str) -> WebClient:
    hosts = AllowedHosts(AllowedHosts.parse(allowed).entries, ports=PUBLIC_PORTS | {canary.port})
    return WebClient(allowed=hosts, resolver=TableResolver({name: list(found) for name, found in NAMES.items()}))


async def test_the_canary_hears_a_client_that_is_allowed_to_reach_it(canary: Canary) -> None:
    client = guarded(canary, f"127.0.0.1:{canary.port}")
    with pytest.raises(TemporaryError):
        await client.request("GET", f"http://127.0.0.1:{canary.port}/", deadline_seconds=5)
    await client.close()
    assert canary.connections >= 1


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
async def test_no_spelling_of_a_private_address_is_connected_to(canary: Canary, host: str) -> None:
    client = guarded(canary)
    with pytest.raises((PermanentError, TemporaryError)):
        await client.request("GET", f"http://{host}:{canary.port}/", deadline_seconds=3)
    await client.close()
    assert canary.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_to_any_spelling_of_a_private_address_is_connected_to(canary: Canary, status: int) -> None:
    async def onward(request: web.Request) -> web.Response:
        host = LOOPBACK_SPELLINGS[int(request.query["n"])].strip()
        return web.Response(status=status, headers={"Location": f"http://{host}:{canary.port}/"})

    async with a_site(onward) as site:
        client = guarded(canary, site.place)
        for n, host in enumerate(LOOPBACK_SPELLINGS):
            with pytest.raises((PermanentError, TemporaryError)):
                answer = await client.request("GET", f"{site.url}/?n={n}", deadline_seconds=3)
                pytest.fail(f"{host} was answered with {answer.status}")
        await client.close()
        assert len(site.seen) == len(LOOPBACK_SPELLINGS)
    assert canary.connections == 0


async def test_a_name_that_is_rebound_between_two_calls_is_refused_at_the_second(canary: Canary) -> None:
    async with a_site() as site:
        resolver = TableResolver({"listed.example": [["127.0.0.1"]], "evil.example": [["127.0.0.1"]]})
        client = WebClient(
            allowed=AllowedHosts(
                AllowedHosts.parse([f"listed.example:{site.port}"]).entries, ports=PUBLIC_PORTS | {site.port}
            ),
            resolver=resolver,
        )
        answer = await client.request("GET", f"http://listed.example:{site.port}/")
        with pytest.raises(
            ForbiddenAddressError, match=r"evil\.example is not on the public internet.+ALLOW_PRIVATE_HOSTS"
        ):
            await client.request("GET", f"http://evil.example:{site.port}/")
        await client.close()
    assert answer.status == 200
    assert [request.host for request in site.seen] == [f"listed.example:{site.port}"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://example.org/", "begin with http:// or https://"),
        ("file:///etc/passwd", "not an address of the web|begin with http"),
        ("gopher://example.org:70/", "begin with http:// or https://"),
        ("http://user:secret@example.org/", "with a user name or password"),
        ("http://example.org:22/", "only 80 and 443 .+ALLOW_PRIVATE_HOSTS=host:port"),
        ("https://example.org:8443/?key=secret", "only 80 and 443 .+ALLOW_PRIVATE_HOSTS=host:port"),
        ("http://", "not an address"),
        ("http://[::1", "not an address"),
        ("http://a b/", "not an address"),
        ("http://example.org:99999/", "not an address"),
    ],
)
def test_an_address_is_refused_with_one_sentence_that_repeats_no_secret(url: str, sentence: str) -> None:
    """T1."""
    with pytest.raises(ForbiddenAddressError, match=sentence) as refused:
        AllowedHosts().check(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("entry", ["blog.lan", "http://blog.lan:80", "blog.lan:x", "u@blog.lan:80", "blog.lan:80/x"])
def test_an_entry_of_the_operators_list_that_is_no_host_and_port_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=entry.replace("?", "")):
        AllowedHosts.parse([entry])


def test_the_operators_list_holds_the_exact_host_and_port_and_nothing_else() -> None:
    allowed = AllowedHosts.parse([" Blog.lan:8080", "[::1]:8080", ""])
    assert allowed.check("http://blog.lan.:8080/x") in allowed
    assert allowed.check("https://[::1]:8080/") in allowed
    for url in ("http://blog.lan/", "http://www.blog.lan/", "http://127.0.0.1/"):
        assert allowed.check(url) not in allowed
