"""Whether somebody's own blog lets itself be shown inside our page."""

from dataclasses import dataclass

from yarl import URL

from bot.demo.stage import RealBlog, host_and_port
from bot.domain.errors import BackchannelError
from bot.domain.translation import _
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """A blog of the visitor's own, and why it cannot be framed (empty when it can)."""

    url: str
    hindrance: str

    @property
    def origin(self) -> str:
        """The blog's origin."""
        return str(URL(self.url).origin())

    def shown(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"url": self.url, "hindrance": self.hindrance}


async def look_at(blog: RealBlog) -> Framing:
    """Ask the blog's front page whether it may be framed."""
    web = WebClient(allowed=AllowedHosts.parse([host_and_port(blog.url)]))
    try:
        answer = await web.request("GET", blog.url)
    except BackchannelError as error:
        return Framing(url=blog.url, hindrance=str(error))
    finally:
        await web.close()
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    return Framing(url=blog.url, hindrance=hindrance(headers))


def hindrance(headers: dict[str, str]) -> str:
    """Return why a page with these headers (names in small letters) cannot be framed by ours; empty when it can."""
    policies = headers.get("content-security-policy", "").casefold().replace(",", ";").split(";")
    rules = [policy.split() for policy in policies]
    ancestors = next((rule[1:] for rule in rules if rule[:1] == ["frame-ancestors"]), None)
    if ancestors is not None:
        is_open = "*" in ancestors or "http:" in ancestors
        return "" if is_open else _("This blog's Content-Security-Policy does not let other pages show it.")
    if headers.get("x-frame-options", "").strip().casefold() in {"deny", "sameorigin"}:
        return _("This blog's X-Frame-Options do not let other pages show it.")
    return ""
