"""A blog that says what it is told, for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.blogs.small_api import Told, a_told_blog


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with a_told_blog() as blog:
        yield blog
