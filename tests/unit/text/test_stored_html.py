"""A comment's text as it is recognised after a blog stored it."""

import pytest

from bot.demo.blog.kses import stored_content
from bot.text.markdown_to_html import markdown_to_html
from bot.text.stored_html import stored_form

TEXTS = [
    "One line",
    'Two\nlines & more <than> "that"',
    "**Bold**, *slanted*, ~~gone~~ and `code < 1`",
    "# A heading\n\n- a list\n- of two\n\n1. and\n2. counted",
    "> quoted\n> twice\n\n```py\nif a < b:\n    pass\n```",
    "[a link](https://example.org/?a=1&b=2) and https://example.org/path_(x)",
    "שלום, 🎉 and ’curly’ “quotes” — dash",
]


@pytest.mark.parametrize("text", TEXTS)
def test_our_text_is_known_again_after_a_blog_stored_it(text: str) -> None:
    html = markdown_to_html(text)
    assert stored_form(stored_content(html, is_unfiltered=False)) == stored_form(html)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("<p>Yes</p>", "No"),
        ("<p>Yes</p>", "Yes, said the owner"),
        ("<p>Yes</p>", "<strong>Yes</strong>"),
        ('<p><a href="https://a.example/">here</a></p>', '<a href="https://b.example/">here</a>'),
        ("<p>Yes</p>", ""),
        ("<p>Second</p>", "Sec ond"),
        ("<p>Yes</p>", 'Yes<img src="https://a.example/cat.png">'),
        ("<p>Yes</p>", "<u>Yes</u>"),
        ("<p>Yes</p>", "<q>Yes</q>"),
        ("<p>Yes</p>", "<h2>Yes</h2>"),
    ],
)
def test_what_a_reader_would_see_changed_is_another_text(ours: str, theirs: str) -> None:
    assert stored_form(ours) != stored_form(theirs)
