"""What the author decides about replies whose writers agreed: publish, refuse, undo, and the queue to read them in."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.domain.messages import Button, Card, OutgoingMessage
from bot.domain.models import Actor
from bot.domain.ports import Chat, Clock
from bot.domain.relays import ON_ITS_WAY, ON_THE_BLOG, RelayState, is_reconsiderable
from bot.domain.rights import is_author
from bot.domain.translation import _, plural
from bot.services.relaying.edit_texts import waits_for_author
from bot.services.relaying.edit_wording import edit_buttons, edit_item
from bot.services.relaying.queue_wording import decision_buttons, queue_card, queue_item, told_to_author
from bot.services.relaying.relay_effects import RelayEffects
from bot.services.relaying.relay_rules import (
    is_in_guild,
    no_entry,
    no_longer_there,
    no_publishing,
    only_the_author,
    out_of_date,
)
from bot.services.relaying.relay_standing import state_for_author
from bot.services.relaying.relay_wording import plain
from db import relays, subscriptions
from db.engine import Begin, Transaction
from db.models import Relay
from db.relays import Place

log = structlog.get_logger(__name__)

_PAGE_CHARACTERS = 3_600
_PAGE_ITEMS = 5
"""At most three buttons each, and with the comments' own limit never more than Discord's 4,000 characters."""

_Act = Callable[[Transaction, Relay, Place], Awaitable[str]]


class Decisions:
    """The author's side. Rights are read afresh from Discord at every decision."""

    def __init__(self, begin: Begin, chat: Chat, effects: RelayEffects, clock: Clock, wake: Callable[[], None]) -> None:
        self._begin = begin
        self._chat = chat
        self._effects = effects
        self._clock = clock
        self._wake = wake

    async def publish(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Let a reply that waits go to the blog as an approved comment."""

        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if relay.state != RelayState.WAITING_FOR_AUTHOR:
                return ""
            objection = no_publishing(relay, place)
            if objection is not None:
                return objection
            self._decide(relay, RelayState.APPROVED, actor)
            await self._effects.want_comment(tx, relay, is_approved=True)
            return ""

        return await self.act(relay_id, guard, actor, act)

    async def refuse(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave a reply that waits on Discord."""

        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if relay.state == RelayState.WAITING_FOR_AUTHOR:
                self._decide(relay, RelayState.REFUSED, actor, reason="author_refused")
            return ""

        return await self.act(relay_id, guard, actor, act)

    async def undo(self, relay_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Take a decision back: what was refused or not yet sent waits again, what was sent leaves the blog."""

        async def act(tx: Transaction, relay: Relay, place: Place) -> str:
            if is_reconsiderable(relay.state, relay.reason):
                self._wait_again(relay)
            elif relay.state in ON_ITS_WAY | ON_THE_BLOG:
                may_be_there = await relays.may_be_on_the_blog(tx, relay)
                if may_be_there:  # should it stay there after all, the edit waits for whoever may decide
                    await self._effects.put_unmade_edit_back(tx, relay)
                await self._effects.unwant_comment(tx, relay)
                if may_be_there:
                    self._decide(relay, RelayState.WITHDRAWN, actor, reason="undone")
                else:
                    self._wait_again(relay)
            return ""

        return await self.act(relay_id, guard, actor, act)

    def _decide(self, relay: Relay, state_now: RelayState, actor: Actor, *, reason: str | None = None) -> None:
        now = self._clock()
        relay.decided_by, relay.decided_at = actor.user_id, now
        relays.move(relay, state_now, now=now, reason=reason)
        log.info("decided", relay=relay.id, state=relay.state)

    def _wait_again(self, relay: Relay) -> None:
        relay.decided_by = relay.decided_at = None
        relays.move(relay, RelayState.WAITING_FOR_AUTHOR, now=self._clock())

    async def act(self, relay_id: int, guard: str, actor: Actor, act: _Act) -> OutgoingMessage:
        """Do what an author pressed, if they are one now and pressed a button of how it stands now."""
        if not await self._is_author_now(relay_id, actor):
            async with self._begin() as tx:
                is_here = is_in_guild(await relays.find(tx, relay_id), actor)
            return only_the_author() if is_here else no_longer_there()
        async with self._begin() as tx:
            relay = await relays.get(tx, relay_id)
            place = await relays.place_of(tx, relay)
            if place.subscription.removed_at is not None:
                return plain(no_entry(place) or "")
            if guard != relay.guard:
                return queue_card(relay, place, await self._effects.facts(tx, relay), lead=out_of_date())
            told = await act(tx, relay, place)
            await self._effects.follow(tx, relay, place)
            answer = plain(told) if told else state_for_author(relay, place, actor)
        self._wake()
        return answer

    async def _is_author_now(self, relay_id: int, actor: Actor) -> bool:
        async with self._begin() as tx:
            relay = await relays.find(tx, relay_id)
            if relay is None or not is_in_guild(relay, actor):
                return False
            role_id = (await relays.place_of(tx, relay)).subscription.author_role_id
        member = await self._chat.member(actor.guild_id, actor.user_id)
        return member is not None and is_author(member, role_id)

    async def queue(self, guild_id: int, actor: Actor, *, page: int = 1) -> OutgoingMessage:
        """Return one page (the first is 1) of what waits for this author in this guild, oldest first."""
        async with self._begin() as tx:
            mine = [
                subscription.id
                for subscription, _blog in await subscriptions.of_guild(tx, guild_id)
                if actor.guild_id == guild_id and is_author(actor, subscription.author_role_id)
            ]
            if not mine:
                return only_the_author()
            waiting = await relays.waiting_for_author(tx, mine)
            pages = await self._pages(tx, waiting)
        if not pages:
            return plain(_("Nothing waits for you."))
        return _queue_page(pages, page=min(max(page, 1), len(pages)), waiting=len(waiting))

    async def _item(self, tx: Transaction, relay: Relay, place: Place) -> list[str]:
        if waits_for_author(relay):
            return edit_item(relay, place)
        item = queue_item(relay, place, await self._effects.facts(tx, relay))
        return [*item, told_to_author(relay, place)] if relay.state == RelayState.HELD else item

    async def _pages(self, tx: Transaction, waiting: Sequence[Relay]) -> list[list[tuple[Relay, str]]]:
        """Lay whole items onto pages: a comment is never cut where it can be published."""
        pages: list[list[tuple[Relay, str]]] = []
        filled = 0
        for relay in waiting:
            place = await relays.place_of(tx, relay)
            item = "\n".join(await self._item(tx, relay, place))
            if not pages or len(pages[-1]) == _PAGE_ITEMS or filled + len(item) > _PAGE_CHARACTERS:
                pages.append([])
                filled = 0
            pages[-1].append((relay, item))
            filled += len(item)
        return pages


def _buttons(relay: Relay, number: int) -> tuple[Button, ...]:
    if waits_for_author(relay):
        return edit_buttons(relay, number=number)
    return decision_buttons(relay, number=number)


def _queue_page(pages: Sequence[Sequence[tuple[Relay, str]]], *, page: int, waiting: int) -> OutgoingMessage:
    first = 1 + sum(len(earlier) for earlier in pages[: page - 1])
    numbered = list(enumerate(pages[page - 1], start=first))
    text = plural("{n} reply waits for you.", "{n} replies wait for you, the oldest first.", waiting).format(n=waiting)
    footer = ""
    if page < len(pages):
        footer = _("Page {page} of {pages}. **/queue page:{next}** shows the next.").format(
            page=page, pages=len(pages), next=page + 1
        )
    return OutgoingMessage(
        text=text,
        card=Card(body="\n\n".join(f"{number}. {item}" for number, (_relay, item) in numbered), footer=footer),
        buttons=tuple(button for number, (relay, _item) in numbered for button in _buttons(relay, number)),
    )
