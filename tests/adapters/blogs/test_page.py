import time

import pytest

from bot.blogs.page import MOST_LINKS, PAGE_BYTES, facts_of, has_posts
from bot.net.answer import WebAnswer


def an_answer(body: bytes) -> WebAnswer:
    return WebAnswer(status=200, headers={}, body=body, url="https://blog.example/")


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><item " + b"<id " * 1_240_000,
        b"<rss><item " + (b"<id " * 75 + b">" + b"a" * 2000) * 2_100,
        b"<rss><item " + b"<id>" * 1_240_000,
    ],
)
def test_a_hostile_feed_is_judged_at_once(body: bytes) -> None:
    """T23."""
    before = time.process_time()
    has_posts(body)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize("link", [b'<link rel="alternate" type="application/rss+xml" href="/%d">', b"<link a=%d>"])
def test_a_page_of_nothing_but_links_is_read_at_once(link: bytes) -> None:
    """T23."""
    body = b"".join(link % number for number in range(4_900_000 // len(link)))
    before = time.process_time()
    facts = facts_of(an_answer(body))
    assert time.process_time() - before < 2
    assert len(facts.feeds) <= MOST_LINKS


def test_only_the_beginning_of_a_page_is_read() -> None:
    feed = b'<link rel="alternate" type="application/rss+xml" href="/feed/">'
    assert facts_of(an_answer(b"<head>" + b" " * 1000 + feed)).feeds == ("https://blog.example/feed/",)
    assert facts_of(an_answer(b"<head>" + b" " * PAGE_BYTES + feed)).feeds == ()


def test_an_api_is_only_believed_from_a_pages_head() -> None:
    link = b'<link rel="https://api.w.org/" href="/wp-json/">'
    assert facts_of(an_answer(b"<head>" + link + b"</head><body>x")).api_roots == ("https://blog.example/wp-json/",)
    assert facts_of(an_answer(b"<head></head><body><p>a comment " + link)).api_roots == ()
    assert facts_of(an_answer(b"<head></head><body><head>" + link + b"</head>")).api_roots == ()
