"""What a web server answered, as a value that knows no library."""

from collections.abc import Mapping
from dataclasses import dataclass, field

PERMANENT_REDIRECTS = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user's name and application password, for HTTP's Basic scheme. The password is never printed."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect that was followed: its status, and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """An answer read to its end.

    The keys of `headers` are in lower case; a header that came several times is joined by commas. `url` is
    the address that answered, after `redirects`, the oldest first. `body` is decoded from its content encoding.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str
    redirects: tuple[Redirect, ...] = ()

    def header(self, name: str) -> str:
        """Return a header's value, or nothing when it was not sent."""
        return self.headers.get(name.lower(), "")

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def moved_to(self) -> str | None:
        """The new address when every redirect on the way was a permanent one, else None."""
        is_permanent = self.redirects and all(hop.status in PERMANENT_REDIRECTS for hop in self.redirects)
        return self.url if is_permanent else None
