"""What the bot asks for in Discord: by bits and words, and no more than it needs."""

from urllib.parse import parse_qs, urlsplit

from bot.domain.permissions import NEEDED, excessive, invite_url, missing, needed_bits

ADMINISTRATOR = 1 << 3
MANAGE_MESSAGES = 1 << 13


def test_the_invite_link_carries_exactly_what_is_needed() -> None:
    """T25."""
    query = parse_qs(urlsplit(invite_url(42)).query)
    assert query == {
        "client_id": ["42"],
        "scope": ["bot applications.commands"],
        "permissions": [str(needed_bits())],
    }


def test_the_bits_are_discords() -> None:
    by_name = {permission.name(): permission.bit for permission in NEEDED}
    assert by_name == {
        "View Channel": 1024,
        "Send Messages": 2048,
        "Embed Links": 16384,
        "Create Public Threads": 34359738368,
        "Send Messages in Threads": 274877906944,
        "Read Message History": 65536,
        "Add Reactions": 64,
    }
    assert needed_bits() == 309237730368


def test_each_missing_permission_is_named() -> None:
    for permission in NEEDED:
        assert missing(needed_bits() & ~permission.bit) == (permission.name(),)
    assert missing(needed_bits()) == ()
    assert len(missing(0)) == len(NEEDED)


def test_an_administrator_lacks_nothing_and_has_too_much() -> None:
    assert missing(ADMINISTRATOR) == ()
    assert excessive(ADMINISTRATOR | MANAGE_MESSAGES) == ("Administrator",)


def test_what_is_needed_is_not_called_too_much() -> None:
    assert excessive(needed_bits()) == ()
    assert excessive(needed_bits() | MANAGE_MESSAGES) == ("Manage Messages",)


def test_every_needed_permission_tells_its_reason() -> None:
    assert all(permission.reason().startswith("to ") for permission in NEEDED)
