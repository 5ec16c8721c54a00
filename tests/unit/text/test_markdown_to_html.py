import pytest

from bot.text.clean_html import html_is_clean
from bot.text.limits import COMMENT_CONTENT_BYTES
from bot.text.markdown_to_html import markdown_to_html

from .comment_samples import CHANNELS, MARKDOWN_TO_HTML


@pytest.mark.parametrize(("markdown", "html"), MARKDOWN_TO_HTML)
def test_a_message_becomes_this_comment(markdown: str, html: str) -> None:
    """T16."""
    assert markdown_to_html(markdown, channel_names=CHANNELS) == html


@pytest.mark.parametrize("unit", ["[", "https://a.io ", "- a\n", "𠮷", "&", "`a`", "> a\n\n", "*a* ", "word "])
def test_a_comment_fits_the_column_and_ends_in_whole_elements(unit: str) -> None:
    html = markdown_to_html(unit * 40_000)

    assert 0 < len(html.encode()) <= COMMENT_CONTENT_BYTES
    assert html_is_clean(html)
    assert html.endswith(">")


def test_the_longest_message_of_ordinary_words_is_not_cut() -> None:
    text = ("Ein Wörtchen, und noch eins. " * 138)[:4000].strip()

    assert markdown_to_html(text) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick='x'>a</p>",
        "<a href='javascript:x'>a</a>",
        "<a href='/x'>a</a>",
        "<a href='https://a.example' rel='follow'>a</a>",
        "<img src=x>",
        "<p>open",
        "<u>a</u>",
        "<p><!-- x --></p>",
        "<b",
    ],
)
def test_the_second_wall_sees_what_is_not_ours(html: str) -> None:
    assert not html_is_clean(html)
