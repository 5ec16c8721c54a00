"""Random lives of replies: whatever happens in whatever order, in the end both sides agree with the rules."""

import asyncio
import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import TemporaryError, UnknownResultError
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState, is_gone_on_blog, text_hash
from bot.services.commenting.blog_watch import BlogWatch
from bot.services.relaying.catch_up import CatchUp
from db import relays
from db.engine import Store
from db.models import Relay
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import Crash
from tests.services.relay_world import AUTHOR, THREAD, World, author, writer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGES = (500, 501, 502, 503, 504, 505)
STEPS = (
    *("bring", "bring", "bring", "bring", "bring", "bring"),
    *("write", "edit", "edit", "delete", "bulk_delete", "propose", "propose", "change", "consent", "consent", "refuse"),
    *("send_edit", "withdraw", "approve", "approve", "approve_edit", "moderate", "owner_edits", "owner_deletes"),
    *("undo", "undo", "edit_goes_through", "edit_goes_through", "shut", "shut", "let_in", "moderate_here"),
    *("owner_bins", "owner_restores", "role_taken", "role_given", "gap", "repeat", "run", "run", "run"),
    *("run_and_crash", "lost_answer", "lost_answer", "lost_answer", "busy", "look", "wait", "wait"),
)
DRAINS = 300
"""More than anything takes that goes on."""
LIFE = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2**16)), min_size=10, max_size=45)


class Life:
    """A world in which things happen, and what must be true of it in the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.is_listening = True
        self.edits = 0
        self.removed_on_blog: set[int] = set()
        self.changed_on_blog: set[int] = set()
        self.withdrawn: set[int] = set()
        self.seen: list[int] = []

    async def live(self, steps: list[tuple[str, int]]) -> None:
        for name, seed in steps:
            await getattr(self, name)(random.Random(seed))
        await self.settle()
        await self.agree()

    # --- in Discord ------------------------------------------------------------------------------

    async def write(self, chance: random.Random) -> None:
        message_id = chance.choice(MESSAGES)
        if message_id not in self.seen:
            self.seen.append(message_id)
            self.world.reply(message_id, f"Words of {message_id}")

    def _any(self, chance: random.Random) -> int | None:
        there = [message_id for message_id in self.seen if message_id in self.world.chat.replies]
        return chance.choice(there) if there else None

    async def edit(self, chance: random.Random) -> None:
        message_id = self._any(chance)
        if message_id is not None:
            self.edits += 1
            edited_at = NOON + timedelta(seconds=self.edits)
            self.world.reply(message_id, f"Words of {message_id}, edit {self.edits}", edited_at=edited_at)
            await self._tell_edit(message_id)

    async def _tell_edit(self, message_id: int) -> None:
        if self.is_listening:
            await self.world.relays.edits.message_edited(self.world.chat.replies[message_id])

    async def repeat(self, chance: random.Random) -> None:
        """Deliver an event again, or an older one late."""
        message_id = self._any(chance)
        if message_id is not None and self.is_listening:
            reply = self.world.chat.replies[message_id]
            await self.world.relays.edits.message_edited(reply)
            await self.world.relays.edits.message_edited(
                replace(reply, content="an older text", edited_at=NOON - timedelta(hours=1))
            )

    async def delete(self, chance: random.Random) -> None:
        message_id = self._any(chance)
        if message_id is not None:
            del self.world.chat.replies[message_id]
            if self.is_listening:
                await self.world.relays.message_deleted(message_id)

    async def bulk_delete(self, chance: random.Random) -> None:
        if chance.random() < 0.7:
            return
        gone = [message_id for message_id in self.seen if message_id in self.world.chat.replies]
        for message_id in gone:
            del self.world.chat.replies[message_id]
        if self.is_listening:
            await self.world.relays.removals.messages_deleted(gone)

    async def gap(self, _chance: random.Random) -> None:
        """Lose the connection, or have it again after what was missed cannot be told any more."""
        self.is_listening = not self.is_listening
        if self.is_listening:
            await self._catch_up()

    async def _catch_up(self) -> None:
        world = self.world
        caught = CatchUp(world.begin, world.chat, world.relays, world.clock, world.randomness, lambda: None)
        await caught.session_began()

    async def role_taken(self, _chance: random.Random) -> None:
        self.world.give_rights(AUTHOR, may_manage_guild=False)

    async def role_given(self, _chance: random.Random) -> None:
        self.world.give_rights(AUTHOR)

    # --- what people press -----------------------------------------------------------------------

    async def propose(self, chance: random.Random) -> None:
        message_id = self._any(chance)
        if message_id is not None:
            await self.world.pick(self.world.chat.replies[message_id], writer())

    async def change(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.change(relay.id, writer(), text=f"Typed {chance.random()}", name="Dana")

    async def consent(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.send(relay)

    async def send_edit(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.edits.send(relay.id, relay.guard, writer(), self.world.interaction())

    async def refuse(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.refuse(relay.id, relay.guard, author())

    async def withdraw(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None and chance.random() < 0.5:
            await self.world.relays.take_off(relay.id, relay.guard, writer())

    async def approve(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.publish(relay.id, relay.guard, author())

    async def approve_edit(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.edits.publish(relay.id, relay.guard, author())

    async def edit_goes_through(self, chance: random.Random) -> None:
        """Have an edit let through, so that more of them are on their way when something else happens."""
        await self.edit(chance)
        await self.approve_edit(chance)

    async def undo(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.undo(relay.id, relay.guard, author())

    async def moderate_here(self, chance: random.Random) -> None:
        relay = await self._relay(chance)
        if relay is not None:
            moderation = self.world.relays.moderation
            act = chance.choice([moderation.approve, moderation.mark_as_spam])
            await act(relay.id, relay.guard, author())

    async def shut(self, chance: random.Random) -> None:
        """Block the writer or stop the thread."""
        relay = await self._relay(chance)
        if relay is not None and chance.random() < 0.5:
            await self.world.relays.moderation.block(relay.id, relay.guard, author())
        elif relay is not None:
            await self.world.relays.moderation.stop_thread(relay.announcement_id, "00000000", author())

    async def let_in(self, chance: random.Random) -> None:
        """Take both back."""
        relay = await self._relay(chance)
        if relay is not None:
            await self.world.relays.moderation.forget_stance(relay.id, relay.guard, author())
            await self.world.relays.moderation.resume_thread(relay.announcement_id, "00000000", author())

    async def _relay(self, chance: random.Random) -> Relay | None:
        if not self.seen:
            return None
        async with self.world.begin() as tx:
            return await relays.of_message(tx, chance.choice(self.seen))

    async def bring(self, chance: random.Random) -> None:
        """Have a message go all the way, so that most of a life is what comes after."""
        message_id = chance.choice(MESSAGES)
        if message_id not in self.seen:
            self.seen.append(message_id)
            self.world.reply(message_id, f"Words of {message_id}")
        if message_id not in self.world.chat.replies:
            return
        await self.world.pick(self.world.chat.replies[message_id], writer())
        async with self.world.begin() as tx:
            relay = await relays.of_message(tx, message_id)
        if relay is not None:
            await self.world.send(relay)
            await self.world.relays.publish(relay.id, relay.guard, author())
            if chance.random() < 0.8:
                await self._run()

    # --- on the blog -----------------------------------------------------------------------------

    def _comment(self, chance: random.Random) -> int | None:
        return chance.choice(list(self.world.blog.comments)) if self.world.blog.comments else None

    async def moderate(self, chance: random.Random) -> None:
        comment_id = self._comment(chance)
        if comment_id is not None and self.world.blog.comments[comment_id].status is not CommentStatus.TRASH:
            status = chance.choice([CommentStatus.APPROVED, CommentStatus.HELD, CommentStatus.SPAM])
            self.world.blog.set_status(comment_id, status)

    async def owner_edits(self, chance: random.Random) -> None:
        comment_id = self._comment(chance)
        if comment_id is not None and chance.random() < 0.4:
            comment = self.world.blog.comments[comment_id]
            self.world.blog.comments[comment_id] = replace(comment, content_raw="The owner's words")
            self.changed_on_blog.add(comment_id)

    async def owner_deletes(self, chance: random.Random) -> None:
        comment_id = self._comment(chance)
        if comment_id is not None and chance.random() < 0.4:
            del self.world.blog.comments[comment_id]
            self.removed_on_blog.add(comment_id)

    async def owner_bins(self, chance: random.Random) -> None:
        comment_id = self._comment(chance)
        if comment_id is not None and chance.random() < 0.5:
            self.world.blog.set_status(comment_id, CommentStatus.TRASH)

    async def owner_restores(self, _chance: random.Random) -> None:
        """Restore what we know as somebody's removal; what was taken off by us is the bot's own."""
        for message_id in self.seen:
            async with self.world.begin() as tx:
                relay = await relays.of_message(tx, message_id)
            if relay is None or not is_gone_on_blog(relay.state, relay.reason):
                continue
            if relay.comment_id in self.world.blog.comments:
                self.world.blog.set_status(relay.comment_id, CommentStatus.APPROVED)

    async def look(self, _chance: random.Random) -> None:
        world = self.world
        await BlogWatch(world.begin, world.blogs, world.box, world.clock, world.randomness, interval_seconds=300).look()

    # --- the process -----------------------------------------------------------------------------

    async def _run(self) -> None:
        runner = self.world.runner()
        for _drain in range(DRAINS):
            if not await runner.drain_once():
                return
        raise AssertionError("something is done again and again")

    async def run(self, _chance: random.Random) -> None:
        await self._run()

    async def run_and_crash(self, chance: random.Random) -> None:
        faults = self.world.blog.faults
        call = chance.choice(["create_comment", "edit_comment", "bin_comment", "find_comments", "read_comment"])
        (faults.after if chance.random() < 0.5 else faults.before)(call, Crash())
        try:
            await self._run()
        except BaseExceptionGroup as group:
            assert group.split(Crash)[1] is None, group
        faults.forget()
        await self.world.release()

    async def lost_answer(self, chance: random.Random) -> None:
        faults = self.world.blog.faults
        lose = chance.choice([faults.before, faults.after])
        lose(chance.choice(["create_comment", "edit_comment"]), UnknownResultError("the answer was lost"))
        await self._run()
        self.world.blog.faults.forget()

    async def busy(self, _chance: random.Random) -> None:
        self.world.blog.faults.before("read_comment", TemporaryError("busy"))
        await self._run()
        self.world.blog.faults.forget()

    async def wait(self, chance: random.Random) -> None:
        self.world.wait(seconds=chance.choice([5, 70, 1_000]))

    async def settle(self) -> None:
        """Let everything come to rest: the author is there, the connection stands, and the held answer is yes."""
        world = self.world
        world.give_rights(AUTHOR)
        self.is_listening = True
        await self.let_in(random.Random(0))
        await self._catch_up()
        for _round in range(8):
            world.wait(minutes=20)
            await world.relays.expire()
            await self.look(random.Random(0))
            await self._run()

    async def agree(self) -> None:
        """Hold the blog against the rules."""
        world = self.world
        agreed = {consent.text_hash for consent in await world.consents()}
        keys = [c.author_url for c in world.blog.comments.values() if c.status is not CommentStatus.TRASH]
        assert len([key for key in keys if key]) == len({key for key in keys if key}), "a comment is doubled"
        assert not self.removed_on_blog & set(world.blog.comments), "a removed comment came back"
        for message_id in self.seen:
            async with world.begin() as tx:
                relay = await relays.of_message(tx, message_id)
                row = None if relay is None else await world.row_of(tx, relay)
            if relay is None:
                continue
            comment = world.blog.comments.get(relay.comment_id or 0)
            is_there = comment is not None and comment.status is not CommentStatus.TRASH
            assert row is None or row.due_at is None, (relay.state, row.last_error)
            if relay.state in {RelayState.REMOVED, RelayState.WITHDRAWN, RelayState.REFUSED}:
                assert not is_there or "Removed" in comment.content_raw, (relay.state, relay.reason)  # type: ignore[union-attr] # there
            if relay.state in {RelayState.PUBLISHED, RelayState.HELD, RelayState.SPAM}:
                assert comment is not None
                assert message_id in world.chat.replies or relay.removal_id is not None
                if comment.comment_id not in self.changed_on_blog:
                    assert text_hash(comment.author_name, comment.content_raw) in agreed
                    assert comment.content_raw == relay.content_html
            reacted = (THREAD, message_id, "✅") in world.chat.reactions
            assert reacted == (relay.state == RelayState.PUBLISHED), relay.state


async def _live(path: Path, steps: list[tuple[str, int]], *, policy: str) -> None:
    store = Store(f"sqlite+aiosqlite:///{path}")
    try:
        world = World(store.begin, TestClock(), CountingRandomness())
        await world.furnish(policy=policy)
        await Life(world).live(steps)
    finally:
        await store.close()


def _play(empty: Path, steps: list[tuple[str, int]], policy: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "life.db"
        path.write_bytes(empty.read_bytes())
        asyncio.run(_live(path, steps, policy=policy))


@pytest.mark.timeout(600)
@given(steps=LIFE, policy=st.sampled_from(["approve", "direct"]))
@settings(max_examples=24, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_sides_agree_after_any_life(empty_database: Path, steps: list[tuple[str, int]], policy: str) -> None:
    """F24, F25, T13: gaps, repeated and late events among everything else."""
    _play(empty_database, steps, policy)


@pytest.mark.slow
@pytest.mark.timeout(7_200)
@given(steps=LIFE, policy=st.sampled_from(["approve", "direct"]))
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_sides_agree_after_a_thousand_lives(
    empty_database: Path, steps: list[tuple[str, int]], policy: str
) -> None:
    """F24, F25, T13: the same a thousand times."""
    _play(empty_database, steps, policy)
