"""Members' words on a real WordPress, with an administrator's password: nothing filters them but we."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.domain.errors import DuplicateCommentError
from bot.domain.models import BlogAccess, CommentDraft
from bot.domain.ports import Blog
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.text.markdown_to_html import markdown_to_html
from bot.text.names import comment_name
from tests.hostile.served_page import ServedPage, blocks_of
from tests.unit.text.hostile import OURS, public_collections
from tests.wordpress.real_blog import RealBlog

pytestmark = [pytest.mark.wordpress, pytest.mark.timeout(900)]

AT_ONCE = 4
ON_A_PAGE = 100
EMAIL = "0123456789abcdef@relay.invalid"


@dataclass
class Pen:
    """Writes comments on the blog in a user's name, as the bot does."""

    blog: Blog
    real: RealBlog
    written: int = 0
    passed_over: int = 0

    async def write(self, post_id: int, html: str, name: str) -> None:
        if not html:
            self.passed_over += 1
            return
        self.written += 1
        draft = CommentDraft(
            post_id=post_id,
            content_html=html,
            author_name=comment_name(name),
            author_email=EMAIL,
            author_url=f"{self.real.url}/#bc-{self.written:022}",
            is_approved=True,
        )
        try:
            await self.blog.create_comment(draft)
        except DuplicateCommentError:
            self.written -= 1
            self.passed_over += 1

    async def write_all(self, post_id: int, texts: Sequence[str], *, together: int = 1) -> ServedPage:
        """Write each text under its own as a name, and return the page.

        Each text is made to HTML by itself; `together` is how many of these one comment takes, to save calls.
        """
        waiting = [texts[start : start + together] for start in range(0, len(texts), together)]

        async def work() -> None:
            while waiting:
                some = waiting.pop()
                await self.write(post_id, "\n\n".join(filter(None, map(markdown_to_html, some))), some[0])

        await asyncio.gather(*(work() for _worker in range(AT_ONCE)))
        return ServedPage(await self.real.page(post_id))


async def a_pen(real_blog: RealBlog, role: str) -> AsyncIterator[Pen]:
    client = WebClient(allowed=AllowedHosts.parse([URL(real_blog.url).authority]))
    user = real_blog.user(role)
    access = BlogAccess(
        api_root=real_blog.api_root,
        url=real_blog.url,
        username=user.login,
        application_password=user.application_password,
    )
    yield Pen(WebBlogs(client).open(access), real_blog)
    await client.close()


@pytest.fixture
async def administrator(real_blog: RealBlog) -> AsyncIterator[Pen]:
    async for pen in a_pen(real_blog, "administrator"):
        yield pen


@pytest.fixture(params=["administrator", "editor", "relayer"])
async def pen(real_blog: RealBlog, request: pytest.FixtureRequest) -> AsyncIterator[Pen]:
    async for pen in a_pen(real_blog, request.param):
        yield pen


async def a_harmless_page(pen: Pen) -> ServedPage:
    post_id = await pen.real.publish("Winter walk")
    return await pen.write_all(post_id, ["Hello there, https://a.example/", "And hello to you."])


async def nothing_acts(pen: Pen, texts: Sequence[str], *, together: int = 1) -> None:
    baseline = await a_harmless_page(pen)
    for start in range(0, len(texts), ON_A_PAGE * together):
        written = pen.written
        post_id = await pen.real.publish("Winter walk")
        page = await pen.write_all(post_id, texts[start : start + ON_A_PAGE * together], together=together)
        assert len(page.contents) == pen.written - written > 0
        assert page.faults(baseline) == []
        assert all(name.endswith("(via Discord)") for name in page.names)
    assert pen.passed_over < 20


async def test_a_page_with_a_script_in_a_comment_is_told_apart(administrator: Pen) -> None:
    """T10."""
    baseline = await a_harmless_page(administrator)
    for html in (
        "<script>x()</script>",
        '<a href="javascript:x()" rel="nofollow ugc">x</a>',
        '<a href="https://evil.example/" rel="nofollow ugc">https://good.example/</a>',
        '<p onclick="x()">x</p>',
        "</div></li></ol><form action='https://evil.example/'><input name='password'></form>",
    ):
        post_id = await administrator.real.publish("Winter walk")
        await administrator.write(post_id, html, "Ada")
        assert ServedPage(await administrator.real.page(post_id)).faults(baseline), html


async def test_none_of_our_hostile_strings_does_anything_on_the_page(administrator: Pen) -> None:
    """T10."""
    await nothing_acts(administrator, OURS, together=20)


@pytest.mark.slow
async def test_no_hostile_string_alone_does_anything_on_the_page(administrator: Pen) -> None:
    await nothing_acts(administrator, OURS)


@pytest.mark.slow
async def test_no_string_of_the_public_collections_does_anything_on_the_page(administrator: Pen) -> None:
    """T10."""
    strings = public_collections()
    if not strings:
        pytest.skip("the public collections of hostile strings are not beside the project")
    await nothing_acts(administrator, list(dict.fromkeys(strings)), together=20)


PARAGRAPHS = (
    "first line\nsecond line\n\nnext paragraph\n\n> quoted one\n> quoted two\n\nafter quote\n\n"
    "- item one\n- item two\n  - below\n\nafter list\n\n1. number one\n2. number two\n\n"
    "```\ncode one\ncode two\n```\nafter code\n# heading\nafter heading"
)


async def test_no_two_blocks_run_together_whoever_writes(pen: Pen) -> None:
    """WordPress takes p, br and lists away from whoever has no unfiltered_html, and keeps what stood in them."""
    post_id = await pen.real.publish("Winter walk")
    page = await pen.write_all(post_id, [PARAGRAPHS])

    (content,) = page.contents
    assert blocks_of(content).split("\n") == [
        "first line",
        "second line",
        "next paragraph",
        "quoted one",
        "quoted two",
        "after quote",
        "item one",
        "item two",
        "below",
        "after list",
        "number one",
        "number two",
        "code one",
        "code two",
        "after code",
        "heading",
        "after heading",
    ]


ADDRESSES = (
    "https://a.example/it's,so",
    "https://a.example/Foo_(bar).html",
    "https://a.example/a..b",
    "https://a.example/dash-.html",
    "https://a.example/a,,b;;c",
    "https://a.example/?q=a'),b",
    "https://a.example/?a=1&.x=2",
    "https://a.example/'',(x)",
    "https://a.example/640x480/a--b",
    "https://a.example/https://b.example/",
)


async def test_wordpress_makes_no_second_link_inside_ours(pen: Pen) -> None:
    """Its own search for addresses stops at two points in a row, and would leave a dead link and half an address."""
    post_id = await pen.real.publish("Winter walk")
    page = await pen.write_all(post_id, ["\n".join(ADDRESSES)])

    (content,) = page.contents
    links = list(content.iter("a"))
    assert [link.get("href") for link in links] == list(ADDRESSES)
    assert ["".join(link.itertext()) for link in links] == list(ADDRESSES)
