from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.domain.models import Entry
from bot.feeds.reading import read_feed as read_feed_with
from bot.feeds.recent import RecentEntries
from bot.feeds.wire import (
    Document,
)
from tests.unit.feeds.documents import a_document, a_feed, read_feed, the_entry

# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "post_id"),
    [
        ('<post-id xmlns="com-wordpress:feed-additions:1">77</post-id><guid>https://blog.example/?p=5</guid>', 77),
        ("<guid>https://blog.example/?p=28</guid>", 28),
        ("<guid>https://blog.example/?post_type=walk&amp;#038;p=29</guid>", 29),
        ("<link>https://blog.example/?p=30</link>", 30),
        ("<guid>https://blog.example/?p=9x</guid>", None),
        ("<guid>https://blog.example/?page=9</guid>", None),
        ("<guid>https://blog.example/?p=99999999999999999999999</guid>", None),
        ('<post-id xmlns="com-wordpress:feed-additions:1">-1</post-id>', None),
        ('<post-id xmlns="com-wordpress:feed-additions:1">٣</post-id>', None),
    ],
)
def test_the_post_id_is_read_where_the_feed_tells_it(item: str, post_id: int | None) -> None:
    assert the_entry(item).post_id == post_id


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ("<link>/a/</link>", "https://blog.example/a/"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>data:text/html,x</link>", None),
        (f"<link>https://blog.example/{'x' * 3000}</link>", None),
        ("<link>http://[bad</link>", None),
        ("<link>https://go.example/1</link><feedburner:origLink>https://blog.example/b/</feedburner:origLink>",
         "https://blog.example/b/"),
        ("<guid>https://blog.example/c/</guid>", "https://blog.example/c/"),
    ],
)  # fmt: skip
def test_links_are_absolute_web_addresses_or_none(item: str, link: str | None) -> None:
    """T8."""
    assert the_entry(item).link == link


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<dc:creator>Mara &amp;amp; Ida</dc:creator>", "Mara & Ida"),
        ("<author>mara@blog.example (Mara Lindqvist)</author>", "Mara Lindqvist"),
        ("<author>mara@blog.example</author>", ""),
        ("<dc:creator>@mara</dc:creator>", "@mara"),
        ("<dc:creator>Mara &lt;mara@blog.example&gt;</dc:creator>", "Mara"),
    ],
)
def test_authors_are_names_and_never_addresses(author: str, name: str) -> None:
    entry = the_entry(f"<guid>1</guid>{author}")

    assert entry.author == name
    assert "blog.example" not in entry.author


# --- dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Mon, 02 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 10:00:00 EST", datetime(2026, 3, 2, 15, 0, tzinfo=UTC)),
        ("2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("9999-12-31T23:59:59Z", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_aware_utc_and_nonsense_is_none(date: str, read: datetime | None) -> None:
    """F32: zones by name, year 0, year 9999."""
    assert the_entry(f"<guid>1</guid><pubDate>{date}</pubDate>").published_at == read


# --- words -----------------------------------------------------------------------------------------


def test_a_summary_without_words_is_replaced_by_the_beginning_of_the_content() -> None:
    body = f"<p>First words. {'More of them. ' * 200}</p>"
    entry = the_entry(
        f"<guid>1</guid><description> </description><content:encoded><![CDATA[{body}]]></content:encoded>"
    )

    assert entry.excerpt.startswith("First words. More of them.")
    assert 400 < len(entry.excerpt) <= 600
    assert entry.word_count == 602


def test_scripts_and_styles_are_neither_shown_nor_counted() -> None:
    body = "<style>p{}</style><p>One two</p><script>three()</script> four<!-- five -->"
    entry = the_entry(f"<guid>1</guid><content:encoded><![CDATA[{body}]]></content:encoded>")

    assert entry.word_count == 3
    assert "three" not in entry.excerpt
    assert "p{}" not in entry.excerpt


def test_long_fields_are_cut() -> None:
    entry = the_entry(
        f"<guid>{'g' * 5000}</guid><title>{'t' * 5000}</title><dc:creator>{'c' * 900}</dc:creator>"
        + "".join(f"<category>{n}{'k' * 900}</category>" for n in range(90))
    )

    assert len(entry.guid or "") <= 1000
    assert len(entry.title) <= 300
    assert len(entry.author) <= 120
    assert len(entry.categories) == 20
    assert max(map(len, entry.categories)) <= 120


def test_guids_that_differ_only_at_their_end_stay_different() -> None:
    feed = a_feed(*(f"<guid>{'g' * 5000}{n}</guid>" for n in range(2)))

    assert len({entry.guid for entry in read_feed(a_document(feed)).entries}) == 2


def test_characters_no_database_takes_are_left_out() -> None:
    broken = "<rss version='2.0'><channel><item><guid>1&#0;&#xD800;</guid><title>a&#0;b&#xDFFF;c &bad</title></item>"
    (entry,) = read_feed(a_document(f"{broken}</channel></rss>")).entries

    for text in (entry.title, entry.guid or ""):
        assert text.encode("utf-8")
        assert "\0" not in text


# --- pictures ----------------------------------------------------------------------------------------

PICTURES: Mapping[str, tuple[str, str | None]] = {
    "lazy": ('<img src="data:image/gif;base64,x" data-src="/a.jpg">', "https://blog.example/a.jpg"),
    "only a placeholder": ('<img src="data:image/gif;base64,x">', None),
    "pixel": ('<img src="/p.gif" width="1" height="1"><img src="/a.jpg">', "https://blog.example/a.jpg"),
    "smiley": ('<img class="wp-smiley" src="/s.png"><img src="/a.jpg">', "https://blog.example/a.jpg"),
    "script": ('<img src="javascript:x"><img src="/a.jpg">', "https://blog.example/a.jpg"),
    "space": ('<img src="/a walk.jpg">', "https://blog.example/a%20walk.jpg"),
    "quote": ("<img src='/a\"b.jpg'>", None),
    "drawing": ('<img src="/a.svg">', None),
    "protocol relative": ('<img src="//cdn.example/a.jpg">', "https://cdn.example/a.jpg"),
}


@pytest.mark.parametrize(("markup", "url"), PICTURES.values(), ids=PICTURES.keys())
def test_the_picture_is_the_first_that_shows_something(markup: str, url: str | None) -> None:
    entry = the_entry(f"<guid>1</guid><content:encoded><![CDATA[{markup}]]></content:encoded>")

    assert entry.image_url == url


@pytest.mark.parametrize(
    ("attached", "url"),
    [
        ('<media:content url="/m.jpg" medium="image"/>', "https://blog.example/m.jpg"),
        ('<media:content url="/v.mp4" type="video/mp4"/>', "https://blog.example/own.jpg"),
        ('<media:thumbnail url="/t.jpg"/>', "https://blog.example/t.jpg"),
        ('<enclosure url="/e.png" type="image/png" length="1"/>', "https://blog.example/e.png"),
        ('<enclosure url="/e.mp3" type="audio/mpeg" length="1"/>', "https://blog.example/own.jpg"),
        ('<media:content url="https://0.gravatar.com/avatar/1" medium="image"/>', "https://blog.example/own.jpg"),
    ],
)
def test_an_attached_picture_comes_before_the_contents_own(attached: str, url: str) -> None:
    own = '<content:encoded><![CDATA[<img src="/own.jpg" alt="Own">]]></content:encoded>'

    assert the_entry(f"<guid>1</guid>{attached}{own}").image_url == url


def test_an_attached_picture_takes_its_alt_text_from_the_content() -> None:
    own = '<content:encoded><![CDATA[<img src="/m.jpg?w=300" alt="A\n heron">]]></content:encoded>'

    assert the_entry(f'<guid>1</guid><media:content url="/m.jpg" medium="image"/>{own}').image_alt == "A heron"


# --- protected posts -----------------------------------------------------------------------------------


def test_a_protected_post_in_a_feed_of_excerpts_is_protected() -> None:
    entry = the_entry(
        "<guid>1</guid><title>Protected: Plans</title>"
        "<description>There is no excerpt because this is a protected post.</description>"
    )

    assert (entry.is_protected, entry.title, entry.excerpt) == (True, "Plans", "")


# --- what was read lately --------------------------------------------------------------------------------


def test_items_that_did_not_change_are_not_made_again() -> None:
    recent = RecentEntries()
    before = read_feed_with(a_document(a_feed("<guid>1</guid><title>A</title>")), recent).entries
    after = read_feed_with(a_document(a_feed("<guid>2</guid>", "<guid>1</guid><title>A</title>")), recent).entries

    assert after[1] is before[0]


def test_a_changed_item_and_the_same_item_elsewhere_are_made_anew() -> None:
    recent = RecentEntries()
    item = "<guid>1</guid><link>/a</link>"
    read_feed_with(a_document(a_feed(item)), recent)
    (changed,) = read_feed_with(a_document(a_feed(f"{item}<title>B</title>")), recent).entries
    elsewhere = Document(url="https://other.example/", content_type="text/xml", body=a_feed(item).encode())
    (other,) = read_feed_with(elsewhere, recent).entries

    assert changed.title == "B"
    assert other.link == "https://other.example/a"


def test_only_so_many_entries_are_remembered_and_the_oldest_is_forgotten() -> None:
    recent, made = RecentEntries(2), []

    def ask(guid: str) -> None:
        def make() -> Entry:
            made.append(guid)
            return Entry(guid=guid)

        assert recent.get(guid, make).guid == guid

    for guid in "abacab":
        ask(guid)

    assert made == ["a", "b", "c", "b"]


@pytest.mark.parametrize(
    "mark", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff", "&#1;", "&#x1f", "&#0000011;", "&#xFFFE;"]
)
@pytest.mark.parametrize(
    "place", ["{}<img src='/a.png'>{} sea", "<img src='/{}b.png' alt='{}'> sea", "<a href='/{}'>sea</a>"]
)
def test_a_character_that_is_none_costs_a_post_nothing_else(place: str, mark: str) -> None:
    body = place.replace("{}", mark)
    (entry,) = read_feed(
        a_document(
            a_feed(f"<guid>1</guid><title>Pier</title><content:encoded><![CDATA[<p>{body}</p>]]></content:encoded>")
        )
    ).entries

    assert entry.title == "Pier"
    assert entry.excerpt == "sea"


@pytest.mark.parametrize("page", ["<html>", "<html id=x></html>sea", "<!DOCTYPE html><html><body>sea", "<frameset>sea"])
def test_a_post_that_begins_a_page_of_its_own_costs_nothing(page: str) -> None:
    entry = the_entry(f"<guid>1</guid><title>Pier</title><content:encoded><![CDATA[{page}]]></content:encoded>")

    assert entry.title == "Pier"
    assert entry.excerpt in ("sea", "")
