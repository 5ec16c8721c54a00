import re
import time
import warnings
from collections.abc import Callable

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.models import Entry
from bot.text.cards import post_card, thread_name
from bot.text.characters import clean_text
from bot.text.escape import escape_markdown, plain_line, soften_markdown
from bot.text.html_to_markdown import html_to_markdown
from bot.text.html_to_text import html_to_text
from bot.text.limits import COMPONENTS_TEXT, cut, cut_bytes, length
from bot.text.markdown_to_html import markdown_to_html
from bot.text.names import comment_name, is_confusable

from .comment_samples import MARKDOWN_TO_HTML
from .discord_grammar import FORMATTING, active, active_outside_code
from .excerpt_samples import HTML_TO_MARKDOWN
from .hostile import MANY, OURS, public_collections

ALLOWED = {"p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
MARKS = ["**", "*", "_", "__", "~~", "||", "`", "``", "```", "> ", ">>> ", "- ", "  - ", "1. ", "# ", "-# ", "\\"]
MEANT = ["https://a.example/x_y", "[w](https://b.example)", "<@1>", "<#2>", "<t:0:R>", "<:e:3>", "@everyone", "]("]
messages = st.lists(
    st.one_of(st.sampled_from([*MARKS, *MEANT, " ", "\n", "\n\n"]), st.text(max_size=8), st.from_regex(r"[a-z]{1,6}")),
    max_size=25,
).map("".join)
words = st.from_regex(r"[a-z]{1,9}", fullmatch=True)


def faults_of_a_comment(html: str) -> list[str]:
    """Return what a browser would find in a comment that is not ours to write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        fragment = parser.parseFragment(html)
    faults = [str(error) for error in parser.errors]
    for node in fragment.iter():
        if node is fragment:
            continue
        if node.tag not in ALLOWED:
            faults.append(f"element {node.tag}")
        elif node.tag == "a":
            faults += faults_of_a_link(node.attrib, "".join(node.itertext()))
        elif node.attrib:
            faults.append(f"attributes {node.attrib}")
    return faults


def faults_of_a_link(attributes: dict[str, str], shown: str) -> list[str]:
    faults = []
    if set(attributes) != {"href", "rel"} or attributes["rel"] != "nofollow ugc noopener":
        faults.append(f"attributes {attributes}")
    if not re.match(r"https?://[^/?#@\s]+", attributes.get("href", ""), re.IGNORECASE):
        faults.append(f"address {attributes.get('href')}")
    if shown != attributes.get("href"):
        faults.append(f"{shown} hides {attributes.get('href')}")
    return faults


def word_list(html: str) -> list[str]:
    return re.findall(r"\w+", html_to_text(html))


def check_everything(text: str) -> None:
    """Send one text through every function."""
    html = markdown_to_html(text)
    assert faults_of_a_comment(html) == []
    assert active(escape_markdown(text)) == set(), escape_markdown(text)
    for shown in (html_to_markdown(text, limit=300), html_to_markdown(html, limit=300)):
        assert active_outside_code(shown) <= FORMATTING, shown
        assert length(shown) <= 300
    assert not active(soften_markdown(text)) & {"ping", "mention", "masked link", "hidden"}
    assert "\n" not in plain_line(text) + html_to_text(text) + comment_name(text)
    card = post_card(Entry(title=text, author=text, categories=(text,), link=text), blog_title=text).card
    assert card is not None
    assert length(card.heading + card.body + card.footer) <= COMPONENTS_TEXT
    assert active(card.heading) == frozenset()
    assert 1 <= length(thread_name(Entry(title=text))) <= 100


@pytest.mark.parametrize("text", OURS)
def test_a_hostile_string_is_only_text(text: str) -> None:
    """T16."""
    check_everything(text)


@pytest.mark.parametrize("backslashes", range(6))
@pytest.mark.parametrize("mark", ["<#2>", "<@1>", "<@&1>", "</ban:1>", "<id:guide>"])
def test_an_authors_own_backslashes_set_no_mention_free(mark: str, backslashes: int) -> None:
    """T7."""
    softened = soften_markdown("\\" * backslashes + mark)

    assert not active(softened) & {"ping", "mention", "command", "place"}


@pytest.mark.parametrize("share", [MANY[::10], pytest.param(MANY, marks=pytest.mark.slow)], ids=["10th", "all"])
def test_many_hostile_strings_are_only_text(share: list[str]) -> None:
    """T7, T8, T9, T10, T16: more than three thousand through every function, in both directions."""
    assert len(MANY) > 3_000
    for text in share:
        check_everything(text)


def test_the_public_collections_are_only_text() -> None:
    """T9, T10: about seven thousand."""
    strings = public_collections()
    if not strings:
        pytest.skip("the public collections of hostile strings are not beside the project")
    for text in strings:
        check_everything(text)


@settings(max_examples=300, deadline=None)
@given(messages)
def test_any_message_is_only_text(text: str) -> None:
    check_everything(text)


@given(st.text())
def test_any_text_shows_literally_once_escaped(text: str) -> None:
    """T7."""
    escaped = escape_markdown(text)

    assert active(escaped) == set()
    unescaped = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped).replace("@\u200b", "@")
    assert unescaped == clean_text(text)


@settings(deadline=None)
@given(messages)
def test_the_preview_shows_the_words_of_the_comment(text: str) -> None:
    html = markdown_to_html(text)

    assert word_list(markdown_to_html(html_to_markdown(html))) == word_list(html)


@pytest.mark.parametrize("html", [html for _markdown, html in MARKDOWN_TO_HTML])
def test_a_comment_is_well_formed_and_its_preview_says_the_same(html: str) -> None:
    assert faults_of_a_comment(html) == []
    assert word_list(markdown_to_html(html_to_markdown(html))) == word_list(html)


@pytest.mark.parametrize(("_html", "markdown"), HTML_TO_MARKDOWN)
def test_nothing_in_an_excerpt_acts(_html: str, markdown: str) -> None:
    assert active_outside_code(markdown) <= FORMATTING


@given(st.lists(st.tuples(words, st.sampled_from(["", "**", "*", "~~", "||", "__", "`"])), min_size=1, max_size=20))
def test_no_word_is_lost(styled: list[tuple[str, str]]) -> None:
    html = markdown_to_html(" ".join(mark + word + mark for word, mark in styled))

    assert [word for word in word_list(html) if word != "spoiler"] == [
        word for word, _mark in styled if word != "spoiler"
    ]


NASTY = ["*", "**a", "*a **b ", "~~a __b ", "||", "[", "](", "[a](http://b", "`", "`a``b", "```a", "<", "<@1", "\\"]
NASTY += ["http://", "https://a(", "> a\n\n", " - a\n", "1. a\n", "\n", "a ", "Z\u0301", "\u200d", "🇩🇪", "via discord "]
TAGS = ["<b>", "<div>", "<ul><li>", "<a href=https://a.io>b", "<blockquote>", "<pre>", "<br>", "<p><b>", "&#x", "\xa0"]
HALVES: list[Callable[[str], object]] = [
    lambda text: cut(text, len(text) // 2),
    lambda text: cut_bytes(text, len(text)),
]


def cpu_seconds(convert: Callable[[str], object], text: str) -> float:
    times = []
    for _round in range(2):
        start = time.process_time()
        convert(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize(
    ("convert", "units", "size"),
    [
        (markdown_to_html, NASTY, 2_000),
        (escape_markdown, NASTY, 4_000),
        (html_to_markdown, TAGS + NASTY, 4_000),
        (html_to_text, TAGS + NASTY, 4_000),
        (HALVES[0], NASTY, 4_000),
        (HALVES[1], NASTY, 4_000),
        (comment_name, NASTY, 2_000),
        (lambda text: is_confusable(text, [text]), NASTY, 2_000),
    ],
)
def test_time_grows_with_the_text_and_not_its_square(
    convert: Callable[[str], object], units: list[str], size: int
) -> None:
    """T23."""
    small = sum(cpu_seconds(convert, (unit * size)[:size]) for unit in units)
    large = sum(cpu_seconds(convert, (unit * 4 * size)[: 4 * size]) for unit in units)

    assert large < 10 * small
