import pytest

from bot.blogs.plain_text import plain_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Fish &amp; <em>chips</em>", "Fish & chips"),
        ("<html id=x></html>", ""),
        ("<html>Fish", "Fish"),
        ("<!doctype html><html><body>Fish</body></html>", "Fish"),
        ("Fish &#1; chips\x00", "Fish \x01 chips"),
        ("", ""),
    ],
)
def test_the_text_of_a_title_is_read_whatever_page_it_plays(source: str, text: str) -> None:
    assert plain_text(source) == text
