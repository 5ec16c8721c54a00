"""The doors of /privacy: what is kept about whoever asks, and what they can do about it. Only they see the answers."""

from collections.abc import Callable
from typing import Final

import structlog

from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.domain.models import Actor
from bot.domain.ports import Clock, Randomness
from bot.domain.relays import can_be_taken_back
from bot.domain.translation import _, plural
from bot.services.forgotten_members import ForgottenMembers
from bot.services.members.privacy_wording import kept_sentences, proof_lines
from bot.services.relaying.consents import Consents
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_wording import plain
from db import privacy, relays
from db.engine import Begin, Transaction
from db.privacy import Proof

log = structlog.get_logger(__name__)

PROOFS_A_PAGE: Final = 3
"""With their wordings they stay under Discord's 4,000 characters."""

NO_GUARD: Final = "00000000"
"""These buttons are about whoever presses them, so there is nothing that could be out of date."""


class Privacy:
    """What a member may know and decide about what is kept of theirs, in whichever server it began."""

    def __init__(self, begin: Begin, clock: Clock, randomness: Randomness, wake: Callable[[], None]) -> None:
        self._begin = begin
        self._clock = clock
        self._consents = Consents(begin, RelayEffects(clock, randomness), clock, wake)
        self._memory = ForgottenMembers(randomness)
        self._wake = wake

    async def overview(self, actor: Actor) -> OutgoingMessage:
        """Say what is kept about them."""
        async with self._begin() as tx:
            return await self._overview(tx, actor)

    async def _overview(self, tx: Transaction, actor: Actor, *, lead: str = "") -> OutgoingMessage:
        if await privacy.is_being_forgotten(tx, actor.user_id):
            return plain(_under_way())
        kept = await privacy.kept_about(tx, member_id=actor.user_id, guild_id=actor.guild_id)
        is_forgotten = await self._memory.is_forgotten(tx, actor.user_id)
        is_asked = kept.is_asked_here and not is_forgotten
        asking = (
            _button(Action.NEVER_ASK, _("Never ask me again"))
            if is_asked
            else _button(Action.ASK_AGAIN, _("Ask me again"))
        )
        buttons: tuple[Button, ...] = (asking, _button(Action.FORGET, _("Forget me"), style=ButtonStyle.DANGER))
        if kept.consents:
            buttons = (
                _button(Action.MY_CONSENTS, _("My consents"), style=ButtonStyle.PRIMARY),
                _button(Action.WITHDRAW_ALL, _("Take everything back"), style=ButtonStyle.DANGER),
                *buttons,
            )
        sentences = kept_sentences(kept, is_asked=is_asked, is_forgotten=is_forgotten)
        card = Card(heading=_("What is kept about you"), body="\n".join(f"- {line}" for line in sentences))
        return OutgoingMessage(text=lead, card=card, buttons=buttons)

    async def consents(self, actor: Actor, *, page: int = 1) -> OutgoingMessage:
        """Show their consents with their proof, newest first, each with a button that takes it back."""
        async with self._begin() as tx:
            proofs = await privacy.proofs_of(tx, actor.user_id)
        if not proofs:
            return plain(_("You have agreed to nothing so far, so nothing of yours was sent to a blog."))
        pages = -(-len(proofs) // PROOFS_A_PAGE)
        page = min(max(page, 1), pages)
        first = (page - 1) * PROOFS_A_PAGE
        numbered = list(enumerate(proofs[first : first + PROOFS_A_PAGE], start=first + 1))
        body = "\n\n".join("\n".join(proof_lines(number, proof)) for number, proof in numbered)
        turns = [(page - 1, _("Newer"))] if page > 1 else []
        turns += [(page + 1, _("Older"))] if page < pages else []
        return OutgoingMessage(
            card=Card(
                heading=_("What you agreed to"),
                body=body,
                footer=_("Page {page} of {pages}.").format(page=page, pages=pages),
            ),
            buttons=_take_back_buttons(numbered, actor)
            + tuple(_button(Action.MY_CONSENTS, label, row_id=number) for number, label in turns),
        )

    async def withdraw_all(self, actor: Actor) -> OutgoingMessage:
        """Take back every yes of theirs, on every blog; the comments leave the blogs."""
        async with self._begin() as tx:
            taken = await self._consents.take_all_back(tx, actor.user_id)
        self._wake()
        if not taken:
            return plain(_("There is nothing to take back: nothing of yours is on a blog or on its way."))
        text = plural(
            "All right. {n} reply leaves its blog, or never gets there; copies others made may remain.",
            "All right. {n} replies leave their blogs, or never get there; copies others made may remain.",
            taken,
        )
        return plain(text.format(n=taken))

    async def never_ask(self, actor: Actor) -> OutgoingMessage:
        """Have nobody ask them for a reply in this server."""
        async with self._begin() as tx:
            await relays.never_ask_again(tx, guild_id=actor.guild_id, writer_id=actor.user_id, now=self._clock())
            return await self._overview(tx, actor, lead=_("All right. You will not be asked again in this server."))

    async def ask_again(self, actor: Actor) -> OutgoingMessage:
        """Let authors ask them for a reply again."""
        async with self._begin() as tx:
            mark = await self._memory.mark_of(tx, actor.user_id)
            await privacy.ask_again(tx, guild_id=actor.guild_id, member_id=actor.user_id, mark=mark)
            return await self._overview(tx, actor, lead=_("All right. You may be asked again in this server."))

    async def ask_to_forget(self, _actor: Actor) -> OutgoingMessage:
        """Say what forgetting means, and ask once more."""
        text = _(
            "Your comments leave the blogs, and then everything about you is deleted here: texts, names, consents, "
            "e-mails, also the proof of what you agreed to. Only a mark stays that tells nobody who you are; because "
            "of it you are not asked again. This cannot be undone."
        )
        return OutgoingMessage(
            text=text, buttons=(_button(Action.FORGET_YES, _("Forget me"), style=ButtonStyle.DANGER),)
        )

    async def forget(self, actor: Actor) -> OutgoingMessage:
        """Take everything of theirs back, and forget them as soon as that is carried out."""
        async with self._begin() as tx:
            await self._consents.take_all_back(tx, actor.user_id)
            await privacy.ask_to_be_forgotten(tx, actor.user_id, now=self._clock())
        self._wake()
        log.info("asked_to_be_forgotten")
        return plain(_under_way())


def _under_way() -> str:
    return _(
        "You are being forgotten. Your comments leave the blogs first; then your rows are deleted. That takes some "
        "minutes, or up to seven days where a blog cannot be reached."
    )


def _take_back_buttons(numbered: list[tuple[int, Proof]], actor: Actor) -> tuple[Button, ...]:
    """Return a button for each that still holds, in the server where its message stands."""
    return tuple(
        Button(
            label=_("Take back {number}").format(number=number),
            style=ButtonStyle.DANGER,
            custom_id=button_id(Action.TAKE_OFF, proof.relay.id, proof.relay.guard),
        )
        for number, proof in numbered
        if can_be_taken_back(proof.relay.state, proof.relay.reason)
        and proof.consent.withdrawn_at is None
        and proof.relay.guild_id == actor.guild_id
    )


def _button(action: Action, label: str, *, style: ButtonStyle = ButtonStyle.SECONDARY, row_id: int = 1) -> Button:
    return Button(label=label, style=style, custom_id=button_id(action, row_id, NO_GUARD))
