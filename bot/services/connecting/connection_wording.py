"""What is said of a blog's connection, and the button that opens the form for its password."""

from typing import Final

from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import BlogRights
from bot.domain.translation import _
from bot.text.escape import escape_markdown
from db.models import StoredBlog

NO_GUARD: Final = "00000000"
"""For buttons that may be pressed again at any time by whoever has the right to."""

NEEDED_RIGHTS: Final = "edit_posts, edit_others_posts, edit_published_posts, moderate_comments"
"""The four rights of docs/wordpress-user.md, as WordPress names them."""


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
        "That user may do much more than I need ({rights}). A user of its own with only {needed} would be safer: "
        "docs/wordpress-user.md says how to make one."
    ).format(rights=", ".join(rights.excessive), needed=NEEDED_RIGHTS)
    return f"{accepted}\n{too_much}"


def connected(blog: StoredBlog, channel_id: int, *, was_connected: bool) -> OutgoingMessage:
    """Return what `/blog connect` answers: what is announced where, and whether replies can go to the blog."""
    found = _("Connected: new posts of **{blog}** are announced in <#{channel}> from now on.")
    if was_connected:
        found = _("**{blog}** was connected to <#{channel}> already.")
    found = found.format(blog=escape_markdown(blog.title or blog.url), channel=channel_id)
    buttons = () if blog.api_root is None else (password_button(blog.id),)
    return OutgoingMessage(text=f"{found}\n{_about_replies(blog)}", buttons=buttons)


def _about_replies(blog: StoredBlog) -> str:
    if blog.api_root is None:
        return _("Its REST API is closed, so replies cannot be sent to it as comments.")
    if blog.state == "credentials":
        return _("Its application password is refused, so replies wait until you enter a new one.")
    if blog.sealed_password is not None:
        return _("Replies can go there.")
    return _(
        "To carry replies back to it I need an application password: in WordPress, *Users > Profile > Application "
        "Passwords*, of a user with the rights {rights}."
    ).format(rights=NEEDED_RIGHTS)
