from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.messages import ButtonStyle, Card, OutgoingMessage
from bot.domain.models import Entry
from bot.text.cards import post_card, reading_minutes, thread_name
from bot.text.limits import BUTTON_LABEL, COMPONENTS_TEXT, MEDIA_DESCRIPTION, length

WALK = Entry(
    link="https://blog.example/winter-walk/",
    title="Winter *walk*",
    excerpt="Snow, **much** snow.",
    author="Ann_a",
    published_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    categories=("Out & about", "@everyone"),
    image_url="https://blog.example/snow.jpg",
    image_alt="A tree in *snow*",
    word_count=700,
)


def card_of(entry: Entry, *, lead: str = "") -> tuple[OutgoingMessage, Card]:
    message = post_card(entry, lead=lead, blog_title="Ann's [blog]")
    assert message.card is not None
    return message, message.card


def test_a_card_tells_what_a_reader_wants_to_know() -> None:
    message, card = card_of(WALK)

    assert card.heading == "Winter \\*walk\\*"
    assert card.body == "Snow, **much** snow."
    assert card.footer == ("Ann\\_a on Ann's \\[blog\\] · <t:1767323040:D> · 3 min read · Out & about, @\u200beveryone")
    assert (card.image_url, card.image_alt) == ("https://blog.example/snow.jpg", "A tree in *snow*")
    assert [(button.label, button.style, button.url) for button in message.buttons] == [
        ("Read on the blog", ButtonStyle.LINK, "https://blog.example/winter-walk/")
    ]


def test_a_card_without_extras_has_no_empty_parts() -> None:
    message, card = card_of(Entry(title="x"))

    assert card == Card(heading="x", footer="Ann's \\[blog\\]")
    assert message.buttons == ()


def test_the_lead_may_be_formatted_but_pings_and_hides_nothing() -> None:
    message, _card = card_of(WALK, lead="**New** @everyone <@1> <@&2> [x](https://evil.example) https://ok.example")

    assert message.text == ("**New** @\u200beveryone \\<\\@1> \\<\\@&2> [x]\\(https://evil.example) https://ok.example")


def test_a_protected_post_is_shown_without_its_content() -> None:
    message, card = card_of(replace(WALK, is_protected=True))

    assert card.body == "This post is protected by a password."
    assert card.image_url is None
    assert "min read" not in card.footer
    assert "snow" not in str(message.to_json()).lower()


@pytest.mark.parametrize("link", [None, "", "javascript:alert(1)", "/x", "https://a.example/" + "x" * 600])
def test_a_link_that_discord_would_refuse_makes_no_button(link: str | None) -> None:
    assert post_card(replace(WALK, link=link), blog_title="").buttons == ()


def test_an_endless_post_fits_into_one_message() -> None:
    long = "*[word] 👋🏽 " * 3000
    entry = replace(WALK, title=long, excerpt=long, author=long, categories=(long,) * 50, image_alt=long)
    message, card = card_of(entry, lead=long)

    assert length(message.text + card.heading + card.body + card.footer) <= COMPONENTS_TEXT
    assert length(card.image_alt) <= MEDIA_DESCRIPTION
    assert all(length(button.label) <= BUTTON_LABEL for button in message.buttons)
    assert card.body.endswith("…")


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (Entry(title="Winter *walk*"), "Winter *walk*"),
        (Entry(title=" \u202e\n"), "Untitled"),
        (Entry(excerpt="**Snow** and `ice`\n- more"), "Snow and ice more"),
        (Entry(excerpt="secret", is_protected=True), "Untitled"),
        (Entry(title="a\nb\u200b c"), "a b c"),
        (Entry(title="word " * 40), ("word " * 20).strip() + "…"),
    ],
)
def test_a_thread_is_named_after_its_post(entry: Entry, name: str) -> None:
    assert thread_name(entry) == name


@pytest.mark.parametrize(("words", "minutes"), [(-1, 0), (0, 0), (1, 1), (238, 1), (700, 3), (2380, 10)])
def test_reading_time_is_told_in_whole_minutes(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes
