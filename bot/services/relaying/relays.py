"""The doors of the relay: what a person can ask for, each answered with a message that only they see."""

from collections.abc import Callable

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, Reply
from bot.domain.ports import Chat, Clock, Randomness
from bot.domain.relays import Draft
from bot.services.relaying.consents import Consents
from bot.services.relaying.decisions import Decisions
from bot.services.relaying.edits import Edits
from bot.services.relaying.live_answers import LiveAnswers
from bot.services.relaying.moderation import Moderation
from bot.services.relaying.proposals import Proposals
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.removals import Removals
from bot.services.relaying.suggestions import Suggestions
from db.engine import Begin


class Relays:
    """From a reply to a comment that is wanted on the blog, and back. `wake` is called after each commit.

    `edits` is the door for what happens to a message's text after its writer sent it, `removals` for messages
    that vanish together, `moderation` for what the author does about what is there.
    """

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        wait_scale: float = 1.0,
    ) -> None:
        effects = RelayEffects(clock, randomness)
        self._consents = Consents(begin, effects, clock, wake)
        self._decisions = Decisions(begin, chat, effects, clock, wake)
        self.edits = Edits(begin, effects, self._decisions, clock, randomness, wake, wait_scale=wait_scale)
        self._proposals = Proposals(
            begin, effects, self._consents, self.edits, clock, randomness, wait_scale=wait_scale
        )
        self.moderation = Moderation(begin, chat, effects, self._decisions, clock, randomness, wake)
        self.removals = Removals(begin, chat, self._consents, clock, randomness, wake, wait_scale=wait_scale)
        self.suggestions = Suggestions(begin, chat, self._proposals, clock, randomness, wake)
        """What members suggest of each other's replies, for the author."""
        self.live = LiveAnswers(begin, clock)
        """What writers were answered to their clicks a moment ago."""
        self._wake = wake

    async def pick(self, reply: Reply, actor: Actor, *, interaction_id: int) -> OutgoingMessage:
        """Answer *Send to blog*: a preview, a question to the writer, or where the message stands.

        `interaction_id` is the click that an author's own message is sent by; it is kept as proof.
        """
        answer = await self._proposals.pick(reply, actor, interaction_id=interaction_id)
        self._wake()
        return answer

    async def see(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Show its writer the comment as it will look."""
        return await self._proposals.see(relay_id, guard, actor)

    async def draft(self, relay_id: int, actor: Actor) -> Draft:
        """Return what its writer may change; UserError with one sentence when it is not theirs or too late."""
        return await self._proposals.draft(relay_id, actor)

    async def change(self, relay_id: int, actor: Actor, *, text: str, name: str) -> OutgoingMessage:
        """Show the changed comment; the buttons of the earlier preview no longer count."""
        answer = await self._proposals.change(relay_id, actor, text=text, name=name)
        self._wake()
        return answer

    async def cancel(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave the message on Discord."""
        answer = await self._proposals.cancel(relay_id, guard, actor)
        self._wake()
        return answer

    async def decline(self, relay_id: int, guard: str, actor: Actor, *, is_for_good: bool) -> OutgoingMessage:
        """Take the writer's no to the author's question; `is_for_good`: never ask them again in this guild."""
        answer = await self._proposals.decline(relay_id, guard, actor, is_for_good=is_for_good)
        self._wake()
        return answer

    async def send(self, relay_id: int, guard: str, actor: Actor, interaction_id: int) -> OutgoingMessage:
        """Take the writer's yes to what the preview with this `guard` showed."""
        return await self._consents.send(relay_id, guard, actor, interaction_id)

    async def take_off(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take the writer's yes back; the comment leaves the blog."""
        return await self._consents.take_off(relay_id, guard, actor)

    async def message_deleted(self, message_id: int) -> None:
        """Take off the blog what a message had brought there, because it is proven deleted."""
        await self._consents.message_deleted(message_id)
        await self.suggestions.message_deleted(message_id)

    async def publish(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Let a waiting reply go to the blog, by an author whose rights are read afresh."""
        return await self._decisions.publish(relay_id, guard, actor)

    async def refuse(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave a waiting reply on Discord, by an author whose rights are read afresh."""
        return await self._decisions.refuse(relay_id, guard, actor)

    async def undo(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take the author's decision back."""
        return await self._decisions.undo(relay_id, guard, actor)

    async def queue(self, guild_id: int, actor: Actor, *, page: int = 1) -> OutgoingMessage:
        """Return one page (the first is 1) of what waits for this author, oldest first."""
        return await self.suggestions.add_to(await self._decisions.queue(guild_id, actor, page=page), actor)

    async def expire(self) -> int:
        """Count what nobody answered in time as a no; return how many. The sweep calls it.

        Whoever clicked a moment ago is shown what became of it.
        """
        expired = await self._proposals.expire() + await self.edits.expire()
        expired += await self.removals.carry_out()
        if expired:
            self._wake()
        await self.live.refresh()
        return expired
