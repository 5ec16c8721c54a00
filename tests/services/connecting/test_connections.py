from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.domain.errors import BlogCredentialsError, TemporaryError, UserError
from bot.domain.models import Actor, BlogAddress, BlogRights
from bot.domain.ports import ChannelFacts
from bot.services.access import access_of
from bot.services.connecting.connections import BlogFromSettings, Connections
from bot.services.connecting.subscriptions import Subscriptions
from db.engine import Begin
from db.models import Announcement, Feed, LedgerRow, Relay, StoredBlog, StoredPost, Subscription
from db.secrets import SecretBox
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlogs, FakeChat

GUILD, CHANNEL, QUEUE = 10, 20, 40
OWNER = Actor(user_id=1, guild_id=GUILD, name="Olga", may_manage_guild=True)
DEPUTY = Actor(user_id=2, guild_id=GUILD, name="Dora", role_ids=frozenset({55}))
URL = "https://blog.example/"
ADDRESS = BlogAddress(url=URL, feed_url=f"{URL}feed/", title="Winter Blog", api_root=f"{URL}wp-json/")
KEY = Fernet.generate_key().decode()
PASSWORD = "abcd efgh ijkl"
FROM_SETTINGS = BlogFromSettings(
    url=URL, announce_channel_id=CHANNEL, username="ed", application_password=PASSWORD, queue_channel_id=QUEUE
)


class House:
    """The services over fakes of Discord and of the web, and a real store."""

    def __init__(self, begin: Begin, clock: TestClock) -> None:
        self.begin = begin
        self.chat, self.blogs, self.box = FakeChat(), FakeBlogs(), SecretBox([KEY])
        self.blogs.addresses["blog.example"] = self.blogs.addresses[URL] = ADDRESS
        self.chat.channels[CHANNEL] = ChannelFacts(channel_id=CHANNEL, guild_id=GUILD, name="news")
        self.chat.channels[QUEUE] = ChannelFacts(channel_id=QUEUE, guild_id=GUILD, name="queue", is_public=False)
        self.wakes = 0
        self.connections = Connections(begin, self.chat, self.blogs, self.box, clock, CountingRandomness(), self._wake)
        self.subscriptions = Subscriptions(begin, self.chat, clock, self._wake)

    def _wake(self) -> None:
        self.wakes += 1

    async def blog(self) -> StoredBlog:
        async with self.begin() as tx:
            return (await tx.scalars(select(StoredBlog))).one()

    async def password(self) -> str | None:
        access = access_of(await self.blog(), self.box)
        return access.application_password if access else None

    async def all_subscriptions(self) -> list[Subscription]:
        async with self.begin() as tx:
            return list(await tx.scalars(select(Subscription)))

    async def connect(self) -> None:
        await self.connections.connect(OWNER, "blog.example", channel_id=CHANNEL)


@pytest.fixture
def house(begin: Begin, clock: TestClock) -> House:
    return House(begin, clock)


async def test_connected_blog_is_announced_at_once_and_asks_for_a_password(house: House) -> None:
    answer = await house.connections.connect(OWNER, "blog.example", channel_id=CHANNEL)
    assert "Winter Blog" in answer.text
    assert [button.label for button in answer.buttons] == ["Enter an application password"]
    assert (await house.blog()).state == "feed_only"
    assert house.wakes == 1


async def test_connecting_twice_is_one_subscription(house: House) -> None:
    await house.connect()
    await house.connect()
    assert len(await house.all_subscriptions()) == 1


async def test_only_manage_server_connects(house: House) -> None:
    with pytest.raises(UserError, match="Manage Server"):
        await house.connections.connect(DEPUTY, "blog.example", channel_id=CHANNEL)
    assert await house.all_subscriptions() == []


async def test_missing_permission_is_named_and_nothing_is_stored(house: House) -> None:
    facts = house.chat.channels[CHANNEL]
    house.chat.channels[CHANNEL] = replace(facts, missing=("Send Messages", "Create Public Threads"))
    with pytest.raises(UserError, match="Send Messages, Create Public Threads"):
        await house.connect()
    assert await house.all_subscriptions() == []


async def test_forum_is_refused_as_a_channel_for_announcements(house: House) -> None:
    """F23: a forum post takes no nonce, so the bot makes none."""
    house.chat.channels[CHANNEL] = replace(house.chat.channels[CHANNEL], is_forum=True)
    with pytest.raises(UserError, match="forums"):
        await house.connect()
    assert await house.all_subscriptions() == []


async def test_accepted_password_is_kept_sealed(house: House) -> None:
    await house.connect()
    blog = await house.blog()
    answer = await house.connections.accept_password(
        blog.id, OWNER, username=" ed ", application_password=f" {PASSWORD} "
    )
    blog = await house.blog()
    assert "accepted" in answer.text
    assert blog.state == "ok"
    assert blog.username == "ed"
    assert blog.sealed_password is not None
    assert "abcd" not in blog.sealed_password
    assert await house.password() == PASSWORD


async def test_password_with_too_few_rights_is_refused_with_what_is_missing(house: House) -> None:
    await house.connect()
    house.blogs.at(URL).rights = BlogRights(user_id=1, user_name="sub", missing=("moderate_comments",))
    with pytest.raises(UserError, match="moderate_comments"):
        await house.connections.accept_password(
            (await house.blog()).id, OWNER, username="sub", application_password=PASSWORD
        )
    assert (await house.blog()).sealed_password is None


async def test_password_with_too_many_rights_is_accepted_and_that_is_said(house: House) -> None:
    await house.connect()
    house.blogs.at(URL).rights = BlogRights(user_id=1, user_name="root", excessive=("manage_options",))
    answer = await house.connections.accept_password(
        (await house.blog()).id, OWNER, username="root", application_password=PASSWORD
    )
    assert "manage_options" in answer.text


async def test_refused_password_is_one_sentence_and_keeps_the_old_one(house: House) -> None:
    await house.connect()
    blog = await house.blog()
    await house.connections.accept_password(blog.id, OWNER, username="ed", application_password=PASSWORD)
    house.blogs.at(URL).faults.before("check_rights", BlogCredentialsError("The blog did not accept it."))
    with pytest.raises(UserError, match="did not accept"):
        await house.connections.accept_password(blog.id, OWNER, username="ed", application_password="wrong")
    assert await house.password() == PASSWORD


async def test_password_for_another_guilds_blog_is_refused(house: House) -> None:
    await house.connect()
    stranger = replace(OWNER, guild_id=11)
    with pytest.raises(UserError, match="not connected here"):
        await house.connections.accept_password(
            (await house.blog()).id, stranger, username="ed", application_password=PASSWORD
        )


async def test_settings_connect_a_blog_with_everything(house: House) -> None:
    await house.connections.apply(FROM_SETTINGS)
    await house.connections.apply(FROM_SETTINGS)
    blog, [subscription] = await house.blog(), await house.all_subscriptions()
    assert (blog.state, blog.guild_id, blog.is_from_settings) == ("ok", GUILD, True)
    assert (subscription.channel_id, subscription.queue_channel_id) == (CHANNEL, QUEUE)


async def test_settings_with_a_refused_password_still_announce(house: House) -> None:
    house.blogs.at(URL).faults.before("check_rights", BlogCredentialsError("no"))
    await house.connections.apply(FROM_SETTINGS)
    assert (await house.blog()).state == "credentials"
    assert len(await house.all_subscriptions()) == 1


async def test_api_that_was_known_is_not_forgotten_because_a_later_start_does_not_see_it(house: House) -> None:
    await house.connections.apply(FROM_SETTINGS)
    house.blogs.addresses[URL] = replace(ADDRESS, api_root=None)
    await house.connections.apply(FROM_SETTINGS)
    blog = await house.blog()
    assert (blog.api_root, blog.state) == (ADDRESS.api_root, "ok")


async def test_settings_with_a_refused_password_are_told_to_the_author_once(house: House, begin: Begin) -> None:
    for _start in range(2):
        house.blogs.at(URL).faults.before("check_rights", BlogCredentialsError("no"))
        await house.connections.apply(FROM_SETTINGS)
    async with begin() as tx:
        [alert] = (await tx.scalars(select(LedgerRow))).all()
    assert alert.channel_id == QUEUE
    assert "no longer accepts the application password" in str(alert.wanted)
    assert alert.revision == 1


async def test_password_renewed_in_discord_outlives_a_start_with_the_old_one_in_the_settings(house: House) -> None:
    await house.connections.apply(FROM_SETTINGS)
    blog = await house.blog()
    await house.connections.accept_password(blog.id, OWNER, username="ed", application_password="renewed")
    house.blogs.at(URL).faults.before("check_rights", BlogCredentialsError("the old one is refused"))
    await house.connections.apply(FROM_SETTINGS)
    blog = await house.blog()
    assert blog.state == "ok"
    assert await house.password() == "renewed"


async def test_removing_the_blog_of_the_settings_says_that_it_comes_back(house: House) -> None:
    await house.connections.apply(FROM_SETTINGS)
    assert "BLOG_URL" in (await house.subscriptions.ask_to_remove(OWNER, None)).text


async def test_password_stays_while_a_members_reply_is_on_the_blog(house: House, begin: Begin) -> None:
    await house.connections.apply(FROM_SETTINGS)
    [subscription] = await house.all_subscriptions()
    await put_a_reply_on_the_blog(begin, subscription)
    asked = await house.subscriptions.ask_to_remove(OWNER, None)
    assert "can still take it off" in asked.text
    await house.subscriptions.remove(OWNER, subscription.id)
    assert (await house.blog()).sealed_password is not None
    async with begin() as tx:
        (await tx.get_one(LedgerRow, 1)).applied = None
    assert await house.subscriptions.forget_passwords() == 1
    assert (await house.blog()).sealed_password is None


async def put_a_reply_on_the_blog(begin: Begin, subscription: Subscription) -> None:
    now = subscription.created_at
    async with begin() as tx:
        post = StoredPost(feed_id=1, state="wanted", categories=[], entry_hash="h", first_seen_at=now)
        tx.add(post)
        await tx.flush()
        announcement = Announcement(
            subscription_id=subscription.id,
            post_row_id=post.id,
            state="announced",
            guard="0" * 8,
            channel_id=CHANNEL,
            created_at=now,
        )
        tx.add(announcement)
        await tx.flush()
        relay = Relay(
            message_id=1,
            thread_id=2,
            guild_id=GUILD,
            announcement_id=announcement.id,
            subscription_id=subscription.id,
            blog_id=subscription.blog_id,
            writer_id=3,
            picked_by=3,
            state="published",
            guard="0" * 8,
            created_at=now,
            updated_at=now,
        )
        tx.add(relay)
        await tx.flush()
        tx.add(
            LedgerRow(
                kind="comment",
                purpose="comment",
                subscription_id=subscription.id,
                relay_id=relay.id,
                key="k",
                applied={"comment_id": 9},
                first_sent_at=now,
                created_at=now,
            )
        )


async def test_settings_of_a_blog_that_is_away_raise_to_be_tried_again(house: House) -> None:
    house.blogs.faults.before("discover", TemporaryError("blog.example is away"))
    with pytest.raises(TemporaryError):
        await house.connections.apply(FROM_SETTINGS)
    assert await house.all_subscriptions() == []


async def test_blog_nobody_followed_begins_in_silence_again(house: House, begin: Begin) -> None:
    await house.connect()
    async with begin() as tx:
        (await tx.get_one(Feed, 1)).is_baselined = True
    [subscription] = await house.all_subscriptions()
    await house.subscriptions.remove(OWNER, subscription.id)
    await house.connect()
    async with begin() as tx:
        assert (await tx.get_one(Feed, 1)).is_baselined is False


async def test_removed_blog_forgets_its_password(house: House) -> None:
    await house.connect()
    await house.connections.accept_password(
        (await house.blog()).id, OWNER, username="ed", application_password=PASSWORD
    )
    asked = await house.subscriptions.ask_to_remove(OWNER, None)
    assert [button.label for button in asked.buttons] == ["Remove it"]
    [subscription] = await house.all_subscriptions()
    await house.subscriptions.remove(OWNER, subscription.id)
    assert (await house.blog()).sealed_password is None
    assert "No blog is connected" in (await house.subscriptions.list_all(OWNER)).text
