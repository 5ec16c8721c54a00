"""The small blog and a real WordPress serve the same feeds, validators and quirks."""

import asyncio
import html
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import feedparser
import pytest

from tests.adapters.raw_rest import RawRest


async def entries(rest: RawRest, path: str = "/feed/") -> list[feedparser.FeedParserDict]:
    answer = await rest.fetch("GET", rest.blog.url + path)
    parsed = feedparser.parse(answer.text)
    assert not parsed.bozo
    return list(parsed.entries)


async def wait_for_the_next_second(rest: RawRest) -> None:
    """Validators know whole seconds only: wait until the blog's last change is one of an earlier second."""
    answer = await rest.fetch("GET", rest.blog.feed_url)
    changed_at = parsedate_to_datetime(answer.headers["Last-Modified"]).timestamp()
    await asyncio.sleep(max(0.0, changed_at + 1 - datetime.now(UTC).timestamp()))


async def test_paragraphs_stay_apart_in_an_excerpt_that_nobody_wrote(rest: RawRest) -> None:
    await rest.blog.publish("Peas", "<p>Eleven days in the ground.</p><p>What do you put over yours?</p>")
    (entry,) = await entries(rest)
    assert " ".join(html.unescape(entry.summary).split()) == "Eleven days in the ground. What do you put over yours?"


@pytest.mark.parametrize("path", ["/feed/", "/feed/atom/"])
async def test_an_entry_tells_what_was_written(rest: RawRest, path: str) -> None:
    post_id = await rest.blog.publish(
        "Fish & <em>chips</em>", "<p>By the <b>sea</b> & sand.</p>", categories=["Walks"], slug="fish"
    )
    (entry,) = await entries(rest, path)
    assert entry.link == await rest.blog.post_address(post_id) == f"{rest.blog.url}/fish/"
    assert html.unescape(entry.title) == "Fish & chips"
    assert entry.author == "admin"
    assert [tag.term for tag in entry.tags] == ["Walks"]
    assert entry.id == f"{rest.blog.url}/fish/"
    assert "By the sea & sand." in entry.summary.replace("&#038;", "&")
    assert "<b>sea</b>" in entry.content[0].value


async def test_an_untitled_post_is_in_the_feed_all_the_same(rest: RawRest) -> None:
    post_id = await rest.blog.publish("")
    (entry,) = await entries(rest)
    assert (entry.title, entry.link) == ("", f"{rest.blog.url}/{post_id}-2/")


async def test_a_draft_published_later_has_its_id_as_guid_for_ever(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk", status="draft", slug="walk")
    await rest.blog.set_status(post_id, "publish")
    await rest.blog.edit_post(post_id, title="Spring walk", slug="spring")
    (entry,) = await entries(rest)
    assert (entry.id, entry.link) == (f"{rest.blog.url}/?p={post_id}", f"{rest.blog.url}/spring/")


async def test_only_what_is_published_is_listed_ten_at_most_newest_first(rest: RawRest) -> None:
    now = datetime.now(UTC)
    for number in range(12):
        await rest.blog.publish(f"Number {number}", published_at=now - timedelta(hours=12 - number))
    for state in ("draft", "private"):
        await rest.blog.publish(f"A {state}", status=state)
    await rest.blog.trash_post(await rest.blog.publish("Binned"))
    assert [entry.title for entry in await entries(rest)] == [f"Number {number}" for number in range(11, 1, -1)]


async def test_the_feed_counts_the_comments_that_are_shown(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    await rest.blog.add_comment(post_id, "Lovely.")
    await rest.blog.add_comment(post_id, "Held.", name="Bo", email="bo@reader.example", status="hold")
    assert "<slash:comments>1</slash:comments>" in await rest.blog.feed()
    await rest.blog.close_comments(post_id)
    assert "<slash:comments>1</slash:comments>" in await rest.blog.feed()


async def test_the_feed_is_silent_about_comments_that_cannot_come(rest: RawRest) -> None:
    await rest.blog.publish("Winter walk", comment_status="closed")
    feed = await rest.blog.feed()
    assert "slash:comments>" not in feed
    assert "wfw:commentRss" not in feed


async def test_the_validators_know_exactly_these_cases(rest: RawRest) -> None:
    await rest.blog.publish("Winter walk")
    first = await rest.fetch("GET", rest.blog.feed_url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    later = format_datetime(parsedate_to_datetime(modified) + timedelta(hours=1), usegmt=True)
    earlier = format_datetime(parsedate_to_datetime(modified) - timedelta(hours=1), usegmt=True)
    questions: dict[int, list[dict[str, str]]] = {
        304: [
            {"If-None-Match": etag},
            {"If-Modified-Since": modified},
            {"If-Modified-Since": later},
            {"If-None-Match": etag, "If-Modified-Since": modified},
        ],
        200: [
            {},
            {"If-None-Match": f"W/{etag}"},
            {"If-None-Match": etag.strip('"')},
            {"If-None-Match": '"other"'},
            {"If-Modified-Since": earlier},
            {"If-None-Match": etag, "If-Modified-Since": earlier},
            {"If-None-Match": '"other"', "If-Modified-Since": modified},
        ],
    }
    for status, headers in ((status, one) for status, many in questions.items() for one in many):
        answer = await rest.fetch("GET", rest.blog.feed_url, headers=headers)
        assert (headers, answer.status) == (headers, status)
    assert (await rest.fetch("HEAD", rest.blog.feed_url)).status == 200
    atom = await rest.fetch("GET", rest.blog.url + "/feed/atom/")
    assert atom.headers["ETag"] == etag


async def test_a_new_post_in_another_second_changes_the_validators(rest: RawRest) -> None:
    await rest.blog.publish("Winter walk")
    first = await rest.fetch("GET", rest.blog.feed_url)
    await wait_for_the_next_second(rest)
    await rest.blog.publish("Spring walk")
    second = await rest.fetch("GET", rest.blog.feed_url, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status == 200


@pytest.mark.parametrize("change", ["comment", "back-dated", "trash"])
async def test_what_the_validators_never_notice(rest: RawRest, change: str) -> None:
    older = await rest.blog.publish("Older", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    await rest.blog.publish("Winter walk")
    first = await rest.fetch("GET", rest.blog.feed_url)
    await wait_for_the_next_second(rest)
    if change == "comment":
        await rest.blog.add_comment(older, "Lovely.")
    elif change == "back-dated":
        await rest.blog.publish("Found in a drawer", published_at=datetime(2021, 1, 1, tzinfo=UTC))
    else:
        await rest.blog.trash_post(older)
    answer = await rest.fetch("GET", rest.blog.feed_url, headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status == 304


async def test_an_edit_changes_the_validators_and_not_the_date(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    first = await rest.fetch("GET", rest.blog.feed_url)
    (before,) = await entries(rest)
    await wait_for_the_next_second(rest)
    await rest.blog.edit_post(post_id, html="<p>New words.</p>")
    second = await rest.fetch("GET", rest.blog.feed_url, headers={"If-None-Match": first.headers["ETag"]})
    (after,) = await entries(rest)
    assert second.status == 200
    assert (after.published, after.id) == (before.published, before.id)
    (atom,) = await entries(rest, "/feed/atom/")
    assert atom.updated > atom.published


async def test_a_post_page_names_its_id_in_headers(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    address = await rest.blog.post_address(post_id)
    for method in ("GET", "HEAD"):
        links = (await rest.fetch_headers(method, address))["Link"]
        assert f'<{rest.blog.url}/wp-json/wp/v2/posts/{post_id}>; rel="alternate"; type="application/json"' in links
        assert f"<{rest.blog.url}/?p={post_id}>; rel=shortlink" in links


async def test_the_short_address_leads_to_the_long_one(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk")
    answer = await rest.fetch("GET", f"{rest.blog.url}/?p={post_id}")
    assert (answer.status, answer.headers["Location"]) == (301, await rest.blog.post_address(post_id))


async def test_an_old_slug_leads_to_the_new_one(rest: RawRest) -> None:
    post_id = await rest.blog.publish("Winter walk", slug="winter")
    await rest.blog.edit_post(post_id, slug="spring")
    answer = await rest.fetch("GET", f"{rest.blog.url}/winter/")
    assert (answer.status, answer.headers["Location"]) == (301, f"{rest.blog.url}/spring/")


async def test_where_nothing_is(rest: RawRest) -> None:
    answer = await rest.fetch("GET", f"{rest.blog.url}/nothing-here/")
    assert (answer.status, answer.json) == (404, None)
