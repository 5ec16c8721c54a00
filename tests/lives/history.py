"""What happened in a life, as whoever watched it knows: the oracle holds both worlds against it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from bot.demo.blog.controls import StoredComment
from bot.demo.loopback import Actor, Answer

WORDS = re.compile(r"Reply (\d+), (version|typed) (\d+)\.")
READERS_WORDS = re.compile(r"Reader (\d+), version (\d+)\.")
BLANK = re.compile(r"Removed( by|\.)")


class Did(StrEnum):
    """What people did about a reply that the bot confirmed."""

    SENT = "sent"
    CANCELLED = "cancelled"
    TOOK_BACK = "took back"
    PUBLISHED = "published"
    REFUSED = "refused"
    UNDONE = "undone"
    EDIT_PUBLISHED = "edit published"
    EDIT_REFUSED = "edit refused"
    EDIT_SENT = "edit sent"
    EDIT_LEFT = "edit left"
    MODERATED = "moderated from Discord"


@dataclass(slots=True)
class Said:
    """One message of a member's, and what became of it."""

    number: int
    message_id: int
    writer: Actor
    version: int = 0
    typed: int = 0
    is_there: bool = True
    went_alone: bool = False
    """Deleted by itself and told so: no breaker can hold it."""
    did: list[tuple[Did, int]] = field(default_factory=list)
    """What was confirmed, each with the version of the message at that moment."""
    maybe: set[Did] = field(default_factory=set)
    """What was pressed and never answered: it may have counted."""
    preview: Answer | None = None
    ends: int = 0

    @property
    def text(self) -> str:
        return f"Reply {self.number}, version {self.version}."

    @property
    def typed_text(self) -> str:
        return f"Reply {self.number}, typed {self.typed}."

    def last(self, *which: Did) -> tuple[Did, int] | None:
        """Return the newest of these things that were done."""
        return next((one for one in reversed(self.did) if one[0] in which), None)


@dataclass(slots=True)
class Read:
    """One reader's comment."""

    number: int
    comment_id: int
    parent: int | None
    """The reply that it answers, if it answers one."""
    version: int = 0
    is_public: bool = True

    @property
    def text(self) -> str:
        return f"Reader {self.number}, version {self.version}."


@dataclass(slots=True)
class History:
    """Everything that happened outside the bot."""

    said: list[Said] = field(default_factory=list)
    readers: list[Read] = field(default_factory=list)
    whose: dict[int, int] = field(default_factory=dict)
    """Which reply a comment was when it was seen first."""
    texts: set[tuple[str, str]] = field(default_factory=set)
    """Every name and content that a comment of ours ever had on the blog."""
    changed: set[int] = field(default_factory=set)
    """Comments that the blog's owner gave other words."""
    removed: set[int] = field(default_factory=set)
    """Replies whose comment the blog's owner took away, after the bot had seen it there."""
    taken_away: set[int] = field(default_factory=set)
    """Replies whose comment the owner took away at any time; one that the bot had not seen may come again."""
    is_role_taken: bool = False
    story: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        self.story.append(line)

    def saw(self, comments: list[StoredComment]) -> None:
        """Keep what the blog holds now."""
        for comment in comments:
            found = WORDS.search(comment.content)
            if found is None:
                continue
            self.whose.setdefault(comment.comment_id, int(found[1]))
            if comment.comment_id not in self.changed:
                self.texts.add((comment.author_name, words_in(comment)))


def words_in(comment: StoredComment) -> str:
    """Return a comment's text without markup."""
    return unescape(re.sub(r"<[^>]*>", "", comment.content)).strip()


def is_blank(comment: StoredComment) -> bool:
    return BLANK.search(comment.content) is not None


def is_live(comment: StoredComment) -> bool:
    return comment.status != "trash" and not is_blank(comment)
