"""A guild with a blog and two posts nobody has announced yet, and its author."""

from dataclasses import dataclass, field, replace

from bot.domain.entries import identities_of
from bot.domain.messages import BUTTON_PATTERN, Action, OutgoingMessage
from bot.domain.models import Actor, Entry, PostState
from bot.services.announcing.announce import Announce
from bot.services.announcing.announcements import Announcements
from bot.services.messages import Messages
from bot.services.runner import Runner
from bot.services.threads import Threads
from db import ledger, posts
from db.engine import Begin, Transaction
from db.models import Feed, StoredBlog, Subscription
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeChat

GUILD, CHANNEL, QUEUE = 10, 20, 40
AUTHOR = Actor(user_id=1, guild_id=GUILD, name="Edna", may_manage_guild=True)
DEPUTY = Actor(user_id=2, guild_id=GUILD, name="Dora", role_ids=frozenset({55}))
STRANGER = Actor(user_id=3, guild_id=GUILD, name="Sam")
ELSEWHERE = replace(AUTHOR, guild_id=11)


@dataclass
class World:
    """The services over a fake Discord and a real store."""

    begin: Begin
    clock: TestClock
    randomness: CountingRandomness
    chat: FakeChat = field(default_factory=FakeChat)

    def __post_init__(self) -> None:
        self.announcements = Announcements(self.clock, self.randomness)
        self.announce = Announce(self.begin, self.announcements, self.clock, self.randomness, lambda: None)
        self.runner = Runner(
            self.begin,
            {
                ledger.Kind.MESSAGE: Messages(
                    self.begin, self.chat, self.clock, {ledger.Purpose.ANNOUNCEMENT: self.announcements}
                ),
                ledger.Kind.THREAD: Threads(self.begin, self.chat, self.clock, self.announcements),
            },
            self.clock,
            self.randomness,
        )

    async def furnish(self) -> None:
        async with self.begin() as tx:
            feed = Feed(url="https://blog.example/feed/", is_baselined=True)
            tx.add(feed)
            await tx.flush()
            self.feed_id = feed.id
            await self._subscribe(tx, feed.id, guild_id=GUILD, channel_id=CHANNEL)
        self.first = await self.add_post("Winter walk")
        self.second = await self.add_post("Spring clean")

    async def _subscribe(self, tx: Transaction, feed_id: int, *, guild_id: int, channel_id: int) -> None:
        blog = StoredBlog(
            guild_id=guild_id,
            feed_id=feed_id,
            url="https://blog.example/",
            title="Winter Blog",
            state="ok",
            created_at=self.clock(),
        )
        tx.add(blog)
        await tx.flush()
        tx.add(
            Subscription(
                blog_id=blog.id,
                guild_id=guild_id,
                channel_id=channel_id,
                author_role_id=55,
                queue_channel_id=QUEUE,
                created_at=self.clock(),
            )
        )

    async def subscribe_elsewhere(self) -> None:
        async with self.begin() as tx:
            await self._subscribe(tx, self.feed_id, guild_id=11, channel_id=21)

    async def add_post(self, title: str, *, state: PostState = PostState.REMEMBERED) -> int:
        entry = Entry(guid=title, link=f"https://blog.example/{title.replace(' ', '-').lower()}/", title=title)
        async with self.begin() as tx:
            return await posts.add(
                tx,
                self.feed_id,
                entry,
                state=state,
                entry_hash=title,
                identities=sorted(identities_of([entry])),
                now=self.clock(),
            )

    def card_texts(self, channel_id: int = CHANNEL) -> list[str]:
        return [f"{m.text} {m.card.heading if m.card else ''}".strip() for m in self.chat.messages_in(channel_id)]


def ids(message: OutgoingMessage, action: Action) -> tuple[int, str]:
    """Return row id and guard of the button that does this."""
    for button in message.buttons:
        match = BUTTON_PATTERN.fullmatch(button.custom_id or "")
        if match and match["action"] == action.value:
            return int(match["row_id"]), match["guard"]
    raise AssertionError(f"no button {action} in {[button.label for button in message.buttons]}")
