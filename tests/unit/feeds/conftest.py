from collections.abc import AsyncIterator

import pytest

from bot.feeds.parser import Parser


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    parser = Parser()
    yield parser
    await parser.close()
