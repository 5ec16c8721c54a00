"""The stress tests: those marked `slow` run only when they are asked for (`make stress`)."""

from collections.abc import Sequence

import pytest

from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "loopback"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: minutes long, so `make stress` runs them and `make test` does not")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "slow" in config.option.markexpr:
        return
    left_out: Sequence[pytest.Item] = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]
