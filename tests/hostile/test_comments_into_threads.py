"""What readers write on a blog, and what a blog says they wrote: in a thread it is text, and nobody is pinged."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from aiohttp import web
from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.chat.announcer import Announcer
from bot.domain.models import BlogAccess, Comment
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.services.commenting.mirror_wording import COMMENTS_IN_A_MESSAGE, mirror_message, name_of, text_of
from db.answer_models import BlogComment, Mirror
from tests.adapters.blogs.small_api import Told, a_comment, a_told_blog, listed
from tests.adapters.chat.conftest import Place
from tests.hostile.discord_payloads import faults_of
from tests.unit.text.hostile import MANY, OURS, public_collections
from tests.wordpress.real_blog import ControlError, RealBlog

pytestmark = pytest.mark.timeout(3600)

MESSAGES = "/channels/{channel_id}/messages"
AT_ONCE = 4
PAGE = 100
HOME = "https://blog.example/"


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with a_told_blog() as told:
        yield told


def writable(texts: Sequence[str]) -> list[str]:
    """Return the texts as a blog can tell them: half a character of UTF-16 is no text there."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def as_row(comment: Comment) -> BlogComment:
    """Return what is kept of a comment, as the mirrors keep it."""
    return BlogComment(name=name_of(comment), text=text_of(comment, home_url=HOME), link=comment.link)


async def show(place: Place, announcer: Announcer, comments: Sequence[Comment]) -> Iterator[str]:
    """Send the comments as the bot would, a few in each message, and return what acts in it."""
    groups = [
        comments[start : start + COMMENTS_IN_A_MESSAGE] for start in range(0, len(comments), COMMENTS_IN_A_MESSAGE)
    ]
    for number, group in enumerate(groups):
        mirror = Mirror(id=1 + number, relay_id=number % 2, message_id=None, guard="00000000")
        message = mirror_message(mirror, [as_row(comment) for comment in group], pings_user_id=None)
        await announcer.send(place.channel.id, message, nonce=f"{comments[0].comment_id}-{number}")
    return faults_in(place)


def faults_in(place: Place) -> Iterator[str]:
    for request in place.loopback.requests_of("POST", MESSAGES):
        yield from faults_of(request.json)
    for message in place.loopback.world.messages(place.channel):
        if message.mentioned_user_ids or message.mentions_everyone:
            yield f"a ping by {message.text!r}"


def forged(number: int, texts: Sequence[str]) -> dict[str, object]:
    """Return a comment each of whose fields is another hostile string: a blog may say anything."""
    said, name, link, url = (texts[(number + n) % len(texts)] for n in range(4))
    return a_comment(
        number + 1,
        content={"raw": said, "rendered": said},
        author_name=name,
        link=link if number % 2 else f"https://blog.example/{link}",
        author_url=url,
    )


async def no_forged_comment_acts(told: Told, place: Place, announcer: Announcer, strings: Sequence[str]) -> None:
    texts = writable(strings)
    for start in range(0, len(texts), PAGE):
        some = [forged(number, texts) for number in range(start, min(start + PAGE, len(texts)))]
        told.says("GET /wp/v2/comments", listed(*reversed(some)), web.Response(text="[]"))
        comments = await told.open().comments_by_id(range(1, PAGE + 1))
        assert len(comments) == len(some)
        assert list(await show(place, announcer, comments)) == []


async def no_written_comment_acts(
    real_blog: RealBlog, place: Place, announcer: Announcer, strings: Sequence[str]
) -> None:
    texts = writable(strings)
    client = WebClient(allowed=AllowedHosts.parse([URL(real_blog.url).authority]))
    user = real_blog.user("administrator")
    blog = WebBlogs(client).open(
        BlogAccess(
            api_root=real_blog.api_root,
            url=real_blog.url,
            username=user.login,
            application_password=user.application_password,
        )
    )
    shown = 0
    for start in range(0, len(texts), PAGE):
        some = texts[start : start + PAGE]
        post_id = await real_blog.publish("Winter walk")
        newest = max([one.comment_id for one in await blog.comments_after(-1)], default=0)
        waiting = [(text, texts[(start + number + 1) % len(texts)]) for number, text in enumerate(some)]
        await asyncio.gather(*(write(real_blog, post_id, waiting) for _worker in range(AT_ONCE)))
        comments = await blog.comments_after(newest)
        shown += len(comments)
        assert list(await show(place, announcer, comments)) == []
    await client.close()
    # WordPress takes no comment that is empty once it was made harmless, or that was said before.
    assert shown > len(texts) * 0.9


async def write(real_blog: RealBlog, post_id: int, waiting: list[tuple[str, str]]) -> None:
    while waiting:
        text, name = waiting.pop()
        email = f"reader{len(waiting)}@reader.example"  # many are the same once WordPress made them harmless
        try:
            await real_blog.add_comment(post_id, text, name=name[:200], email=email)
        except ControlError:
            continue


async def test_no_comment_that_a_blog_makes_up_acts_in_discord(told: Told, place: Place, announcer: Announcer) -> None:
    """T7, T17: name, words and links of comments are whatever the blog says."""
    await no_forged_comment_acts(told, place, announcer, MANY[::8])


@pytest.mark.slow
async def test_none_of_many_comments_that_a_blog_makes_up_acts_in_discord(
    told: Told, place: Place, announcer: Announcer
) -> None:
    """T7, T17: every string of ours and of the public collections."""
    await no_forged_comment_acts(told, place, announcer, list(dict.fromkeys([*MANY, *public_collections()])))


@pytest.mark.wordpress
async def test_no_comment_of_a_reader_acts_in_discord(real_blog: RealBlog, place: Place, announcer: Announcer) -> None:
    """T17: through a real WordPress, each string as words and as a name."""
    await no_written_comment_acts(real_blog, place, announcer, OURS[::6])


@pytest.mark.slow
@pytest.mark.wordpress
async def test_none_of_many_comments_of_readers_acts_in_discord(
    real_blog: RealBlog, place: Place, announcer: Announcer
) -> None:
    """T17: every string of ours and a quarter of the public collections, each as words and as a name."""
    strings = list(dict.fromkeys([*MANY, *public_collections()[::4]]))
    await no_written_comment_acts(real_blog, place, announcer, strings)
