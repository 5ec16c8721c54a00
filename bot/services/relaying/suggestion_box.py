"""Takes suggestions: a member would like somebody else's reply on the blog. Nothing leaves Discord by that."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, Reply
from bot.domain.ports import Clock, Randomness
from bot.domain.translation import _, plural
from bot.services.forgotten_members import ForgottenMembers
from bot.services.notices import tell_author
from bot.services.relaying.relay_wording import plain
from db import ledger, relays, subscriptions, suggestions
from db.answer_models import Suggestion
from db.engine import Transaction
from db.models import StoredBlog, Subscription
from db.relays import Place

A_MEMBERS_DAY: Final = 5
IN_A_THREAD: Final = 10
IN_A_GUILD: Final = 50
"""Suggestions that may wait: more than an author reads is no help to anybody."""


class SuggestionBox:
    """Puts a reply into the author's queue once, however many suggest it."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._memory = ForgottenMembers(randomness)

    async def take(self, tx: Transaction, place: Place, reply: Reply, actor: Actor) -> OutgoingMessage:
        """Take a member's suggestion of another member's reply that can be relayed and is not on its way."""
        suggestion = await suggestions.of_message(tx, reply.message_id)
        if suggestion is None:
            refusal = await self._limit(tx, reply, actor)
            if refusal is not None:
                return plain(refusal)
            if not await self._may_be_wished_for(tx, reply):
                return thanks()  # whoever does not want to be asked is not told on
            suggestion = await self._new(tx, place, reply)
        if suggestion.state == "waiting":
            await suggestions.second(tx, suggestion, member_id=actor.user_id, now=self._clock())
            await self.tell(tx, place.subscription, place.blog)
        return thanks()

    async def _may_be_wished_for(self, tx: Transaction, reply: Reply) -> bool:
        is_forgotten = await self._memory.is_forgotten(tx, reply.writer_id)
        return not is_forgotten and await relays.may_be_asked(tx, guild_id=reply.guild_id, writer_id=reply.writer_id)

    async def _limit(self, tx: Transaction, reply: Reply, actor: Actor) -> str | None:
        since = self._clock() - timedelta(days=1)
        mine = await suggestions.count_by_member(tx, guild_id=actor.guild_id, member_id=actor.user_id, since=since)
        if mine >= A_MEMBERS_DAY:
            return _("You have suggested {n} replies today already. Tomorrow there is room for more.").format(
                n=A_MEMBERS_DAY
            )
        in_thread = await suggestions.count_waiting(tx, guild_id=actor.guild_id, thread_id=reply.channel_id)
        if in_thread >= IN_A_THREAD or await suggestions.count_waiting(tx, guild_id=actor.guild_id) >= IN_A_GUILD:
            return _("Many suggestions wait for the author already. Try again once they have looked.")
        return None

    async def _new(self, tx: Transaction, place: Place, reply: Reply) -> Suggestion:
        suggestion = Suggestion(
            guild_id=reply.guild_id,
            subscription_id=place.subscription.id,
            thread_id=reply.channel_id,
            message_id=reply.message_id,
            writer_id=reply.writer_id,
            writer_name=reply.writer_name,
            source=reply.content or "",
            parent_message_id=reply.replied_to_message_id,
            state="waiting",
            guard=self._randomness.guard(),
            created_at=self._clock(),
        )
        tx.add(suggestion)
        await tx.flush()
        return suggestion

    async def drop(self, tx: Transaction, gone: Sequence[Suggestion]) -> None:
        """Let go of suggestions whose messages are proven deleted."""
        for suggestion in gone:
            await suggestions.end(tx, suggestion, "dropped")
        for subscription_id in {suggestion.subscription_id for suggestion in gone}:
            await self.tell(tx, *await subscriptions.get(tx, subscription_id))

    async def tell(self, tx: Transaction, subscription: Subscription, blog: StoredBlog) -> None:
        """Bring the author's one gathered note in line with how many suggestions wait."""
        about = ledger.Subject(subscription_id=subscription.id)
        n = len(await suggestions.waiting(tx, [subscription.id]))
        if n:
            text = plural(
                "Members suggest {n} reply for the blog: **/queue** shows it.",
                "Members suggest {n} replies for the blog: **/queue** shows them.",
                n,
            )
            await tell_author(
                tx,
                ledger.Purpose.SUGGESTION_NOTE,
                about,
                plain(text.format(n=n)),
                about=(subscription, blog),
                key=self._randomness.key(),
                now=self._clock(),
            )
            return
        row = await ledger.find(tx, ledger.Purpose.SUGGESTION_NOTE, about)
        if row is not None:
            await ledger.want(
                tx,
                ledger.Purpose.SUGGESTION_NOTE,
                about,
                None,
                kind=ledger.Kind.MESSAGE,
                key=row.key,
                now=self._clock(),
            )


def thanks() -> OutgoingMessage:
    """Return what a member is told who suggests a reply, whatever becomes of it."""
    return plain(
        _(
            "Thank you. If it is not on its way already, the author sees that you suggest it. Nothing leaves Discord "
            "without its writer's yes."
        )
    )
