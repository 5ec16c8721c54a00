"""What a failed connection looks like, for those who use a library that speaks through aiohttp."""

from typing import Final

import aiohttp

NETWORK_FAILURES: Final = (aiohttp.ClientError, OSError)
"""Everything that aiohttp raises when a peer or the way to it fails; TimeoutError is an OSError."""


def is_never_connected(error: BaseException) -> bool:
    """Return whether no connection was made at all, so that nothing of the request left."""
    return isinstance(error, aiohttp.ClientConnectorError)
