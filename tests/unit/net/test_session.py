import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.domain.errors import TemporaryError, UnknownResultError
from bot.net.answer import Credentials
from bot.net.guard import AllowedHosts, ForbiddenAddressError
from bot.net.session import MovedError, NoConnectionError, NoSuchHostError, WebClient
from tests.unit.net.web import TableResolver, a_site

PASSWORD = "canary pass word 1234"
AUTH = Credentials("editor", PASSWORD)


@asynccontextmanager
async def a_client(*places: str, wait_scale: float = 1.0, names: tuple[str, ...] = ()) -> AsyncIterator[WebClient]:
    resolver = TableResolver({name: [["127.0.0.1"]] for name in names})
    client = WebClient(allowed=AllowedHosts.parse(places), wait_scale=wait_scale, resolver=resolver)
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def a_raw_server(speak: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncIterator[str]:
    """A server that says bytes, for what no well-behaved library would send."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            result = speak(reader, writer)
            if asyncio.iscoroutine(result):
                await result
        except ConnectionError:
            pass  # the client went away, which is what most of these tests want
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


async def test_an_answer_tells_status_headers_body_and_where_it_came_from() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/old":
            return web.Response(status=301, headers={"Location": "new?x=1#part"})
        response = web.Response(status=404, text="none", content_type="text/plain")
        response.headers.add("Link", "<a>; rel=b")
        response.headers.add("Link", "<c>; rel=d")
        return response

    async with a_site(answer) as site, a_client(site.place) as client:
        got = await client.request("GET", f"{site.url}/old")
    assert (got.status, got.body, got.url) == (404, b"none", f"{site.url}/new?x=1")
    assert got.header("LINK") == "<a>; rel=b, <c>; rel=d"
    assert got.content_type == "text/plain"
    assert got.moved_to == got.url
    assert site.seen[0].headers["User-Agent"].startswith("Backchannel/")


async def test_a_temporary_redirect_on_the_way_is_no_move() -> None:
    async def answer(request: web.Request) -> web.Response:
        onward = {"/1": (301, "/2"), "/2": (302, "/3")}.get(request.path)
        return web.Response(status=onward[0], headers={"Location": onward[1]}) if onward else web.Response()

    async with a_site(answer) as site, a_client(site.place) as client:
        got = await client.request("GET", f"{site.url}/1")
    assert [hop.status for hop in got.redirects] == [301, 302]
    assert got.moved_to is None


async def test_a_circle_of_redirects_ends() -> None:
    """T1."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/again"})

    async with a_site(answer) as site, a_client(site.place) as client:
        with pytest.raises(TemporaryError, match="redirects too many times"):
            await client.request("GET", f"{site.url}/", max_redirects=5)
    assert len(site.seen) == 6


async def test_cookies_are_never_sent_back() -> None:
    """T1."""

    async def answer(_request: web.Request) -> web.Response:
        response = web.Response()
        response.set_cookie("session", "1")
        return response

    async with a_site(answer) as site, a_client(site.place) as client:
        for _ in range(2):
            await client.request("GET", site.url)
    assert all("Cookie" not in request.headers for request in site.seen)


REDIRECT_TARGETS = [
    "http://{other}/",
    "//{other}/",
    "http://{other}/wp-json/",
    "http://{other}/?next=http://{home}/",
    "http://{other}/#@{home}",
    "http://localhost:{home_port}/",
    "http://sub.blog.example:{home_port}/",
    "http://{other}",
    "\\\\{other}/",
    "https://{home}/",
    "https://{other}/",
    "http://editor:{password}@{other}/",
    "http://{home}@{other}/",
    "http:{other}/",
    "ftp://{other}/",
    "http://127.0.0.1/",
    "/hop",
    "http://{home}/hop",
    "http://[::1]:{home_port}/",
    "http://blog.example.:{home_port}/",
    "//blog.example:{home_port}/",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("target", REDIRECT_TARGETS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_password_never_leaves_the_place_it_was_meant_for(status: int, target: str) -> None:
    """T2."""
    async with a_site() as other:

        async def answer(request: web.Request) -> web.Response:
            onward = f"http://{other.place}/" if request.path == "/hop" else named
            return web.Response(status=status, headers={"Location": onward})

        async with a_site(answer) as home:
            named = target.format(other=other.place, home=home.place, home_port=home.port, password="x")
            names = ("localhost", "blog.example", "sub.blog.example")
            places = [home.place, other.place, *(f"{name}:{home.port}" for name in names)]
            async with a_client(*places, names=names) as client:
                with pytest.raises((MovedError, TemporaryError, ForbiddenAddressError)) as refused:
                    await client.request("GET", f"{home.url}/", auth=AUTH, deadline_seconds=5)
    assert PASSWORD not in str(refused.value)
    assert not [request for request in other.seen if "Authorization" in request.headers]
    assert {request.host for request in home.seen} == {home.place}


async def test_a_password_follows_a_redirect_within_its_own_origin() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response() if request.path == "/b" else web.Response(status=301, headers={"Location": "/b"})

    async with a_site(answer) as site, a_client(site.place) as client:
        await client.request("GET", f"{site.url}/a", auth=AUTH)
    assert [("Authorization" in request.headers) for request in site.seen] == [True, True]


async def test_a_password_is_not_sent_without_encryption_to_a_host_that_is_not_listed() -> None:
    """T2."""
    async with a_client() as client:
        with pytest.raises(ForbiddenAddressError, match="without encryption"):
            await client.request("GET", "http://blog.example/", auth=AUTH)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_post_is_never_sent_on(status: int) -> None:
    """T2."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/other"})

    async with a_site(answer) as site, a_client(site.place) as client:
        got = await client.request("POST", site.url, json={"a": 1})
    assert got.status == status
    assert len(site.seen) == 1


@pytest.mark.parametrize("name", ["Authorization", "cookie", "HOST", "Proxy-Authorization"])
async def test_a_caller_cannot_slip_in_a_header_that_the_client_guards(name: str) -> None:
    async with a_client() as client:
        with pytest.raises(ValueError, match=name.lower()):
            await client.request("GET", "http://blog.example/", headers={name: "x"})


BOMBS = {
    "gzip": gzip.compress(bytes(60_000_000), 9),
    "deflate": zlib.compress(bytes(60_000_000), 9),
}


@pytest.mark.parametrize("encoding", BOMBS)
async def test_a_compressed_bomb_is_stopped_at_the_cap(encoding: str) -> None:
    """T4."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=BOMBS[encoding], headers={"Content-Encoding": encoding})

    async with a_site(answer) as site, a_client(site.place) as client:
        with pytest.raises(TemporaryError, match="more than is read"):
            await client.request("GET", site.url)


async def test_an_endless_answer_is_stopped_at_the_cap() -> None:
    """T4."""

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with a_raw_server(endless) as place, a_client(place) as client:
        with pytest.raises(TemporaryError, match="more than is read"):
            await client.request("GET", f"http://{place}/", max_bytes=300_000)


async def test_an_answer_that_drips_is_stopped_by_the_total_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with a_raw_server(drip) as place, a_client(place, wait_scale=0.05) as client:
        started = asyncio.get_running_loop().time()
        with pytest.raises(TemporaryError, match="did not answer in time"):
            await client.request("GET", f"http://{place}/", deadline_seconds=10)
        assert asyncio.get_running_loop().time() - started < 5


async def test_redirects_share_one_deadline() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response(status=302, headers={"Location": f"{request.path}x"})

    async with a_site(slow) as site, a_client(site.place) as client:
        with pytest.raises(TemporaryError, match="did not answer in time"):
            await client.request("GET", f"{site.url}/", deadline_seconds=0.5)
    assert len(site.seen) <= 3


async def test_too_many_headers_are_refused() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        many = b"".join(b"X-%d: y\r\n" % n for n in range(100_000))
        writer.write(b"HTTP/1.1 200 OK\r\n" + many + b"\r\n")
        await writer.drain()

    async with a_raw_server(speak) as place, a_client(place) as client:
        with pytest.raises(TemporaryError, match="broke off"):
            await client.request("GET", f"http://{place}/")


LOST_ANSWERS = {
    "closed": b"",
    "half a status line": b"HTTP/1.1 20",
    "half a body": b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "a broken chunk": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "broken gzip": b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
}


@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize(("method", "kind"), [("POST", UnknownResultError), ("GET", TemporaryError)])
async def test_a_lost_answer_is_unknown_for_a_post_and_temporary_for_a_get(
    lost: str, method: str, kind: type[TemporaryError]
) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(LOST_ANSWERS[lost])
        await writer.drain()

    async with a_raw_server(speak) as place, a_client(place) as client:
        with pytest.raises(TemporaryError) as error:
            await client.request(method, f"http://{place}/?secret=1", json={"a": 1} if method == "POST" else None)
    assert type(error.value) is kind
    assert "secret" not in str(error.value)


async def test_a_post_that_was_not_answered_in_time_may_have_happened() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with a_raw_server(silent) as place, a_client(place) as client:
        with pytest.raises(UnknownResultError):
            await client.request("POST", f"http://{place}/", json={}, deadline_seconds=0.3)


async def test_a_post_to_a_port_that_is_shut_surely_did_not_happen() -> None:
    async with a_site() as site:
        place, url = site.place, site.url
    async with a_client(place) as client:
        with pytest.raises(NoConnectionError, match="does not accept connections"):
            await client.request("POST", url, json={})


async def test_a_name_without_an_address_is_said_to_have_none() -> None:
    async with a_client() as client:
        with pytest.raises(NoSuchHostError, match=r"no host named nowhere\.example"):
            await client.request("POST", "https://nowhere.example/wp-json/?key=1", json={})


async def test_a_server_without_tls_is_said_to_have_no_valid_certificate() -> None:
    async with a_site() as site, a_client(site.place) as client:
        with pytest.raises(NoConnectionError, match="certificate"):
            await client.request("POST", f"https://{site.place}/", json={}, auth=AUTH)


async def test_nothing_that_is_printed_holds_the_password() -> None:
    assert PASSWORD not in repr(AUTH)
