"""A message that was edited after its writer sent it to the blog: the newest edit wins, and every text has its yes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.domain.edits import EditState, EditStep, is_newer, step_after_edit
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, Reply
from bot.domain.ports import Clock, Randomness
from bot.domain.relays import QUESTION_DAYS, Draft, can_be_taken_back, is_being_undone
from bot.domain.translation import _
from bot.services.relaying import edit_texts
from bot.services.relaying.decisions import Decisions
from bot.services.relaying.edit_wording import edit_preview, edit_waits
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import (
    no_entry,
    no_publishing,
    not_taken,
    out_of_date,
    what_holds_back,
    writers_own,
)
from bot.services.relaying.relay_standing import state_for_writer
from bot.services.relaying.relay_texts import draft_of, problem_with, write
from bot.services.relaying.relay_wording import (
    are_edits_looked_at,
    is_before_the_yes,
    plain,
    preview,
    send_guard,
    wording,
)
from db import consents, relays
from db.engine import Begin, Transaction
from db.models import Relay
from db.relays import Place

log = structlog.get_logger(__name__)


class Edits:
    """Follows the edits of relayed messages, as the wording that was agreed to says."""

    def __init__(
        self,
        begin: Begin,
        effects: RelayEffects,
        decisions: Decisions,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        wait_scale: float,
    ) -> None:
        self._begin = begin
        self._effects = effects
        self._decisions = decisions
        self._clock = clock
        self._randomness = randomness
        self._wake = wake
        self._question_span = timedelta(days=QUESTION_DAYS) * wait_scale

    async def message_edited(self, reply: Reply) -> None:
        """Follow an edit as Discord told it. One that is late, repeated or of an unknown message changes nothing."""
        if reply.edited_at is None:
            return
        async with self._begin() as tx:
            relay = await relays.of_message(tx, reply.message_id)
            if relay is None or not is_newer(reply.edited_at, relay.edited_at):
                return
            place = await relays.place_of(tx, relay)
            is_followed = _is_followed(relay, place)
            if not is_followed and not edit_texts.waits_for_author(relay):
                return
            step = self._step(relay, place, reply)
            if step is EditStep.PUBLISH and (not is_followed or await self._effects.is_being_moderated(tx, relay)):
                step = EditStep.ASK_AUTHOR
            if step is EditStep.IGNORE:
                return
            await self._follow(tx, relay, place, reply, step)
            await self._effects.follow(tx, relay, place)
            log.info("edited", relay=relay.id, step=step.value)
        self._wake()

    def _step(self, relay: Relay, place: Place, reply: Reply) -> EditStep:
        return step_after_edit(
            state=relay.state,
            reason=relay.reason,
            is_text_known=reply.content is not None,
            is_own_text=relay.is_own_text,
            is_looked_at=are_edits_looked_at(relay, place),
        )

    async def _follow(self, tx: Transaction, relay: Relay, place: Place, reply: Reply, step: EditStep) -> None:
        relay.edited_at = reply.edited_at
        if step is EditStep.REWRITE:
            draft = Draft(text=reply.content or "", name=draft_of(relay).name)
            write(relay, draft, self._randomness, channel_names=reply.channel_names)
            return
        if reply.content is not None and edit_texts.is_same_text(relay, reply):
            edit_texts.forget(relay)
            return
        edit_texts.keep(relay, reply, EditState.WRITER, self._randomness)
        if step is EditStep.ASK_WRITER or self._problem(relay, place) is not None:
            relay.expires_at = self._clock() + self._question_span
            return
        await self._agree(tx, relay, place, edited_at=reply.edited_at)
        await self._go_on(tx, relay, place, step)

    async def _agree(
        self,
        tx: Transaction,
        relay: Relay,
        place: Place,
        *,
        edited_at: datetime | None,
        interaction_id: int | None = None,
    ) -> None:
        """Record the yes to the later text: by a click, or by the wording that was agreed to before."""
        assert relay.edit_hash is not None
        if await consents.given_to(tx, relay, relay.edit_hash) is not None:
            return
        before = None if interaction_id is not None else await consents.given_to(tx, relay, relay.text_hash)
        await consents.give(
            tx,
            relay,
            place,
            text_hash=relay.edit_hash,
            wording=wording(relay, place) if before is None else before.wording,
            now=self._clock(),
            interaction_id=interaction_id,
            edited_at=edited_at,
        )

    async def _go_on(self, tx: Transaction, relay: Relay, place: Place, step: EditStep) -> None:
        if step is EditStep.ASK_AUTHOR:
            relay.edit_state, relay.guard = EditState.AUTHOR.value, self._randomness.guard()
        elif step is EditStep.PUBLISH:
            await self._effects.want_edit(tx, relay, by=_whose_right(relay, place))
        else:
            edit_texts.take(relay, self._randomness)

    def _problem(self, relay: Relay, place: Place) -> str | None:
        return problem_with(relay, place, html=relay.edit_html or "")

    async def noticed(self, relay: Relay, place: Place, reply: Reply) -> OutgoingMessage | None:
        """Return what its writer is asked when they use the menu on a message that was edited since, else None.

        The caller's transaction holds `relay`.
        """
        if not can_be_taken_back(relay.state, relay.reason) or relay.source is None or not _is_followed(relay, place):
            return None
        if relay.edit_state != EditState.WRITER and not is_newer(reply.edited_at, relay.edited_at):
            return None
        relay.edited_at = reply.edited_at or relay.edited_at
        if edit_texts.is_same_text(relay, reply):
            edit_texts.forget(relay)
            return None
        edit_texts.keep(relay, reply, EditState.WRITER, self._randomness)
        relay.expires_at = self._clock() + self._question_span
        return edit_preview(relay, place, problem=self._problem(relay, place))

    async def send(self, relay_id: int, guard: str, actor: Actor, interaction_id: int) -> OutgoingMessage:
        """Take the writer's yes to the edited text."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            is_asked = relay.edit_state == EditState.WRITER and not is_being_undone(relay.state, relay.reason)
            if not is_asked or relay.edit_html is None:
                return self._stands(relay, place)
            problem = self._problem(relay, place)
            if guard != send_guard(relay, place) or problem is not None:
                return edit_preview(relay, place, problem=problem, lead=out_of_date())
            objection = no_entry(place) or (None if _is_followed(relay, place) else not_taken())
            if objection is not None:
                return plain(objection)
            if is_before_the_yes(relay):
                edit_texts.take(relay, self._randomness)
                await self._effects.follow(tx, relay, place)
                return preview(relay, place, problem=problem_with(relay, place))
            await self._agree(tx, relay, place, edited_at=relay.edited_at, interaction_id=interaction_id)
            step = step_after_edit(
                state=relay.state,
                reason=relay.reason,
                is_text_known=True,
                is_own_text=False,
                is_looked_at=are_edits_looked_at(relay, place) or await self._effects.is_being_moderated(tx, relay),
            )
            await self._go_on(tx, relay, place, step)
            await self._effects.follow(tx, relay, place)
            log.info("edit_agreed", relay=relay.id, step=step.value)
            answer = self._stands(relay, place)
        self._wake()
        return answer

    async def leave(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave what was agreed to as it is; the edit stays on Discord."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if relay.edit_state != EditState.WRITER or guard != relay.guard:
                return self._stands(relay, place)
            edit_texts.forget(relay)
            await self._effects.follow(tx, relay, place)
        self._wake()
        return plain(_("All right. What you agreed to stays as it is; the edit stays on Discord."))

    def _stands(self, relay: Relay, place: Place) -> OutgoingMessage:
        lead = edit_waits() if edit_texts.waits_for_author(relay) else ""
        return state_for_writer(relay, place, lead=lead)

    async def publish(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Let an edit that waits for the author take the place of the comment's text."""

        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if not edit_texts.waits_for_author(relay):
                return ""
            objection = no_publishing(relay, place)
            if objection is None and await self._effects.is_being_moderated(tx, relay):
                objection = _("Something is on its way to that comment. Try again in a moment.")
            if objection is not None:
                return objection
            self._decide(relay, actor)
            await self._effects.want_edit(tx, relay, by=actor.user_id)
            return _("The edit goes to the blog.")

        return await self._decisions.act(relay_id, guard, actor, act)

    async def refuse(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Keep the comment as it is; the edit stays on Discord."""

        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if not edit_texts.waits_for_author(relay):
                return ""
            self._decide(relay, actor)
            edit_texts.forget(relay)
            relay.guard = self._randomness.guard()
            return _("The comment keeps its text; the edit stays on Discord.")

        return await self._decisions.act(relay_id, guard, actor, act)

    def _decide(self, relay: Relay, actor: Actor) -> None:
        relay.edit_decided_by, relay.edit_decided_at = actor.user_id, self._clock()

    async def expire(self) -> int:
        """Count an edit that its writer was asked about and never answered as a no; return how many."""
        async with self._begin() as tx:
            expired = await relays.unanswered_edits(tx, now=self._clock())
            for relay in expired:
                edit_texts.forget(relay)
                await self._effects.follow(tx, relay, await relays.place_of(tx, relay))
        return len(expired)


def _is_followed(relay: Relay, place: Place) -> bool:
    """Return whether edits still go to the blog from here: where nothing more is taken, what is there stays."""
    return place.subscription.removed_at is None and what_holds_back(relay, place) is None


def _whose_right(relay: Relay, place: Place) -> int | None:
    """Return whose right an edit that nobody looks at rests on; None: the blog's own rules let it through."""
    if relay.is_as_blog_user:
        return relay.writer_id
    return place.stance.decided_by if place.is_trusted and place.stance is not None else None
