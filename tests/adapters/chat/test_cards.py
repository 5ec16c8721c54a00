from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.cards import (
    Layout,
    Plain,
    allowed_mentions,
    render,
    render_layout,
    render_plain,
)
from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.text.limits import COMPONENTS_TEXT, MESSAGE_TEXT, length

PUBLISH = Button(label="Publish", style=ButtonStyle.SUCCESS, custom_id=button_id(Action.PUBLISH, 7, "0badcafe"))
VIEW = Button(label="View", style=ButtonStyle.LINK, url="https://blog.example/winter")


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def of_type(rendered: Plain | Layout, kind: int) -> list[dict[str, Any]]:
    return [component for component in walk(rendered.view.to_components()) if component["type"] == kind]


def test_a_message_without_a_card_is_plain_content_with_its_buttons() -> None:
    rendered = render(OutgoingMessage(text="3 replies are on the blog", buttons=(PUBLISH, VIEW)))

    assert isinstance(rendered, Plain)
    assert rendered.content == "3 replies are on the blog"
    publish, view = of_type(rendered, 2)
    assert (publish["custom_id"], publish["style"]) == (PUBLISH.custom_id, 3)
    assert (view["url"], view["style"]) == (VIEW.url, 5)


def test_a_card_shows_its_text_above_and_its_picture_with_the_alt_text() -> None:
    card = Card(
        heading="Winter walk",
        body="Snow.",
        footer="Ada · 3 min\ntravel",
        image_url="https://blog.example/a.png",
        image_alt="A snowy path",
    )
    rendered = render(OutgoingMessage(text="New:", card=card, buttons=(VIEW,)))

    assert isinstance(rendered, Layout)
    assert [text["content"] for text in of_type(rendered, 10)] == [
        "New:",
        "### Winter walk",
        "Snow.",
        "-# Ada · 3 min\n-# travel",
    ]
    (gallery,) = of_type(rendered, 12)
    assert gallery["items"][0]["media"]["url"] == "https://blog.example/a.png"
    assert gallery["items"][0]["description"] == "A snowy path"
    assert [item.type.value for item in rendered.view.children] == [10, 17, 1]


def test_a_picture_without_alt_text_says_nothing_instead_of_an_empty_description() -> None:
    rendered = render(OutgoingMessage(card=Card(heading="x", image_url="https://blog.example/a.png")))

    assert of_type(rendered, 12)[0]["items"][0].get("description") is None


def test_more_than_five_buttons_take_a_second_row() -> None:
    buttons = tuple(Button(label=str(n), custom_id=button_id(Action.SEE, n, "0badcafe")) for n in range(6))

    for rendered in (
        render_plain(OutgoingMessage(text="x", buttons=buttons)),
        render_layout(OutgoingMessage(text="x", buttons=buttons)),
    ):
        rows = of_type(rendered, 1)
        assert [len(row["components"]) for row in rows] == [5, 1]


def test_no_text_is_longer_than_discord_takes() -> None:
    plain = render(OutgoingMessage(text="word " * 2000))
    layout = render(OutgoingMessage(text="word " * 2000, card=Card(heading="h", body="word " * 2000, footer="f")))

    assert isinstance(plain, Plain)
    assert MESSAGE_TEXT - 10 < len(plain.content) <= MESSAGE_TEXT
    assert sum(len(text["content"]) for text in of_type(layout, 10)) <= COMPONENTS_TEXT


def test_a_link_too_long_for_a_button_costs_the_button_and_not_the_message() -> None:
    long = Button(label="Read", style=ButtonStyle.LINK, url="https://blog.example/" + "a" * 600)

    rendered = render(OutgoingMessage(text="x", buttons=(long, VIEW)))

    assert [button["url"] for button in of_type(rendered, 2)] == [VIEW.url]


@pytest.mark.parametrize(
    ("message", "allowed"),
    [
        (OutgoingMessage(text="@everyone <@1> <@&2>"), {"parse": []}),
        (OutgoingMessage(text="<@1>", pings_user_id=1), {"parse": [], "users": [1]}),
        (OutgoingMessage(text="<@&2>", pings_role_id=2), {"parse": [], "roles": [2]}),
    ],
)
def test_nobody_is_pinged_but_whom_the_message_names(message: OutgoingMessage, allowed: dict[str, Any]) -> None:
    told = {key: value for key, value in allowed_mentions(message).to_dict().items() if value or key == "parse"}

    assert told == allowed


async def test_the_library_is_given_no_view_to_keep() -> None:
    for message in (
        OutgoingMessage(text="x", buttons=(PUBLISH,)),
        OutgoingMessage(card=Card(body="x"), buttons=(PUBLISH,)),
    ):
        assert render(message).view.is_finished()


@given(
    text=st.text(max_size=9000),
    heading=st.text(max_size=5000),
    body=st.text(max_size=9000),
    footer=st.text(max_size=5000),
)
def test_whatever_is_to_be_said_fits(text: str, heading: str, body: str, footer: str) -> None:
    message = OutgoingMessage(text=text, card=Card(heading=heading, body=body, footer=footer))

    plain, layout = render_plain(message), render_layout(message)

    assert length(plain.content) <= MESSAGE_TEXT
    assert sum(length(shown["content"]) for shown in of_type(layout, 10)) <= COMPONENTS_TEXT
