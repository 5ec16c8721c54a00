"""Which addresses in a text become links."""

import re
import unicodedata
from urllib.parse import urlsplit

URL = re.compile(r"https?://[^\s<>\"\[\]\\`|{}^]+", re.IGNORECASE)
"""A bare address up to what no address holds; `trimmed` takes off the punctuation after it."""

LONGEST_URL = 2000

_TRAILING = ".,:;!?'*_~…"
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,62}\w)?\.)*[^\W_](?:[\w-]{0,62}\w)?\.?")
_LONGEST_HOST = 253


def trimmed(url: str) -> str:
    """Return `url` without the punctuation that ends the sentence around it."""
    opened, closed = url.count("("), url.count(")")
    end = len(url)
    while end:
        if url[end - 1] == ")" and closed > opened:
            closed -= 1
        elif url[end - 1] not in _TRAILING:
            break
        end -= 1
    return url[:end]


def is_web_address(url: str) -> bool:
    """Return whether `url` is http or https, has a plain host, and no user name that could pose as one."""
    if len(url) > LONGEST_URL or any(character.isspace() for character in url):
        return False
    return url.lower().startswith(("http://", "https://")) and host_of(url) != ""


def host_of(url: str) -> str:
    """Return the host of an address in small letters without "www.", or "" when it is none to trust."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    host = parts.hostname or ""
    if "@" in parts.netloc or not port_is_fine or len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        return ""
    return host.rstrip(".").removeprefix("www.") if unicodedata.is_normalized("NFKC", host) else ""
