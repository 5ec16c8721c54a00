"""What becomes of a feed's entries: announced, remembered, held, revised, or known already.

An entry is recognised by any of its identities, never by its date alone: the engine's post id, the guid,
the canonical link (http or https, www, a trailing slash, tracking queries and fragments are one), and last by
title and date together. Different post ids are always different posts.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from bot.domain.models import Entry, PostState

FLOOD_LIMIT: Final = 3
"""More new entries than this in one poll are held until the author answers."""

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_hsenc|_hsmi|ref_src")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WORDS_A_MINUTE = 200
_LINKS_KEPT: Final = 2_000
"""One poll folds each of its entries' links several times."""


class Kind(StrEnum):
    """What is to be done."""

    ANNOUNCE = "announce"
    REMEMBER = "remember"
    HOLD = "hold"
    REVISE = "revise"
    """A known post looks different now, or is back on the blog."""
    LINK = "link"
    """A known post goes by one more name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPost:
    """A post of the store, as far as deciding needs it."""

    row_id: int
    state: PostState
    post_id: int | None
    entry_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do about one entry. `row_id` is the known post's, None for a new one.

    `identities` are those to be added: none of them belongs to a post already.
    """

    kind: Kind
    entry: Entry
    entry_hash: str
    identities: tuple[str, ...]
    row_id: int | None = None


@lru_cache(maxsize=_LINKS_KEPT)
def canonical_link(link: str) -> str | None:
    """Return a link without what blogs change on the way, or None when it is no web address."""
    try:
        parts = urlsplit(link.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    place = host.rstrip(".").removeprefix("www.")
    if port is not None and port not in _DEFAULT_PORTS.values():
        place = f"{place}:{port}"
    place += unquote(parts.path).rstrip("/")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in pairs if not _TRACKING.fullmatch(pair[0])]
    return f"{place}?{urlencode(query)}" if query else place


def entry_hash(entry: Entry) -> str:
    """Return a digest of what the entry's card shows, but for what moves by itself (the number of comments)."""
    shown = (
        entry.title,
        canonical_link(entry.link or "") or entry.link,
        entry.excerpt,
        entry.author,
        entry.published_at.isoformat() if entry.published_at else None,
        entry.categories,
        entry.image_url,
        entry.image_alt,
        entry.is_protected,
        -(-entry.word_count // _WORDS_A_MINUTE),
    )
    return _digest(repr(shown))


def identities_of(entries: Sequence[Entry]) -> frozenset[str]:
    """Return every name these entries may be known by: what to look up before deciding."""
    return frozenset(name for named in _named(entries) for name in named.all())


def entries_in_doubt(entries: Sequence[Entry], known: Mapping[str, KnownPost]) -> tuple[Entry, ...]:
    """Return the entries about which the blog itself should be asked before deciding.

    Those are the new ones, those whose post id or guid is unknown though a link matches, and those that
    look different now.
    """
    return tuple(
        named.entry
        for named, post in _match(entries, known)
        if post is None or not _is_sure(named, known) or entry_hash(named.entry) != post.entry_hash
    )


def decide(
    entries: Sequence[Entry],
    known: Mapping[str, KnownPost],
    *,
    first_poll: bool,
    newest_known_at: datetime | None,
    now: datetime,
) -> list[Decision]:
    """Return a decision for each entry that needs one, the last of the feed (its oldest) first.

    `known` maps identities to the posts that bear them; `newest_known_at` is the newest date among the known
    posts that is not in the future. On the first poll everything new is remembered in silence. More than
    three new entries are held, and so is one that is older than a known one.
    """
    matched = _match(entries, known)
    is_flood = sum(post is None for _named, post in matched) > FLOOD_LIMIT
    taken = set(known)
    decisions: list[Decision] = []
    for named, post in reversed(matched):
        entry = named.entry
        fresh = tuple(name for name in named.all() if name not in taken)
        taken.update(fresh)
        digest = entry_hash(entry)
        if post is None:
            is_late = _is_before(entry.published_at, newest_known_at, now)
            kind = Kind.REMEMBER if first_poll else Kind.HOLD if is_flood or is_late else Kind.ANNOUNCE
            decisions.append(Decision(kind=kind, entry=entry, entry_hash=digest, identities=fresh))
        elif change := _change(entry, post, digest, fresh):
            decisions.append(
                Decision(kind=change, entry=entry, entry_hash=digest, identities=fresh, row_id=post.row_id)
            )
    return decisions


def _change(entry: Entry, post: KnownPost, digest: str, fresh: tuple[str, ...]) -> Kind | None:
    if digest != post.entry_hash or post.state is PostState.UNPUBLISHED:
        return Kind.REVISE
    return Kind.LINK if fresh or (entry.post_id and post.post_id is None) else None


def _is_before(published_at: datetime | None, newest_known_at: datetime | None, now: datetime) -> bool:
    if published_at is None or newest_known_at is None or newest_known_at > now:
        return False
    return published_at < newest_known_at


# --- which entry is which post -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry with its names, the surest first: post id and guid; its link; title and date."""

    entry: Entry
    sure: tuple[str, ...]
    link: tuple[str, ...]
    text: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        return *self.sure, *self.link, *self.text


def _match(entries: Sequence[Entry], known: Mapping[str, KnownPost]) -> list[tuple[_Named, KnownPost | None]]:
    """Pair each entry of a feed with its post.

    A link, or title and date, cannot claim a post that another entry of the same feed has claimed already:
    the blog shows two, so one of them is new.
    """
    distinct = _named(entries)
    found = [_first_known(named.entry, named.sure, known) for named in distinct]
    for weaker in (_link_of, _text_of):
        claimed = {post.row_id for post in found if post}
        for index, named in enumerate(distinct):
            post = found[index] or _first_known(named.entry, weaker(named), known)
            if found[index] is None and post and post.row_id not in claimed:
                found[index] = post
                claimed.add(post.row_id)
    return list(zip(distinct, found, strict=True))


def _link_of(named: _Named) -> tuple[str, ...]:
    return named.link


def _text_of(named: _Named) -> tuple[str, ...]:
    return named.text


def _first_known(entry: Entry, names: tuple[str, ...], known: Mapping[str, KnownPost]) -> KnownPost | None:
    posts = (known[name] for name in names if name in known)
    return next((post for post in posts if not _differ(entry.post_id, post.post_id)), None)


def _is_sure(named: _Named, known: Mapping[str, KnownPost]) -> bool:
    return not named.sure or any(name in known for name in named.sure)


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def _named(entries: Sequence[Entry]) -> list[_Named]:
    """Return the entries with their names, each post once.

    Two entries are one when they share a post id or guid, or a link together with title and date. A link
    that several posts share (a blog whose items all lead to its front page) names none of them.
    """
    seen: dict[str, Entry] = {}
    shared: set[str] = set()
    distinct: list[_Named] = []
    for entry in entries:
        named = _name(entry)
        earlier = [seen[name] for name in named.sure if name in seen]
        neighbours = [seen[name] for name in named.link if name in seen]
        if any(not _differ(entry.post_id, other.post_id) for other in earlier):
            continue
        if any(_is_repeat(entry, other) for other in neighbours):
            continue
        shared.update(name for name in named.link if name in seen)
        seen.update(dict.fromkeys((*named.sure, *named.link), entry))
        distinct.append(named)
    return [_without(named, shared) for named in distinct]


def _is_repeat(entry: Entry, other: Entry) -> bool:
    is_same_text = entry.title == other.title and entry.published_at == other.published_at
    return is_same_text and not _differ(entry.post_id, other.post_id)


def _name(entry: Entry) -> _Named:
    sure = [f"id:{entry.post_id}"] if entry.post_id is not None else []
    if entry.guid:
        sure.append(f"guid:{_canonical_guid(entry.guid)}")
    link = canonical_link(entry.link) if entry.link else None
    dated = entry.title and entry.published_at
    text = [f"text:{_digest(f'{entry.title}|{entry.published_at}')}"] if dated else []
    named = _Named(entry, tuple(sure), (f"link:{link}",) if link else (), tuple(text))
    return named if named.all() else replace(named, text=_last_resort(entry))


def _without(named: _Named, shared: set[str]) -> _Named:
    kept = replace(named, link=tuple(name for name in named.link if name not in shared))
    return kept if kept.all() else replace(kept, text=_last_resort(named.entry))


def _last_resort(entry: Entry) -> tuple[str, ...]:
    """Name an entry that has no guid, no link of its own and no date by its words."""
    return (f"text:{_digest(f'{entry.title}|{entry.excerpt}')}",)


def _canonical_guid(guid: str) -> str:
    """Fold a guid that is a permalink like a link, but keep its fragment: it may be all that tells posts apart."""
    address, _, fragment = guid.partition("#")
    canonical = canonical_link(address)
    if canonical is None:
        return guid
    return f"{canonical}#{fragment}" if fragment else canonical


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
