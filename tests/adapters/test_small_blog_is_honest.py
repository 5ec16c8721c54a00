"""The small blog and a real WordPress are asked the same about comments, and must answer the same."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.adapters.raw_rest import NOBODY, WRONG_PASSWORD, RawRest

LONG_AGO = datetime.now(UTC) - timedelta(days=60)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (NOBODY, (401, "rest_comment_login_required")),
        (WRONG_PASSWORD, (401, "rest_comment_login_required")),
        ("subscriber", (201, None)),
        ("author", (201, None)),
        ("moderator", (201, None)),
        ("relayer", (201, None)),
        ("administrator", (201, None)),
    ],
)
async def test_who_may_comment_as_a_guest(rest: RawRest, role: str, refusal: tuple[int, str | None]) -> None:
    post_id = await rest.blog.publish("Winter walk")
    assert (await rest.comment_as(role, post_id)).refusal == refusal


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"post": 999}, (403, "rest_comment_invalid_post_id")),
        ({"post": 0}, (403, "rest_comment_invalid_post_id")),
        ({"post": "x"}, (400, "rest_invalid_param")),
        ({"post": None}, (403, "rest_comment_invalid_post_id")),
        ({"content": ""}, (400, "rest_comment_content_invalid")),
        ({"content": "  \n "}, (400, "rest_comment_content_invalid")),
        ({"content": None}, (400, "rest_comment_content_invalid")),
        ({"author_name": None}, (400, "rest_comment_author_data_required")),
        ({"author_email": None}, (400, "rest_comment_author_data_required")),
        ({"author_email": "nonsense"}, (400, "rest_invalid_param")),
        ({"author": 0}, (400, "rest_comment_author_invalid")),
        ({"status": 1}, (400, "rest_invalid_param")),
        ({"date_gmt": "yesterday"}, (400, "rest_invalid_param")),
        ({"author_name": "\N{GRINNING FACE}" * 61}, (201, None)),
        ({"author_name": "\N{GRINNING FACE}" * 62}, (400, "comment_author_column_length")),
        ({"author_email": f"{'a' * 60}@{'b' * 30}.example"}, (201, None)),
        ({"author_email": f"{'a' * 60}@{'b' * 32}.example"}, (400, "comment_author_email_column_length")),
        ({"author_url": "https://x.example/" + "a" * 182}, (201, None)),
        ({"author_url": "https://x.example/" + "a" * 183}, (400, "comment_author_url_column_length")),
        ({"content": "a" * 65525}, (201, None)),
        ({"content": "a" * 65526}, (400, "comment_content_column_length")),
        ({"parent": 999999}, (201, None)),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_a_comment_must_hold(
    rest: RawRest, fields: dict[str, object], refusal: tuple[int, str | None]
) -> None:
    post_id = await rest.blog.publish("Winter walk")
    assert (await rest.comment(post_id, **fields)).refusal == refusal


@pytest.mark.parametrize(
    ("state", "relayer", "administrator"),
    [
        ("draft", (403, "rest_comment_draft_post"), (403, "rest_comment_draft_post")),
        ("private", (403, "rest_cannot_read_post"), (201, None)),
        ("trash", (403, "rest_comment_trash_post"), (403, "rest_comment_trash_post")),
        ("closed", (403, "rest_comment_closed"), (403, "rest_comment_closed")),
        ("deleted", (403, "rest_comment_invalid_post_id"), (403, "rest_comment_invalid_post_id")),
        ("old", (403, "rest_comment_closed"), (403, "rest_comment_closed")),
        ("protected", (201, None), (201, None)),
    ],
)
async def test_which_posts_take_comments(
    rest: RawRest, state: str, relayer: tuple[int, str | None], administrator: tuple[int, str | None]
) -> None:
    blog = rest.blog
    post_id = await blog.publish("Winter walk", published_at=LONG_AGO if state == "old" else None)
    if state in {"draft", "private"}:
        await blog.set_status(post_id, state)
    elif state == "trash":
        await blog.trash_post(post_id)
    elif state == "closed":
        await blog.close_comments(post_id)
    elif state == "deleted":
        await blog.delete_post(post_id)
    elif state == "old":
        await blog.set_option("close_comments_for_old_posts", 1)
    else:
        await blog.protect_post(post_id, "sesame")
    assert (await rest.comment(post_id)).refusal == relayer
    assert (await rest.comment_as("administrator", post_id, content="Another.")).refusal == administrator


async def test_a_protected_post_takes_a_moderators_comment_only_with_its_password(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk", password="sesame")
    assert (await rest.comment_as("moderator", post_id)).refusal == (403, "rest_cannot_read_post")
    assert (await rest.comment_as("moderator", post_id, password="sesame")).status == 201


@pytest.mark.parametrize(
    ("status", "stored"),
    [
        (None, "hold"),
        ("approved", "approved"),
        ("approve", "approved"),
        ("1", "approved"),
        ("hold", "hold"),
        ("0", "hold"),
        ("spam", "spam"),
        ("trash", "trash"),
        ("pending", "hold"),
        ("", "hold"),
    ],
)
async def test_a_status_word_it_does_not_know_is_ignored(rest: RawRest, status: str | None, stored: str) -> None:
    post_id = await rest.blog.publish("Winter walk")
    answer = await rest.comment(post_id, status=status)
    assert (answer.status, answer.json["status"]) == (201, stored)
    assert [comment.status for comment in await rest.blog.comments(post_id)] == [stored]


@pytest.mark.parametrize("field", ["status", "author_ip", "author"])
async def test_a_subscriber_may_not_say_more_than_their_name(rest: RawRest, field: str) -> None:
    post_id = await rest.blog.publish("Winter walk")
    value = {"status": "approved", "author_ip": "127.0.0.2", "author": 1}[field]
    answer = await rest.comment_as("subscriber", post_id, **{field: value})
    assert answer.refusal == (403, f"rest_comment_invalid_{field}")


async def test_a_name_approved_once_is_approved_from_then_on(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    first = await rest.comment(post_id, content="First.", status="approved")
    second = await rest.comment(post_id, content="Second.")
    stranger = await rest.comment(post_id, content="Third.", author_email="dan@relay.example")
    assert [answer.json["status"] for answer in (first, second, stranger)] == ["approved", "approved", "hold"]


@pytest.mark.parametrize(
    ("option", "value", "content", "stored"),
    [
        ("comment_moderation", 1, "A fine walk.", "hold"),
        ("moderation_keys", "walrus", "A fine walrus.", "hold"),
        ("disallowed_keys", "walrus", "A fine walrus.", "trash"),
        ("comment_max_links", 2, '<a href="https://a.example">a</a> <a href="https://b.example">b</a>', "hold"),
        ("comment_max_links", 2, '<a href="https://a.example">a</a>', "approved"),
    ],
)
async def test_the_blogs_own_rules_hold_a_known_writer(
    rest: RawRest, option: str, value: str | int, content: str, stored: str
) -> None:
    post_id = await rest.blog.publish("Winter walk")
    await rest.comment(post_id, content="First.", status="approved")
    await rest.blog.set_option(option, value)
    assert (await rest.comment(post_id, content=content)).json["status"] == stored


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ({}, 409),
        ({"author_url": "https://x.example/#bc-2"}, 409),
        ({"content": "A FINE walk.  "}, 409),
        ({"author_email": "dan@relay.example"}, 201),
        ({"author_name": "Dan"}, 201),
        ({"content": "A fine walk!"}, 201),
        ({"parent": 1}, 201),
        ({"status": "approved"}, 409),
    ],
    ids=str,
)
async def test_what_counts_as_said_before(rest: RawRest, second: dict[str, object], status: int) -> None:
    post_id = await rest.blog.publish("Winter walk")
    await rest.comment(post_id)
    answer = await rest.comment(post_id, **second)
    assert answer.refusal == (status, "comment_duplicate" if status == 409 else None)


@pytest.mark.parametrize("content", ["A <a href='https://x.example'>link</a>.", "Salt & pepper."])
async def test_a_text_that_its_filters_change_is_never_a_duplicate(rest: RawRest, content: str) -> None:
    post_id = await rest.blog.publish("Winter walk")
    answers = [await rest.comment(post_id, content=content) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]


async def test_a_binned_comment_may_be_said_again_but_a_spammed_one_not(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    first = (await rest.comment(post_id)).json["id"]
    await rest.ask("POST", f"wp/v2/comments/{first}", body={"status": "spam"})
    assert (await rest.comment(post_id)).code == "comment_duplicate"
    await rest.ask("DELETE", f"wp/v2/comments/{first}")
    assert (await rest.comment(post_id)).status == 201


async def test_flood_control_is_for_those_who_do_not_moderate(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    relayed = [await rest.comment(post_id, content=f"Number {number}.") for number in range(3)]
    assert [answer.status for answer in relayed] == [201, 201, 201]
    answer = await rest.comment_as("author", post_id, content="Number 4.")
    assert answer.refusal == (400, "comment_flood")
    assert "Retry-After" not in answer.headers


async def test_without_name_and_email_it_is_the_tokens_own_user(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    answer = await rest.comment(post_id, author_name=None, author_email=None)
    user = rest.blog.user("relayer")
    told = answer.json
    assert (told["author"], told["author_email"], told["status"]) == (user.user_id, user.email, "approved")


async def test_the_own_user_may_carry_a_url(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    user = rest.blog.user("relayer")
    answer = await rest.comment(
        post_id,
        author=user.user_id,
        author_name="Relayer",
        author_email=user.email,
        author_url="https://x.example/#bc-key",
    )
    told = answer.json
    assert (told["author"], told["author_url"], told["status"]) == (
        user.user_id,
        "https://x.example/#bc-key",
        "approved",
    )


@pytest.mark.parametrize("raw", [b"{", b'{"content": "\\ud83d"}', b'{"content": "\xff"}'], ids=["cut", "lone", "bytes"])
async def test_json_that_is_none_is_refused(rest: RawRest, raw: bytes) -> None:
    answer = await rest.ask("POST", "wp/v2/comments", raw=raw)
    assert answer.refusal == (400, "rest_invalid_json")
