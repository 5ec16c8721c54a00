"""Queries on the posts we know from feeds, and the names those posts go by."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.entries import KnownPost, canonical_link
from bot.domain.models import Entry, PostState
from db.models import PostIdentity, StoredPost

CHOICES: Final = 25
"""Discord shows this many choices of an autocomplete."""

_CHOICE = re.compile(r"post:(\d{1,18})")
_NEWEST_FIRST = (func.coalesce(StoredPost.published_at, StoredPost.first_seen_at).desc(), StoredPost.id.desc())
_LOOKED_UP_AT_ONCE = 500


async def known_posts(tx: AsyncSession, feed_id: int, identities: Collection[str]) -> dict[str, KnownPost]:
    """Return which of these identities are known, each with its post."""
    known: dict[str, KnownPost] = {}
    names = sorted(identities)
    for start in range(0, len(names), _LOOKED_UP_AT_ONCE):
        rows = await tx.execute(
            select(PostIdentity.identity, StoredPost.id, StoredPost.state, StoredPost.post_id, StoredPost.entry_hash)
            .join(StoredPost, StoredPost.id == PostIdentity.post_row_id)
            .where(
                PostIdentity.feed_id == feed_id,
                PostIdentity.identity.in_(names[start : start + _LOOKED_UP_AT_ONCE]),
            )
        )
        for identity, row_id, state, post_id, entry_hash in rows:
            known[identity] = KnownPost(row_id=row_id, state=PostState(state), post_id=post_id, entry_hash=entry_hash)
    return known


async def newest_known_at(tx: AsyncSession, feed_id: int, *, now: datetime) -> datetime | None:
    """Return the date of the feed's newest known post that is not in the future."""
    return await tx.scalar(
        select(func.max(StoredPost.published_at)).where(StoredPost.feed_id == feed_id, StoredPost.published_at <= now)
    )


async def add(
    tx: AsyncSession,
    feed_id: int,
    entry: Entry,
    *,
    state: PostState,
    entry_hash: str,
    identities: Iterable[str],
    now: datetime,
) -> int:
    """Store a new post under its identities, none of which may be taken, and return its row's id."""
    post = StoredPost(
        feed_id=feed_id, state=state.value, guid=entry.guid, entry_hash=entry_hash, first_seen_at=now, **_shown(entry)
    )
    tx.add(post)
    await tx.flush()
    await _name(tx, feed_id, post.id, identities)
    return post.id


async def revise(tx: AsyncSession, row_id: int, entry: Entry, *, entry_hash: str, identities: Iterable[str]) -> None:
    """Store how a known post looks now. Back on the blog, it counts as wanted again.

    What only the blog itself had told (post id, author, picture) stays when `entry` does not tell it.
    """
    post = await get(tx, row_id)
    kept = {} if entry.is_protected or entry.image_url else {"image_url": post.image_url, "image_alt": post.image_alt}
    changed = {**_shown(entry), **kept, "author": entry.author or post.author, "post_id": entry.post_id or post.post_id}
    for name, value in changed.items():
        setattr(post, name, value)
    post.entry_hash = entry_hash
    if post.state == PostState.UNPUBLISHED:
        post.state = PostState.WANTED.value
    await _name(tx, post.feed_id, row_id, identities)


async def unpublish(tx: AsyncSession, row_id: int) -> None:
    """Note that an announced post is no longer public."""
    (await get(tx, row_id)).state = PostState.UNPUBLISHED.value


async def missed(
    tx: AsyncSession, feed_id: int, shown: Collection[str], *, since: datetime, limit: int
) -> Sequence[StoredPost]:
    """Return the newest announced posts dated `since` or later that go by none of the `shown` identities."""
    named = select(PostIdentity.post_row_id).where(PostIdentity.feed_id == feed_id, PostIdentity.identity.in_(shown))
    found = await tx.scalars(
        select(StoredPost)
        .where(
            StoredPost.feed_id == feed_id,
            StoredPost.state == PostState.WANTED.value,
            StoredPost.published_at >= since,
            StoredPost.id.not_in(named),
        )
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
    )
    return found.all()


async def link(tx: AsyncSession, row_id: int, *, post_id: int | None, identities: Iterable[str]) -> None:
    """Note more names of a known post, and its post id where it was unknown."""
    post = await get(tx, row_id)
    post.post_id = post.post_id or post_id
    await _name(tx, post.feed_id, row_id, identities)


async def get(tx: AsyncSession, row_id: int) -> StoredPost:
    """Return a post; LookupError when there is none."""
    post = await tx.get(StoredPost, row_id)
    if post is None:
        raise LookupError(f"post {row_id}")
    return post


async def in_state(tx: AsyncSession, *, feed_id: int, state: PostState) -> Sequence[StoredPost]:
    """Return a feed's posts about which this was decided, the oldest first."""
    found = await tx.scalars(
        select(StoredPost).where(StoredPost.feed_id == feed_id, StoredPost.state == state.value).order_by(StoredPost.id)
    )
    return found.all()


async def search(
    tx: AsyncSession, *, feed_ids: Collection[int], text: str, limit: int = CHOICES
) -> Sequence[StoredPost]:
    """Return these feeds' posts whose title holds `text`, the newest first: all of them for an empty text."""
    # SQLite folds only ASCII letters; the others are tried in the ways that titles are written.
    spellings = sorted({text, text.lower(), text.upper(), text.capitalize()})
    fits = or_(*(StoredPost.title.icontains(spelling, autoescape=True) for spelling in spellings))
    found = await tx.scalars(
        select(StoredPost).where(StoredPost.feed_id.in_(feed_ids), fits).order_by(*_NEWEST_FIRST).limit(limit)
    )
    return found.all()


async def find(tx: AsyncSession, *, feed_ids: Collection[int], value: str) -> StoredPost | None:
    """Return the post of these feeds that is meant: by `post:<row id>`, by its address, or by its whole title.

    Of several with the same title it is the newest.
    """
    chosen = _CHOICE.fullmatch(value.strip())
    address = canonical_link(value)
    if chosen:
        fits = StoredPost.id == int(chosen[1])
    elif address:
        fits = StoredPost.id.in_(
            select(PostIdentity.post_row_id).where(
                PostIdentity.feed_id.in_(feed_ids),
                PostIdentity.identity.in_((f"link:{address}", f"guid:{address}")),
            )
        )
    else:
        fits = StoredPost.title == value.strip()
    return await tx.scalar(
        select(StoredPost).where(StoredPost.feed_id.in_(feed_ids), fits).order_by(*_NEWEST_FIRST).limit(1)
    )


def entry_of(post: StoredPost) -> Entry:
    """Return what a stored post shows, as an entry."""
    return Entry(
        guid=post.guid,
        link=post.link,
        post_id=post.post_id,
        title=post.title,
        excerpt=post.excerpt,
        author=post.author,
        published_at=post.published_at,
        updated_at=post.updated_at,
        categories=tuple(post.categories),
        image_url=post.image_url,
        image_alt=post.image_alt,
        is_protected=post.is_protected,
        word_count=post.word_count,
        comment_count=post.comment_count,
    )


def _shown(entry: Entry) -> dict[str, object]:
    return {
        "post_id": entry.post_id,
        "link": entry.link,
        "title": entry.title,
        "excerpt": entry.excerpt,
        "author": entry.author,
        "categories": list(entry.categories),
        "image_url": entry.image_url,
        "image_alt": entry.image_alt,
        "is_protected": entry.is_protected,
        "word_count": entry.word_count,
        "comment_count": entry.comment_count,
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
    }


async def _name(tx: AsyncSession, feed_id: int, row_id: int, identities: Iterable[str]) -> None:
    rows = [{"feed_id": feed_id, "post_row_id": row_id, "identity": identity} for identity in identities]
    if rows:  # one statement for all: as objects they would be one each
        await tx.execute(insert(PostIdentity), rows)
