"""Rights count at the effect, buttons belong to one guild, post and person, and guilds keep to themselves."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.errors import TemporaryError, UserError
from bot.domain.messages import Action
from bot.domain.models import Actor
from db.engine import Begin
from db.models import Relay, StoredBlog, Subscription
from tests.conftest import CountingRandomness, TestClock
from tests.services.relay_world import AUTHOR, GUILD, World, author, other, writer

ELSEWHERE = 11
POINTS = [
    "before the pick",
    "after the pick",
    "after the yes",
    "at the decision",
    "after the decision",
    "while the blog was away",
]


@pytest.fixture
async def world(begin: Begin, clock: TestClock, randomness: CountingRandomness) -> World:
    world = World(begin, clock, randomness)
    await world.furnish()
    return world


@pytest.mark.parametrize("loses", ["role", "membership"])
@pytest.mark.parametrize("point", POINTS)
async def test_author_who_loses_the_right_at_any_point_publishes_nothing(world: World, point: str, loses: str) -> None:
    """T21: six points between the click and the call."""

    def at(name: str) -> None:
        if name == point and loses == "role":
            world.give_rights(AUTHOR, may_manage_guild=False)
        elif name == point:
            world.chat.members.pop((GUILD, AUTHOR))

    at("before the pick")
    shown = await world.pick(world.reply(), writer())
    at("after the pick")
    await world.press(shown, Action.SEND, writer())
    relay = await world.relay()
    at("after the yes")
    at("at the decision")
    await world.relays.publish(relay.id, relay.guard, author())
    at("after the decision")
    if point in POINTS[5:6]:
        world.blog.faults.before("read_post", TemporaryError("The blog is away."))
        await world.run()
        world.wait(minutes=5)
    for name in POINTS[5:6]:
        at(name)
    await world.run()

    assert world.blog.comments == {}
    assert await world.state() == "waiting_for_author"


@pytest.mark.parametrize("action", [Action.SEND, Action.CANCEL, Action.SEE, Action.NO, Action.NEVER, Action.TAKE_OFF])
@pytest.mark.parametrize(
    "who", [author(), other(), replace(writer(), guild_id=ELSEWHERE)], ids=["author", "other", "elsewhere"]
)
async def test_writers_button_in_other_hands_does_nothing(world: World, action: Action, who: Actor) -> None:
    """T21: the id is replayed by somebody else, or by the writer in another guild."""
    await world.pick(world.reply(), writer())
    relay = await world.relay()
    doors = {
        Action.SEND: lambda: world.relays.send(relay.id, relay.guard, who, world.interaction()),
        Action.CANCEL: lambda: world.relays.cancel(relay.id, relay.guard, who),
        Action.SEE: lambda: world.relays.see(relay.id, relay.guard, who),
        Action.NO: lambda: world.relays.decline(relay.id, relay.guard, who, is_for_good=False),
        Action.NEVER: lambda: world.relays.decline(relay.id, relay.guard, who, is_for_good=True),
        Action.TAKE_OFF: lambda: world.relays.take_off(relay.id, relay.guard, who),
    }

    with pytest.raises(UserError, match=r"Only the writer of that message can answer\.|That is no longer there\."):
        await doors[action]()

    assert await world.state() == "proposed"
    assert await world.consents() == []


@pytest.mark.parametrize("action", [Action.PUBLISH, Action.REFUSE, Action.UNDO])
async def test_authors_of_another_guild_on_the_same_blog_decide_nothing_here(world: World, action: Action) -> None:
    """T22: they manage their own guild, and know the button's id."""
    await _second_guild(world)
    await world.agreed()
    relay = await world.relay()
    stranger = replace(author(), guild_id=ELSEWHERE)
    doors = {
        Action.PUBLISH: world.relays.publish,
        Action.REFUSE: world.relays.refuse,
        Action.UNDO: world.relays.undo,
    }

    answer = await doors[action](relay.id, relay.guard, stranger)
    await world.run()

    assert answer.text == "That is no longer there."
    assert await world.state() == "waiting_for_author"
    assert world.blog.comments == {}


async def test_queue_shows_nothing_of_another_guild_on_the_same_blog(world: World) -> None:
    """T22: ten replies wait in the one; the other sees none of them."""
    await _second_guild(world)
    for number in range(10):
        await world.agreed(500 + number)

    theirs = await world.relays.queue(ELSEWHERE, replace(author(), guild_id=ELSEWHERE))
    forged = await world.relays.queue(GUILD, replace(author(), guild_id=ELSEWHERE))

    assert theirs.text == "Nothing waits for you."
    assert theirs.card is forged.card is None


async def test_two_guilds_on_one_blog_share_its_feed_and_never_its_password(world: World) -> None:
    """T22."""
    await _second_guild(world)
    async with world.begin() as tx:
        blogs = list(await tx.scalars(select(StoredBlog).order_by(StoredBlog.id)))
        relays = list(await tx.scalars(select(Relay)))
    assert [blog.guild_id for blog in blogs] == [GUILD, ELSEWHERE]
    assert blogs[0].feed_id == blogs[1].feed_id
    assert blogs[1].sealed_password is None
    assert relays == []


async def _second_guild(world: World) -> None:
    async with world.begin() as tx:
        first = (await tx.scalars(select(StoredBlog))).one()
        blog = StoredBlog(
            guild_id=ELSEWHERE, feed_id=first.feed_id, url=first.url, title="Winter Blog", created_at=world.clock()
        )
        tx.add(blog)
        await tx.flush()
        tx.add(Subscription(blog_id=blog.id, guild_id=ELSEWHERE, channel_id=21, created_at=world.clock()))
    world.chat.members[(ELSEWHERE, AUTHOR)] = replace(world.chat.members[(GUILD, AUTHOR)])
