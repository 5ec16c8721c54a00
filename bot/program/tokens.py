"""What a bot's token says by itself, and where it comes from."""

import base64
import binascii
from typing import Final

PORTAL: Final = "https://discord.com/developers/applications"


def application_id_in(token: str) -> int | None:
    """Return the application's id, which is the first part of a bot's token, or None when it is not there."""
    first = token.partition(".")[0]
    try:
        decoded = base64.b64decode(first + "=" * (-len(first) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(decoded) if decoded.isdecimal() else None
