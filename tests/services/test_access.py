from dataclasses import dataclass

import pytest
from cryptography.fernet import Fernet

from bot.services.access import access_of, is_same_site, may_keep_password, origin_of, seal_password
from db.models import StoredBlog
from db.secrets import SecretBox

ROOT = "https://blog.example/wp-json/"


@dataclass
class Safe:
    box: SecretBox

    def blog(self, api_root: str | None = ROOT, *, given_for: str | None = ROOT) -> StoredBlog:
        """A blog whose password was given for an API, or (None) was sealed before that was noted."""
        sealed = seal_password("pass word", given_for, self.box) if given_for else self.box.seal("pass word")
        return StoredBlog(url="https://blog.example", api_root=api_root, username="ed", sealed_password=sealed)

    def password(self, blog: StoredBlog) -> str | None:
        access = access_of(blog, self.box)
        return access.application_password if access else None


@pytest.fixture
def safe() -> Safe:
    return Safe(SecretBox([Fernet.generate_key().decode()]))


@pytest.mark.parametrize("root", [ROOT, "https://BLOG.example:443/?rest_route=/"])
def test_a_password_is_handed_out_for_the_origin_it_was_given_for(safe: Safe, root: str) -> None:
    assert safe.password(safe.blog(root)) == "pass word"
    assert may_keep_password(safe.blog(), root, safe.box)


@pytest.mark.parametrize(
    "root",
    [
        "https://evil.example/wp-json/",
        "http://blog.example/wp-json/",
        "https://blog.example:8443/wp-json/",
        "https://www.blog.example/wp-json/",
        "https://blog.example@evil.example/",
        "https://[/",
    ],
)
def test_a_password_is_handed_out_for_no_other_origin(safe: Safe, root: str) -> None:
    """T2."""
    assert safe.password(safe.blog(root)) is None
    assert not may_keep_password(safe.blog(), root, safe.box)
    assert not may_keep_password(safe.blog(None), root, safe.box)


@pytest.mark.parametrize("password", ["pass word", "1234", "null", '{"a": 1}', "[1]"])
def test_a_password_sealed_before_origins_were_noted_still_opens(safe: Safe, password: str) -> None:
    blog = StoredBlog(url="https://blog.example", api_root=ROOT, sealed_password=safe.box.seal(password))
    assert safe.password(blog) == password
    assert may_keep_password(blog, ROOT, safe.box)
    assert not may_keep_password(blog, "https://evil.example/wp-json/", safe.box)


def test_a_closed_api_takes_no_password_away(safe: Safe) -> None:
    assert may_keep_password(safe.blog(), None, safe.box)
    assert safe.password(safe.blog(None)) is None


def test_what_no_key_opens_stays_only_where_it_was(safe: Safe) -> None:
    other = SecretBox([Fernet.generate_key().decode()])
    assert may_keep_password(safe.blog(), ROOT, other)
    assert not may_keep_password(safe.blog(), "https://evil.example/", other)
    assert seal_password("pass word", ROOT, SecretBox([])) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.blog.example/a", "http://blog.example:80/b", True),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/x", True),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8081/", False),
        ("https://blog.example/", "https://blog.example.evil.example/", False),
        ("https://blog.example/", "https://evilblog.example/", False),
        ("", "", False),
        (None, None, False),
        ("not an address", "not an address", False),
    ],
)
def test_sites_are_compared_by_host_and_port(one: str | None, other: str | None, is_same: bool) -> None:
    assert is_same_site(one, other) is is_same


def test_an_origin_names_its_port() -> None:
    assert origin_of(ROOT) == "https://blog.example:443"
