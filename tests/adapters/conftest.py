"""The blogs that the contract tests run against: the small one, and a real WordPress where there is PHP."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from bot.demo.blog import SmallBlog
from tests.adapters.blog_under_test import BlogUnderTest
from tests.adapters.raw_rest import RawRest
from tests.wordpress.availability import wordpress_or_skip
from tests.wordpress.real_blog import RealBlog
from tests.wordpress.server import Served, serve
from tests.wordpress.snapshot import Snapshot


@pytest.fixture(scope="session")
def wordpress() -> Snapshot:
    return wordpress_or_skip()


@pytest.fixture
async def small_blog() -> AsyncIterator[SmallBlog]:
    async with SmallBlog.serve() as blog:
        yield blog


@pytest.fixture(scope="session")
def wordpress_server(wordpress: Snapshot) -> Iterator[Served]:
    """Serve one WordPress for all these tests: starting PHP costs more than making its site new."""
    with serve(wordpress) as served:
        yield served


@pytest.fixture
async def real_blog(wordpress_server: Served) -> AsyncIterator[RealBlog]:
    wordpress_server.reset()
    async with RealBlog.control(wordpress_server) as blog:
        yield blog


@pytest.fixture(params=["small", pytest.param("wordpress", marks=pytest.mark.wordpress)])
async def blog_under_test(request: pytest.FixtureRequest) -> AsyncIterator[BlogUnderTest]:
    """Give each test both blogs in turn, fresh and without posts."""
    if request.param == "small":
        async with SmallBlog.serve() as small:
            yield small
    else:
        server: Served = request.getfixturevalue("wordpress_server")
        server.reset()
        async with RealBlog.control(server) as real:
            yield real


@pytest.fixture
async def rest(blog_under_test: BlogUnderTest) -> AsyncIterator[RawRest]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield RawRest(blog_under_test, session)
