"""Both blogs are sent the same odd texts, names and addresses, and must store the same bytes."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo.blog import SmallBlog
from tests.adapters.blog_under_test import BlogUnderTest
from tests.adapters.raw_rest import RawRest
from tests.wordpress.real_blog import RealBlog

pytestmark = pytest.mark.wordpress

TEXTS = (
    "a & b",
    "a < b",
    "a > b",
    "if a < b && c > d",
    "a<b",
    "<3 love",
    "x <y z",
    "<>",
    "<b>x</b>",
    "<B>Big</B>",
    "<em>a<em>",
    "<del>x</del>",
    '<i title="x">x</i>',
    "<script>x</script>hi",
    "<p>one</p>\n<p>two</p>",
    "one\ntwo\n\nthree",
    "one<br>two",
    "a\r\nb",
    '<a href="https://x.example/?a=1&b=2">l</a>',
    '<a href="https://x.example/" rel="nofollow ugc noopener">l</a>',
    "<a href='javascript:alert(1)'>l</a>",
    "https://x.example/ bare",
    "<ul><li>a</li></ul>",
    "<pre><code>x  y</code></pre>",
    "<code>a < b</code>",
    "<blockquote>q</blockquote>",
    "&lt;b&gt;",
    "&amp;amp; &quot;q&quot; &#039;",
    "&copy; &bogus; &#99999999;",
    "a&nbsp;b",
    'it\'s "q"',
    "  spaced  ",
    "<!-- key -->x",
    "tab\there",
    "bidi \u202e x",
    "bell \x07 x",
    "emoji \N{THUMBS UP SIGN} \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}",
)
NAMES = (
    *(
        "A & B",
        "<b>x</b>",
        "it's",
        "a\nb",
        "  s  ",
        '"q"',
        "a < b",
        "x\u202ey",
        "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}",
    ),
    *("(via Discord)", "&amp;", "a&nbsp;b", "\\o/", "<3"),
)
ADDRESSES = (
    *("https://x.example/#bc-abc", "javascript:x", "hello world", "x.example", "https://x.example/a b"),
    *(
        "mailto:a@b.c",
        "https://x.example/?a=1&b=2#c",
        "ftp://x",
        "//x.example",
        "https://x.example/<b>",
        "https://x.example/'q'",
    ),
)


@pytest.fixture
async def both(small_blog: SmallBlog, real_blog: RealBlog) -> AsyncIterator[tuple[RawRest, RawRest]]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        yield RawRest(small_blog, session), RawRest(real_blog, session)


async def stored(rest: RawRest, role: str, field: str, values: tuple[str, ...]) -> dict[str, tuple[object, ...]]:
    """Return what became of each value, comment by comment."""
    blog: BlogUnderTest = rest.blog
    post_id = await blog.publish("Winter walk")
    answers: dict[str, tuple[object, ...]] = {}
    for number, value in enumerate(values):
        fields: dict[str, object] = {
            "content": f"Number {number}.",
            "author_name": f"Dana {number}",
            "author_email": f"dana{number}@relay.example",
            field: value,
        }
        answer = await rest.comment_as(role, post_id, **fields)
        if answer.status == 201:
            raw = answer.json["content"]["raw"]
            answers[value] = (raw, answer.json["author_name"], answer.json["author_url"], answer.json["status"])
        else:
            answers[value] = answer.refusal
    return answers


@pytest.mark.parametrize("role", ["relayer", "editor"])
@pytest.mark.parametrize(("field", "values"), [("content", TEXTS), ("author_name", NAMES), ("author_url", ADDRESSES)])
async def test_what_is_stored(both: tuple[RawRest, RawRest], role: str, field: str, values: tuple[str, ...]) -> None:
    small, real = both
    assert await stored(small, role, field, values) == await stored(real, role, field, values)
