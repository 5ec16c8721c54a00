"""Which permissions the bot needs in Discord, why, and which it should not have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bot.domain.translation import _

SCOPES: Final = ("bot", "applications.commands")
AUTHORIZE_URL: Final = "https://discord.com/oauth2/authorize"


@dataclass(frozen=True, slots=True)
class Permission:
    """One of Discord's permission bits, its name as Discord's settings show it, and what it is for."""

    bit: int
    name: Callable[[], str]
    reason: Callable[[], str]


NEEDED: Final = (
    Permission(1 << 10, lambda: _("View Channel"), lambda: _("to see the channel that posts are announced in")),
    Permission(1 << 11, lambda: _("Send Messages"), lambda: _("to announce a post")),
    Permission(1 << 14, lambda: _("Embed Links"), lambda: _("to show a post's picture and link")),
    Permission(1 << 35, lambda: _("Create Public Threads"), lambda: _("to open the thread under a post")),
    Permission(1 << 38, lambda: _("Send Messages in Threads"), lambda: _("to write in that thread")),
    Permission(
        1 << 16,
        lambda: _("Read Message History"),
        lambda: _("to find its own message again after a crash, instead of sending it twice"),
    ),
    Permission(1 << 6, lambda: _("Add Reactions"), lambda: _("to mark a reply that is on the blog")),
)
"""Everything, and nothing that is only nice to have. docs/permissions.md names the endpoint behind each."""

_DANGEROUS: Final[tuple[tuple[int, Callable[[], str]], ...]] = (
    (1 << 1, lambda: _("Kick Members")),
    (1 << 2, lambda: _("Ban Members")),
    (1 << 4, lambda: _("Manage Channels")),
    (1 << 5, lambda: _("Manage Server")),
    (1 << 7, lambda: _("View Audit Log")),
    (1 << 13, lambda: _("Manage Messages")),
    (1 << 17, lambda: _("Mention @everyone, @here, and All Roles")),
    (1 << 27, lambda: _("Manage Nicknames")),
    (1 << 28, lambda: _("Manage Roles")),
    (1 << 29, lambda: _("Manage Webhooks")),
    (1 << 30, lambda: _("Manage Expressions")),
    (1 << 33, lambda: _("Manage Events")),
    (1 << 34, lambda: _("Manage Threads")),
    (1 << 40, lambda: _("Timeout Members")),
)
_ADMINISTRATOR: Final = 1 << 3


def needed_bits() -> int:
    """Return the permissions of the invite link."""
    return sum(permission.bit for permission in NEEDED)


def invite_url(application_id: int) -> str:
    """Return the address at which somebody with Manage Server invites the bot with exactly what it needs."""
    query = {"client_id": application_id, "scope": " ".join(SCOPES), "permissions": needed_bits()}
    return f"{AUTHORIZE_URL}?{urlencode(query)}"


def missing(bits: int) -> tuple[str, ...]:
    """Return the names of what is needed and not among a member's permissions in a channel."""
    if bits & _ADMINISTRATOR:
        return ()
    return tuple(permission.name() for permission in NEEDED if not bits & permission.bit)


def excessive(bits: int) -> tuple[str, ...]:
    """Return the names of what is given and never used, as far as it could do harm."""
    if bits & _ADMINISTRATOR:
        return (_("Administrator"),)
    return tuple(name() for bit, name in _DANGEROUS if bits & bit)
