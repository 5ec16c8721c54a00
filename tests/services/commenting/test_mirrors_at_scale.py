"""Readers' comments where there are many threads, long chains, or posts that not everybody can read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event, select

from bot.domain.models import PostState
from db.mirrors import DEEPEST
from db.models import Announcement, StoredPost
from tests.services.commenting.test_mirrors import furnished, look, read_by, reply_comment_id, shown, some_mirrors
from tests.services.relay_world import CHANNEL, World


@asynccontextmanager
async def counted(world: World) -> AsyncIterator[list[str]]:
    """Note every statement that the block makes on the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    async with world.begin() as tx:
        engine = tx.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_look_does_not_ask_about_every_thread_that_there_ever_was(world: World) -> None:
    """T5: a look is one transaction, and while it lasts nobody else's begins."""
    await furnished(world)
    async with counted(world) as few:
        await look(world)
    async with world.begin() as tx:
        for number in range(1_000, 1_050):
            post = StoredPost(
                feed_id=1,
                state="wanted",
                post_id=number,
                link=f"https://blog.example/{number}/",
                title="Another walk",
                categories=[],
                entry_hash="h",
                first_seen_at=world.clock(),
            )
            tx.add(post)
            await tx.flush()
            tx.add(
                Announcement(
                    subscription_id=1,
                    post_row_id=post.id,
                    state="announced",
                    guard="00000000",
                    channel_id=CHANNEL,
                    message_id=number,
                    thread_id=number,
                    created_at=world.clock(),
                )
            )
    async with counted(world) as many:
        await look(world)
    assert len(many) == len(few)


async def test_a_chain_of_answers_is_followed_so_deep_and_no_deeper(world: World) -> None:
    """T5: WordPress nests ten deep; a blog that means harm says what it likes."""
    await furnished(world)
    costs = []
    parent_id = await reply_comment_id(world)
    for _turn in range(3):
        for _comment in range(2 * DEEPEST):
            parent_id = read_by(world, "On and on", parent_id=parent_id).comment_id
        async with counted(world) as statements:
            await some_mirrors(world).look()
        costs.append(len(statements))
        world.wait(minutes=6)
    assert costs[2] < 1.5 * costs[0]


@pytest.mark.parametrize("how", ["protected", "unpublished"])
async def test_comments_on_a_post_that_not_everybody_can_read_stay_there(world: World, how: str) -> None:
    """T17: our user sees them on the blog, and the thread's members may not."""
    await furnished(world)
    await world.change(mirror="all")
    read_by(world, "Said in public")
    await look(world)
    assert len(shown(world)) == 1
    async with world.begin() as tx:
        post = (await tx.scalars(select(StoredPost))).one()
        post.is_protected = how == "protected"
        post.state = (PostState.UNPUBLISHED if how == "unpublished" else PostState.WANTED).value
    read_by(world, "Said in confidence")
    await look(world)
    await look(world)
    assert shown(world) == []

    async with world.begin() as tx:
        post = (await tx.scalars(select(StoredPost))).one()
        post.is_protected, post.state = False, PostState.WANTED.value
    await look(world)
    assert "Said in confidence" in "".join(message.text for message in shown(world))
