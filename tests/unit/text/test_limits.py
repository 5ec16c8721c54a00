import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.limits import cut, cut_bytes, length


@pytest.mark.parametrize(
    ("text", "limit", "shorter"),
    [
        ("one two", 7, "one two"),
        ("one two", 6, "one…"),
        ("one two three", 8, "one two…"),
        ("onetwothree", 5, "onet…"),
        ("one", 1, "…"),
        ("one", 0, ""),
        ("one", -1, ""),
        ("a👋🏽b", 4, "a…"),
        ("a👨‍👩‍👧b", 7, "a…"),
        ("ab\u0301c", 3, "a…"),
        ("a❤️b", 3, "a…"),
        ("🇩🇪🇫🇷", 7, "🇩🇪…"),
        ("one\ntwo", 5, "one…"),
    ],
)
def test_a_text_is_cut_at_a_word_and_between_characters(text: str, limit: int, shorter: str) -> None:
    assert cut(text, limit) == shorter


def test_bytes_are_counted_in_utf_8() -> None:
    assert cut_bytes("ééé", 6) == "ééé"
    assert cut_bytes("éééé", 7) == "éé…"
    assert cut_bytes("ab", 1) == ""
    assert cut_bytes("a\ud800b", 2) == "ab"


@given(st.text(), st.integers(-2, 60))
def test_a_cut_text_is_never_too_long(text: str, limit: int) -> None:
    assert length(cut(text, limit)) <= max(limit, 0)
    assert len(cut_bytes(text, limit).encode()) <= max(limit, 0)


@given(st.text(), st.integers(1, 60))
def test_a_cut_text_begins_as_the_whole_one(text: str, limit: int) -> None:
    shorter = cut(text, limit)

    assert shorter == text or text.startswith(shorter.removesuffix("…"))
