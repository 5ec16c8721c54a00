"""What the author does from Discord about a reply that is on the blog, about its writer, and about the thread."""

from collections.abc import Callable, Sequence

import structlog

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, CommentStatus
from bot.domain.ports import Chat, Clock, Randomness
from bot.domain.relays import ON_THE_BLOG
from bot.domain.rights import is_author
from bot.domain.translation import _
from bot.services.relaying.decisions import Decisions
from bot.services.relaying.moderation_wording import menu_of_relay, menu_of_thread
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import no_longer_announced, no_longer_there, only_the_author
from bot.services.relaying.relay_wording import plain
from db import catching_up, relays, stances
from db.engine import Begin, Transaction
from db.models import Announcement, Relay
from db.relays import Place

log = structlog.get_logger(__name__)


class Moderation:
    """The author's menu on a message. Rights are read afresh from Discord at every decision."""

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        effects: RelayEffects,
        decisions: Decisions,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._effects = effects
        self._decisions = decisions
        self._clock = clock
        self._randomness = randomness
        self._wake = wake

    async def menu(
        self, message_id: int, thread_id: int, actor: Actor, *, writer_id: int | None = None
    ) -> OutgoingMessage:
        """Answer *Moderate comment* on a message of `writer_id`, or *More…* on its card."""
        async with self._begin() as tx:
            place = await relays.place_of_thread(tx, thread_id, writer_id=writer_id)
            if place is None or place.subscription.guild_id != actor.guild_id:
                return plain(_("That works on messages in the thread of a blog's post, and this is none."))
            if not is_author(actor, place.subscription.author_role_id):
                return only_the_author()
            if place.subscription.removed_at is not None:
                return plain(no_longer_announced())
            relay = await relays.of_message(tx, message_id)
            if relay is None or relay.announcement_id != place.announcement.id:
                earlier = None
                if place.is_blocked and writer_id is not None:  # they are unblocked by a reply of theirs
                    earlier = await relays.newest_of(tx, blog_id=place.blog.id, writer_id=writer_id)
                return menu_of_thread(place, of_blocked_writer=earlier)
            return await self._menu_of(tx, relay, place)

    async def more(self, relay_id: int, actor: Actor) -> OutgoingMessage:
        """Show the author's menu of the reply that a card is about."""
        async with self._begin() as tx:
            relay = await relays.find(tx, relay_id)
        if relay is None or relay.guild_id != actor.guild_id:
            return no_longer_there()
        return await self.menu(relay.message_id, relay.thread_id, actor)

    async def _menu_of(self, tx: Transaction, relay: Relay, place: Place) -> OutgoingMessage:
        stance = await stances.of(tx, blog_id=relay.blog_id, writer_id=relay.writer_id)
        return menu_of_relay(relay, place, stance=None if stance is None else stance.stance)

    async def approve(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Make the comment public on the blog."""
        return await self._set_status(relay_id, guard, actor, CommentStatus.APPROVED)

    async def mark_as_spam(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Mark the comment as spam on the blog."""
        return await self._set_status(relay_id, guard, actor, CommentStatus.SPAM)

    async def bin(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take the comment off the blog."""
        return await self._decisions.undo(relay_id, guard, actor)

    async def _set_status(self, relay_id: int, guard: str, actor: Actor, status: CommentStatus) -> OutgoingMessage:
        async def act(tx: Transaction, relay: Relay, _place: Place) -> str:
            if relay.state not in ON_THE_BLOG:
                return ""
            if not await self._effects.want_status(tx, relay, status, by=actor.user_id):
                return _("Something is on its way to that comment. Try again in a moment.")
            relay.decided_by, relay.decided_at = actor.user_id, self._clock()
            log.info("moderated", relay=relay.id, status=status.value)
            if status is CommentStatus.SPAM:
                return _("It is being marked as spam on the blog.")
            return _("It is being approved on the blog.")

        return await self._decisions.act(relay_id, guard, actor, act)

    async def trust(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Let this writer's replies and edits go out without a look."""
        told = _("From now on this writer's replies and edits go to the blog without waiting for you.")
        return await self._take_stance(relay_id, guard, actor, stances.TRUSTED, told)

    async def block(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take no more replies of this writer; those on their way wait, and what is on the blog stays."""
        told = _(
            "No more replies of this writer are taken, and those on their way wait for you. What is on the blog "
            "already stays there."
        )
        return await self._take_stance(relay_id, guard, actor, stances.BLOCKED, told)

    async def forget_stance(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Treat this writer as everybody else again."""
        told = _("This writer's replies are treated as everybody else's again.")
        return await self._take_stance(relay_id, guard, actor, None, told)

    async def _take_stance(
        self, relay_id: int, guard: str, actor: Actor, stance: str | None, told: str
    ) -> OutgoingMessage:
        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if place.is_blocked and stance != stances.BLOCKED:  # nobody followed their edits meanwhile
                await catching_up.read_again(tx, blog_id=relay.blog_id, writer_id=relay.writer_id)
                held_back = await relays.held_back_of_writer(tx, blog_id=relay.blog_id, writer_id=relay.writer_id)
                await self._let_in_again(tx, held_back)
            await stances.take(
                tx,
                blog_id=relay.blog_id,
                writer_id=relay.writer_id,
                stance=stance,
                decided_by=actor.user_id,
                now=self._clock(),
            )
            log.info("stance_taken", relay=relay.id, stance=stance)
            return told

        return await self._decisions.act(relay_id, guard, actor, act)

    async def _let_in_again(self, tx: Transaction, held_back: Sequence[Relay]) -> None:
        """Have the queue's cards no longer say why these wait."""
        for relay in held_back:
            relay.reason = None
            await self._effects.follow(tx, relay, await relays.place_of(tx, relay))

    async def stop_thread(self, announcement_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take nothing more from this thread to the blog: what is on its way waits, and what is there stays."""
        return await self._set_thread(announcement_id, guard, actor, stopped_by=actor.user_id)

    async def resume_thread(self, announcement_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take replies from this thread to the blog again."""
        return await self._set_thread(announcement_id, guard, actor, stopped_by=None)

    async def _set_thread(
        self, announcement_id: int, guard: str, actor: Actor, *, stopped_by: int | None
    ) -> OutgoingMessage:
        async with self._begin() as tx:
            announcement = await tx.get(Announcement, announcement_id)
            place = None
            if announcement is not None and announcement.thread_id is not None and announcement.guard == guard:
                place = await relays.place_of_thread(tx, announcement.thread_id)
        if place is None or place.subscription.guild_id != actor.guild_id:
            return no_longer_there()
        member = await self._chat.member(actor.guild_id, actor.user_id)
        if member is None or not is_author(member, place.subscription.author_role_id):
            return only_the_author()
        if place.subscription.removed_at is not None:
            return plain(no_longer_announced())
        async with self._begin() as tx:
            announcement = await tx.get_one(Announcement, announcement_id)
            announcement.relaying_stopped_by = stopped_by
            if stopped_by is None:
                announcement.caught_up_at = None  # nobody followed the edits meanwhile
                await self._let_in_again(tx, await relays.held_back_in_thread(tx, announcement_id))
        self._wake()
        if stopped_by is None:
            return plain(_("Replies of this thread can be sent to the blog again."))
        return plain(
            _("Nothing more goes to the blog from this thread: what is on its way waits for you. What is there stays.")
        )
