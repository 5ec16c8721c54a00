import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.blogs.json_fields import Fields, JsonShapeError, objects, parse
from bot.blogs.rest import read_answer
from bot.domain.errors import BackchannelError, TemporaryError
from bot.domain.models import CommentDraft, Entry
from bot.domain.ports import Blog
from bot.net.answer import WebAnswer
from tests.adapters.blogs.json_bodies import NO_JSON, ODD_JSON
from tests.adapters.blogs.small_api import Told, a_comment

WRONG_SHAPES: list[object] = [
    None,
    True,
    0,
    1.5,
    "x",
    [],
    {},
    [[]],
    [None],
    [1, 2],
    ["x"],
    {"code": 7},
    {"id": "5"},
    {"id": 0},
    {"id": -1},
    {"id": True},
    {"id": 1.0},
    {"id": 2**63},
    {"id": 10**30},
    {"id": None},
    {"0": {"id": 5}},
    {"data": []},
    a_comment(content=None),
    a_comment(content="x"),
    a_comment(content={"rendered": "x"}),
    a_comment(content={"raw": ["x"]}),
    a_comment(status=1),
    a_comment(post="1"),
    a_comment(parent=None),
    a_comment(author_url=None),
    a_comment(author_email=[]),
    a_comment(link={}),
    {name: value for name, value in a_comment().items() if name != "author_email"},
]
DRAFT = CommentDraft(post_id=1, content_html="x", author_url="https://b.example/#bc-K", author_name="R")
Call = Callable[[Blog], Awaitable[object]]
CALLS: dict[str, Call] = {
    "rights": lambda blog: blog.check_rights(),
    "create": lambda blog: blog.create_comment(DRAFT),
    "edit": lambda blog: blog.edit_comment(5, content_html="x"),
    "read": lambda blog: blog.read_comment(5),
    "find": lambda blog: blog.find_comments(1, key="K", email="x@y.invalid"),
    "post": lambda blog: blog.read_post(5),
    "post id": lambda blog: blog.post_id_of(Entry(post_id=5, guid="g")),
}
ROUTES = (
    "GET /wp/v2/users/me",
    "POST /wp/v2/comments",
    "POST /wp/v2/comments/5",
    "GET /wp/v2/comments/5",
    "GET /wp/v2/comments",
    "GET /wp/v2/posts/5",
)


STATUSES = (200, 201, 400, 401, 404, 500)
SHARES = 14
"""Into so many parts the bodies are split: each door meets six of them, and all doors together each."""


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", STATUSES)
async def test_what_is_no_json_is_an_error_of_ours_and_never_an_answer(told: Told, call: str, status: int) -> None:
    """T26: 500 bodies through every door, from the socket on."""
    blog = told.open()
    place = list(CALLS).index(call) * len(STATUSES) + STATUSES.index(status)
    for body in NO_JSON[place % SHARES :: SHARES]:
        for route in ROUTES:
            told.says(route, web.Response(status=status, body=body, content_type="application/json"))
        if call == "post id" and status == 404:
            assert await CALLS[call](blog) is None
            continue
        with pytest.raises(BackchannelError):
            await CALLS[call](blog)


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: repr(body[:30]))
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    """T26."""
    with pytest.raises(JsonShapeError):
        parse(body)


def test_there_are_five_hundred_bodies_and_more() -> None:
    assert len(NO_JSON) > 500


@pytest.mark.parametrize("call", CALLS)
async def test_json_of_the_wrong_shape_is_an_error_of_ours_and_never_an_answer(told: Told, call: str) -> None:
    """T26: well-formed, and not what was asked for."""
    blog = told.open()
    for body in (*[json.dumps(shape).encode() for shape in WRONG_SHAPES], *ODD_JSON):
        for route in ROUTES:
            told.says(route, web.Response(status=200, body=body, content_type="application/json"))
        with pytest.raises(BackchannelError):
            await CALLS[call](blog)


@pytest.mark.parametrize("call", CALLS)
async def test_a_login_wall_that_answers_200_is_no_answer(told: Told, call: str) -> None:
    """T26."""
    for route in ROUTES:
        told.says(route, web.Response(text="<!DOCTYPE html><form>Log in</form>", content_type="text/html"))
    with pytest.raises(TemporaryError):
        await CALLS[call](told.open())


async def test_an_answer_without_end_is_cut_off(told: Told) -> None:
    """T26."""
    told.says("GET /wp/v2/posts/5", web.Response(body=b" " * 3_000_000, content_type="application/json"))
    with pytest.raises(TemporaryError, match="more than is read"):
        await told.open().read_post(5)


@pytest.mark.parametrize("total", ["", "x", "-1", "1.0", "١", "9" * 5_000, "0x0", "null", "1, 1"])
async def test_a_total_that_is_no_number_proves_nothing(told: Told, total: str) -> None:
    answer = web.Response(text="[]", content_type="application/json", headers={"X-WP-Total": total})
    told.says("GET /wp/v2/comments", answer)
    with pytest.raises(BackchannelError):
        await told.open().find_comments(1, key="K", email=None)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=20))
def test_any_json_is_read_or_refused_but_never_crashes(value: object) -> None:
    """T26."""
    body = json.dumps(value).encode()
    answer = WebAnswer(status=400, headers={"content-type": "application/json"}, body=body, url="https://b.example/")
    read = read_answer("GET", answer)
    assert read.code == ""
    for look in (read.fields, read.objects):
        try:
            look()
        except JsonShapeError:
            continue


@given(st.binary(max_size=200))
def test_bytes_that_another_parser_refuses_are_refused(body: bytes) -> None:
    try:
        json.loads(body.decode())
    except ValueError:
        with pytest.raises(JsonShapeError):
            parse(body)


def test_an_empty_php_array_is_an_empty_object_and_a_filled_one_is_not() -> None:
    assert Fields.of([]).values == {}
    with pytest.raises(JsonShapeError):
        Fields.of([1])
    with pytest.raises(JsonShapeError):
        objects({"0": {}})
