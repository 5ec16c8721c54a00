"""Connecting blogs: by command, and from the settings at every start."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from bot.domain.errors import BlogCredentialsError, UserError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor, BlogAccess, BlogAddress, BlogRights
from bot.domain.ports import Blogs, Chat, Clock, Randomness
from bot.domain.translation import _
from bot.services.access import access_of, may_keep_password, seal_password
from bot.services.connecting.connection_wording import NEEDED_RIGHTS, connected, rights_sentence
from bot.services.notices import tell_author
from bot.services.relaying.queue_wording import blog_alert
from bot.services.turns import BlogTurns
from db import ledger, relays, subscriptions
from db.engine import Begin, Transaction
from db.models import Feed, StoredBlog, Subscription
from db.secrets import SecretBox

log = structlog.get_logger(__name__)


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
        self,
        begin: Begin,
        chat: Chat,
        blogs: Blogs,
        secrets: SecretBox,
        clock: Clock,
        randomness: Randomness,
        wake: Callable[[], None],
        *,
        turns: BlogTurns | None = None,
    ) -> None:
        self._turns = turns or BlogTurns()
        self._randomness = randomness
        self._begin = begin
        self._chat = chat
        self._blogs = blogs
        self._secrets = secrets
        self._clock = clock
        self._wake = wake
        self._looking: set[int] = set()

    async def connect(self, actor: Actor, site: str, *, channel_id: int) -> OutgoingMessage:
        """Find the blog and announce its posts in this channel from now on; offer to add its password."""
        require_manager(actor)
        await self._require_permissions(channel_id)
        address = await self._discover(actor.guild_id, site)
        async with self._begin() as tx:
            blog, has_moved = await self._store_blog(tx, actor.guild_id, address)
            blog.connected_by = blog.connected_by or actor.user_id
            known = await subscriptions.find_in_channel(tx, blog_id=blog.id, channel_id=channel_id)
            was_connected = known is not None and known.removed_at is None
            await self._store_subscription(tx, blog, channel_id)
        self._wake()
        log.info("blog_connected", url=address.url, channel=channel_id)
        return _naming_host(connected(blog, channel_id, was_connected=was_connected), blog, has_moved=has_moved)

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
        self._turns.note_accepted(access)
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
        if facts.is_forum:
            log.warning("channel_is_a_forum", channel=wanted.announce_channel_id)
        if facts.missing:
            log.warning("permissions_missing", channel=wanted.announce_channel_id, missing=", ".join(facts.missing))
        address = await self._blogs.discover(wanted.url)
        async with self._turns.at_address(facts.guild_id, address.url):
            await self._apply(wanted, address, facts.guild_id)
        self._wake()
        log.info("blog_connected", url=address.url, channel=wanted.announce_channel_id, source="settings")

    async def _apply(self, wanted: BlogFromSettings, address: BlogAddress, guild_id: int) -> None:
        access = _access(address, wanted)
        is_known_refused = access is not None and self._turns.was_refused(access)
        rights = None if access is None or is_known_refused else await self._check_or_log(access)
        async with self._begin() as tx:
            blog, _has_moved = await self._store_blog(tx, guild_id, address)
            blog.is_from_settings = True
            subscription = await self._store_subscription(tx, blog, wanted.announce_channel_id)
            subscription.queue_channel_id = wanted.queue_channel_id or subscription.queue_channel_id
            if access is not None and rights is not None:
                await self._store_password(tx, blog.id, access, rights, now=self._clock())
            elif access is not None and self._kept_password(blog) in {None, access.application_password}:
                # another one, renewed in Discord, is kept: it may be the better one
                await self._note_refused(tx, blog, subscription)

    async def _note_refused(self, tx: Transaction, blog: StoredBlog, subscription: Subscription) -> None:
        """Have everything for this blog wait, and its author told once."""
        if blog.state == "credentials":
            return
        blog.state = "credentials"
        await tell_author(
            tx,
            ledger.Purpose.BLOG_ALERT,
            ledger.Subject(subscription_id=subscription.id),
            blog_alert(blog),
            about=(subscription, blog),
            key=self._randomness.key(),
            now=self._clock(),
        )

    def _kept_password(self, blog: StoredBlog) -> str | None:
        kept = access_of(blog, self._secrets)
        return None if kept is None else kept.application_password

    async def _discover(self, guild_id: int, site: str) -> BlogAddress:
        """Find a blog, one at a time in each guild: a search may last, and all of them share a few places."""
        if guild_id in self._looking:
            raise UserError(_("A blog is being looked for here already. Try again when that is done."))
        self._looking.add(guild_id)
        try:
            return await self._blogs.discover(site)
        finally:
            self._looking.discard(guild_id)

    async def _check_or_log(self, access: BlogAccess) -> BlogRights | None:
        try:
            return await self._check(access)
        except UserError as error:
            log.warning("blog_refused", url=access.url, why=str(error))
            return None

    async def _require_permissions(self, channel_id: int) -> None:
        """Raise UserError naming what we lack in the channel, or what is wrong with it."""
        facts = await self._chat.describe_channel(channel_id)
        if facts.is_forum:
            raise UserError(_("I do not write in forums. Please choose an ordinary text channel."))
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
                    "The blog's user {user} may not do enough: {missing} is missing. It needs {rights}; "
                    "docs/wordpress-user.md says how to make such a user."
                ).format(user=rights.user_name, missing=", ".join(rights.missing), rights=NEEDED_RIGHTS)
            )
        return rights

    async def _store_blog(self, tx: Transaction, guild_id: int, address: BlogAddress) -> tuple[StoredBlog, bool]:
        """Store what was found; return the blog, and whether its password was forgotten because its API moved."""
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
        has_moved = not may_keep_password(blog, address.api_root, self._secrets)
        if has_moved:
            blog.username, blog.sealed_password, blog.user_name, blog.state = None, None, None, "feed_only"
            log.warning("password_forgotten", url=blog.url, why="the API is at another origin")
        feed.next_poll_at = self._clock()
        blog.feed_id, blog.title = feed.id, address.title
        blog.api_root = address.api_root or blog.api_root  # closed to strangers now, it may still take our password
        await tx.flush()
        return blog, has_moved

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
        sealed = seal_password(access.application_password, access.api_root, self._secrets)
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


def _naming_host(message: OutgoingMessage, blog: StoredBlog, *, has_moved: bool) -> OutgoingMessage:
    """Return the answer with the host that a password goes to, for only its reader knows whether that is the blog."""
    if blog.api_root is None or (blog.sealed_password is not None and blog.state == "ok"):
        return message
    sentence = _("An application password that you enter here is sent to `{host}` and nowhere else.")
    if has_moved:
        sentence = _(
            "The blog's API is at `{host}` now, so I forgot the password that was given for its old place. "
            "Enter one again only if `{host}` is your blog."
        )
    return replace(message, text=f"{message.text}\n{sentence.format(host=urlsplit(blog.api_root).netloc)}")


def _access(address: BlogAddress, wanted: BlogFromSettings) -> BlogAccess | None:
    if address.api_root is None or not wanted.username or not wanted.application_password:
        return None
    return BlogAccess(
        api_root=address.api_root,
        url=address.url,
        username=wanted.username,
        application_password=wanted.application_password,
    )
