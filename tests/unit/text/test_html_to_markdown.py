import pytest

from bot.text.html_to_markdown import html_to_markdown
from bot.text.html_to_text import html_to_text
from bot.text.limits import length

from .excerpt_samples import HTML_TO_MARKDOWN


@pytest.mark.parametrize(("html", "markdown"), HTML_TO_MARKDOWN)
def test_html_is_shown_so(html: str, markdown: str) -> None:
    assert html_to_markdown(html, home_url="https://home.example/blog") == markdown


@pytest.mark.parametrize(
    ("html", "limit", "markdown"),
    [
        ("one two three", 9, "one…"),
        ("one two three", 13, "one two three"),
        ("<b>one two three</b>", 13, "**one…**"),
        ("<p>one</p><p>two</p>", 6, "one\n…"),
        ("<p>one</p><p>two</p>", 3, "one"),
        ("<pre>aaaa bbbb</pre>", 14, "```\naaaa…\n```"),
        ("<pre>aaaa</pre>", 5, ""),
        ("a", 0, ""),
    ],
)
def test_html_is_cut_at_a_word_with_no_mark_left_open(html: str, limit: int, markdown: str) -> None:
    assert html_to_markdown(html, limit=limit) == markdown


@pytest.mark.parametrize("limit", [0, 1, 2, 7, 30, 100, 555])
@pytest.mark.parametrize(("html", "_markdown"), HTML_TO_MARKDOWN)
def test_no_limit_is_exceeded(html: str, _markdown: str, limit: int) -> None:
    assert length(html_to_markdown(html * 30, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Fish &#038; chips <em>by the sea</em> — &#8220;quoted&#8221;", "Fish & chips by the sea — “quoted”"),
        ("5 &lt; 7 @everyone *x*", "5 < 7 @everyone *x*"),
        ("5 < 7", "5 < 7"),
        ("<p>a</p><p>b<br>c</p>", "a b c"),
        ("un<b>brok</b>en", "unbroken"),
        ("<img alt=':)'> <script>x</script>hi\n\nyou", ":) hi you"),
        ("a\u202eb", "ab"),
        ("", ""),
    ],
)
def test_a_title_loses_its_markup_and_keeps_its_words(html: str, text: str) -> None:
    assert html_to_text(html) == text
