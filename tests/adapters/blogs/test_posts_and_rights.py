import pytest
from aiohttp import web

from bot.domain.errors import BlogCredentialsError, GoneError, NoAccessError, TemporaryError
from bot.domain.models import Entry
from tests.adapters.blogs.small_api import ME, Told, listed, refused

POSTS = "/wp/v2/posts"


def a_post(post_id: int, **other: object) -> dict[str, object]:
    post: dict[str, object] = {
        "id": post_id,
        "link": f"https://blog.example/post-{post_id}/",
        "guid": {"rendered": f"https://blog.example/?p={post_id}"},
        "title": {"rendered": "Fish &#038; chips <em>by the sea</em>, 5 < 7"},
        "status": "publish",
        "comment_status": "open",
        "content": {"protected": False},
    }
    return post | other


@pytest.mark.parametrize(
    "entry",
    [
        Entry(post_id=7, guid="https://blog.example/?p=7"),
        Entry(guid="https://blog.example/?p=7", link="https://blog.example/moved/"),
        Entry(guid="something else", link="https://blog.example/?p=7"),
        Entry(post_id=9, guid="https://blog.example/?p=7"),
    ],
)
async def test_the_id_in_an_entrys_addresses_is_checked_against_the_blog(told: Told, entry: Entry) -> None:
    told.says(f"GET {POSTS}/7", (200, a_post(7)))
    told.says(f"GET {POSTS}/9", refused("rest_post_invalid_id", 404))
    assert await told.open().post_id_of(entry) == 7


async def test_an_id_of_another_post_is_not_taken(told: Told) -> None:
    told.says(f"GET {POSTS}/7", (200, a_post(7)))
    told.says(f"GET {POSTS}", (200, []))
    assert await told.open().post_id_of(Entry(post_id=7, guid="x", link="https://blog.example/other/")) is None


@pytest.mark.parametrize("status", [401, 403])
async def test_a_blog_that_hides_the_post_does_not_say_that_there_is_none(told: Told, status: int) -> None:
    told.says(f"GET {POSTS}/7", refused("rest_forbidden", status))
    with pytest.raises(NoAccessError):
        await told.open().post_id_of(Entry(post_id=7, guid="https://blog.example/?p=7"))


@pytest.mark.parametrize(
    "link",
    [
        '<{site}/wp-json/wp/v2/posts/7>; rel="alternate"; title="JSON"; type="application/json"',
        "<{site}/index.php?rest_route=/wp/v2/posts/7>; rel=alternate; type=application/json",
        "<{site}/?p=7>; rel=shortlink",
    ],
)
async def test_the_pages_own_headers_tell_the_id(told: Told, link: str) -> None:
    address = f"{told.site.url}/notes/winter/"
    headers = [("Link", '<https://x.example/>; rel="https://api.w.org/"'), ("Link", link.format(site=told.site.url))]
    page = web.Response()
    for name, value in headers:
        page.headers.add(name, value)
    told.says("HEAD /notes/winter/", page)
    told.says(f"GET {POSTS}/7", (200, a_post(7, link=address)))
    assert await told.open().post_id_of(Entry(guid="odd", link=address)) == 7


async def test_the_slug_is_the_last_resort_and_must_lead_to_the_same_address(told: Told) -> None:
    address = f"{told.site.url}/notes/winter/"
    told.says(f"GET {POSTS}", (200, [{"id": 3}, {"id": 7}]))
    told.says(f"GET {POSTS}/3", (200, a_post(3, link="https://blog.example/other/winter/")))
    told.says(f"GET {POSTS}/7", (200, a_post(7, link=address)))
    assert await told.open().post_id_of(Entry(guid="odd", link=address)) == 7
    assert [request.query["slug"] for request in told.site.seen if request.path.endswith("/posts")] == ["winter"]


async def test_no_other_host_is_asked_about_an_entry(told: Told) -> None:
    told.says(f"GET {POSTS}", (200, []))
    assert await told.open().post_id_of(Entry(guid="odd", link="https://elsewhere.example/winter/")) is None
    assert told.calls == [f"GET /wp-json{POSTS}"]


async def test_a_post_is_read_with_its_picture_author_and_categories(told: Told) -> None:
    embedded = {
        "author": [{"name": "Rosa &amp; Co"}],
        "wp:featuredmedia": [{"source_url": "https://blog.example/a.png", "alt_text": "A <b>pier</b> &amp; sea"}],
        "wp:term": [
            [{"taxonomy": "category", "name": "Fish &amp; Chips"}, {"taxonomy": "category", "name": "News"}],
            [{"taxonomy": "post_tag", "name": "tag"}],
        ],
    }
    told.says(f"GET {POSTS}/7", (200, a_post(7, _embedded=embedded, content={"protected": True})))
    details = await told.open().read_post(7)
    assert details.title == "Fish & chips by the sea, 5 < 7"
    assert (details.author, details.image_alt) == ("Rosa & Co", "A pier & sea")
    assert (details.image_url, details.is_protected) == ("https://blog.example/a.png", True)
    assert details.categories == ("Fish & Chips", "News")


@pytest.mark.parametrize(
    "embedded",
    [
        None,
        [],
        "x",
        {"author": [{"code": "rest_user_invalid_id"}], "wp:featuredmedia": [{"code": "rest_forbidden"}]},
        {"author": "x", "wp:featuredmedia": [7], "wp:term": [7, [7, {"name": 7, "taxonomy": "category"}]]},
        {"wp:featuredmedia": [{"source_url": "javascript:alert(1)"}]},
        {"wp:featuredmedia": [{"source_url": "data:image/png;base64,"}]},
    ],
)
async def test_what_is_embedded_wrongly_is_left_out(told: Told, embedded: object) -> None:
    told.says(f"GET {POSTS}/7", (200, a_post(7, _embedded=embedded)))
    details = await told.open().read_post(7)
    assert (details.author, details.image_url, details.categories) == ("", None, ())


@pytest.mark.parametrize("status", ["trash", "draft", "private", "future", "pending"])
async def test_a_post_that_is_not_public_is_gone(told: Told, status: str) -> None:
    told.says(f"GET {POSTS}/7", (200, a_post(7, status=status)))
    with pytest.raises(GoneError):
        await told.open().read_post(7)


async def test_a_post_that_is_refused_is_gone_only_when_the_public_list_lacks_it(told: Told) -> None:
    told.says(f"GET {POSTS}/7", refused("rest_forbidden", 401))
    told.says(f"GET {POSTS}", listed(), listed({"id": 7}), refused("rest_login_required", 401), (200, []))
    blog = told.open()
    with pytest.raises(GoneError):
        await blog.read_post(7)
    for _ in range(3):
        with pytest.raises(NoAccessError):
            await blog.read_post(7)


async def test_a_deleted_post_is_gone_and_a_missing_route_is_not(told: Told) -> None:
    told.says(f"GET {POSTS}/7", refused("rest_post_invalid_id", 404), refused("rest_no_route", 404))
    blog = told.open()
    with pytest.raises(GoneError):
        await blog.read_post(7)
    with pytest.raises(TemporaryError):
        await blog.read_post(7)


async def test_the_rights_say_what_is_missing_and_what_is_too_much(told: Told) -> None:
    told.says(
        "GET /wp/v2/users/me",
        (200, ME | {"capabilities": {"edit_posts": True, "moderate_comments": True, "read": True}}),
        (200, ME | {"roles": ["administrator"], "capabilities": {"manage_options": True, "unfiltered_html": True}}),
        (200, ME | {"capabilities": []}),
        (200, ME | {"capabilities": {"edit_posts": "1", "edit_others_posts": 1, "moderate_comments": "yes"}}),
    )
    blog = told.open()
    rights = await blog.check_rights()
    assert (rights.user_id, rights.user_name, rights.missing) == (
        7,
        "Rosa & Co",
        ("edit_others_posts", "edit_published_posts"),
    )
    assert rights.excessive == ()
    assert (await blog.check_rights()).excessive == ("administrator", "unfiltered_html", "manage_options")
    assert len((await blog.check_rights()).missing) == 4
    assert len((await blog.check_rights()).missing) == 4


async def test_a_wrong_password_and_passwords_switched_off_are_told_apart(told: Told) -> None:
    told.says("GET /wp/v2/users/me", refused("rest_not_logged_in", 401))
    told.says("GET /", (200, {"authentication": {"application-passwords": {}}}), (200, {"authentication": []}))
    blog = told.open()
    with pytest.raises(BlogCredentialsError, match="does not accept this user name"):
        await blog.check_rights()
    with pytest.raises(BlogCredentialsError, match="switched off") as error:
        await blog.check_rights()
    assert "canary" not in str(error.value)


async def test_without_a_password_nothing_is_written_nor_asked(told: Told) -> None:
    blog = told.open(username=None)
    with pytest.raises(BlogCredentialsError):
        await blog.check_rights()
    with pytest.raises(BlogCredentialsError):
        await blog.bin_comment(5)
    assert told.calls == []


@pytest.mark.parametrize("root", ["/wp-json/", "/wp-json", "/index.php?rest_route=/", "/?lang=de&rest_route=%2F"])
async def test_routes_are_joined_onto_any_root(told: Told, root: str) -> None:
    told.says("GET /wp/v2/comments", listed({"id": 1}))
    assert await told.open(root=root).has_answers(5, 1)
    query = told.site.seen[0].query
    assert (query["parent"], query["post"], query.get("lang")) == ("5", "1", "de" if "lang" in root else None)
