"""Looks at the blog that the settings name: its feed, its REST API, and what the application password may do."""

from collections.abc import AsyncIterator

from bot.domain.errors import BackchannelError, BlogCredentialsError
from bot.domain.models import BlogAccess, BlogAddress
from bot.domain.ports import Blogs, FeedReader, FeedRequest
from bot.domain.translation import _, plural
from bot.program.findings import Finding, fail, ok, warn


class BlogCheck:
    """Checks one blog. `username` and `application_password` are None for a blog that is only announced."""

    def __init__(
        self,
        blogs: Blogs,
        feeds: FeedReader,
        *,
        site: str,
        username: str | None = None,
        application_password: str | None = None,
    ) -> None:
        self._blogs = blogs
        self._feeds = feeds
        self._site = site
        self._username = username
        self._password = application_password

    async def __call__(self) -> AsyncIterator[Finding]:
        """Yield what is found, from the address to the rights; stops where the next question has no sense."""
        try:
            address = await self._blogs.discover(self._site)
        except BackchannelError as error:
            yield fail(
                _("BLOG_URL leads to no blog that can be read. {error}").format(error=error),
                _("Open the address in a browser; a blog on a private address must stand in ALLOW_PRIVATE_HOSTS."),
            )
            return
        yield await self._feed(address)
        async for finding in self._credentials(address):
            yield finding

    async def _feed(self, address: BlogAddress) -> Finding:
        try:
            answer = await self._feeds.read(FeedRequest(url=address.feed_url))
        except BackchannelError as error:
            return fail(
                _("The feed at {url} cannot be read. {error}").format(url=address.feed_url, error=error),
                _("Open the feed in a browser; it must be RSS or Atom."),
            )
        count = len(answer.entries or ())
        return ok(
            plural(
                "The feed at {url} can be read and holds {n} post.",
                "The feed at {url} can be read and holds {n} posts.",
                count,
            ).format(url=address.feed_url, n=count)
        )

    async def _credentials(self, address: BlogAddress) -> AsyncIterator[Finding]:
        if self._username is None:
            yield warn(
                _("There is no application password, so posts are announced and no reply can go to the blog."),
                _("Make one as docs/wordpress-user.md says, for BLOG_USERNAME and BLOG_APPLICATION_PASSWORD."),
            )
            return
        if address.api_root is None:
            yield fail(
                _("The blog's REST API is closed, so no comment can be sent to it."),
                _("Look for a security plugin that switches the REST API off."),
            )
            return
        access = BlogAccess(
            api_root=address.api_root,
            url=address.url,
            username=self._username,
            application_password=self._password,
        )
        async for finding in self._rights(access):
            yield finding

    async def _rights(self, access: BlogAccess) -> AsyncIterator[Finding]:
        try:
            rights = await self._blogs.open(access).check_rights()
        except BlogCredentialsError as error:
            yield fail(
                _("The blog does not accept BLOG_USERNAME with BLOG_APPLICATION_PASSWORD. {error}").format(error=error),
                _("Make a new application password in that user's profile; the login password does not work here."),
            )
            return
        except BackchannelError as error:
            yield fail(
                _("The blog did not say what the application password may do. {error}").format(error=error),
                _("Try again in a moment."),
            )
            return
        if not rights.missing:
            yield ok(_("The application password of {user} may do all that is needed.").format(user=rights.user_name))
        for right in rights.missing:
            yield fail(
                _("The user {user} lacks the right {right} on the blog.").format(user=rights.user_name, right=right),
                _("Give the user a role with it, as docs/wordpress-user.md says."),
            )
        if rights.excessive:
            yield warn(
                _("The user {user} may do more than is ever needed: {rights}.").format(
                    user=rights.user_name, rights=", ".join(rights.excessive)
                ),
                _("Make a user with fewer rights, as docs/wordpress-user.md says: a thief would have them all."),
            )
