import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.models import Entry
from bot.feeds.cell import answer
from bot.feeds.reading import MAX_ENTRIES
from bot.feeds.recent import RecentEntries
from bot.feeds.wire import (
    LENGTH,
    MAX_ANSWER_BYTES,
    ParsedFeed,
    Refusal,
    Refused,
    entry_from_json,
    entry_to_json,
    pack_answer,
    unpack_answer,
)
from tests.unit.feeds.documents import a_document, a_feed, read_feed, refusal_of, the_entry
from tests.unit.feeds.snapshots import SAMPLES

# --- documents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><body><form>Log in</form></body></html>",
        "\n\n<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><html></html>",
        "<html><head><title>Just a moment...</title></head></html>",
        "<!-- cache --><html lang='en'></html>",
        "",
        "   ",
        "OK",
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        "<opml version='2.0'><body/></opml>",
        "<?xml version='1.0'?><sitemapindex/>",
    ],
)
def test_what_is_no_feed_is_refused(page: str) -> None:
    """F33: login pages, challenges, other kinds of documents."""
    assert refusal_of(page) is Refusal.NOT_A_FEED


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read_feed(a_document(a_feed())) == ParsedFeed(title="Blog", entries=())


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_a_feed_that_breaks_off_is_refused(share: float) -> None:
    body = (SAMPLES / "wordpress.xml").read_bytes()

    assert refusal_of(body[: int(len(body) * share)]) in {Refusal.BROKEN_OFF, Refusal.NOT_A_FEED}


def test_a_malformed_feed_is_read_all_the_same() -> None:
    body = a_feed("<guid>1</guid><title>Tom & Jerry &nbsp; <br> again</title>")

    (entry,) = read_feed(a_document(body)).entries

    assert entry.title == "Tom & Jerry again"


BOMB = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE rss [{BOMB}]>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!doctype rss SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!-- a comment first --><!DOCTYPE rss>",
        "<?style x?>\n<!DOCTYPE rss>",
    ],
    ids=["bomb", "file", "network", "comment", "instruction"],
)
def test_document_types_are_refused_before_parsing(doctype: str, encoding: str) -> None:
    """T3."""
    body = f'<?xml version="1.0"?>{doctype}{a_feed("<guid>1</guid><title>&i;&x;</title>")}'.encode(encoding)
    started_at = time.process_time()

    assert refusal_of(body) is Refusal.DOCTYPE
    assert time.process_time() - started_at < 0.1


def test_a_post_about_document_types_is_read() -> None:
    body = "<content:encoded><![CDATA[<pre>&lt;!DOCTYPE html&gt;</pre> <!DOCTYPE rss>]]></content:encoded>"

    assert the_entry(f"<guid>1</guid>{body}").guid == "1"


@pytest.mark.parametrize(
    "body",
    [
        a_feed(*["<guid>1</guid>"] * 100_000),
        a_feed("<a>" * 100_000),
        a_feed("<a>" * 200 + "</a>" * 200),
        a_feed("<a/>" * 100_001),
        a_feed("<a " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
    ],
    ids=["items", "unclosed", "deep", "elements", "attributes"],
)
def test_documents_made_to_cost_are_refused_quickly(body: str) -> None:
    started_at = time.process_time()

    assert refusal_of(body) is Refusal.TOO_MUCH
    assert time.process_time() - started_at < 2


def test_deeply_nested_html_in_a_post_is_survived() -> None:
    body = f"<content:encoded><![CDATA[{'<div>' * 50_000}deep]]></content:encoded>"

    assert the_entry(f"<guid>1</guid><description>Shallow</description>{body}").excerpt == "Shallow"


def test_only_the_newest_entries_of_a_long_feed_are_kept_in_their_order() -> None:
    """T6."""
    items = [
        f"<guid>{n}</guid><pubDate>{datetime.fromtimestamp(1_760_000_000 + n * 60, UTC).isoformat()}</pubDate>"
        for n in range(MAX_ENTRIES + 50)
    ]

    entries = read_feed(a_document(a_feed(*items))).entries

    assert [entry.guid for entry in entries] == [str(n) for n in range(50, MAX_ENTRIES + 50)]


@pytest.mark.parametrize(
    ("declared", "said", "encoding"),
    [
        ("utf-8", "text/xml; charset=iso-8859-1", "utf-8"),
        ("iso-8859-1", "text/xml", "iso-8859-1"),
        ("windows-1252", "application/rss+xml; charset=windows-1252", "windows-1252"),
        ("utf-16", "application/xml", "utf-16"),
        ("no-such-charset", "application/xml; charset=neither", "utf-8"),
    ],
)
def test_a_wrong_or_rare_charset_does_not_lose_the_post(declared: str, said: str, encoding: str) -> None:
    feed = f'<?xml version="1.0" encoding="{declared}"?>{a_feed("<guid>1</guid><title>Été</title>")}'

    (entry,) = read_feed(a_document(feed.encode(encoding), content_type=said)).entries

    assert entry.guid == "1"
    assert entry.title.endswith("t\u00e9") or said.endswith("iso-8859-1")


# --- the wire --------------------------------------------------------------------------------------------


def test_an_entry_survives_the_wire() -> None:
    for entry in read_feed(a_document((SAMPLES / "wordpress.xml").read_bytes())).entries:
        assert entry_from_json(entry_to_json(entry)) == entry


def test_the_largest_answer_fits_the_wire() -> None:
    wide = "\N{GRINNING FACE}"
    entry = Entry(
        guid=wide * 1000,
        link=wide * 2000,
        title=wide * 300,
        excerpt=wide * 600,
        author=wide * 120,
        categories=(wide * 120,) * 20,
        image_url=wide * 2000,
        image_alt=wide * 300,
    )
    answered = ParsedFeed(title=wide * 300, entries=(entry,) * MAX_ENTRIES)

    packed = pack_answer(answered)

    assert len(packed) < MAX_ANSWER_BYTES
    assert unpack_answer(packed[LENGTH.size :]) == answered


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_feeds_are_read_or_refused_and_never_crash_the_cell(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(sorted(SAMPLES.glob("*.xml"))), label="sample")
    body = bytearray(Path(sample).read_bytes())
    for _damage in range(data.draw(st.integers(1, 6), label="damages")):
        at = data.draw(st.integers(0, len(body) - 1), label="at")
        body[at : at + data.draw(st.integers(0, 30), label="cut")] = data.draw(st.binary(max_size=20), label="put")

    said = answer(a_document(bytes(body)), RecentEntries())

    assert isinstance(said, ParsedFeed | Refused)
    assert unpack_answer(pack_answer(said)[LENGTH.size :]) == said
