"""The blogs that the contract tests run against: the small one, and a real WordPress where there is PHP."""

import os
from collections.abc import AsyncIterator

import pytest

from bot.demo.blog import SmallBlog
from tests.adapters.blog_under_test import BlogUnderTest
from tests.wordpress.core import ProvisionError, require_tools
from tests.wordpress.real_blog import RealBlog
from tests.wordpress.snapshot import Snapshot, provision


@pytest.fixture(scope="session")
def wordpress() -> Snapshot:
    """Return a WordPress to be copied; without PHP the test is skipped, or fails where CI demands it."""
    try:
        require_tools()
        return provision()[0]
    except ProvisionError as error:
        if os.environ.get("BACKCHANNEL_REQUIRE_WORDPRESS") == "1":
            raise
        pytest.skip(f"no real WordPress here: {error}")


@pytest.fixture
async def small_blog() -> AsyncIterator[SmallBlog]:
    async with SmallBlog.serve() as blog:
        yield blog


@pytest.fixture
async def real_blog(wordpress: Snapshot) -> AsyncIterator[RealBlog]:
    async with RealBlog.serve(wordpress) as blog:
        yield blog


@pytest.fixture(params=["small", pytest.param("wordpress", marks=pytest.mark.wordpress)])
async def blog_under_test(request: pytest.FixtureRequest) -> AsyncIterator[BlogUnderTest]:
    """Give each test both blogs in turn, fresh and without posts."""
    if request.param == "small":
        async with SmallBlog.serve() as small:
            yield small
    else:
        snapshot: Snapshot = request.getfixturevalue("wordpress")
        async with RealBlog.serve(snapshot) as real:
            yield real
