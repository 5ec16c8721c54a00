"""The small blog and a real WordPress answer the same about comments that are there: found, edited, binned."""

import pytest

from tests.adapters.raw_rest import NOBODY, WRONG_PASSWORD, RawRest

KEY = "bc-key4711"


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (NOBODY, (401, "rest_cannot_read")),
        (WRONG_PASSWORD, (401, "rest_cannot_read")),
        ("subscriber", (403, "rest_cannot_read")),
        ("moderator", (403, "rest_cannot_read")),
        ("relayer", (200, None)),
        ("editor", (200, None)),
    ],
)
@pytest.mark.parametrize("status", ["hold", "trash"])
async def test_who_may_read_what_is_held_or_binned(
    rest: RawRest, role: str, refusal: tuple[int, str | None], status: str
) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.", status="approved")
    await rest.blog.set_comment_status(comment_id, status)
    assert (await rest.ask("GET", f"wp/v2/comments/{comment_id}", role=role)).refusal == refusal


@pytest.mark.parametrize(
    ("role", "answered"),
    [
        (NOBODY, (401, "rest_forbidden_context")),
        (WRONG_PASSWORD, (401, "rest_forbidden_context")),
        ("subscriber", (403, "rest_forbidden_context")),
        ("author", (403, "rest_forbidden_context")),
        ("moderator", ("1", "1", 0)),
        ("relayer", ("1", "1", 1)),
        ("editor", ("1", "1", 1)),
    ],
)
async def test_a_held_comment_is_found_by_its_key_only_by_who_may_read_it(
    rest: RawRest, role: str, answered: tuple[object, ...]
) -> None:
    post_id = await rest.blog.publish("Winter walk")
    await rest.comment(post_id, author_url=f"https://x.example/#{KEY}", status="hold")
    route = f"wp/v2/comments?post={post_id}&search={KEY}&status=any&context=edit"
    answer = await rest.ask("GET", route, role=role)
    assert (answer.totals if answer.status == 200 else answer.refusal) == answered


@pytest.mark.parametrize("status", ["approved", "hold", "spam", "trash"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("any", {"approved", "hold", "spam", "trash"}),
        ("all", {"approved", "hold"}),
        ("hold", {"hold"}),
        ("approve", {"approved"}),
        ("spam", {"spam"}),
        ("trash", {"trash"}),
    ],
)
async def test_which_status_word_finds_what(rest: RawRest, asked: str, found: set[str], status: str) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    await rest.blog.set_comment_status(comment_id, status)
    answer = await rest.ask("GET", f"wp/v2/comments?post={post_id}&status={asked}&context=edit")
    assert [one["id"] for one in answer.json] == ([comment_id] if status in found else [])


@pytest.mark.parametrize(
    ("query", "answered"),
    [
        ("", ("3", "1", 3)),
        ("&per_page=2", ("3", "2", 2)),
        ("&per_page=2&page=2", ("3", "2", 1)),
        ("&page=9", ("3", "1", 0)),
        ("&per_page=101", (400, "rest_invalid_param")),
        ("&per_page=x", (400, "rest_invalid_param")),
        ("&search=nothing-like-it", ("0", "0", 0)),
        ("&search=number+2", ("1", "1", 1)),
        ("&search=ROSA", ("3", "1", 3)),
        ("&search=reader.example", ("3", "1", 3)),
        ("&parent=0", ("3", "1", 3)),
        ("&parent=77", ("0", "0", 0)),
        ("&status=any", (401, "rest_forbidden_param")),
    ],
)
async def test_what_anybody_finds(rest: RawRest, query: str, answered: tuple[object, ...]) -> None:
    post_id = await rest.blog.publish("Winter walk")
    for number in range(3):
        await rest.blog.add_comment(post_id, f"Number {number}.")
    answer = await rest.ask("GET", f"wp/v2/comments?post={post_id}{query}", role=NOBODY)
    assert (answer.totals if answer.status == 200 else answer.refusal) == answered


async def test_only_moderators_are_told_email_and_raw_content(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Salt & <em>pepper</em>.")
    public = (await rest.ask("GET", f"wp/v2/comments/{comment_id}", role=NOBODY)).json
    whole = (await rest.ask("GET", f"wp/v2/comments/{comment_id}?context=edit")).json
    assert "author_email" not in public
    assert "raw" not in public["content"]
    assert public["content"]["rendered"] == "<p>Salt &amp; <em>pepper</em>.</p>\n"
    assert whole["content"]["raw"] == "Salt &amp; <em>pepper</em>."
    assert (whole["author_email"], whole["link"]) == ("rosa@reader.example", public["link"])
    assert whole["link"].endswith(f"#comment-{comment_id}")


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (NOBODY, (401, "rest_cannot_edit")),
        ("subscriber", (403, "rest_cannot_edit")),
        ("author", (403, "rest_cannot_edit")),
        ("moderator", (200, None)),
        ("relayer", (200, None)),
    ],
)
async def test_who_may_edit(rest: RawRest, role: str, refusal: tuple[int, str | None]) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    answer = await rest.ask("POST", f"wp/v2/comments/{comment_id}", role=role, body={"content": "Lovelier."})
    assert answer.refusal == refusal


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (200, None)),
        ({"content": "Lovely."}, (200, None)),
        ({"content": ""}, (400, "rest_comment_content_invalid")),
        ({"content": "a" * 65526}, (400, "comment_content_column_length")),
        ({"author_name": "a" * 246}, (400, "comment_author_column_length")),
        ({"author_name": "Removed"}, (200, None)),
        ({"author_url": ""}, (200, None)),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_an_edit_may_hold(rest: RawRest, body: dict[str, object], refusal: tuple[int, str | None]) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.", url="https://x.example")
    answer = await rest.ask("POST", f"wp/v2/comments/{comment_id}", body=body)
    assert answer.refusal == refusal
    (stored,) = await rest.blog.comments(post_id)
    if answer.status == 200:
        assert stored.author_name == body.get("author_name", "Rosa")
        assert stored.author_url == body.get("author_url", "https://x.example")
        assert stored.status == "approved"


async def test_a_moderator_learns_the_status_by_an_empty_edit(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.", status="hold")
    answer = await rest.ask("POST", f"wp/v2/comments/{comment_id}", role="moderator", body={})
    assert answer.json["status"] == "hold"


async def test_an_edited_comment_in_the_bin_stays_there_until_it_is_approved(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    await rest.ask("DELETE", f"wp/v2/comments/{comment_id}")
    edited = await rest.ask("POST", f"wp/v2/comments/{comment_id}", body={"content": "Lovelier."})
    approved = await rest.ask("POST", f"wp/v2/comments/{comment_id}", body={"status": "approved"})
    assert (edited.json["status"], approved.json["status"]) == ("trash", "approved")


async def test_binning_twice_then_deleting_for_good(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    route = f"wp/v2/comments/{comment_id}"
    binned = await rest.ask("DELETE", route)
    assert (binned.status, binned.json["status"]) == (200, "trash")
    assert (await rest.ask("DELETE", route)).refusal == (410, "rest_already_trashed")
    deleted = await rest.ask("DELETE", f"{route}?force=true")
    assert (deleted.json["deleted"], deleted.json["previous"]["id"]) == (True, comment_id)
    for method in ("GET", "DELETE"):
        assert (await rest.ask(method, route)).refusal == (404, "rest_comment_invalid_id")
    assert (await rest.ask("POST", route, body={})).refusal == (404, "rest_comment_invalid_id")


@pytest.mark.parametrize(("role", "status"), [(NOBODY, 401), ("subscriber", 403)])
async def test_who_may_not_bin(rest: RawRest, role: str, status: int) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    answer = await rest.ask("DELETE", f"wp/v2/comments/{comment_id}", role=role)
    assert answer.refusal == (status, "rest_cannot_delete")


async def test_deleting_a_comment_moves_its_answers_up(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    first = await rest.blog.add_comment(post_id, "First.")
    second = await rest.blog.add_comment(post_id, "Second.", parent_id=first)
    third = await rest.blog.add_comment(post_id, "Third.", parent_id=second)
    await rest.blog.delete_comment(second)
    assert {one.comment_id: one.parent_id for one in await rest.blog.comments(post_id)} == {first: 0, third: first}


async def test_binning_a_comment_hides_its_answers_from_the_page(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    first = await rest.blog.add_comment(post_id, "The question.")
    await rest.blog.add_comment(post_id, "The answer.", parent_id=first)
    assert "The answer." in await rest.blog.page(post_id)
    await rest.ask("DELETE", f"wp/v2/comments/{first}")
    assert "The answer." not in await rest.blog.page(post_id)
    assert [one.status for one in await rest.blog.comments(post_id)] == ["trash", "approved"]


async def test_the_comments_of_a_binned_post_go_with_it(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    comment_id = await rest.blog.add_comment(post_id, "Lovely.")
    await rest.blog.trash_post(post_id)
    assert [one.status for one in await rest.blog.comments(post_id)] == ["post-trashed"]
    answer = await rest.ask("GET", f"wp/v2/comments/{comment_id}")
    assert (answer.status, answer.json["status"]) == (200, "post-trashed")
    await rest.blog.delete_post(post_id)
    assert (await rest.ask("GET", f"wp/v2/comments/{comment_id}")).refusal == (404, "rest_comment_invalid_id")


@pytest.mark.parametrize("content", ["Salt & pepper < 3", "<b>bold</b><script>x()</script>\n\nnext", "&lt;p&gt; it's"])
@pytest.mark.parametrize("role", ["relayer", "editor"])
async def test_the_stored_content_is_the_same_to_the_byte(rest: RawRest, content: str, role: str) -> None:
    post_id = await rest.blog.publish("Winter walk")
    await rest.comment_as(role, post_id, content=content)
    unfiltered = content
    filtered = {
        "Salt & pepper < 3": "Salt &amp; pepper &lt; 3",
        "<b>bold</b><script>x()</script>\n\nnext": "<b>bold</b>x()\n\nnext",
    }.get(content, content)
    (stored,) = await rest.blog.comments(post_id)
    assert stored.content == (unfiltered if role == "editor" else filtered)
