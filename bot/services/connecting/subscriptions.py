"""What `/blog` shows and changes once a blog is connected: list, settings, pause, resume, remove."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from bot.domain.errors import UserError
from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import Actor
from bot.domain.ports import Chat, Clock
from bot.domain.translation import _
from bot.services.connecting.connection_wording import NO_GUARD
from bot.services.connecting.connections import require_manager
from bot.services.connecting.subscription_wording import choice_name, list_line, settings, whole_lines
from bot.text.escape import escape_markdown
from db import subscriptions
from db.engine import Begin, Transaction
from db.models import Feed, StoredBlog, Subscription

Policy = Literal["approve", "direct"]
Clearable = Literal["author_role", "queue_channel", "ping_role", "invite_url"]

_CHOICES = 25
"""Discord's own limit for what an autocomplete offers."""


MirrorSetting = Literal["answers", "all", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """What `/blog settings` was given; None leaves a setting as it is."""

    policy: Policy | None = None
    author_role_id: int | None = None
    ping_role_id: int | None = None
    queue_channel_id: int | None = None
    invite_url: str | None = None
    away_until: str | None = None
    """A day as 2026-12-24, or `back`."""
    mirror: MirrorSetting | None = None
    clear: Clearable | None = None


class Subscriptions:
    """The doors of `/blog`. Every answer is for the eyes of whoever asked, who has Manage Server."""

    def __init__(self, begin: Begin, chat: Chat, clock: Clock, wake: Callable[[], None]) -> None:
        self._begin = begin
        self._chat = chat
        self._clock = clock
        self._wake = wake

    async def suggest(self, actor: Actor, typed: str, channel_names: Mapping[int, str]) -> list[tuple[str, str]]:
        """Return up to 25 of the guild's blogs as (title and channel, value to send back).

        `channel_names` are the guild's channels by id, as far as they are known; else the blog's host tells it.
        """
        if not actor.may_manage_guild:
            return []
        async with self._begin() as tx:
            found = await subscriptions.of_guild(tx, actor.guild_id)
        named = [(choice_name(subscription, blog, channel_names), f"{subscription.id}") for subscription, blog in found]
        return [(name, value) for name, value in named if typed.casefold() in name.casefold()][:_CHOICES]

    async def list_all(self, actor: Actor) -> OutgoingMessage:
        """Show every blog of the guild with its channel and how it fares."""
        require_manager(actor)
        async with self._begin() as tx:
            found = await subscriptions.of_guild(tx, actor.guild_id)
            lines = [
                list_line(subscription, blog, await tx.get_one(Feed, blog.feed_id)) for subscription, blog in found
            ]
        if not lines:
            return OutgoingMessage(text=_("No blog is connected here yet. **/blog connect** begins."))
        return OutgoingMessage(text=whole_lines(lines))

    async def change(self, actor: Actor, value: str | None, change: SettingsChange) -> OutgoingMessage:
        """Change what is given, and show all settings as they are then."""
        require_manager(actor)
        if change.queue_channel_id is not None:
            await self._require_private(change.queue_channel_id)
        if change.invite_url is not None:
            _require_invite(change.invite_url)
        away_until = None if change.away_until is None else _away_until(change.away_until, self._clock())
        async with self._begin() as tx:
            subscription, blog = await self._find(tx, actor, value)
            _clear(subscription, change.clear)
            subscription.policy = change.policy or subscription.policy
            subscription.author_role_id = change.author_role_id or subscription.author_role_id
            subscription.ping_role_id = change.ping_role_id or subscription.ping_role_id
            subscription.queue_channel_id = change.queue_channel_id or subscription.queue_channel_id
            subscription.invite_url = change.invite_url or subscription.invite_url
            if change.away_until is not None:
                subscription.away_until = away_until
            subscription.mirror = change.mirror or subscription.mirror
            return settings(subscription, blog, has_new_author=change.author_role_id is not None)

    async def pause(self, actor: Actor, value: str | None) -> OutgoingMessage:
        """Announce nothing and send no replies until resumed."""
        require_manager(actor)
        async with self._begin() as tx:
            subscription, blog = await self._find(tx, actor, value)
            subscription.is_paused = True
        return OutgoingMessage(
            text=_("**{blog}** is paused in <#{channel}>. **/blog resume** starts it again.").format(
                blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id
            )
        )

    async def resume(self, actor: Actor, value: str | None) -> OutgoingMessage:
        """Go on where the pause began: posts published meanwhile are asked about, not poured out."""
        require_manager(actor)
        async with self._begin() as tx:
            subscription, blog = await self._find(tx, actor, value)
            was_paused, subscription.is_paused = subscription.is_paused, False
            feed = await tx.get_one(Feed, blog.feed_id)
            feed.next_poll_at = self._clock()
        self._wake()
        told = _("**{blog}** is announced in <#{channel}> again.")
        if not was_paused:
            told = _("**{blog}** was not paused in <#{channel}>.")
        return OutgoingMessage(
            text=told.format(blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id)
        )

    async def ask_to_remove(self, actor: Actor, value: str | None) -> OutgoingMessage:
        """Ask once more before a blog is removed, and say what becomes of its password."""
        require_manager(actor)
        async with self._begin() as tx:
            subscription, blog = await self._find(tx, actor, value)
            is_last = await self._is_last(tx, subscription, blog)
        question = _("Remove **{blog}** from <#{channel}>? Announcements, threads and comments stay.").format(
            blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id
        )
        return OutgoingMessage(
            text="\n".join([question, *_what_follows(blog, is_last=is_last)]),
            buttons=(
                Button(
                    label=_("Remove it"),
                    style=ButtonStyle.DANGER,
                    custom_id=button_id(Action.REMOVE_BLOG, subscription.id, NO_GUARD),
                ),
            ),
        )

    async def remove(self, actor: Actor, subscription_id: int) -> OutgoingMessage:
        """Remove a blog from a channel."""
        require_manager(actor)
        async with self._begin() as tx:
            subscription, blog = await self._find(tx, actor, str(subscription_id))
            subscription.removed_at = self._clock()
        await self.forget_passwords()
        return OutgoingMessage(
            text=_("**{blog}** is not announced in <#{channel}> any more.").format(
                blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id
            )
        )

    async def forget_passwords(self) -> int:
        """Forget the passwords of blogs that are announced nowhere, once no reply of a member is on them any more.

        Until then a writer can still take theirs off. Returns how many were forgotten.
        """
        async with self._begin() as tx:
            unneeded = await subscriptions.left_with_a_password(tx)
            for blog in unneeded:
                blog.sealed_password, blog.username, blog.state = None, None, "feed_only"
        return len(unneeded)

    async def _is_last(self, tx: Transaction, subscription: Subscription, blog: StoredBlog) -> bool:
        found = await subscriptions.of_guild(tx, blog.guild_id)
        return all(other.id == subscription.id for other, its in found if its.id == blog.id)

    async def _find(self, tx: Transaction, actor: Actor, value: str | None) -> tuple[Subscription, StoredBlog]:
        """Return the subscription meant: the only one, or the one named."""
        found = await subscriptions.of_guild(tx, actor.guild_id)
        if not found:
            raise UserError(_("No blog is connected here yet. **/blog connect** begins."))
        if value is None and len(found) == 1:
            return found[0]
        for subscription, blog in found:
            if value in {str(subscription.id), blog.url, blog.title}:
                return subscription, blog
        raise UserError(_("Which blog? Choose one of the list."))

    async def _require_private(self, channel_id: int) -> None:
        facts = await self._chat.describe_channel(channel_id)
        if facts.is_forum:
            raise UserError(_("I do not write in forums. Please choose an ordinary text channel."))
        if facts.missing:
            raise UserError(
                _("I cannot write in <#{channel}> yet. Please give me there: {permissions}.").format(
                    channel=channel_id, permissions=", ".join(facts.missing)
                )
            )
        if facts.is_public:
            raise UserError(
                _(
                    "Everybody can read <#{channel}>, and the queue shows replies before they are decided. "
                    "Choose a private channel."
                ).format(channel=channel_id)
            )


def _what_follows(blog: StoredBlog, *, is_last: bool) -> list[str]:
    lines: list[str] = []
    if blog.sealed_password is not None and is_last:
        lines.append(
            _(
                "The password is forgotten once no member's reply is on the blog any more; until then its writer can "
                "still take it off."
            )
        )
    if blog.is_from_settings:
        lines.append(
            _(
                "It stands in the bot's settings as BLOG_URL: it comes back at the next start, unless it is taken out "
                "there."
            )
        )
    return lines


_INVITES = ("https://discord.gg/", "https://discord.com/invite/")
_MAX_INVITE = 100


def _require_invite(url: str) -> None:
    code = next((url.removeprefix(prefix) for prefix in _INVITES if url.startswith(prefix)), "")
    if not code or not code.replace("-", "").isalnum() or not code.isascii() or len(url) > _MAX_INVITE:
        raise UserError(_("That is no invite. It should look like https://discord.gg/abc123."))


_BACK = "back"


def _away_until(text: str, now: datetime) -> datetime | None:
    """Return the end of the day that was typed, in UTC, or None for being back; UserError for anything else."""
    if text.strip().casefold() == _BACK:
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(_("Write the last day away as in 2026-12-24, or `back`.")) from None
    until = datetime.combine(day, time.max, tzinfo=UTC)
    if until <= now:
        raise UserError(_("That day is over. Write a later one, or `back`."))
    return until


def _clear(subscription: Subscription, setting: Clearable | None) -> None:
    match setting:
        case "author_role":
            subscription.author_role_id = None
        case "queue_channel":
            subscription.queue_channel_id = None
        case "ping_role":
            subscription.ping_role_id = None
        case "invite_url":
            subscription.invite_url = None
