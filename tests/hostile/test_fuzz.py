"""Properties of every text, tried on a few hundred examples; `make fuzz` tries ten thousand of each."""

import os
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.feeds.cell import answer
from bot.feeds.recent import RecentEntries
from bot.feeds.wire import ParsedFeed, Refused
from bot.text.cards import post_card, thread_name
from bot.text.names import comment_name
from tests.hostile.test_names import faults_of as faults_of_name
from tests.unit.feeds.documents import a_document, a_feed
from tests.unit.text.discord_grammar import FORMATTING, active_outside_code
from tests.unit.text.hostile import OURS
from tests.unit.text.test_hostile_texts import check_everything, messages

EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", "60"))
thorough = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

TAGS = ["p", "a", "img", "b", "i", "ul", "li", "pre", "code", "blockquote", "h1", "br", "div", "html", "body", "script"]
TAGS += [
    "style",
    "svg",
    "math",
    "table",
    "td",
    "template",
    "textarea",
    "title",
    "plaintext",
    "frameset",
    "!--",
    "![CDATA[",
]
VALUES = [
    "x",
    "javascript:x",
    "https://a.example/",
    "//b.example",
    "data:x",
    "\x01",
    "&#1;",
    "'\"",
    "@everyone",
    "[a](b:",
]
pieces = st.one_of(
    st.builds("<{}>".format, st.sampled_from(TAGS)),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.builds("<{} {}='{}'>".format, *map(st.sampled_from, (TAGS, ["href", "src", "alt", "title", "class"], VALUES))),
    st.sampled_from(["&lt;", "&#x3c;", "&amp;lt;", "&#0;", "&#xd800;", "-->", "]]>", "]] >", *VALUES]),
    st.sampled_from(OURS),
    st.text(max_size=8),
)
markup = st.lists(pieces, max_size=20).map("".join)


@thorough
@given(messages)
def test_whatever_a_member_writes_is_only_text(text: str) -> None:
    """T10."""
    check_everything(text)


@thorough
@given(markup)
def test_whatever_markup_is_sent_is_only_text(text: str) -> None:
    """T9."""
    check_everything(text)


@thorough
@given(markup, markup)
def test_whatever_a_feed_says_is_read_and_acts_not_at_all(title: str, words: str) -> None:
    """T7."""
    item = f"<guid>1</guid><title><![CDATA[{title}]]></title><description><![CDATA[{words}]]></description>"

    said = answer(a_document(a_feed(item).encode("utf-8", "replace")), RecentEntries())

    assert isinstance(said, ParsedFeed) or said.detail == "", said
    for entry in said.entries if isinstance(said, ParsedFeed) else ():
        card = post_card(entry, blog_title=title).card
        assert card is not None
        assert active_outside_code(card.heading + "\n" + card.body) <= FORMATTING
        assert 1 <= len(thread_name(entry)) <= 100


@thorough
@given(st.binary(max_size=400), st.sampled_from(["text/xml", "application/xml; charset=utf-7", "text/html", ""]))
def test_whatever_bytes_come_are_read_or_refused(body: bytes, content_type: str) -> None:
    for document in (body, b"<rss version='2.0'><channel><item>" + body + b"</item></channel></rss>"):
        said = answer(a_document(document, content_type=content_type), RecentEntries())
        assert isinstance(said, ParsedFeed) or (isinstance(said, Refused) and said.detail == ""), said


@thorough
@given(st.one_of(st.text(max_size=300), st.sampled_from(OURS)))
def test_whatever_a_member_is_called_fools_nobody(name: str) -> None:
    """T11."""
    assert faults_of_name(comment_name(name)) == []
