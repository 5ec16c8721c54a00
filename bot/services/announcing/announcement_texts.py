"""What an announcement shows, what its thread begins with, and how the author is asked about held posts."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import PostState
from bot.domain.translation import _, plural
from bot.text.cards import post_card, thread_name
from bot.text.escape import escape_markdown
from db import posts
from db.models import Announcement, StoredBlog, StoredPost, Subscription

MOST_TITLES = 10
"""So many held posts are named in the question; the others are counted."""


def card_of(
    post: StoredPost, announcement: Announcement, subscription: Subscription, blog: StoredBlog
) -> OutgoingMessage:
    """Return the card that announces a post, with the author's lead and the role that is told, if any.

    Of a post that is no longer public it shows the title alone, and says so.
    """
    entry = posts.entry_of(post)
    if post.state == PostState.UNPUBLISHED:
        entry = replace(entry, excerpt=_("*This post is no longer on the blog.*"), image_url=None, link=None)
    card = post_card(entry, lead=announcement.lead, blog_title=blog.title)
    if subscription.ping_role_id is None:
        return card
    text = f"<@&{subscription.ping_role_id}>\n{card.text}".strip()
    return replace(card, text=text, pings_role_id=subscription.ping_role_id)


def less_of(refused: OutgoingMessage, post: StoredPost) -> OutgoingMessage | None:
    """Return what is left to try of an announcement that a filter refused: its title and link, then its title alone."""
    title = f"**{escape_markdown(thread_name(posts.entry_of(post)))}**"
    if refused.card is not None:
        return OutgoingMessage(text=title, buttons=refused.buttons)
    return OutgoingMessage(text=title) if refused.buttons else None


def first_line(post: StoredPost, blog: StoredBlog) -> OutgoingMessage:
    """Return the thread's first line; a blog without a password has nothing to send to."""
    title = escape_markdown(thread_name(posts.entry_of(post)))
    if blog.state == "feed_only":
        return OutgoingMessage(text=_("Talk about *{title}* here.").format(title=title))
    return OutgoingMessage(
        text=_(
            "Talk about *{title}* here. It stays on Discord unless you send it: right-click or hold your own message, "
            "**Apps > Send to blog**. You see it first, and can take it off again."
        ).format(title=title)
    )


def held_question(
    blog: StoredBlog, subscription: Subscription, found: Sequence[StoredPost], *, guard: str
) -> OutgoingMessage:
    """Return the question what to do with posts that appeared all at once."""
    lines = [f"- {escape_markdown(thread_name(posts.entry_of(post)))}" for post in found[:MOST_TITLES]]
    if len(found) > MOST_TITLES:
        lines.append(_("- and {n} more").format(n=len(found) - MOST_TITLES))
    question = plural(
        "{n} post of **{blog}** appeared that does not look like a new one. I have not announced it in <#{channel}>:",
        "{n} posts of **{blog}** appeared all at once. I have not announced them in <#{channel}>:",
        len(found),
    ).format(n=len(found), blog=escape_markdown(blog.title), channel=subscription.channel_id)
    return OutgoingMessage(
        text="\n".join([question, *lines]),
        buttons=(
            Button(
                label=_("Announce"),
                style=ButtonStyle.PRIMARY,
                custom_id=button_id(Action.HELD_ANNOUNCE, subscription.id, guard),
            ),
            Button(label=_("Leave them be"), custom_id=button_id(Action.HELD_REMEMBER, subscription.id, guard)),
        ),
    )
