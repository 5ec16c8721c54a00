"""Connecting blogs: by command, and from the settings at every start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.domain.errors import BlogCredentialsError, UserError
from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import Actor, BlogAccess, BlogAddress, BlogRights
from bot.domain.ports import Blogs, Chat, Clock
from bot.domain.translation import _
from bot.text.escape import escape_markdown
from db import relays, subscriptions
from db.engine import Begin, Transaction
from db.models import Feed, StoredBlog, Subscription
from db.secrets import SecretBox

log = structlog.get_logger(__name__)

NO_GUARD = "00000000"
"""For buttons that may be pressed again at any time by whoever has the right to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogFromSettings:
    """The one blog that the environment names."""

    url: str
    announce_channel_id: int
    username: str | None = None
    application_password: str | None = field(default=None, repr=False)
    queue_channel_id: int | None = None


class Connections:
    """Connects blogs and their credentials. Nothing is stored before every permission was seen."""

    def __init__(
        self, begin: Begin, chat: Chat, blogs: Blogs, secrets: SecretBox, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._begin = begin
        self._chat = chat
        self._blogs = blogs
        self._secrets = secrets
        self._clock = clock
        self._wake = wake

    async def connect(self, actor: Actor, site: str, *, channel_id: int) -> OutgoingMessage:
        """Find the blog and announce its posts in this channel from now on; offer to add its password."""
        require_manager(actor)
        await self._require_permissions(channel_id)
        address = await self._blogs.discover(site)
        async with self._begin() as tx:
            blog = await self._store_blog(tx, actor.guild_id, address)
            blog.connected_by = blog.connected_by or actor.user_id
            await self._store_subscription(tx, blog, channel_id)
            has_password = blog.sealed_password is not None
        self._wake()
        log.info("blog_connected", url=address.url, channel=channel_id)
        return _connected(address, blog, channel_id, has_password=has_password)

    async def accept_password(
        self, blog_id: int, actor: Actor, *, username: str, application_password: str
    ) -> OutgoingMessage:
        """Check an application password on the blog, then keep it sealed and let waiting replies go on."""
        require_manager(actor)
        async with self._begin() as tx:
            blog = await subscriptions.get_blog(tx, blog_id)
        if blog is None or blog.guild_id != actor.guild_id:
            raise UserError(_("This blog is not connected here any more."))
        if blog.api_root is None:
            raise UserError(_("This blog's REST API is closed, so comments cannot be sent to it."))
        access = BlogAccess(
            api_root=blog.api_root,
            url=blog.url,
            username=username.strip(),
            application_password=application_password.strip(),
        )
        rights = await self._check(access)
        async with self._begin() as tx:
            await self._store_password(tx, blog_id, access, rights, now=self._clock())
        self._wake()
        return OutgoingMessage(text=rights_sentence(rights))

    async def apply(self, wanted: BlogFromSettings) -> None:
        """Make the store agree with the settings, which win; raises TemporaryError while the blog is away.

        What is wrong with the channel or the password is logged in a sentence, and the rest is done
        all the same. A blog that the settings named once and do not name now is kept as it is.
        """
        facts = await self._chat.describe_channel(wanted.announce_channel_id)
        if facts.missing:
            log.warning("permissions_missing", channel=wanted.announce_channel_id, missing=", ".join(facts.missing))
        address = await self._blogs.discover(wanted.url)
        access = _access(address, wanted)
        rights = None if access is None else await self._check_or_log(access)
        async with self._begin() as tx:
            blog = await self._store_blog(tx, facts.guild_id, address)
            blog.is_from_settings = True
            subscription = await self._store_subscription(tx, blog, wanted.announce_channel_id)
            subscription.queue_channel_id = wanted.queue_channel_id or subscription.queue_channel_id
            if access is not None and rights is not None:
                await self._store_password(tx, blog.id, access, rights, now=self._clock())
            elif access is not None and self._secrets.open(blog.sealed_password) in {None, access.application_password}:
                blog.state = "credentials"  # another one, renewed in Discord, is kept: it may be the better one
        self._wake()
        log.info("blog_connected", url=address.url, channel=wanted.announce_channel_id, source="settings")

    async def _check_or_log(self, access: BlogAccess) -> BlogRights | None:
        try:
            return await self._check(access)
        except UserError as error:
            log.warning("blog_refused", url=access.url, why=str(error))
            return None

    async def _require_permissions(self, channel_id: int) -> None:
        """Raise UserError naming what we lack in the channel."""
        facts = await self._chat.describe_channel(channel_id)
        if facts.missing:
            raise UserError(
                _("I cannot work in <#{channel}> yet. Please give me there: {permissions}.").format(
                    channel=channel_id, permissions=", ".join(facts.missing)
                )
            )

    async def _check(self, access: BlogAccess) -> BlogRights:
        try:
            rights = await self._blogs.open(access).check_rights()
        except BlogCredentialsError as error:
            raise UserError(str(error)) from error
        if rights.missing:
            raise UserError(
                _(
                    "The blog's user {user} may not do enough. It needs to be allowed: {missing}. "
                    "An editor may do all of that."
                ).format(user=rights.user_name, missing=", ".join(rights.missing))
            )
        return rights

    async def _store_blog(self, tx: Transaction, guild_id: int, address: BlogAddress) -> StoredBlog:
        feed = await subscriptions.find_feed(tx, address.feed_url)
        if feed is None:
            feed = Feed(url=address.feed_url, title=address.title, next_poll_at=self._clock())
            tx.add(feed)
            await tx.flush()
        blog = await subscriptions.find_blog(tx, guild_id=guild_id, url=address.url)
        if blog is None:
            blog = StoredBlog(
                guild_id=guild_id, url=address.url, feed_id=feed.id, state="feed_only", created_at=self._clock()
            )
            tx.add(blog)
        feed.next_poll_at = self._clock()
        blog.feed_id, blog.title, blog.api_root = feed.id, address.title, address.api_root
        await tx.flush()
        return blog

    async def _store_subscription(self, tx: Transaction, blog: StoredBlog, channel_id: int) -> Subscription:
        subscription = await subscriptions.find_in_channel(tx, blog_id=blog.id, channel_id=channel_id)
        if subscription is None:
            subscription = Subscription(
                blog_id=blog.id, guild_id=blog.guild_id, channel_id=channel_id, created_at=self._clock()
            )
        if not await subscriptions.of_feed(tx, blog.feed_id):  # nobody has followed it: begin in silence
            (await tx.get_one(Feed, blog.feed_id)).is_baselined = False
        subscription.removed_at = None
        tx.add(subscription)
        await tx.flush()
        return subscription

    async def _store_password(
        self, tx: Transaction, blog_id: int, access: BlogAccess, rights: BlogRights, *, now: datetime
    ) -> None:
        blog = await subscriptions.get_blog(tx, blog_id)
        if blog is None or access.application_password is None:
            raise UserError(_("This blog is not connected here any more."))
        sealed = self._secrets.seal(access.application_password)
        if sealed is None:
            raise UserError(
                _("This bot has no SECRET_KEY, so it keeps no passwords. Its operator can make one: backchannel init")
            )
        blog.username, blog.sealed_password, blog.user_name = access.username, sealed, rights.user_name
        blog.state = "ok"
        await relays.wake_blog(tx, blog_id, now)


def require_manager(actor: Actor) -> None:
    """Refuse whoever lacks Manage Server; Discord's own settings for commands can be changed by the guild."""
    if not actor.may_manage_guild:
        raise UserError(_("Only members with Manage Server can do this."))


def _access(address: BlogAddress, wanted: BlogFromSettings) -> BlogAccess | None:
    if address.api_root is None or not wanted.username or not wanted.application_password:
        return None
    return BlogAccess(
        api_root=address.api_root,
        url=address.url,
        username=wanted.username,
        application_password=wanted.application_password,
    )


def password_button(blog_id: int) -> Button:
    """Return the button that opens the form for the application password."""
    return Button(
        label=_("Enter an application password"),
        style=ButtonStyle.PRIMARY,
        custom_id=button_id(Action.CONNECT, blog_id, NO_GUARD),
    )


def rights_sentence(rights: BlogRights) -> str:
    """Return what to say of accepted credentials, and whether they allow more than is needed."""
    accepted = _("The blog accepted the password of **{user}**. Replies can go there now.").format(
        user=escape_markdown(rights.user_name)
    )
    if not rights.excessive:
        return accepted
    too_much = _(
        "That user may do much more than I need ({rights}). A user of its own, with the rights of an editor or less, "
        "would be safer."
    ).format(rights=", ".join(rights.excessive))
    return f"{accepted}\n{too_much}"


def _connected(address: BlogAddress, blog: StoredBlog, channel_id: int, *, has_password: bool) -> OutgoingMessage:
    found = _("Connected: new posts of **{blog}** are announced in <#{channel}> from now on.").format(
        blog=escape_markdown(address.title or address.url), channel=channel_id
    )
    if address.api_root is None:
        closed = _("Its REST API is closed, so replies cannot be sent to it as comments.")
        return OutgoingMessage(text=f"{found}\n{closed}")
    if has_password:
        return OutgoingMessage(text=found, buttons=(password_button(blog.id),))
    ask = _(
        "To carry replies back to it I need an application password: in WordPress, *Users > Profile > Application "
        "Passwords*, of a user that may moderate comments and edit others' posts."
    )
    return OutgoingMessage(text=f"{found}\n{ask}", buttons=(password_button(blog.id),))
