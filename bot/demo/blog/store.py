"""What the small blog holds: posts, comments, users and settings, in memory and as JSON."""

import base64
import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.blog.controls import BlogUser, Picture, StoredComment

Clock = Callable[[], datetime]

DEFAULT_OPTIONS: dict[str, str | int] = {
    "require_name_email": 1,
    "comment_moderation": 0,
    "comment_previously_approved": 1,
    "comment_max_links": 2,
    "moderation_keys": "",
    "disallowed_keys": "",
    "close_comments_for_old_posts": 0,
    "close_comments_days_old": 14,
    "posts_per_rss": 10,
}
SCHEDULE_AFTER = timedelta(seconds=60)
"""A post dated further ahead than this is scheduled; nearer ones are published at once."""


def utc_now() -> datetime:
    """Return now in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class StoredPost:
    """A post. Times are UTC in whole seconds, as WordPress' table has them."""

    post_id: int
    title: str
    html: str
    slug: str
    guid: str
    status: str
    created_at: datetime
    modified_at: datetime
    author_id: int
    excerpt: str = ""
    password: str = ""
    comment_status: str = "open"
    categories: list[str] = field(default_factory=list)
    image_id: int = 0
    old_slugs: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Row:
    """A comment's row; `approved` holds the words of `StoredComment.status`."""

    comment_id: int
    post_id: int
    parent_id: int
    approved: str
    author_name: str
    author_email: str
    author_url: str
    author_ip: str
    user_agent: str
    user_id: int
    content: str
    created_at: datetime
    status_before_trash: str = ""

    def stored(self) -> StoredComment:
        """Return the row as a value for the outside."""
        return StoredComment(
            comment_id=self.comment_id,
            post_id=self.post_id,
            parent_id=self.parent_id,
            status=self.approved,
            author_name=self.author_name,
            author_email=self.author_email,
            author_url=self.author_url,
            author_ip=self.author_ip,
            user_agent=self.user_agent,
            user_id=self.user_id,
            content=self.content,
            created_at=f"{self.created_at:%Y-%m-%d %H:%M:%S}",
        )


class Store:
    """The small blog's tables. Nothing here knows HTTP."""

    def __init__(self, users: dict[str, BlogUser], *, title: str, description: str, now: Clock = utc_now) -> None:
        self.title = title
        self.description = description
        self.users = users
        self.options = dict(DEFAULT_OPTIONS)
        self.posts: dict[int, StoredPost] = {}
        self.comments: dict[int, Row] = {}
        self.pictures: dict[int, Picture] = {}
        self.revoked: set[int] = set()
        self.plain_permalinks = False
        self.closed_rest = False
        self._clock = now
        self._post_ids: Iterator[int] = itertools.count(4)
        self._comment_ids: Iterator[int] = itertools.count(2)

    def now(self) -> datetime:
        """Return now in UTC, in whole seconds."""
        return self._clock().replace(microsecond=0)

    def next_post_id(self) -> int:
        """Return an id that no post or picture ever had."""
        return next(self._post_ids)

    def next_comment_id(self) -> int:
        """Return an id that no comment ever had."""
        return next(self._comment_ids)

    def free_slug(self, wanted: str) -> str:
        """Return `wanted`, or the first of `wanted-2`, `wanted-3`, … that no post has.

        A bare number counts as taken, for in an address it would look like a date.
        """
        taken = {post.slug for post in self.posts.values()}
        taken |= {wanted} if wanted.isdecimal() else set()
        numbered = (f"{wanted}-{number}" for number in itertools.count(2))
        return next(slug for slug in itertools.chain([wanted], numbered) if slug not in taken)

    def user_by_id(self, user_id: int) -> BlogUser | None:
        """Return a user, or None."""
        return next((user for user in self.users.values() if user.user_id == user_id), None)

    def published(self) -> list[StoredPost]:
        """Return the posts everybody can read, newest first; a scheduled one appears when its time has come."""
        now = self.now()
        for post in self.posts.values():
            if post.status == "future" and post.created_at <= now:
                post.status = "publish"
        public = [post for post in self.posts.values() if post.status == "publish"]
        return sorted(public, key=lambda post: (post.created_at, post.post_id), reverse=True)

    def comments_of(self, post_id: int, *, only_approved: bool = False) -> list[Row]:
        """Return a post's comments by id."""
        rows = [row for row in self.comments.values() if row.post_id == post_id]
        return sorted(
            (row for row in rows if not only_approved or row.approved == "approved"), key=lambda row: row.comment_id
        )

    def is_open(self, post: StoredPost) -> bool:
        """Return whether a post takes comments, by its own switch and by its age."""
        if post.comment_status != "open":
            return False
        if not self.options["close_comments_for_old_posts"]:
            return True
        return self.now() - post.created_at < timedelta(days=int(self.options["close_comments_days_old"]))

    def delete_comment(self, comment_id: int) -> None:
        """Delete a comment for good; its answers move up to its own parent."""
        gone = self.comments.pop(comment_id)
        for row in self.comments.values():
            if row.parent_id == comment_id:
                row.parent_id = gone.parent_id

    def save(self, path: Path) -> None:
        """Write everything to `path`, whole or not at all."""
        whole = {
            "posts": [_plain(asdict(post)) for post in self.posts.values()],
            "comments": [_plain(asdict(row)) for row in self.comments.values()],
            "pictures": {
                str(image_id): asdict(picture) | {"content": base64.b64encode(picture.content).decode()}
                for image_id, picture in self.pictures.items()
            },
            "users": {role: asdict(user) for role, user in self.users.items()},
            "options": self.options,
            "revoked": sorted(self.revoked),
            "plain_permalinks": self.plain_permalinks,
            "closed_rest": self.closed_rest,
            "next_post_id": (next_post_id := next(self._post_ids)),
            "next_comment_id": (next_comment_id := next(self._comment_ids)),
        }
        self._post_ids, self._comment_ids = itertools.count(next_post_id), itertools.count(next_comment_id)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(json.dumps(whole))
        fresh.replace(path)

    def load(self, path: Path) -> None:
        """Take everything from a file that `save` wrote; nothing happens while there is none."""
        if not path.exists():
            return
        whole = json.loads(path.read_text())
        self.posts = {row["post_id"]: StoredPost(**_timed(row)) for row in whole["posts"]}
        self.comments = {row["comment_id"]: Row(**_timed(row)) for row in whole["comments"]}
        self.pictures = {
            int(image_id): Picture(**(row | {"content": base64.b64decode(row["content"])}))
            for image_id, row in whole["pictures"].items()
        }
        self.users = {role: BlogUser(**user) for role, user in whole["users"].items()}
        self.options = whole["options"]
        self.revoked = set(whole["revoked"])
        self.plain_permalinks = whole["plain_permalinks"]
        self.closed_rest = whole["closed_rest"]
        self._post_ids = itertools.count(whole["next_post_id"])
        self._comment_ids = itertools.count(whole["next_comment_id"])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value
        for name, value in row.items()
    }


def slug_of(title: str) -> str:
    """Return the slug that a title gets: words of letters and digits with hyphens between."""
    bare = re.sub(r"<[^>]*>|&[#\w]+;", "", title).lower()
    return re.sub(r"[^\w]+", "-", bare).strip("-_")


def new_password() -> str:
    """Return an application password as WordPress shows one: six groups of four letters and digits."""
    letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return " ".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(6))
