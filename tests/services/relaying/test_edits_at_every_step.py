"""An edit comes between each pair of steps from the proposal to the call: what is posted was agreed to, always."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.domain.models import BlogAccess, CommentStatus
from bot.domain.ports import Blogs, Chat
from bot.domain.relays import text_hash
from bot.services.commenting.comments import Comments
from db import stances
from tests.services.relay_world import AUTHOR, WRITER, World, author, writer

Point = Callable[[], Awaitable[None]]

MOST_POINTS = 25


class Between:
    """A port where something may happen before each call."""

    def __init__(self, port: object, point: Point) -> None:
        self._port = port
        self._point = point

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def call(*arguments: Any, **named: Any) -> object:
            await self._point()
            return await getattr(self._port, name)(*arguments, **named)

        return call


class BlogsBetween:
    """Opens blogs where something may happen before each call."""

    def __init__(self, blogs: Blogs, point: Point) -> None:
        self._blogs = blogs
        self._point = point

    def open(self, access: BlogAccess) -> Between:
        return Between(self._blogs.open(access), self._point)


@dataclass
class Journey:
    """One message on its way to the blog, which is edited at the point of number `edit_at` (the first is 1)."""

    world: World
    message_id: int
    edit_at: int
    is_text_told: bool
    passed: int = 0
    approved_html: str | None = None

    async def point(self) -> None:
        self.passed += 1
        if self.passed == self.edit_at:
            edited_at = self.world.clock() + timedelta(seconds=self.passed)
            reply = self.world.reply(
                self.message_id,
                f"Second {self.message_id}",
                edited_at=edited_at,
                writer_id=self.world.chat.replies[self.message_id].writer_id,
            )
            told = reply if self.is_text_told else replace(reply, content=None)
            await self.world.relays.edits.message_edited(told)

    async def send(self) -> None:
        await self.world.send(await self.world.relay(self.message_id))

    async def pick(self) -> None:
        await self.world.pick(self.world.chat.replies[self.message_id], writer())

    async def change(self) -> None:
        relay = await self.world.relay(self.message_id)
        await self.world.relays.change(relay.id, writer(), text=f"Typed {self.message_id}", name="Dana")

    async def be_asked_for(self) -> None:
        await self.world.pick(self.world.chat.replies[self.message_id], author())

    async def see(self) -> None:
        relay = await self.world.relay(self.message_id)
        await self.world.relays.see(relay.id, relay.guard, writer())

    async def publish(self) -> None:
        relay = await self.world.relay(self.message_id)
        self.approved_html = relay.content_html
        await self.world.relays.publish(relay.id, relay.guard, author())

    async def pick_own(self) -> None:
        await self.world.pick(self.world.chat.replies[self.message_id], author())

    async def run(self) -> None:
        await self.world.run()


Step = Callable[[Journey], Awaitable[None]]
WAYS: dict[str, list[Step]] = {
    "approve": [Journey.pick, Journey.send, Journey.publish, Journey.run],
    "changed in the preview": [Journey.pick, Journey.change, Journey.send, Journey.publish, Journey.run],
    "direct": [Journey.pick, Journey.send, Journey.run],
    "trusted": [Journey.pick, Journey.send, Journey.run],
    "asked for": [Journey.be_asked_for, Journey.see, Journey.send, Journey.run],
    "the author's own": [Journey.pick_own, Journey.run],
}


async def furnish(world: World, way: str) -> None:
    world.blog.default_status = CommentStatus.APPROVED
    if way == "direct":
        await world.change(policy="direct")
    if way == "trusted":
        async with world.begin() as tx:
            await stances.take(
                tx, blog_id=1, writer_id=WRITER, stance=stances.TRUSTED, decided_by=AUTHOR, now=world.clock()
            )


async def what_is_agreed(world: World, message_id: int) -> tuple[str, set[str]]:
    """Return the name that the yes is about, and the hashes of the texts that it was given to."""
    relay = await world.relay(message_id)
    return relay.name, {one.text_hash for one in await world.consents() if one.relay_id == relay.id}


async def travel(world: World, journey: Journey, steps: list[Step]) -> None:
    world.comments = Comments(
        world.begin,
        cast("Chat", Between(world.chat, journey.point)),
        cast("Blogs", BlogsBetween(world.blogs, journey.point)),
        world.box,
        world.clock,
        world.randomness,
        follow_edit=world.relays.edits.message_edited,
    )
    for step in steps:
        await journey.point()
        await step(journey)


async def agrees(world: World, journey: Journey) -> None:
    """Hold what was posted, and what is there now, against what was agreed to."""
    name, agreed = await what_is_agreed(world, journey.message_id)
    relay = await world.relay(journey.message_id)
    posted = [draft for draft in world.blog.drafts if f"{journey.message_id}<" in draft.content_html]
    assert len(posted) == 1
    assert text_hash(name, posted[0].content_html) in agreed
    if journey.approved_html is not None:
        assert posted[0].content_html == journey.approved_html
    there = world.blog.comments[relay.comment_id or 0]
    assert text_hash(name, there.content_raw) in agreed


@pytest.mark.parametrize("is_text_told", [True, False], ids=["with the intent", "without"])
@pytest.mark.parametrize("way", WAYS)
async def test_what_is_posted_was_agreed_to_whenever_the_message_is_edited(
    world: World, way: str, is_text_told: bool
) -> None:
    await furnish(world, way)
    points = MOST_POINTS
    for edit_at in range(1, MOST_POINTS):
        world.wait(days=2)  # for what a member may send in a day
        message_id = 5000 + edit_at
        world.reply(message_id, f"First {message_id}", writer_id=AUTHOR if way == "the author's own" else WRITER)
        journey = Journey(world, message_id, edit_at, is_text_told)
        await travel(world, journey, WAYS[way])
        await finish(world, journey)
        await agrees(world, journey)
        if journey.passed < edit_at:
            points = edit_at
            break
    assert len(WAYS[way]) + 3 < points < MOST_POINTS  # the steps, and message, post and comment at the posting


async def finish(world: World, journey: Journey) -> None:
    """Have whoever's button was out of date look again and press the fresh one."""
    for _again in range(2):
        state = await world.state(journey.message_id)
        if state in {"proposed", "waiting_for_writer"}:
            await journey.send()
        elif state == "waiting_for_author":
            await journey.publish()
        await world.run()
