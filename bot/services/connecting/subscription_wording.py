"""What `/blog` shows of a subscription: a line of the list, its settings, its name among the choices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.messages import OutgoingMessage
from bot.domain.translation import _, plural
from bot.services.connecting.connection_wording import password_button
from bot.text.escape import escape_markdown
from db.models import Feed, StoredBlog, Subscription

_CHOICE_CHARACTERS = 100
"""Discord's own limit for the name of an autocomplete's choice."""
_LIST_CHARACTERS = 1_900
"""Discord takes 2,000 in a message; the rest is for the line that says that more is not shown."""


def list_line(subscription: Subscription, blog: StoredBlog, feed: Feed) -> str:
    """Return one blog in one channel, and how it fares."""
    state = {
        "ok": _("replies can go there"),
        "feed_only": _("announced only: no application password"),
        "credentials": _("its password was refused: **/blog connect** again"),
    }[blog.state]
    if subscription.is_paused:
        state = _("paused")
    if feed.failures:
        state = _("its feed cannot be read: {error}").format(error=feed.last_error or "")
    return _("- **{blog}** in <#{channel}>: {state}").format(
        blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id, state=state
    )


def choice_name(subscription: Subscription, blog: StoredBlog, channel_names: Mapping[int, str]) -> str:
    """Return how a blog is called among the choices: with its channel, else with its host."""
    host = urlsplit(blog.url).netloc
    channel = channel_names.get(subscription.channel_id)
    where = f" (#{channel})" if channel else f" ({host})" if blog.title else ""
    return f"{(blog.title or host)[: _CHOICE_CHARACTERS - len(where)]}{where}"[:_CHOICE_CHARACTERS]


def whole_lines(lines: Sequence[str]) -> str:
    """Return as many whole lines as fit into one message, and how many did not."""
    shown: list[str] = []
    for line in lines:
        if sum(len(earlier) + 1 for earlier in shown) + len(line) > _LIST_CHARACTERS:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    if left:
        shown.append(plural("{n} more is not shown here.", "{n} more are not shown here.", left).format(n=left))
    return "\n".join(shown)


def _author(subscription: Subscription) -> str:
    if subscription.author_role_id is None:
        return _("- The author: whoever has Manage Server")
    return _("- The author: whoever has Manage Server or <@&{role}>").format(role=subscription.author_role_id)


def _day(until: datetime | None) -> str:
    return _("not away") if until is None else f"<t:{int(until.timestamp())}:D>"


def settings(subscription: Subscription, blog: StoredBlog, *, has_new_author: bool) -> OutgoingMessage:
    """Return all settings of a blog in a channel, with the button for its password."""
    policy = {
        "approve": _("the author looks at every reply first"),
        "direct": _("replies go straight to the blog's own moderation"),
    }[subscription.policy]
    nowhere = _("a direct message to whoever connected the blog")
    if blog.connected_by is None:
        nowhere = _("a direct message to the server's owner")
    mirror = {
        "answers": _("answers to relayed replies come into the thread, others are counted there"),
        "all": _("all of them come into the thread"),
        "none": _("none of them comes into the thread"),
    }[subscription.mirror]
    lines = [
        _("**{blog}** in <#{channel}>").format(
            blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id
        ),
        _("- Policy: {policy}").format(policy=policy),
        _author(subscription),
        _("- The queue: {channel}").format(
            channel=f"<#{subscription.queue_channel_id}>" if subscription.queue_channel_id else nowhere
        ),
        _("- Told of new posts: {role}").format(
            role=f"<@&{subscription.ping_role_id}>" if subscription.ping_role_id else _("nobody")
        ),
        _("- Away until: {day}").format(day=_day(subscription.away_until)),
        _("- Readers' comments: {mirror}").format(mirror=mirror),
        _("- Link of the comments: {link}").format(link=subscription.invite_url or _("the post itself")),
    ]
    if has_new_author:
        lines.append(
            _(
                "That role may now use **/announce** and **/queue**. Where they are hidden from it, show them in "
                "*Server Settings > Integrations*."
            )
        )
    return OutgoingMessage(text="\n".join(lines), buttons=(password_button(blog.id),) if blog.api_root else ())
