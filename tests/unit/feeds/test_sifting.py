"""Items that were read before are not read again, and what is read is what a first reading of the whole would say."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.reading import read_feed as read_feed_with
from bot.feeds.recent import RecentEntries
from bot.feeds.screening import RefusedError
from bot.feeds.sifting import sift
from bot.feeds.wire import Document, ParsedFeed, Refusal
from tests.unit.feeds.documents import NAMESPACES, a_document, a_feed, read_feed

SAMPLES = Path(__file__).parents[2] / "samples" / "feeds"

PIECES = [
    "<title>Winter walk</title>",
    "<title>Käse &amp; Brot</title>",
    "<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>",
    "<link>https://blog.example/a/</link>",
    "<link>/b</link>",
    "<guid>1</guid>",
    "<guid isPermaLink='true'>https://blog.example/?p=7</guid>",
    "<pubDate>Mon, 02 Mar 2026 10:00:00 +0000</pubDate>",
    "<dc:date>2026-03-02T10:00:00Z</dc:date>",
    "<dc:creator><![CDATA[Ada]]></dc:creator>",
    "<author>ada@blog.example (Ada)</author>",
    "<category>Soil</category>",
    "<description><![CDATA[<p>Snow. </item><item></p>]]></description>",
    "<description>&lt;img src='/c.png' alt='C'&gt; text</description>",
    "<content:encoded><![CDATA[<p>One</p><p>Two &#0; three</p>]]></content:encoded>",
    "<media:content url='https://blog.example/d.png' medium='image'/>",
    "<slash:comments>3</slash:comments>",
    "<source url='https://other.example/'>Other</source>",
    "<x xmlns='urn:x' xml:base='https://else.example/'><title>Inner</title></x>",
    "<dc:x xmlns:dc='urn:y'>y</dc:x>",
    "<nowhere:x>unbound</nowhere:x>",
    "<item><title>Nested</title></item>",
    "<p>unclosed",
    "&nbsp;",
    "\x01",
    "<!-- <item> -->",
    "<?php item ?>",
]
CHANNELS = [
    "<title>Blog</title>",
    "<title>Blog</title><lastBuildDate>Mon, 02 Mar 2026 10:00:00 +0000</lastBuildDate>",
    "<title>Blog</title><managingEditor>mira@blog.example (Mira)</managingEditor>",
    "<language>de</language><atom:entry xmlns:atom='http://www.w3.org/2005/Atom'><title>E</title></atom:entry>",
    "<image><title>Picture</title><link>https://blog.example/</link></image>",
]
BEGINS = ["<item>", "<item>", "<item>", "<item rdf='1'>", "<item >", "<ITEM>"]
items = st.builds(
    "{}{}</item>".format, st.sampled_from(BEGINS), st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
)
starts = st.sampled_from(
    ["", "<?xml version='1.0' encoding='utf-8'?>", "<?xml version='1.0' encoding='latin-1'?>", "\ufeff"]
)
roots = st.sampled_from(
    [f"<rss version='2.0' {NAMESPACES}>", f"<rss version='2.0' xml:lang='de' {NAMESPACES}>", "<rss>"]
)
types = st.sampled_from(
    ["text/xml; charset=utf-8", "text/xml", "application/rss+xml", "text/plain", "text/xml; charset=latin-1"]
)


@st.composite
def polls(draw: st.DrawFn) -> list[Document]:
    """The same feed again and again, with items coming, changing and going."""
    start, root, content_type, known = (
        draw(starts),
        draw(roots),
        draw(types),
        draw(st.lists(items, min_size=1, max_size=4)),
    )
    documents = []
    for _poll in range(3):
        listed = [*draw(st.lists(items, max_size=2)), *draw(st.lists(st.sampled_from(known), max_size=4))]
        body = f"{start}{root}<channel>{draw(st.sampled_from(CHANNELS))}{''.join(listed)}</channel></rss>"
        documents.append(a_document(body, content_type=content_type))
    return documents


def said_by(document: Document, recent: RecentEntries) -> ParsedFeed | Refusal:
    try:
        return read_feed_with(document, recent)
    except RefusedError as error:
        return error.refusal


@settings(max_examples=150, deadline=None)
@given(polls())
def test_whatever_was_read_before_a_feed_says_what_a_first_reading_says(documents: list[Document]) -> None:
    recent = RecentEntries()
    for document in documents:
        assert said_by(document, recent) == said_by(document, RecentEntries())


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_a_sample_says_the_same_when_some_of_its_items_were_read_before(sample: Path) -> None:
    document = a_document(sample.read_bytes())
    sifted = sift(document)
    recent = RecentEntries()
    for number in range(len(sifted.keys) if sifted else 1):
        body = sifted.without({number}) if sifted else document.body
        read_feed_with(a_document(body), recent)

    assert read_feed_with(document, recent) == read_feed(document)


def test_ordinary_feeds_are_sifted() -> None:
    sifted = sift(a_document((SAMPLES / "wordpress.xml").read_bytes()))

    assert sifted is not None
    assert len(sifted.spans) > 1
    assert sifted.without(range(len(sifted.spans))).count(b"<item>") == 0


def test_an_item_that_was_read_before_is_not_parsed_again() -> None:
    recent = RecentEntries()
    (before,) = read_feed_with(a_document(a_feed("<title>A</title>")), recent).entries
    after = read_feed_with(a_document(a_feed("<title>B</title>", "<title>A</title>")), recent).entries

    assert [entry.title for entry in after] == ["B", "A"]
    assert after[1] is before


def test_an_author_of_the_feed_who_changes_changes_the_items_too() -> None:
    recent = RecentEntries()
    for name in ("Ada", "Ben"):
        body = a_feed("<title>A</title>").replace("</title>", f"</title><managingEditor>{name}</managingEditor>", 1)
        (entry,) = read_feed_with(a_document(body), recent).entries
        assert entry.author == name


@pytest.mark.parametrize(
    "body",
    [
        a_feed("<title>A</title>").replace("<item>", "<item x='1'>"),
        a_feed("<x xmlns='urn:x'/>"),
        a_feed("<title>A</title>").replace("<channel>", "<channel x='>'>"),
        a_feed("<item>nested</item>"),
        a_feed("<a>never closed"),
        a_feed(),
    ],
)
def test_a_document_in_doubt_is_read_whole(body: str) -> None:
    assert sift(a_document(body)) is None
    assert sift(a_document(a_feed("<title>A</title>"), content_type="text/xml; charset=latin-1")) is None
