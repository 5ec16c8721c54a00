"""What the author does with members' suggestions: read them, have the writer asked, or leave them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.errors import GoneError
from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.domain.models import Actor, Reply
from bot.domain.ports import Chat, Clock, Randomness
from bot.domain.rights import is_author
from bot.domain.translation import _, plural
from bot.services.relaying.proposals import Proposals
from bot.services.relaying.relay_rules import no_longer_announced, no_longer_there, only_the_author, out_of_date
from bot.services.relaying.relay_wording import plain
from bot.services.relaying.suggestion_box import SuggestionBox
from bot.text.escape import escape_markdown
from db import subscriptions, suggestions
from db.answer_models import Suggestion
from db.engine import Begin, Transaction
from db.suggestions import Waiting

_SHOWN = 5
"""Ten buttons; the others come up as these are decided."""

_TEXT_CHARACTERS = 400
_NO_GUARD = "00000000"


class Suggestions:
    """The author's side. Rights are read afresh from Discord at every decision."""

    def __init__(
        self,
        begin: Begin,
        chat: Chat,
        proposals: Proposals,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._proposals = proposals
        self._box = SuggestionBox(clock, randomness)
        self._wake = wake

    async def add_to(self, queue: OutgoingMessage, actor: Actor) -> OutgoingMessage:
        """Return the queue's message with a line and a button for the suggestions that wait for this author."""
        async with self._begin() as tx:
            waiting = await self._mine(tx, actor)
        if not waiting:
            return queue
        n = len(waiting)
        line = plural("Members suggest {n} reply.", "Members suggest {n} replies.", n).format(n=n)
        show = Button(label=_("Suggestions"), custom_id=button_id(Action.SUGGESTIONS, 1, _NO_GUARD))
        return replace(queue, text=f"{queue.text}\n{line}", buttons=(*queue.buttons, show))

    async def show(self, actor: Actor) -> OutgoingMessage:
        """Show what waits, what most members want first."""
        async with self._begin() as tx:
            waiting = await self._mine(tx, actor)
        return _page(waiting) if waiting else plain(_("No suggestion waits for you."))

    async def _mine(self, tx: Transaction, actor: Actor) -> Sequence[Waiting]:
        found = await subscriptions.of_guild(tx, actor.guild_id)
        mine = [one.id for one, _blog in found if is_author(actor, one.author_role_id)]
        return await suggestions.waiting(tx, mine) if mine else []

    async def ask(self, suggestion_id: int, guard: str, actor: Actor, *, interaction_id: int) -> OutgoingMessage:
        """Go on as if the author had picked the message themselves."""
        found = await self._decidable(suggestion_id, guard, actor)
        if isinstance(found, OutgoingMessage):
            return found
        if found.writer_id == actor.user_id:  # picked by them it would go out at once, and this button says "ask"
            return plain(_("That message is your own: **Apps > Send to blog** on it sends it."))
        try:
            fresh = await self._chat.read_reply(found.thread_id, found.message_id)
        except GoneError:
            await self._end(suggestion_id, "dropped")
            return plain(_("That message was deleted meanwhile, so there is nothing to ask for."))
        reply = fresh if fresh.content else replace(_reply(found), channel_names=fresh.channel_names)
        answer = await self._proposals.pick(reply, actor, interaction_id=interaction_id)
        if await self._proposals.is_picked(reply):  # else something stood in the way, and the answer says what
            await self._end(suggestion_id, "asked")
        return answer

    async def dismiss(self, suggestion_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave the message on Discord; nobody is told, and it is not suggested again."""
        found = await self._decidable(suggestion_id, guard, actor)
        if isinstance(found, OutgoingMessage):
            return found
        await self._end(suggestion_id, "refused")
        return plain(_("All right. It stays on Discord, and its writer never hears of it."))

    async def message_deleted(self, message_id: int) -> None:
        """Forget the suggestion of a message that is proven deleted."""
        async with self._begin() as tx:
            suggestion = await suggestions.of_message(tx, message_id)
        if suggestion is not None and suggestion.state == "waiting":
            await self._end(suggestion.id, "dropped")

    async def _decidable(self, suggestion_id: int, guard: str, actor: Actor) -> Suggestion | OutgoingMessage:
        """Return the suggestion, or the sentence that says why this person decides nothing about it."""
        async with self._begin() as tx:
            suggestion = await suggestions.find(tx, suggestion_id)
            if suggestion is None or suggestion.guild_id != actor.guild_id:
                return no_longer_there()
            subscription, _blog = await subscriptions.get(tx, suggestion.subscription_id)
        member = await self._chat.member(actor.guild_id, actor.user_id)
        if member is None or not is_author(member, subscription.author_role_id):
            return only_the_author()
        if subscription.removed_at is not None:
            return plain(no_longer_announced())
        if suggestion.state != "waiting" or suggestion.guard != guard:
            return plain(out_of_date() + " " + _("It does not wait any more."))
        return suggestion

    async def _end(self, suggestion_id: int, state: str) -> None:
        async with self._begin() as tx:
            suggestion = await suggestions.find(tx, suggestion_id)
            if suggestion is not None:
                await suggestions.end(tx, suggestion, state)
                await self._box.tell(tx, *await subscriptions.get(tx, suggestion.subscription_id))
        self._wake()


def _reply(suggestion: Suggestion) -> Reply:
    """Return the message as whoever suggested it saw it: without the intent Discord does not tell its text again."""
    return Reply(
        message_id=suggestion.message_id,
        channel_id=suggestion.thread_id,
        guild_id=suggestion.guild_id,
        writer_id=suggestion.writer_id,
        writer_name=suggestion.writer_name,
        content=suggestion.source,
        replied_to_message_id=suggestion.parent_message_id,
    )


def _page(waiting: Sequence[Waiting]) -> OutgoingMessage:
    shown = list(enumerate(waiting[:_SHOWN], start=1))
    n = len(waiting)
    return OutgoingMessage(
        text=plural("Members suggest {n} reply.", "Members suggest {n} replies.", n).format(n=n),
        card=Card(body="\n\n".join(_item(number, one) for number, one in shown)),
        buttons=tuple(button for number, one in shown for button in _buttons(number, one.suggestion)),
    )


def _item(number: int, one: Waiting) -> str:
    text = one.suggestion.source
    short = text if len(text) <= _TEXT_CHARACTERS else text[: _TEXT_CHARACTERS - 1] + "…"
    head = plural(
        "{number}. **{name}**, suggested by {n} member:", "{number}. **{name}**, suggested by {n} members:", one.members
    ).format(number=number, name=escape_markdown(one.suggestion.writer_name), n=one.members)
    return "\n".join([head, *[f"> {escape_markdown(line)}" for line in short.splitlines()]])


def _buttons(number: int, suggestion: Suggestion) -> tuple[Button, Button]:
    def button(action: Action, label: str, style: ButtonStyle) -> Button:
        return Button(label=label, style=style, custom_id=button_id(action, suggestion.id, suggestion.guard))

    return (
        button(Action.ASK_WRITER, _("Ask the writer of {number}").format(number=number), ButtonStyle.PRIMARY),
        button(Action.DISMISS, _("Not {number}").format(number=number), ButtonStyle.SECONDARY),
    )
