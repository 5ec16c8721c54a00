"""Decides whether tests that need a real WordPress run, are skipped with a reason, or fail."""

import os

import pytest

from tests.wordpress.core import ProvisionError, require_tools
from tests.wordpress.snapshot import Snapshot, provision

REQUIRED = "BACKCHANNEL_REQUIRE_WORDPRESS"


def wordpress_or_skip() -> Snapshot:
    """Return a WordPress to be served; skip the test where there is none, or fail where CI sets REQUIRED to 1."""
    try:
        require_tools()
        return provision()[0]
    except ProvisionError as error:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED} is 1, but there is no real WordPress: {error}", pytrace=False)
        pytest.skip(f"no real WordPress here: {error}")
