"""The author announces by hand: preview, lead line, once more; and answers about posts that were held back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import Actor, PostState
from bot.domain.ports import Clock, Randomness
from bot.domain.rights import is_author
from bot.domain.translation import _, plural
from bot.services.announcing.announcement_texts import card_of
from bot.services.announcing.announcements import (
    SHOWN,
    Announcements,
    AnnouncementState,
    held_announcements,
)
from bot.services.notices import tell_author
from bot.text.cards import thread_name
from bot.text.escape import escape_markdown
from db import ledger, posts, subscriptions
from db.engine import Begin, Transaction
from db.models import Announcement, StoredBlog, StoredPost, Subscription

LEAD_LIMIT = 500
"""Characters of the author's own lines above a card."""

_STALE = _("This button belongs to an earlier question. Type **/announce** to begin anew.")
_NOT_YOURS = _("Only the blog's author can do this: it takes Manage Server, or the role that the blog's settings name.")


class Announce:
    """What `/announce` and its buttons do. Every answer is for the eyes of whoever asked."""

    def __init__(
        self,
        begin: Begin,
        announcements: Announcements,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
    ) -> None:
        self._begin = begin
        self._announcements = announcements
        self._clock = clock
        self._randomness = randomness
        self._wake = wake

    async def suggest(self, actor: Actor, typed: str) -> Sequence[tuple[str, str]]:
        """Return up to 25 posts as (title to show, value to send back), the newest first; none to strangers."""
        async with self._begin() as tx:
            mine = await self._own_subscriptions(tx, actor)
            feed_ids = {blog.feed_id for _subscription, blog in mine}
            found = await posts.search(tx, feed_ids=feed_ids, text=typed)
        return [(thread_name(posts.entry_of(post)), f"post:{post.id}") for post in found]

    async def preview(self, actor: Actor, value: str, *, channel_id: int) -> OutgoingMessage:
        """Show what would be announced. `value` is one of `suggest`, a post's address, or its exact title."""
        async with self._begin() as tx:
            subscription, blog, post = await self._find(tx, actor, value, channel_id=channel_id)
            newest = await subscriptions.newest_announcement(tx, subscription_id=subscription.id, post_row_id=post.id)
            if newest is not None and newest.state in SHOWN:
                return _announced_already(newest, subscription, post)
            if newest is None:
                newest = await self._announcements.add(tx, subscription, post, state=AnnouncementState.DRAFT)
            newest.state, newest.asked_by = AnnouncementState.DRAFT.value, actor.user_id
            newest.channel_id = subscription.channel_id
            return _preview(newest, post, subscription, blog)

    async def lead(self, announcement_id: int, actor: Actor) -> str:
        """Return the lead line as it is now, to fill the form in."""
        async with self._begin() as tx:
            announcement, *_rest = await self._mine(tx, announcement_id, actor)
            return announcement.lead

    async def set_lead(self, announcement_id: int, actor: Actor, lead: str) -> OutgoingMessage:
        """Change the lead line: of the preview, or of an announcement that is there."""
        if len(lead) > LEAD_LIMIT:
            raise UserError(_("That is too long: at most {n} characters.").format(n=LEAD_LIMIT))
        async with self._begin() as tx:
            announcement, subscription, blog, post = await self._mine(tx, announcement_id, actor)
            announcement.lead = lead.strip()
            if announcement.state not in SHOWN:
                announcement.guard = self._randomness.guard()
                return _preview(announcement, post, subscription, blog)
            await self._announcements.want_message(tx, announcement, post, blog)
        self._wake()
        return OutgoingMessage(text=_("Done: the announcement's first line is changed."))

    async def confirm(self, announcement_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Announce the post that the preview showed."""
        async with self._begin() as tx:
            announcement, subscription, blog, post = await self._mine(tx, announcement_id, actor)
            if announcement.state in SHOWN:
                return _announced_already(announcement, subscription, post)
            if announcement.guard != guard or announcement.state != AnnouncementState.DRAFT:
                raise UserError(_STALE)
            if subscription.is_paused:
                raise UserError(_("This blog is paused here. **/blog resume** starts it again."))
            announcement.state = AnnouncementState.WANTED.value
            await self._announcements.want_message(tx, announcement, post, blog)
        self._wake()
        return OutgoingMessage(
            text=_("*{title}* is being announced in <#{channel}>.").format(
                title=escape_markdown(thread_name(posts.entry_of(post))), channel=announcement.channel_id
            )
        )

    async def drop(self, announcement_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Leave the post unannounced."""
        async with self._begin() as tx:
            announcement, *_rest = await self._mine(tx, announcement_id, actor)
            if announcement.guard != guard or announcement.state != AnnouncementState.DRAFT:
                raise UserError(_STALE)
            announcement.state = AnnouncementState.DROPPED.value
        return OutgoingMessage(text=_("Nothing was announced."))

    async def again(self, announcement_id: int, guard: str, actor: Actor) -> OutgoingMessage:
        """Preview a second announcement of a post; the first one and its thread stay."""
        async with self._begin() as tx:
            announcement, subscription, blog, post = await self._mine(tx, announcement_id, actor)
            newest = await subscriptions.newest_announcement(tx, subscription_id=subscription.id, post_row_id=post.id)
            if announcement.guard != guard or newest is None or announcement.state not in SHOWN:
                raise UserError(_STALE)
            if newest.state in SHOWN:
                newest = await self._announcements.add(
                    tx, subscription, post, state=AnnouncementState.DRAFT, turn=newest.turn + 1
                )
            newest.state, newest.lead = AnnouncementState.DRAFT.value, announcement.lead
            return _preview(newest, post, subscription, blog)

    async def guild_of(self, subscription_id: int) -> int | None:
        """Return the guild a subscription is for: a button in a direct message does not tell it."""
        async with self._begin() as tx:
            subscription = await tx.get(Subscription, subscription_id)
            return None if subscription is None else subscription.guild_id

    async def answer_held(
        self, subscription_id: int, guard: str, actor: Actor, *, is_announced: bool
    ) -> OutgoingMessage:
        """Announce the posts that were held back, or leave them be."""
        async with self._begin() as tx:
            subscription, blog = await self._authors(tx, subscription_id, actor)
            held = await held_announcements(tx, subscription_id)
            if guard not in {announcement.guard for announcement in held}:
                raise UserError(_("This was answered already."))
            for announcement in held:
                post = await posts.get(tx, announcement.post_row_id)
                post.state = (PostState.WANTED if is_announced else PostState.REMEMBERED).value
                announcement.state = (AnnouncementState.WANTED if is_announced else AnnouncementState.DROPPED).value
                if is_announced:
                    await self._announcements.want_message(tx, announcement, post, blog)
            answer = _held_answer(len(held), actor, is_announced=is_announced)
            await tell_author(
                tx,
                ledger.Purpose.HELD_QUESTION,
                ledger.Subject(subscription_id=subscription_id),
                answer,
                about=(subscription, blog),
                key=self._randomness.key(),
                now=self._clock(),
            )
        self._wake()
        return answer

    async def _own_subscriptions(self, tx: Transaction, actor: Actor) -> list[tuple[Subscription, StoredBlog]]:
        return [
            (subscription, blog)
            for subscription, blog in await subscriptions.of_guild(tx, actor.guild_id)
            if is_author(actor, subscription.author_role_id)
        ]

    async def _find(
        self, tx: Transaction, actor: Actor, value: str, *, channel_id: int
    ) -> tuple[Subscription, StoredBlog, StoredPost]:
        """Return the post meant, and where it would be announced: in this channel if it is one of the blog's."""
        mine = await self._own_subscriptions(tx, actor)
        if not mine:
            if await subscriptions.of_guild(tx, actor.guild_id):
                raise UserError(_NOT_YOURS)
            raise UserError(_("No blog is connected here yet. **/blog connect** begins."))
        post = await posts.find(tx, feed_ids={blog.feed_id for _s, blog in mine}, value=value)
        if post is None:
            raise UserError(_("I know no such post. Choose one of the list, or paste the post's address."))
        fitting = [(subscription, blog) for subscription, blog in mine if blog.feed_id == post.feed_id]
        here = [pair for pair in fitting if pair[0].channel_id == channel_id]
        return (*(here or fitting)[0], post)

    async def _authors(self, tx: Transaction, subscription_id: int, actor: Actor) -> tuple[Subscription, StoredBlog]:
        try:
            subscription, blog = await subscriptions.get(tx, subscription_id)
        except LookupError:
            raise UserError(_STALE) from None
        if subscription.guild_id != actor.guild_id or subscription.removed_at is not None:
            raise UserError(_("This blog is not connected here any more."))
        if not is_author(actor, subscription.author_role_id):
            raise UserError(_NOT_YOURS)
        return subscription, blog

    async def _mine(
        self, tx: Transaction, announcement_id: int, actor: Actor
    ) -> tuple[Announcement, Subscription, StoredBlog, StoredPost]:
        announcement = await tx.get(Announcement, announcement_id)
        if announcement is None:
            raise UserError(_STALE)
        subscription, blog = await self._authors(tx, announcement.subscription_id, actor)
        return announcement, subscription, blog, await posts.get(tx, announcement.post_row_id)


def _preview(
    announcement: Announcement, post: StoredPost, subscription: Subscription, blog: StoredBlog
) -> OutgoingMessage:
    """Return the card as it would look, under a line that says so, with what can be done."""
    card = card_of(post, announcement, subscription, blog)
    note = _("This is how it will look in <#{channel}>. Only you can see this.").format(channel=announcement.channel_id)
    guard = announcement.guard
    return replace(
        card,
        text=f"{note}\n{card.text}".strip(),
        pings_role_id=None,
        buttons=(
            Button(
                label=_("Announce"),
                style=ButtonStyle.PRIMARY,
                custom_id=button_id(Action.ANNOUNCE, announcement.id, guard),
            ),
            Button(label=_("Write a lead line"), custom_id=button_id(Action.LEAD, announcement.id, guard)),
            Button(label=_("Cancel"), custom_id=button_id(Action.DROP, announcement.id, guard)),
        ),
    )


def _announced_already(announcement: Announcement, subscription: Subscription, post: StoredPost) -> OutgoingMessage:
    title = escape_markdown(thread_name(posts.entry_of(post)))
    lead = Button(
        label=_("Change its lead line"), custom_id=button_id(Action.LEAD, announcement.id, announcement.guard)
    )
    again = Button(label=_("Announce it again"), custom_id=button_id(Action.AGAIN, announcement.id, announcement.guard))
    if announcement.message_id is None:
        sentence = _("*{title}* is on its way to <#{channel}> already.")
        return OutgoingMessage(text=sentence.format(title=title, channel=announcement.channel_id), buttons=(lead,))
    sentence = _("*{title}* is announced in <#{channel}> already.")
    return OutgoingMessage(text=sentence.format(title=title, channel=announcement.channel_id), buttons=(lead, again))


def _held_answer(n: int, actor: Actor, *, is_announced: bool) -> OutgoingMessage:
    if is_announced:
        sentence = plural("{n} post is being announced, by {who}.", "{n} posts are being announced, by {who}.", n)
    else:
        sentence = plural(
            "{n} post stays unannounced, by {who}. **/announce** can still do it.",
            "{n} posts stay unannounced, by {who}. **/announce** can still do it.",
            n,
        )
    return OutgoingMessage(text=sentence.format(n=n, who=escape_markdown(actor.name)))
