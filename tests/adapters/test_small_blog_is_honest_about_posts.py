"""The small blog and a real WordPress answer the same about posts, users, the index and their troubles."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.blog.controls import Picture
from bot.demo.blog.drawing import png
from tests.adapters.raw_rest import NOBODY, WRONG_PASSWORD, RawRest


async def test_a_post_is_found_by_its_slug_with_the_fields_asked_for(rest: RawRest) -> None:
    post_id = await rest.blog.publish('Fish & "chips"', slug="fish")
    answer = await rest.ask("GET", "wp/v2/posts?slug=fish&_fields=id,slug,title", role=NOBODY)
    assert answer.totals == ("1", "1", 1)
    told = answer.json[0]
    assert (told["id"], told["slug"]) == (post_id, "fish")
    assert told["title"]["rendered"] == "Fish &#038; &#8220;chips&#8221;"
    assert "content" not in told


async def test_equal_titles_get_different_slugs(rest: RawRest) -> None:
    posts = [await rest.blog.publish("Weekly notes") for _ in range(2)]
    addresses = [await rest.blog.post_address(post_id) for post_id in posts]
    assert addresses == [f"{rest.blog.url}/weekly-notes/", f"{rest.blog.url}/weekly-notes-2/"]


@pytest.mark.parametrize(
    ("state", "nobody", "relayer"),
    [
        ("publish", (200, None), (200, None)),
        ("draft", (401, "rest_forbidden"), (200, None)),
        ("private", (401, "rest_forbidden"), (403, "rest_forbidden")),
        ("trash", (401, "rest_forbidden"), (200, None)),
        ("deleted", (404, "rest_post_invalid_id"), (404, "rest_post_invalid_id")),
    ],
)
async def test_who_may_read_a_post(
    rest: RawRest, state: str, nobody: tuple[int, str | None], relayer: tuple[int, str | None]
) -> None:
    post_id = await rest.blog.publish("Winter walk")
    if state == "trash":
        await rest.blog.trash_post(post_id)
    elif state == "deleted":
        await rest.blog.delete_post(post_id)
    else:
        await rest.blog.set_status(post_id, state)
    assert (await rest.ask("GET", f"wp/v2/posts/{post_id}", role=NOBODY)).refusal == nobody
    assert (await rest.ask("GET", f"wp/v2/posts/{post_id}")).refusal == relayer
    listed = await rest.ask("GET", f"wp/v2/posts?include={post_id}", role=NOBODY)
    assert len(listed.json) == (1 if state == "publish" else 0)


async def test_a_protected_post_says_so_and_shows_nothing(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk", "<p>The secret.</p>", password="sesame")
    told = (await rest.ask("GET", f"wp/v2/posts/{post_id}", role=NOBODY)).json
    assert (told["content"]["protected"], told["title"]["rendered"]) == (True, "Winter walk")
    feed = await rest.blog.feed()
    assert "Protected: Winter walk" in feed
    for text in (str(told), feed, await rest.blog.page(post_id)):
        assert "The secret." not in text


async def test_what_is_embedded_in_a_post(rest: RawRest) -> None:
    picture = Picture(name="hill.png", content=png([bytes((47, 107, 70))]), alt="A hill")
    post_id = await rest.blog.publish("Winter walk", categories=["Walks", "Salt & pepper"], image=picture)
    told = (await rest.ask("GET", f"wp/v2/posts/{post_id}?_embed=1", role=NOBODY)).json
    (media,) = told["_embedded"]["wp:featuredmedia"]
    assert (media["alt_text"], media["mime_type"], media["id"]) == ("A hill", "image/png", told["featured_media"])
    names = {term["name"] for term in told["_embedded"]["wp:term"][0]}
    assert names == {"Walks", "Salt &amp; pepper"}
    assert told["_embedded"]["author"][0]["name"] == "admin"
    fetched = await rest.fetch("HEAD", media["source_url"])
    assert (fetched.status, fetched.headers["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize(
    ("fields", "is_embedded"),
    [("id,_links,_embedded", True), ("id,_links", True), ("id,_embedded", True), ("id", False)],
)
async def test_which_fields_bring_what_is_embedded(rest: RawRest, fields: str, is_embedded: bool) -> None:
    post_id = await rest.blog.publish("Winter walk")
    told = (await rest.ask("GET", f"wp/v2/posts/{post_id}?_embed=1&_fields={fields}", role=NOBODY)).json
    assert ("_embedded" in told) is is_embedded


@pytest.mark.parametrize(
    ("query", "answered"),
    [
        ("", ("3", "1", 3)),
        ("?per_page=2", ("3", "2", 2)),
        ("?per_page=2&page=3", (400, "rest_post_invalid_page_number")),
        ("?per_page=101", (400, "rest_invalid_param")),
        ("?status=draft", (400, "rest_invalid_param")),
        ("?search=walk", ("2", "1", 2)),
        ("?slug=summer-walk", ("1", "1", 1)),
        ("?slug=nothing", ("0", "0", 0)),
        ("?modified_after=2001-01-01T00:00:00Z&orderby=modified", ("3", "1", 3)),
        ("?modified_after=2091-01-01T00:00:00Z", ("0", "0", 0)),
        ("?include=x", (400, "rest_invalid_param")),
        ("?context=edit", (401, "rest_forbidden_context")),
    ],
)
async def test_which_posts_anybody_finds(rest: RawRest, query: str, answered: tuple[object, ...]) -> None:
    for title in ("Winter walk", "Summer walk", "Soup"):
        await rest.blog.publish(title)
    answer = await rest.ask("GET", f"wp/v2/posts{query}", role=NOBODY)
    assert (answer.totals if answer.status == 200 else answer.refusal) == answered


@pytest.mark.parametrize("role", ["administrator", "editor", "relayer", "moderator", "author", "subscriber"])
async def test_a_user_is_told_their_role_and_rights(rest: RawRest, role: str) -> None:
    told = (await rest.ask("GET", "wp/v2/users/me?context=edit", role=role)).json
    granted = {name for name, is_granted in told["capabilities"].items() if is_granted}
    relevant = {"edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments", "unfiltered_html"}
    relevant |= {"manage_options", "edit_users", "publish_posts", "delete_others_posts", "upload_files"}
    assert told["roles"] == [role]
    assert (
        granted & relevant
        == {
            "administrator": relevant,
            "editor": relevant - {"manage_options", "edit_users"},
            "relayer": {"edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments"},
            "moderator": {"edit_posts", "moderate_comments"},
            "author": {"edit_posts", "edit_published_posts", "publish_posts", "upload_files"},
            "subscriber": set(),
        }[role]
    )


@pytest.mark.parametrize("role", [NOBODY, WRONG_PASSWORD])
async def test_a_wrong_password_shows_only_where_one_is_needed(rest: RawRest, role: str) -> None:
    assert (await rest.ask("GET", "wp/v2/posts", role=role)).status == 200
    assert (await rest.ask("GET", "wp/v2/users/me?context=edit", role=role)).refusal == (401, "rest_not_logged_in")


async def test_a_revoked_password_is_a_wrong_one(rest: RawRest) -> None:
    assert (await rest.ask("GET", "wp/v2/users/me")).status == 200
    await rest.blog.revoke_password("relayer")
    assert (await rest.ask("GET", "wp/v2/users/me")).refusal == (401, "rest_not_logged_in")


async def test_the_index_says_who_it_is_and_how_to_connect(rest: RawRest) -> None:
    told = (await rest.ask("GET", "?_fields=name,url,home,authentication,namespaces", role=NOBODY)).json
    assert told["home"] == rest.blog.url
    assert "wp/v2" in told["namespaces"]
    endpoints = told["authentication"]["application-passwords"]["endpoints"]
    assert endpoints["authorization"] == f"{rest.blog.url}/wp-admin/authorize-application.php"


async def test_an_unknown_route(rest: RawRest) -> None:
    assert (await rest.ask("GET", "wp/v2/nothing", role=NOBODY)).refusal == (404, "rest_no_route")


async def test_every_page_names_the_api(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    for address in (rest.blog.url + "/", await rest.blog.post_address(post_id)):
        page = await rest.fetch("GET", address)
        assert page.status == 200
        assert 'rel="https://api.w.org/"' in page.headers["Link"]
        assert "https://api.w.org/" in page.text
        assert "application/rss+xml" in page.text


async def test_a_closed_api_refuses_strangers_everywhere(rest: RawRest) -> None:
    await rest.blog.close_rest()
    for route in ("", "wp/v2/posts"):
        assert (await rest.ask("GET", route, role=NOBODY)).refusal == (401, "rest_login_required")
        assert (await rest.ask("GET", route)).status == 200


async def test_maintenance_is_everywhere_and_says_when_to_come_back(rest: RawRest) -> None:
    await rest.blog.set_maintenance(is_on=True)
    for address in (rest.blog.api_root + "wp/v2/posts", rest.blog.feed_url):
        answer = await rest.fetch("GET", address)
        assert (answer.status, answer.headers["Retry-After"], answer.json) == (503, "600", None)
        assert answer.headers["Content-Type"].startswith("text/html")
    await rest.blog.set_maintenance(is_on=False)
    assert (await rest.fetch("GET", rest.blog.feed_url)).status == 200


async def test_plain_permalinks_move_everything(rest: RawRest) -> None:
    blog = rest.blog
    post_id = await blog.publish("Winter walk")
    await blog.use_plain_permalinks()
    assert await blog.post_address(post_id) == f"{blog.url}/?p={post_id}"
    assert (
        (await rest.ask("GET", f"wp/v2/posts/{post_id}?_fields=link", role=NOBODY))
        .json["link"]
        .endswith(f"/?p={post_id}")
    )
    assert "<rss" in await blog.feed()
    for path in ("/wp-json/", "/feed/"):
        assert "text/html" in (await rest.fetch("GET", blog.url + path)).headers["Content-Type"]
    home = await rest.fetch("HEAD", blog.url + "/")
    assert home.headers["Link"] == f'<{blog.url}/index.php?rest_route=/>; rel="https://api.w.org/"'


async def test_a_back_dated_post_is_listed_under_its_date(rest: RawRest) -> None:
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(days=400)
    post_id = await rest.blog.publish("Found in a drawer", published_at=long_ago)
    told = (await rest.ask("GET", f"wp/v2/posts/{post_id}", role=NOBODY)).json
    assert told["date_gmt"] == told["modified_gmt"] == f"{long_ago:%Y-%m-%dT%H:%M:%S}"
