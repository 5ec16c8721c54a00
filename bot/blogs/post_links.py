"""A post's id read out of addresses, and addresses compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yarl import URL

_ROUTE = re.compile(r"/wp/v2/posts/(\d{1,18})/?")
_LINK = re.compile(r'<([^<>]{1,2000})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:"[^"]{0,200}"|[^\s",;]{1,200}))*)')
_PARAMETER = re.compile(r';\s*([\w*-]{1,40})\s*=\s*(?:"([^"]{0,200})"|([^\s",;]{1,200}))')


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a Link header, its parameters' names in lower case."""

    target: str
    parameters: Mapping[str, str]

    @property
    def rel(self) -> str:
        """What the link is to the page."""
        return self.parameters.get("rel", "")


def links_of(header: str) -> list[Link]:
    """Return every link of a Link header, also of several headers joined by commas."""
    return [
        Link(found[1], {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(found[2])})
        for found in _LINK.finditer(header)
    ]


def id_in_query(address: str | None) -> int | None:
    """Return the id in an address like `https://example.org/?p=28`."""
    url = _url(address)
    value = url.query.get("p", "") if url else ""
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) <= 18 else None  # noqa: PLR2004


def ids_in_links(links: Iterable[Link]) -> list[int]:
    """Return the post ids that a page's own Link headers name: its API address, then its short link."""
    ids = []
    for link in links:
        if link.rel == "alternate" and link.parameters.get("type") == "application/json":
            ids += _id_in_route(link.target)
    for link in links:
        if link.rel == "shortlink" and (found := id_in_query(link.target)):
            ids.append(found)
    return ids


def slug_of(address: str | None) -> str | None:
    """Return the last piece of a permalink, decoded."""
    url = _url(address)
    pieces = [piece for piece in url.path.split("/") if piece] if url else []
    return pieces[-1] if pieces else None


def is_same_address(one: str | None, other: str | None) -> bool:
    """Return whether two addresses are the same page: http or https, www or not, with or without a last slash."""
    return bool(one) and bool(other) and _plain(one) == _plain(other)


def host_without_www(address: str | None) -> str:
    """Return an address' host in lower case, without `www.`."""
    url = _url(address)
    return (url.host or "").lower().removeprefix("www.") if url else ""


def is_same_site(one: str | None, other: str | None) -> bool:
    """Return whether two addresses are on the same host, `www.` or not, at the same port (80 and 443 are one)."""
    return _site_of(one) is not None and _site_of(one) == _site_of(other)


def _id_in_route(target: str) -> list[int]:
    url = _url(target)
    if url is None:
        return []
    found = _ROUTE.search(url.query.get("rest_route", "") or url.path)
    return [int(found[1])] if found else []


def _plain(address: str | None) -> tuple[tuple[str, int | None] | None, str, str] | None:
    url = _url(address)
    return None if url is None else (_site_of(address), url.path.rstrip("/"), url.query_string)


def _site_of(address: str | None) -> tuple[str, int | None] | None:
    url = _url(address)
    if url is None:
        return None
    return host_without_www(address), None if url.is_default_port() else url.port


def _url(address: str | None) -> URL | None:
    try:
        url = URL(address or "")
    except ValueError:
        return None
    return url if url.host and url.scheme in ("http", "https") else None
