from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.entries import (
    Decision,
    Kind,
    KnownPost,
    canonical_link,
    decide,
    entries_in_doubt,
    entry_hash,
    identities_of,
)
from bot.domain.models import Entry, PostState

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def an_entry(n: int, **changes: object) -> Entry:
    entry = Entry(
        guid=f"https://blog.example/?p={n}",
        link=f"https://blog.example/post-{n}/",
        post_id=n,
        title=f"Post {n}",
        excerpt=f"About {n}",
        published_at=NOON + timedelta(hours=n),
    )
    return replace(entry, **changes)  # type: ignore[arg-type]  # tests name any field


class Memory:
    """What the store would know, kept in a dictionary."""

    def __init__(self) -> None:
        self.known: dict[str, KnownPost] = {}
        self.entries: dict[int, Entry] = {}
        self.decided: list[Decision] = []
        self._baselined = False

    def poll(self, *entries: Entry, now: datetime = NOON + timedelta(days=9)) -> list[Kind]:
        looked_up: Mapping[str, KnownPost] = {
            name: post for name, post in self.known.items() if name in identities_of(entries)
        }
        dates = [entry.published_at for entry in self.entries.values() if entry.published_at]
        decisions = decide(
            entries,
            looked_up,
            first_poll=not self._baselined,
            newest_known_at=max((date for date in dates if date <= now), default=None),
            now=now,
        )
        self._baselined = True
        for decision in decisions:
            self._save(decision)
        self.decided += decisions
        return [decision.kind for decision in decisions]

    def announced(self) -> list[str]:
        return [decision.entry.title for decision in self.decided if decision.kind is Kind.ANNOUNCE]

    def _save(self, decision: Decision) -> None:
        row_id = decision.row_id or len(self.entries) + 1
        earlier = next((post for post in self.known.values() if post.row_id == row_id), None)
        post = KnownPost(
            row_id=row_id,
            state=PostState.WANTED,
            post_id=(earlier and earlier.post_id) or decision.entry.post_id,
            entry_hash=decision.entry_hash,
        )
        self.entries[row_id] = decision.entry
        assert not set(decision.identities) & set(self.known), "an identity was given twice"
        names = [name for name, known in self.known.items() if known.row_id == row_id]
        self.known.update(dict.fromkeys([*names, *decision.identities], post))


def after(*entries: Entry) -> Memory:
    memory = Memory()
    memory.poll(*entries)
    return memory


def test_the_first_poll_remembers_everything_in_silence() -> None:
    """F30: whatever the archive holds."""
    memory = Memory()

    assert memory.poll(*(an_entry(n) for n in range(1, 9))) == [Kind.REMEMBER] * 8


def test_a_blog_without_posts_announces_its_very_first_one() -> None:
    assert after().poll(an_entry(1)) == [Kind.ANNOUNCE]


def test_a_new_entry_is_announced_once() -> None:
    memory = after(an_entry(1))

    assert memory.poll(an_entry(2), an_entry(1)) == [Kind.ANNOUNCE]
    assert memory.poll(an_entry(2), an_entry(1)) == []


def test_several_new_entries_are_announced_oldest_first() -> None:
    memory = after(an_entry(1))

    memory.poll(an_entry(4), an_entry(3), an_entry(2), an_entry(1))

    assert memory.announced() == ["Post 2", "Post 3", "Post 4"]


def test_a_changed_entry_is_revised_once_and_never_announced_again() -> None:
    """F31: one edit for one change."""
    memory = after(an_entry(1))
    edited = an_entry(1, title="Post 1, corrected", excerpt="About one")

    assert memory.poll(edited) == [Kind.REVISE]
    assert memory.poll(edited) == []


def test_a_growing_number_of_comments_is_no_change() -> None:
    assert after(an_entry(1)).poll(an_entry(1, comment_count=7)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"excerpt": "Another"},
        {"author": "Another"},
        {"categories": ("Walks",)},
        {"image_url": "https://blog.example/a.jpg"},
        {"image_alt": "A heron"},
        {"is_protected": True},
        {"published_at": NOON},
        {"word_count": 2000},
        {"link": "https://blog.example/moved/"},
    ],
)
def test_whatever_the_card_shows_is_a_change(change: dict[str, object]) -> None:
    assert entry_hash(an_entry(1, **change)) != entry_hash(an_entry(1))


def test_an_unpublished_post_that_is_back_is_revised_and_not_announced() -> None:
    known = KnownPost(row_id=1, state=PostState.UNPUBLISHED, post_id=1, entry_hash=entry_hash(an_entry(1)))

    decisions = decide([an_entry(1)], {"id:1": known}, first_poll=False, newest_known_at=None, now=NOON)

    assert [(decision.kind, decision.row_id) for decision in decisions] == [(Kind.REVISE, 1)]


# --- the flood breaker -----------------------------------------------------------------------------


def test_more_than_three_new_entries_are_all_held() -> None:
    assert after(an_entry(1)).poll(*(an_entry(n) for n in range(9, 0, -1))) == [Kind.HOLD] * 8


def test_three_new_entries_are_announced() -> None:
    assert after(an_entry(1)).poll(*(an_entry(n) for n in range(4, 0, -1))) == [Kind.ANNOUNCE] * 3


def test_an_entry_older_than_a_known_one_is_held() -> None:
    memory = after(an_entry(1), an_entry(5))

    assert memory.poll(an_entry(5), an_entry(3), an_entry(1)) == [Kind.HOLD]


def test_a_known_entry_dated_in_the_future_holds_nothing_back() -> None:
    memory = after(an_entry(1), an_entry(2, published_at=NOON + timedelta(days=400)))

    assert memory.poll(an_entry(3), an_entry(1)) == [Kind.ANNOUNCE]


def test_entries_of_the_same_second_are_both_announced() -> None:
    memory = after(an_entry(1))

    assert memory.poll(an_entry(2)) == [Kind.ANNOUNCE]
    assert memory.poll(an_entry(3, published_at=an_entry(2).published_at), an_entry(2)) == [Kind.ANNOUNCE]


def test_a_whole_feed_published_anew_announces_nothing() -> None:
    """F29: 500 entries at once."""
    memory = after(*(an_entry(n) for n in range(1, 11)))
    anew = [an_entry(n, guid=f"new-{n}", post_id=None, link=f"https://new.example/{n}", title="x") for n in range(500)]

    assert set(memory.poll(*anew)) == {Kind.HOLD}


# --- the same post by another name -------------------------------------------------------------------

PLAIN = an_entry(1, post_id=None, guid="https://blog.example/winter-walk/", link="https://blog.example/winter-walk/")
MOVES: dict[str, dict[str, object]] = {
    "link to https": {"link": "http://blog.example/winter-walk/"},
    "guid and link to http": {"link": "http://blog.example/winter-walk/", "guid": "http://blog.example/winter-walk/"},
    "www": {"link": "https://www.blog.example/winter-walk/", "guid": "https://www.blog.example/winter-walk/"},
    "no trailing slash": {"link": "https://blog.example/winter-walk", "guid": "https://blog.example/winter-walk"},
    "default port": {"link": "https://blog.example:443/winter-walk/", "guid": None},
    "upper case host": {"link": "https://Blog.Example/winter-walk/", "guid": None},
    "tracking": {"link": "https://blog.example/winter-walk/?utm_source=rss&fbclid=1", "guid": None},
    "fragment": {"link": "https://blog.example/winter-walk/#more", "guid": None},
    "new slug, same guid": {"link": "https://blog.example/a-walk-in-winter/"},
    "guid becomes ?p=": {"guid": "https://blog.example/?p=28"},
    "guid becomes a number": {"guid": "28"},
    "no guid any more": {"guid": None},
    "the post id is told now": {"post_id": 28},
    "moved to another host": {"link": "https://new.example/winter-walk/", "guid": "https://new.example/winter-walk/"},
    "edited and moved": {"link": "http://www.blog.example/winter-walk", "title": "Winter, walked"},
}


@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES.keys())
def test_a_post_that_goes_by_another_name_is_not_announced_again(change: dict[str, object]) -> None:
    """F28: another scheme, host, slug, guid, or tracking in the link."""
    memory = after(PLAIN)
    moved = replace(PLAIN, **change)  # type: ignore[arg-type]  # a table of fields

    assert set(memory.poll(moved)) <= {Kind.LINK, Kind.REVISE}
    assert memory.poll(moved) == [], "the new name was not kept"
    assert set(memory.poll(PLAIN)) <= {Kind.REVISE}


def test_a_new_slug_keeps_both_links_as_names() -> None:
    memory = after(an_entry(1))
    memory.poll(an_entry(1, link="https://blog.example/renamed/"))

    by_link = Entry(link="https://blog.example/post-1/", title="Post 1", published_at=None)
    assert set(memory.poll(by_link)) == {Kind.REVISE}


def test_different_post_ids_are_different_posts_whatever_else_they_share() -> None:
    """F28: no new post is swallowed."""
    memory = after(an_entry(1))

    assert memory.poll(an_entry(2, link=an_entry(1).link, guid=an_entry(1).guid)) == [Kind.ANNOUNCE]


def test_a_slug_that_another_post_has_now_is_a_new_post() -> None:
    old = an_entry(1, post_id=None, guid="a")
    memory = after(old)
    renamed = replace(old, link="https://blog.example/notes-old/")
    newcomer = an_entry(2, post_id=None, guid="b", link=old.link)

    assert sorted(memory.poll(newcomer, renamed)) == [Kind.ANNOUNCE, Kind.REVISE]
    assert memory.announced() == ["Post 2"]


def test_same_titles_are_different_posts() -> None:
    memory = after(an_entry(1, title="Weekly notes"))

    assert memory.poll(an_entry(2, title="Weekly notes"), an_entry(1, title="Weekly notes")) == [Kind.ANNOUNCE]


def test_untitled_and_undated_posts_are_told_apart() -> None:
    bare = [Entry(link=f"https://blog.example/{n}/") for n in range(3)]
    memory = after(bare[0])

    assert memory.poll(*bare) == [Kind.ANNOUNCE] * 2
    assert memory.poll(*reversed(bare)) == []


def test_posts_that_all_lead_to_the_front_page_are_told_apart() -> None:
    def note(n: int) -> Entry:
        return an_entry(n, post_id=None, guid=f"note-{n}", link="https://blog.example/")

    memory = after(note(1), note(2))

    assert memory.poll(note(3), note(2), note(1)) == [Kind.ANNOUNCE]
    assert memory.poll(note(3), note(2), note(1)) == []


def test_posts_on_one_page_are_told_apart_by_their_fragments() -> None:
    def note(n: int) -> Entry:
        address = f"https://blog.example/log#day-{n}"
        return an_entry(n, post_id=None, guid=address, link=address)

    memory = after(note(1), note(2))

    assert memory.poll(note(3), note(2), note(1)) == [Kind.ANNOUNCE]


def test_an_entry_that_comes_twice_in_a_feed_is_one() -> None:
    memory = after(an_entry(1))

    assert memory.poll(an_entry(2), an_entry(2), an_entry(2, guid="http://blog.example/?p=2")) == [Kind.ANNOUNCE]


def test_an_entry_without_any_name_is_known_by_its_words() -> None:
    memory = after(Entry(title="A", excerpt="a"))

    assert memory.poll(Entry(title="B", excerpt="b"), Entry(title="A", excerpt="a")) == [Kind.ANNOUNCE]
    assert memory.poll(Entry(title="B", excerpt="b"), Entry(title="A", excerpt="a")) == []


def test_absence_from_the_feed_changes_nothing() -> None:
    """F27: a feed shows only its newest posts."""
    memory = after(an_entry(1), an_entry(2))

    assert memory.poll() == []
    assert memory.poll(an_entry(2)) == []
    assert memory.poll(an_entry(2), an_entry(1)) == []


# --- whom to ask the blog about ---------------------------------------------------------------------


def test_the_blog_is_asked_about_new_and_changed_entries_and_doubtful_links() -> None:
    memory = after(an_entry(1), an_entry(2), an_entry(3))
    new, changed = an_entry(4), an_entry(1, title="Other")
    another_guid = an_entry(2, guid="elsewhere", post_id=None)

    entries = (new, changed, another_guid, an_entry(3))

    assert entries_in_doubt(entries, memory.known) == (new, changed, another_guid)


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://www.Blog.example:443/a/?utm_medium=x&p=2#c", "blog.example/a?p=2"),
        ("http://blog.example:8080/", "blog.example:8080"),
        ("https://blog.example/%C3%BCber", "blog.example/über"),
        ("https://blog.example/über/", "blog.example/über"),
        ("ftp://blog.example/", None),
        ("http://[::1", None),
        ("http://blog.example:99999/", None),
        ("not a link", None),
        ("", None),
    ],
)
def test_links_are_folded(link: str, canonical: str | None) -> None:
    assert canonical_link(link) == canonical


# --- histories -----------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_a_feed_shows_each_post_is_announced_exactly_once(data: st.DataObject) -> None:
    """F27: reordered, shrunk, emptied, filled again, under other names."""
    memory = after(an_entry(0))
    published = [0]
    seen: set[str] = set()
    for _poll in range(data.draw(st.integers(1, 8), label="polls")):
        fresh = data.draw(st.integers(0, 2), label="new posts")
        new = list(range(len(published), len(published) + fresh))
        published += new
        shown = [*new, *data.draw(st.lists(st.sampled_from(published), max_size=12), label="shown")]
        order = data.draw(st.permutations(shown), label="order")
        looks = {n: disguised(an_entry(n), data) for n in set(shown)}
        memory.poll(*(looks[n] for n in order))
        seen.update(f"Post {n}" for n in shown if n)

    assert sorted(memory.announced()) == sorted(seen)
    assert Kind.HOLD not in {decision.kind for decision in memory.decided}


def disguised(entry: Entry, data: st.DataObject) -> Entry:
    link = data.draw(
        st.sampled_from([entry.link, f"http://www.blog.example/post-{entry.post_id}?utm_source=feed#top"]), label="link"
    )
    change: Iterable[dict[str, object]] = ({}, {"guid": None, "post_id": None}, {"guid": "{link}"}, {"link": None})
    drawn = data.draw(st.sampled_from(list(change)), label="disguise")
    if drawn.get("guid") == "{link}":
        drawn = {"guid": entry.link, "post_id": None}
    return replace(entry, **{"link": link, **drawn})  # type: ignore[arg-type]  # a table of fields


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=15), min_size=1, max_size=6))
def test_no_history_decides_about_a_post_as_new_twice(history: list[list[int]]) -> None:
    memory = Memory()
    for shown in history:
        memory.poll(*(an_entry(n) for n in shown))

    new = [decision.entry.title for decision in memory.decided if decision.row_id is None]
    assert len(new) == len(set(new))
    assert set(new) == {f"Post {n}" for shown in history for n in shown}
