"""What may be on a blog is never given up, also while nobody can look."""

from sqlalchemy import select

from bot.domain.errors import UnknownResultError
from bot.domain.models import CommentStatus
from db import ledger, relays
from db.models import LedgerRow, StoredBlog
from tests.services.relay_world import World


async def lose_password(world: World) -> str | None:
    async with world.begin() as tx:
        blog = (await tx.scalars(select(StoredBlog))).one()
        sealed = blog.sealed_password
        blog.sealed_password, blog.state = None, "feed_only"
    return sealed


async def give_password(world: World, sealed: str | None) -> None:
    async with world.begin() as tx:
        blog = (await tx.scalars(select(StoredBlog))).one()
        blog.sealed_password, blog.state = sealed, "ok"
        await relays.wake_blog(tx, blog.id, world.clock())


async def comment_row(world: World) -> LedgerRow:
    row = await world.row(ledger.Purpose.COMMENT)
    assert row is not None
    return row


async def test_half_sent_comment_waits_for_a_password_and_is_then_found(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    await world.run()
    sealed = await lose_password(world)
    world.wait(hours=1)
    await world.run()
    assert (await comment_row(world)).due_at is not None
    assert await world.state() == "sending"

    await give_password(world, sealed)
    world.wait(hours=1)
    await world.run_until_settled()
    assert await world.state() == "published"
    assert len(world.blog.visible()) == 1


async def test_deletion_while_the_password_is_lost_is_carried_out_afterwards(world: World) -> None:
    await world.published()
    sealed = await lose_password(world)
    await world.relays.message_deleted(500)
    world.wait(hours=1)
    await world.run()
    assert (await comment_row(world)).due_at is not None

    await give_password(world, sealed)
    await world.run_until_settled()
    assert [comment.status for comment in world.blog.comments.values()] == [CommentStatus.TRASH]
    assert await world.state() == "removed"


async def test_removal_that_was_closed_once_is_opened_when_the_blog_is_connected_again(world: World) -> None:
    await world.published()
    await world.relays.message_deleted(500)
    row_id = (await comment_row(world)).id
    async with world.begin() as tx:
        ledger.close(await ledger.get(tx, row_id), reason="gave_up", now=world.clock())
    await give_password(world, world.box.seal("pass word"))
    await world.run_until_settled()
    assert world.blog.visible() == []


async def test_failing_looks_never_end_in_a_refusal(world: World) -> None:
    await world.approved()
    world.blog.faults.after("create_comment", UnknownResultError("lost"))
    world.blog.faults.before("find_comments", *[UnknownResultError("502")] * 70)
    await world.run()
    runner = world.runner()
    for _try in range(65):
        await runner.drain()
        world.clock.now = (await comment_row(world)).due_at or world.clock.now
    assert await world.state() == "sending"
    await world.run_until_settled()
    assert await world.state() == "published"
