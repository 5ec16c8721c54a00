"""A guild with a blog, a post and its thread, and everybody who does something there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.domain.errors import UserError
from bot.domain.messages import BUTTON_PATTERN, Action, OutgoingMessage
from bot.domain.models import Actor, PostDetails, Reply
from bot.domain.outcomes import Outcome
from bot.domain.ports import MemberFacts
from bot.services.commenting.comments import Comments
from bot.services.messages import Messages
from bot.services.reactions import Reactions
from bot.services.relaying.relay_wording import send_guard
from bot.services.relaying.relays import Relays
from bot.services.runner import Runner
from db import ledger, relays
from db.engine import Begin, Transaction
from db.models import Announcement, Consent, Feed, LedgerRow, Relay, StoredBlog, StoredPost, Subscription
from db.secrets import SecretBox
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlog, FakeBlogs, FakeChat

GUILD, CHANNEL, THREAD, QUEUE_CHANNEL = 10, 20, 30, 40
AUTHOR, WRITER, OTHER = 1, 2, 3
POST_ID = 7
BLOG_URL = "https://blog.example/"


@dataclass
class World:
    """The fakes and the services over them, with what tests ask of them."""

    begin: Begin
    clock: TestClock
    randomness: CountingRandomness
    chat: FakeChat = field(default_factory=FakeChat)
    blogs: FakeBlogs = field(default_factory=FakeBlogs)
    wakes: int = 0

    def __post_init__(self) -> None:
        box = SecretBox([Fernet.generate_key().decode()])
        self.box = box
        self.relays = Relays(self.begin, self.chat, self.clock, self.randomness, self._wake)
        self.comments = Comments(
            *(self.begin, self.chat, self.blogs, box, self.clock, self.randomness),
            follow_edit=self.relays.edits.message_edited,
        )
        self.interactions = 1000

    def _wake(self) -> None:
        self.wakes += 1

    @property
    def blog(self) -> FakeBlog:
        return self.blogs.at(BLOG_URL)

    async def furnish(self, *, policy: str = "approve", queue_channel_id: int | None = None) -> None:
        """Put blog, subscription, post and thread into the store, and the people into Discord."""
        now = self.clock()
        async with self.begin() as tx:
            feed = Feed(url="https://blog.example/feed/")
            tx.add(feed)
            await tx.flush()
            blog = StoredBlog(
                guild_id=GUILD,
                feed_id=feed.id,
                url=BLOG_URL,
                title="Winter Blog",
                api_root="https://blog.example/wp-json/",
                username="ed",
                sealed_password=self.box.seal("pass word"),
                user_name="Edna Author",
                state="ok",
                connected_by=AUTHOR,
                created_at=now,
            )
            tx.add(blog)
            await tx.flush()
            post = StoredPost(
                feed_id=feed.id,
                state="wanted",
                link="https://blog.example/winter-walk/",
                title="Winter walk",
                categories=[],
                entry_hash="h",
                first_seen_at=now,
            )
            subscription = Subscription(
                blog_id=blog.id,
                guild_id=GUILD,
                channel_id=CHANNEL,
                policy=policy,
                author_role_id=55,
                queue_channel_id=queue_channel_id,
                created_at=now,
            )
            tx.add_all([post, subscription])
            await tx.flush()
            tx.add(
                Announcement(
                    subscription_id=subscription.id,
                    post_row_id=post.id,
                    state="announced",
                    guard="00000000",
                    channel_id=CHANNEL,
                    message_id=THREAD,
                    thread_id=THREAD,
                    created_at=now,
                )
            )
        self.blog.posts[POST_ID] = PostDetails(post_id=POST_ID, link="https://blog.example/winter-walk/")
        self.give_rights(AUTHOR)

    def give_rights(self, user_id: int, *, may_manage_guild: bool = True) -> None:
        self.chat.members[(GUILD, user_id)] = MemberFacts(
            user_id=user_id, name="Somebody", role_ids=frozenset(), may_manage_guild=may_manage_guild
        )

    def reply(self, message_id: int = 500, content: str | None = "What a **lovely** walk!", **facts: object) -> Reply:
        """Put a message of the writer into the thread (facts change it) and return it."""
        values: dict[str, object] = {
            "message_id": message_id,
            "channel_id": THREAD,
            "guild_id": GUILD,
            "writer_id": WRITER,
            "writer_name": "Dana",
            "content": content,
        }
        reply = Reply(**{**values, **facts})  # type: ignore[arg-type] # the facts are the fields
        self.chat.replies[message_id] = reply
        return reply

    def interaction(self) -> int:
        self.interactions += 1
        return self.interactions

    async def pick(self, reply: Reply, who: Actor) -> OutgoingMessage:
        return await self.relays.pick(reply, who, interaction_id=self.interaction())

    async def press(self, shown: OutgoingMessage, action: Action, who: Actor) -> OutgoingMessage:
        """Press the button for `action` under a message."""
        relay_id, guard = button(shown, action)
        doors: dict[Action, Callable[[int, str, Actor], Awaitable[OutgoingMessage]]] = {
            Action.SEE: self.relays.see,
            Action.CANCEL: self.relays.cancel,
            Action.TAKE_OFF: self.relays.take_off,
            Action.PUBLISH: self.relays.publish,
            Action.REFUSE: self.relays.refuse,
            Action.UNDO: self.relays.undo,
        }
        if action is Action.SEND:
            return await self.relays.send(relay_id, guard, who, self.interaction())
        if action in {Action.NO, Action.NEVER}:
            return await self.relays.decline(relay_id, guard, who, is_for_good=action is Action.NEVER)
        return await doors[action](relay_id, guard, who)

    async def agreed(self, message_id: int = 500, **facts: object) -> OutgoingMessage:
        """Have the writer pick a message and press Send; return the answer."""
        shown = await self.pick(self.reply(message_id, **facts), writer())  # type: ignore[arg-type] # as above
        return await self.press(shown, Action.SEND, writer())

    async def approved(self, message_id: int = 500, **facts: object) -> None:
        """Have the writer agree and the author publish."""
        await self.agreed(message_id, **facts)
        relay = await self.relay(message_id)
        await self.relays.publish(relay.id, relay.guard, author())

    async def published(self, message_id: int = 500, **facts: object) -> None:
        """Have a message come to be on the blog."""
        await self.approved(message_id, **facts)
        await self.reconcile(message_id)

    async def relay(self, message_id: int = 500) -> Relay:
        async with self.begin() as tx:
            relay = await relays.of_message(tx, message_id)
        assert relay is not None
        return relay

    async def state(self, message_id: int = 500) -> str:
        return (await self.relay(message_id)).state

    async def row(self, purpose: ledger.Purpose, message_id: int = 500) -> LedgerRow | None:
        """Return the row of a purpose that belongs to a message's relay."""
        relay = await self.relay(message_id)
        async with self.begin() as tx:
            return await tx.scalar(
                select(LedgerRow).where(LedgerRow.purpose == purpose.value, LedgerRow.relay_id == relay.id)
            )

    async def send(self, relay: Relay) -> OutgoingMessage:
        """Have the writer press *Send* under the preview as it would look now."""
        async with self.begin() as tx:
            guard = send_guard(relay, await relays.place_of(tx, relay))
        return await self.relays.send(relay.id, guard, writer(), self.interaction())

    async def row_of(self, tx: Transaction, relay: Relay) -> LedgerRow | None:
        """Return the row of a relay's comment."""
        about = ledger.Subject(subscription_id=relay.subscription_id, relay_id=relay.id)
        return await ledger.find(tx, ledger.Purpose.COMMENT, about)

    async def release(self) -> None:
        """Let go of every lease, as the next process does."""
        async with self.begin() as tx:
            await ledger.release_leases(tx)

    async def rows(self, purpose: ledger.Purpose) -> list[LedgerRow]:
        async with self.begin() as tx:
            return list(await tx.scalars(select(LedgerRow).where(LedgerRow.purpose == purpose.value)))

    async def consents(self) -> list[Consent]:
        async with self.begin() as tx:
            return list(await tx.scalars(select(Consent).order_by(Consent.id)))

    async def reconcile(self, message_id: int = 500) -> Outcome:
        """Reconcile a message's comment once, and settle it as the runner does."""
        row = await self.row(ledger.Purpose.COMMENT, message_id)
        assert row is not None
        return await self.comments.reconcile(row.id)

    def runner(self) -> Runner:
        """Return a runner, as after a start."""
        return Runner(
            self.begin,
            {
                ledger.Kind.MESSAGE: Messages(self.begin, self.chat, self.clock, {}),
                ledger.Kind.REACTION: Reactions(self.begin, self.chat, self.clock),
                ledger.Kind.COMMENT: self.comments,
            },
            self.clock,
            self.randomness,
        )

    async def run(self) -> None:
        """Let the runner do what is due now."""
        await self.runner().drain()

    async def run_until_settled(self, message_id: int = 500, *, hours: int = 48) -> None:
        """Let the runner work through time until the comment's row is settled or closed."""
        runner = self.runner()
        for _step in range(hours * 60):
            await runner.drain()
            row = await self.row(ledger.Purpose.COMMENT, message_id)
            assert row is not None
            if row.due_at is None:
                return
            self.clock.now = max(self.clock.now, row.due_at, row.leased_until or row.due_at)
        raise AssertionError("the row never settled")

    async def comes_to_rest(self, message_id: int = 500, *, looks: int = 60) -> bool:
        """Let the runner go on until the comment's row is settled or closed; return False when so many are too few."""
        runner = self.runner()
        for _look in range(looks):
            is_busy = await runner.drain_once()
            row = await self.row(ledger.Purpose.COMMENT, message_id)
            assert row is not None
            if row.due_at is None:
                return True
            if not is_busy:
                self.clock.now = max(self.clock.now, row.due_at, row.leased_until or row.due_at)
        return False

    async def change(self, **values: object) -> None:
        """Set columns of the one subscription or its blog (`blog_state`)."""
        async with self.begin() as tx:
            subscription = (await tx.scalars(select(Subscription))).one()
            blog = (await tx.scalars(select(StoredBlog))).one()
            for name, value in values.items():
                if name == "blog_state":
                    blog.state = str(value)
                else:
                    setattr(subscription, name, value)

    def wait(self, **span: float) -> None:
        self.clock.now += timedelta(**span)


async def said(answer: Awaitable[OutgoingMessage]) -> OutgoingMessage:
    """Return what somebody is shown, an answer or the sentence of a refusal."""
    try:
        return await answer
    except UserError as refusal:
        return OutgoingMessage(text=str(refusal))


def author(**facts: object) -> Actor:
    return _actor(AUTHOR, "Edna", may_manage_guild=True, **facts)


def writer(**facts: object) -> Actor:
    return _actor(WRITER, "Dana", **facts)


def other(**facts: object) -> Actor:
    return _actor(OTHER, "Olaf", **facts)


def _actor(user_id: int, name: str, **facts: object) -> Actor:
    values: dict[str, object] = {"user_id": user_id, "guild_id": GUILD, "name": name}
    return Actor(**{**values, **facts})  # type: ignore[arg-type] # the facts are the fields


def actions(message: OutgoingMessage) -> list[str]:
    """Return the actions of a message's buttons, in order."""
    return [pressed.custom_id.split(":")[1] for pressed in message.buttons if pressed.custom_id]


def button(message: OutgoingMessage, action: Action) -> tuple[int, str]:
    """Return the row and the guard of a message's button for an action."""
    for shown in message.buttons:
        match = BUTTON_PATTERN.fullmatch(shown.custom_id or "")
        if match and match["action"] == action.value:
            return int(match["row_id"]), match["guard"]
    raise AssertionError(f"no button {action} under {message}")


def shown_text(message: OutgoingMessage) -> str:
    """Return all that a message says."""
    card = message.card
    return "\n".join([message.text, *([] if card is None else [card.heading, card.body, card.footer])])


def wanted_message(row: LedgerRow | None) -> OutgoingMessage:
    """Return the message that a row wants."""
    assert row is not None
    assert row.wanted is not None
    return OutgoingMessage.from_json(row.wanted["message"])
