"""The whole bot in the test's process: the loopback Discord over sockets, real services, fakes for feed and blog."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from bot.chance import SystemRandomness, utc_now
from bot.chat.announcer import Announcer
from bot.client import BackchannelBot, Services
from bot.demo.loopback import Actor, Answer, LoopbackDiscord
from bot.demo.loopback.world.models import Channel, Guild, Message
from bot.domain.models import Entry, PostDetails
from bot.domain.ports import FeedAnswer, FeedRequest
from bot.services.announcing.announce import Announce
from bot.services.announcing.announcements import Announcements
from bot.services.announcing.poll_feeds import PollFeeds
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.commenting.comments import Comments
from bot.services.commenting.mirrors import Mirrors
from bot.services.connecting.connections import Connections
from bot.services.connecting.subscriptions import Subscriptions
from bot.services.members.forgetting import Forgetting
from bot.services.members.privacy import Privacy
from bot.services.messages import Messages
from bot.services.reactions import Reactions
from bot.services.relaying.catch_up import CatchUp
from bot.services.relaying.relays import Relays
from bot.services.runner import Reconciler, Runner
from bot.services.threads import Threads
from bot.services.why import Why
from cogs import EXTENSIONS
from db.engine import Begin
from db.ledger import Kind, Purpose
from db.notes import Notes
from db.secrets import SecretBox
from tests.fakes import FakeBlog, FakeBlogs
from tests.loopback.fixtures import contract, loopback, pointed_at

__all__ = ["contract", "empty_house", "house", "loopback"]

BLOG = "https://blog.example"
SCALE = 0.1


@dataclass
class FakeFeed:
    """A feed that holds entries, and tells them when they differ from those told before."""

    entries: list[Entry] = field(default_factory=list)
    readings: int = 0

    async def read(self, request: FeedRequest) -> FeedAnswer:
        self.readings += 1
        told = str([entry.guid for entry in self.entries])
        is_same = request.body_hash == told
        return FeedAnswer(entries=None if is_same else tuple(self.entries), title="The Blog", body_hash=told)

    def publish(self, post_id: int, title: str) -> Entry:
        entry = Entry(
            guid=f"{BLOG}/?p={post_id}",
            link=f"{BLOG}/{post_id}",
            post_id=post_id,
            title=title,
            excerpt="Snow.",
            author="Ada",
            published_at=datetime.now(UTC),
        )
        self.entries.insert(0, entry)
        return entry


class NoDescriptions:
    """A blog that tells no more than its feed."""

    async def describe(self, feed_id: int, entry: Entry) -> Entry:
        return entry

    async def is_gone(self, feed_id: int, entry: Entry) -> bool:
        return False


@dataclass
class House:
    """One guild with the bot in it, and everything a test needs to see or touch."""

    loopback: LoopbackDiscord
    begin: Begin
    guild: Guild
    channel: Channel
    owner: Actor
    mira: Actor
    feed: FakeFeed
    blogs: FakeBlogs
    secrets: SecretBox = field(default_factory=lambda: SecretBox([Fernet.generate_key().decode()]))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[BackchannelBot]:
        """Run a bot on this house's database as long as the block lasts."""
        bot = BackchannelBot(self._services, Notes(self.begin), extensions_to_load=EXTENSIONS)
        task = asyncio.create_task(bot.start(self.loopback.token))
        try:
            await self.loopback.ready()
            await bot.wait_until_ready()
            yield bot
        finally:
            await bot.close()
            await task

    def _services(self, bot: BackchannelBot) -> Services:
        return services_of(bot, self.begin, self.feed, self.blogs, self.secrets)

    @property
    def blog(self) -> FakeBlog:
        return self.blogs.at(BLOG)

    async def connected(self) -> Answer:
        """Connect the blog with its password, and wait until its archive is remembered."""
        answer = await self.owner.use_command("blog connect", in_channel=self.channel, site=BLOG)
        form = await self.owner.press(answer, "Enter an application password")
        accepted = await self.submit(
            self.owner, form, {"User name on the blog": "ed", "Application password": "abcd efgh ijkl"}
        )
        readings = self.feed.readings
        await self.until(lambda: self.feed.readings > readings + 1)
        return accepted

    async def thread(self, title: str = "Winter walk", post_id: int = 7) -> Channel:
        """Publish a post and wait for its thread."""
        entry = self.feed.publish(post_id, title)
        self.blog.posts[post_id] = PostDetails(post_id=post_id, link=entry.link or "", title=title)
        await self.until(lambda: any(thread.name == title for thread in self.loopback.world.threads(self.guild)))
        return self.loopback.world.thread_of(self.guild, title)

    async def press(self, who: Actor, where: Answer | Message, label: str) -> Answer:
        """Press a button and wait until the bot did what it promised to do."""
        return await _finished(await who.press(where, label))

    async def submit(self, who: Actor, form: Answer, given: dict[str, str]) -> Answer:
        """Send a form and wait until the bot did what it promised to do."""
        return await _finished(await who.submit(form, given))

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds that the loopback does not hear of, looking every 10 ms."""
        ticks = asyncio.Event()
        async with asyncio.timeout(60):
            while not condition():
                with suppress(TimeoutError):
                    await asyncio.wait_for(ticks.wait(), 0.01)


async def _finished(answer: Answer) -> Answer:
    return await answer.updated() if answer.kind == "deferred-update" else answer


async def _no_traces() -> None:
    """Leave the file as it is: what its bytes hold is the services' test."""


def services_of(bot: BackchannelBot, begin: Begin, feed: FakeFeed, blogs: FakeBlogs, secrets: SecretBox) -> Services:
    chat, randomness = Announcer(bot), SystemRandomness()
    announcements = Announcements(utc_now, randomness)
    reconcilers: dict[Kind, Reconciler] = {
        Kind.MESSAGE: Messages(begin, chat, utc_now, {Purpose.ANNOUNCEMENT: announcements}),
        Kind.THREAD: Threads(begin, chat, utc_now, announcements),
        Kind.REACTION: Reactions(begin, chat, utc_now),
    }
    runner = Runner(begin, reconcilers, utc_now, randomness, wait_scale=SCALE)
    relays = Relays(begin, chat, utc_now, randomness, runner.wake, wait_scale=SCALE)
    follow_edit = relays.edits.message_edited
    reconcilers[Kind.COMMENT] = Comments(
        begin, chat, blogs, secrets, utc_now, randomness, follow_edit=follow_edit, wait_scale=SCALE
    )
    poll_feeds = PollFeeds(
        begin,
        feed,
        announcements,
        NoDescriptions(),
        clock=utc_now,
        randomness=randomness,
        interval_seconds=0.05,
        wait_scale=SCALE,
        wake=runner.wake,
    )
    return Services(
        announce=Announce(begin, announcements, utc_now, randomness, runner.wake),
        connections=Connections(begin, chat, blogs, secrets, utc_now, randomness, runner.wake),
        subscriptions=Subscriptions(begin, chat, utc_now, runner.wake),
        relays=relays,
        catch_up=CatchUp(begin, chat, relays, utc_now, randomness, runner.wake, wait_scale=SCALE),
        privacy=Privacy(begin, utc_now, randomness, runner.wake),
        forgetting=Forgetting(begin, utc_now, randomness, runner.wake, _no_traces),
        mirrors=Mirrors(begin, blogs, secrets, utc_now, randomness, runner.wake, interval_seconds=0.1),
        why=Why(begin),
        poll_feeds=poll_feeds,
        runner=runner,
        blog_watch=BlogWatch(begin, blogs, secrets, utc_now, randomness, interval_seconds=300, wait_scale=SCALE / 100),
        begin=begin,
        tick_seconds=0.05,
        sweep_seconds=0.2,
    )


@contextmanager
def a_house(loopback: LoopbackDiscord, begin: Begin) -> Iterator[House]:
    """Give a house on this loopback as long as the block lasts, without a bot in it yet."""
    guild = loopback.world.add_guild()
    channel = loopback.world.add_channel(guild, "blog")
    owner, mira = loopback.owner(guild), loopback.member(guild, "Mira")
    with pointed_at(loopback):
        yield House(loopback, begin, guild, channel, owner, mira, FakeFeed(), FakeBlogs())


@pytest.fixture
async def empty_house(loopback: LoopbackDiscord, begin: Begin) -> AsyncIterator[House]:
    """Give a house without a bot in it yet."""
    with a_house(loopback, begin) as house:
        yield house


@pytest.fixture
async def house(empty_house: House) -> AsyncIterator[House]:
    async with empty_house.running():
        yield empty_house
