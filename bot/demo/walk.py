"""The story of one post, from feed to comment, playing by itself in the terminal."""

import asyncio
import html
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar

from yarl import URL

from bot.blogs.detect import WebBlogs
from bot.blogs.rest import RestApi
from bot.demo.loopback.world.models import Channel, Message
from bot.demo.process import BotEndedError
from bot.demo.stage import RealBlog, Stage, host_and_port, set_up
from bot.domain.errors import BackchannelError, SettingsError
from bot.domain.models import BlogAccess
from bot.domain.translation import _
from bot.net.guard import AllowedHosts
from bot.net.session import WebClient
from bot.text.html_to_text import html_to_text

T = TypeVar("T")

MENU = "Send to blog"
MOST_CHARACTERS = 160
"""Of a message, as it is told in one line."""
SCENE_SECONDS = 30.0
"""For one step of the story; a real blog may be slow."""

TITLE = "The first peas are up"
POST = (
    "<p>Eleven days in the ground, and this morning a row of small green elbows pushed through the crust. "
    "I had covered the bed with an old window.</p><p>What do you put over yours?</p>"
)
REPLY = "I use **bubble wrap** on two bent willow rods. Looks odd, works fine!"


class StoryError(BackchannelError):
    """The story did not go on as it should; the text says at which step."""


def run_demo(
    *, blog: str | None, username: str | None, application_password: str | None, undo: bool, keep: Path | None
) -> int:
    """Play the story and return the exit code: 0 when the comment is on the blog's page.

    With `blog` it is played on that WordPress, where one comment is left unless `undo`; without
    `application_password` the environment's BLOG_APPLICATION_PASSWORD is taken.
    """
    real = None if blog is None else real_blog(blog, username, application_password)
    return asyncio.run(_play(Walk(sys.stdout), real, undo=undo, keep=keep))


def real_blog(url: str, username: str | None, application_password: str | None) -> RealBlog:
    """Return the blog that the command line names; SettingsError when something is missing."""
    password = application_password or os.environ.get("BLOG_APPLICATION_PASSWORD")
    if not username or not password:
        raise SettingsError(
            _(
                "A blog of your own needs --username, and --application-password or the environment's "
                "BLOG_APPLICATION_PASSWORD."
            )
        )
    address = URL(url if "://" in url else f"https://{url}")
    if address.scheme not in {"http", "https"} or not address.host:
        raise SettingsError(_("--blog must be the blog's address, such as https://blog.example."))
    return RealBlog(url=str(address), username=username, application_password=password)


async def _play(walk: "Walk", real: RealBlog | None, *, undo: bool, keep: Path | None) -> int:
    if real is not None:
        walk.tell_plainly(
            _("One comment will be written on {url}, and taken away again at the end.").format(url=real.url)
            if undo
            else _("One comment will be left on {url}. With --undo it is taken away at the end.").format(url=real.url)
        )
    walk.tell("", _("Starting a Discord and a bot on this machine …"))
    try:
        async with set_up(real, keep=keep) as stage:
            await walk.play(stage, undo=undo)
    except (TimeoutError, BotEndedError, StoryError) as error:
        where = "" if keep is None else _(" The log is in {place}.").format(place=keep)
        walk.tell_plainly(_("The story stopped: {why}{where}").format(why=error or walk.last, where=where))
        return 1
    if keep is not None:
        walk.tell_plainly(_("Database and log are kept in {place}.").format(place=keep))
    return 0


class Walk:
    """Plays the story and tells it, a line a step, each with the seconds since the start."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._began_at = time.monotonic()
        self.last = ""

    def tell(self, who: str, what: str) -> None:
        """Tell one step."""
        self.last = what
        self._out.write(f"{time.monotonic() - self._began_at:6.1f} s  {who:<8}{what}\n")
        self._out.flush()

    def tell_plainly(self, what: str) -> None:
        """Tell what is not a step of the story."""
        self._out.write(f"{what}\n")
        self._out.flush()

    async def play(self, stage: Stage, *, undo: bool) -> None:
        """Play one post from feed to comment."""
        self.tell("Bot", _("is ready in #{channel}").format(channel=stage.news.name))
        address = await self._post_on(stage) if stage.small_blog else await self._announce(stage)
        thread = await self._thread(stage)
        text = REPLY if stage.small_blog else f"{REPLY} ({datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)"
        message_id = await stage.ada.say(thread, text)
        self.tell("Ada", _("writes in the thread: “{text}”").format(text=text))
        await self._send(stage, thread, message_id)
        await self._publish(stage, thread, message_id)
        await self._find_on_page(address, text, stage)
        if undo:
            await self._take_off(stage, thread, message_id)

    async def _post_on(self, stage: Stage) -> str:
        assert stage.small_blog is not None
        await stage.bot.event("blog_connected", seconds=SCENE_SECONDS)
        await stage.bot.event("feed_remembered", seconds=SCENE_SECONDS)
        post_id = await stage.small_blog.publish(TITLE, POST, categories=("Vegetables",))
        self.tell("Blog", _("publishes “{title}”").format(title=TITLE))
        return await stage.small_blog.post_address(post_id)

    async def _announce(self, stage: Stage) -> str:
        """Announce the newest post that takes comments, as the author would."""
        await stage.bot.event("blog_connected", seconds=SCENE_SECONDS)
        await stage.bot.event("feed_remembered", seconds=SCENE_SECONDS)
        title, address = await _open_post(stage.blog)
        answer = await stage.author.use_command("announce", in_channel=stage.news, post=address)
        self.tell("Author", _("uses /announce for “{title}” and sees a preview").format(title=title))
        await stage.author.press(answer, "Announce")
        return address

    async def _thread(self, stage: Stage) -> Channel:
        world = stage.discord.world
        card = await self._until(stage, lambda: _newest(world.messages(stage.news.id)))
        self.tell("Bot", _("announces it: {card}").format(card=_one_line(card.text)))
        thread = await self._until(stage, lambda: world.channels.get(card.id))
        self.tell("Bot", _("opens the thread “{name}”").format(name=thread.name))
        line = await self._until(stage, lambda: _newest(world.messages(thread.id)))
        self.tell("Bot", _("says in it: {text}").format(text=_one_line(line.text)))
        return thread

    async def _send(self, stage: Stage, thread: Channel, message_id: int) -> None:
        preview = await stage.ada.use_menu(MENU, thread, message_id)
        self.tell("Ada", _("holds her message: Apps > {menu}").format(menu=MENU))
        self.tell("Bot", _("shows only her: {text}").format(text=_one_line(preview.text)))
        answer = await (await stage.ada.press(preview, "Send")).updated()
        self.tell("Ada", _("presses Send"))
        self.tell("Bot", _("tells her: {text}").format(text=_one_line(answer.text)))

    async def _publish(self, stage: Stage, thread: Channel, message_id: int) -> None:
        world = stage.discord.world
        card = await self._until(stage, lambda: _newest(world.messages(stage.queue.id)))
        self.tell(
            "Bot", _("asks the author in #{queue}: {card}").format(queue=stage.queue.name, card=_one_line(card.text))
        )
        await stage.author.press(card, "Publish")
        self.tell("Author", _("presses Publish"))
        message = world.message(thread.id, message_id)
        await self._until(stage, lambda: message.reactions)
        self.tell("Bot", _("marks Ada's message: it is on the blog"))
        line = await self._until(stage, lambda: _with_link(world.messages(thread.id)))
        self.tell("Bot", _("says in the thread: {text}").format(text=_one_line(line.text)))

    async def _find_on_page(self, address: str, text: str, stage: Stage) -> None:
        web = WebClient(allowed=_allowed(stage.blog.url))
        try:
            page = (await web.request("GET", address)).body.decode(errors="replace")
        finally:
            await web.close()
        words = html.unescape(re.sub(r"<[^>]*>", "", page))
        beginning = text.partition("**")[0].strip()
        if "Ada" not in words or beginning not in words:
            raise StoryError(_("the comment is not on the page {address}").format(address=address))
        self.tell("Blog", _("shows Ada's comment on {address}").format(address=address))

    async def _take_off(self, stage: Stage, thread: Channel, message_id: int) -> None:
        answer = await stage.ada.use_menu(MENU, thread, message_id)
        await stage.ada.press(answer, "Take it off the blog")
        self.tell("Ada", _("takes it off the blog"))
        message = stage.discord.world.message(thread.id, message_id)
        await self._until(stage, lambda: not message.reactions)
        self.tell("Blog", _("shows the comment no more"))

    async def _until(self, stage: Stage, found: Callable[[], T | None]) -> T:
        value: T = await stage.discord.until(found, timeout=SCENE_SECONDS)
        return value


async def _open_post(blog: RealBlog) -> tuple[str, str]:
    """Return title and address of the blog's newest post that says it takes comments."""
    web = WebClient(allowed=_allowed(blog.url))
    try:
        address = await WebBlogs(web).discover(blog.url)
        if address.api_root is None:
            raise StoryError(_("the blog's REST API is closed, so no comment can be sent to it"))
        api = RestApi(web, BlogAccess(api_root=address.api_root, url=address.url))
        answer = await api.get("wp/v2/posts", per_page=10, _fields="title,link,comment_status")
        for post in answer.objects() if answer.is_ok else ():
            if post.text("comment_status") == "open":
                return html_to_text(post.fields("title").text("rendered")), post.text("link")
    finally:
        await web.close()
    raise StoryError(_("none of the blog's ten newest posts takes comments"))


def _allowed(url: str) -> AllowedHosts:
    return AllowedHosts.parse([host_and_port(url)])


def _newest(messages: list[Message]) -> Message | None:
    return messages[-1] if messages else None


def _with_link(messages: list[Message]) -> Message | None:
    return next((message for message in messages if message.author_id != 0 and "](<http" in message.text), None)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS].rstrip()} …"
