"""The words in which a blog is controlled from outside its web pages: what its owner and its readers do.

The small blog and the tests' real WordPress both speak them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogUser:
    """A user with an application password, as a person would copy it."""

    user_id: int
    login: str
    email: str
    application_password: str
    display_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A featured image. `name` ends in what `media_type` says (`.png` for `image/png`)."""

    name: str
    content: bytes
    alt: str = ""
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment as the blog's own table holds it. `status` is approved, hold, spam or trash.

    `created_at` is UTC, written as the table has it: `2026-03-01 12:00:00`. `user_id` 0 is a guest.
    """

    comment_id: int
    post_id: int
    parent_id: int
    status: str
    author_name: str
    author_email: str
    author_url: str
    author_ip: str
    user_agent: str
    user_id: int
    content: str
    created_at: str
