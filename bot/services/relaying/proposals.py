"""Before a writer's yes: picking a message, asking, previewing, changing, saying no."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.edits import EditState, is_newer
from bot.domain.errors import UserError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, Reply
from bot.domain.ports import Clock, Randomness
from bot.domain.relays import (
    QUESTION_DAYS,
    Draft,
    Picker,
    RelayState,
    objection_to,
    picker_of,
)
from bot.domain.rights import is_author
from bot.domain.translation import _
from bot.domain.why import POST_TAKES_NOTHING, author_sentence, sentence
from bot.services.forgotten_members import ForgottenMembers
from bot.services.relaying import edit_texts
from bot.services.relaying.consents import Consents
from bot.services.relaying.edit_wording import edit_waits, edited_meanwhile, use_message_button
from bot.services.relaying.edits import Edits
from bot.services.relaying.pace import too_many_picked, too_many_questions, too_many_sent
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import (
    no_entry,
    not_taken,
    out_of_date,
    writers_own,
    you_take_none,
)
from bot.services.relaying.relay_standing import state_for_anybody, state_for_author, state_for_writer
from bot.services.relaying.relay_texts import draft_of, problem_with, write
from bot.services.relaying.relay_wording import is_before_the_yes, plain, preview
from bot.services.relaying.suggestion_box import SuggestionBox, thanks
from db import privacy, relays
from db.engine import Begin, Transaction
from db.models import Relay
from db.relays import Place

CLOSED_DAYS: Final = 1
"""How long a post is believed to take no comments after the blog refused one for that."""


class Proposals:
    """What can happen to a reply before its writer agreed to send it."""

    def __init__(
        self,
        begin: Begin,
        effects: RelayEffects,
        consents: Consents,
        edits: Edits,
        clock: Clock,
        randomness: Randomness,
        *,
        wait_scale: float,
    ) -> None:
        self._begin = begin
        self._effects = effects
        self._consents = consents
        self._edits = edits
        self._clock = clock
        self._randomness = randomness
        self._memory = ForgottenMembers(randomness)
        self._suggestion_box = SuggestionBox(clock, randomness)
        self._question_span = timedelta(days=QUESTION_DAYS) * wait_scale
        self._closed_span = timedelta(days=CLOSED_DAYS) * wait_scale

    async def pick(self, reply: Reply, actor: Actor, *, interaction_id: int) -> OutgoingMessage:
        """Answer *Send to blog* on a message, whoever used it."""
        async with self._begin() as tx:
            place = await relays.place_of_thread(tx, reply.channel_id, writer_id=reply.writer_id)
            if place is None or not (reply.guild_id == actor.guild_id == place.subscription.guild_id):
                return plain(_("Use it in the thread under an announcement."))
            relay = await relays.of_message(tx, reply.message_id)
            if relay is not None and not await _may_start_anew(tx, relay):
                return await self._pick_again(tx, relay, place, reply, actor)
            objection = await self._objection(tx, place, reply) or await _being_forgotten(tx, actor)
            is_suggested = _role(place, reply, actor) is Picker.NOBODY  # that has limits of its own
            if objection is None and relay is None and not is_suggested:
                objection = await too_many_picked(tx, place, reply.writer_id, now=self._clock())
            if objection is not None:
                return plain(objection)
            return await self._pick_anew(tx, relay, place, reply, actor, interaction_id)

    async def is_picked(self, reply: Reply) -> bool:
        """Return whether somebody picked this message, as far as an author may know: a no looks like no answer."""
        async with self._begin() as tx:
            is_no = await self._memory.is_forgotten(tx, reply.writer_id)
            return is_no or await relays.of_message(tx, reply.message_id) is not None

    async def _pick_anew(
        self,
        tx: Transaction,
        relay: Relay | None,
        place: Place,
        reply: Reply,
        actor: Actor,
        interaction_id: int,
    ) -> OutgoingMessage:
        role = _role(place, reply, actor)
        if role is Picker.NOBODY:
            return await self._suggestion_box.take(tx, place, reply, actor)
        if role is Picker.WRITER and place.is_blocked:
            return plain(not_taken())
        if role is Picker.AUTHOR and place.is_blocked:
            return plain(you_take_none())
        if role is Picker.AUTHOR and relay is not None and _was_refused_by_writer(relay):
            return state_for_author(relay, place, actor)
        if role is Picker.AUTHOR and await self._memory.is_forgotten(tx, reply.writer_id):
            return plain(author_sentence(RelayState.WAITING_FOR_WRITER, None, blog=""))  # a no looks like no answer
        crowd = await self._crowd(tx, place, reply, role)
        if crowd is not None:
            return plain(crowd)
        relay = await self._propose(tx, relay, place, reply, actor, role=role)
        if role is Picker.AUTHOR:
            return await self._ask(tx, relay, place, actor)
        problem = problem_with(relay, place)
        if role is Picker.WRITER or problem is not None:
            return preview(relay, place, problem=problem, lead=_what_stays(reply))
        return await self._consents.send_as_blog_user(tx, relay, place, interaction_id=interaction_id)

    async def _objection(self, tx: Transaction, place: Place, reply: Reply) -> str | None:
        """Return the sentences that say why this message cannot go to the blog now, or None."""
        objection = no_entry(place) or objection_to(reply)
        if objection is not None:
            return objection
        reason = await relays.refused_lately(
            tx, place.announcement.id, reasons=POST_TAKES_NOTHING, since=self._clock() - self._closed_span
        )
        if reason is None:
            return None
        later = _("Another reply was refused for that just now. Try again a day later, in case it has changed.")
        return f"{sentence(reason)}\n{later}"

    async def _crowd(self, tx: Transaction, place: Place, reply: Reply, role: Picker) -> str | None:
        """Return the sentence that says why this pick has to wait, or None."""
        if role is Picker.AUTHOR:
            return await too_many_questions(tx, place, reply.writer_id)
        if role is Picker.AUTHOR_ON_THEIR_OWN:
            return await too_many_sent(tx, place, now=self._clock())
        return None

    async def _pick_again(
        self, tx: Transaction, relay: Relay, place: Place, reply: Reply, actor: Actor
    ) -> OutgoingMessage:
        """Show where the relay of this message stands, or go on with it."""
        if actor.user_id == relay.writer_id:
            if is_before_the_yes(relay):
                if relay.is_as_blog_user and not is_author(actor, place.subscription.author_role_id):
                    self._speak_as_member(relay, reply)
                return await self._preview_afresh(tx, relay, place, reply)
            asked = await self._edits.noticed(relay, place, reply)
            if asked is not None:
                await self._effects.follow(tx, relay, place)
                return asked
            lead = edit_waits() if edit_texts.waits_for_author(relay) else ""
            return state_for_writer(relay, place, lead=lead)
        if not is_author(actor, place.subscription.author_role_id):
            if relay.state == RelayState.PUBLISHED:
                return state_for_anybody(relay, place)
            return thanks()  # where it stands is for its writer and the author
        if relay.state == RelayState.PROPOSED and no_entry(place) is None:
            if place.is_blocked:
                return plain(you_take_none())
            crowd = await too_many_questions(tx, place, relay.writer_id)
            if crowd is not None:
                return plain(crowd)
            relay.picked_by, relay.is_authors_pick = actor.user_id, True
            self._speak_as_member(relay, reply)  # what its writer looks at now says that nobody asked
            return await self._ask(tx, relay, place, actor)
        return state_for_author(relay, place, actor)

    def _speak_as_member(self, relay: Relay, reply: Reply) -> None:
        """Have the reply go out under its writer's name, whatever they were when it was picked first."""
        name = reply.writer_name if relay.is_as_blog_user else draft_of(relay).name
        relay.is_as_blog_user = False
        write(relay, Draft(text=relay.source or "", name=name), self._randomness, channel_names=reply.channel_names)

    async def _preview_afresh(self, tx: Transaction, relay: Relay, place: Place, reply: Reply) -> OutgoingMessage:
        objection = await self._objection(tx, place, reply)
        if objection is not None:
            return plain(objection)
        if relay.is_own_text:
            return self._preview_own_text(relay, place, reply)
        is_late = is_newer(relay.edited_at, reply.edited_at)  # the menu was opened before an edit that we know
        if not is_late and relay.source != reply.content:
            draft = Draft(text=reply.content or "", name=draft_of(relay).name)
            write(relay, draft, self._randomness, channel_names=reply.channel_names)
            await self._effects.follow(tx, relay, place)
        relay.edited_at = relay.edited_at if is_late else reply.edited_at
        return preview(relay, place, problem=problem_with(relay, place), lead=_what_stays(reply))

    def _preview_own_text(self, relay: Relay, place: Place, reply: Reply) -> OutgoingMessage:
        """Show what the writer typed, and offer the message's text when that was edited since."""
        is_edited = is_newer(reply.edited_at, relay.edited_at) or relay.edit_state == EditState.WRITER
        relay.edited_at = reply.edited_at
        if is_edited and not edit_texts.is_same_text(relay, reply):
            edit_texts.keep(relay, reply, EditState.WRITER, self._randomness)
        problem = problem_with(relay, place)
        if relay.edit_state != EditState.WRITER:
            return preview(relay, place, problem=problem)
        shown = preview(relay, place, problem=problem, lead=edited_meanwhile())
        return replace(shown, buttons=(*shown.buttons, use_message_button(relay, place)))

    async def _propose(
        self, tx: Transaction, relay: Relay | None, place: Place, reply: Reply, actor: Actor, *, role: Picker
    ) -> Relay:
        """Note the reply as a relay, or take up the one that its writer cancelled."""
        now = self._clock()
        if relay is None:
            relay = _new_relay(reply, place)
            relay.created_at = now
            tx.add(relay)
        relay.picked_by, relay.is_authors_pick = actor.user_id, role is Picker.AUTHOR
        relay.is_as_blog_user = role is Picker.AUTHOR_ON_THEIR_OWN
        relay.decided_by = relay.decided_at = None
        relay.expires_at = now + self._question_span
        relay.edited_at, relay.is_own_text = reply.edited_at, False
        edit_texts.forget(relay)
        relays.move(relay, RelayState.PROPOSED, now=now)
        name = (place.blog.user_name or reply.writer_name) if relay.is_as_blog_user else reply.writer_name
        write(relay, Draft(text=reply.content or "", name=name), self._randomness, channel_names=reply.channel_names)
        await tx.flush()
        return relay

    async def _ask(self, tx: Transaction, relay: Relay, place: Place, actor: Actor) -> OutgoingMessage:
        """Ask the writer, unless they asked not to be; the author is told the same either way."""
        now = self._clock()
        relays.move(relay, RelayState.WAITING_FOR_WRITER, now=now)
        relay.expires_at = now + self._question_span
        if await relays.may_be_asked(tx, guild_id=relay.guild_id, writer_id=relay.writer_id):
            await self._effects.ask(tx, relay)
        return state_for_author(relay, place, actor)

    async def see(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Show the writer the comment as it will look, or where it stands by now."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not is_before_the_yes(relay):
                return state_for_writer(relay, place)
            lead = "" if guard == relay.guard else out_of_date()
            return preview(relay, place, problem=problem_with(relay, place), lead=lead)

    async def draft(self, relay_id: int, actor: Actor) -> Draft:
        """Return what the writer may change; UserError when it is not theirs or no longer open."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not is_before_the_yes(relay):
                raise UserError(state_for_writer(relay, place).text)
            return draft_of(relay)

    async def change(self, relay_id: int, actor: Actor, *, text: str, name: str) -> OutgoingMessage:
        """Give the comment another text or name and show it; the earlier preview's buttons no longer count."""
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not is_before_the_yes(relay):
                return state_for_writer(relay, place)
            relay.is_own_text = relay.is_own_text or text != relay.source
            shown = draft_of(relay).name if relay.is_as_blog_user else name  # the blog shows its own user's name
            write(relay, Draft(text=text, name=shown), self._randomness)
            await self._effects.follow(tx, relay, place)
            return preview(relay, place, problem=problem_with(relay, place))

    async def cancel(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave the message on Discord; it may be picked again."""
        return await self._say_no(relay_id, guard, actor, never_again=False)

    async def decline(self, relay_id: int, guard: str, actor: Actor, *, is_for_good: bool) -> OutgoingMessage:
        """Take the writer's no; `is_for_good`: they are never asked again in this guild."""
        return await self._say_no(relay_id, guard, actor, never_again=is_for_good)

    async def _say_no(self, relay_id: int, guard: str, actor: Actor, *, never_again: bool) -> OutgoingMessage:
        now = self._clock()
        async with self._begin() as tx:
            relay, place = await writers_own(tx, relay_id, actor)
            if not is_before_the_yes(relay):
                return state_for_writer(relay, place)
            if guard != relay.guard:
                return preview(relay, place, problem=problem_with(relay, place), lead=out_of_date())
            reason = "declined" if relay.state == RelayState.WAITING_FOR_WRITER else "cancelled"
            relays.move(relay, RelayState.WITHDRAWN, now=now, reason=reason)
            if never_again:
                await relays.never_ask_again(tx, guild_id=relay.guild_id, writer_id=relay.writer_id, now=now)
            await self._effects.follow(tx, relay, place)
        if never_again:
            return plain(_("All right. It stays on Discord, and you will not be asked again in this server."))
        return plain(_("All right. It stays on Discord."))

    async def expire(self) -> int:
        """Count questions and previews that nobody answered in time as a no; return how many."""
        now = self._clock()
        async with self._begin() as tx:
            expired = await relays.unanswered(tx, now=now)
            for relay in expired:
                is_question = relay.state == RelayState.WAITING_FOR_WRITER
                reason = "unanswered" if is_question else "cancelled"
                relays.move(relay, RelayState.WITHDRAWN, now=now, reason=reason)
                await self._effects.follow(tx, relay, await relays.place_of(tx, relay))
        return len(expired)


def _role(place: Place, reply: Reply, actor: Actor) -> Picker:
    return picker_of(
        picker_id=actor.user_id,
        writer_id=reply.writer_id,
        is_author=is_author(actor, place.subscription.author_role_id),
    )


async def _being_forgotten(tx: Transaction, actor: Actor) -> str | None:
    if await privacy.is_being_forgotten(tx, actor.user_id):
        return _("You asked to be forgotten, and that is still under way. Until it is done nothing of yours is sent.")
    return None


def _what_stays(reply: Reply) -> str:
    return _("Its pictures and files stay on Discord; only the words are sent.") if reply.has_attachments else ""


async def _may_start_anew(tx: Transaction, relay: Relay) -> bool:
    """Return whether the relay ended before anything of it could reach the blog."""
    return relay.state == RelayState.WITHDRAWN and not await relays.may_be_on_the_blog(tx, relay)


def _was_refused_by_writer(relay: Relay) -> bool:
    return relay.reason in {"declined", "unanswered", "withdrawn", "message_deleted"}


def _new_relay(reply: Reply, place: Place) -> Relay:
    return Relay(
        message_id=reply.message_id,
        thread_id=reply.channel_id,
        guild_id=reply.guild_id,
        announcement_id=place.announcement.id,
        subscription_id=place.subscription.id,
        blog_id=place.blog.id,
        writer_id=reply.writer_id,
        parent_message_id=reply.replied_to_message_id,
    )
