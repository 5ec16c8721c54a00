"""What a writer's words become: the comment's HTML, the name above it, and why it cannot be sent as it is."""

from collections.abc import Mapping

from bot.domain.ports import Randomness
from bot.domain.relays import COMMENT_DISPLAY_LIMIT, NAME_DISPLAY_LIMIT, Draft, text_hash
from bot.domain.translation import _
from bot.text.html_to_markdown import html_to_markdown
from bot.text.markdown_to_html import markdown_to_html
from bot.text.names import comment_name, is_confusable
from db.models import Relay
from db.relays import Place


def write(
    relay: Relay, draft: Draft, randomness: Randomness, *, channel_names: Mapping[int, str] | None = None
) -> None:
    """Give the relay a new text and name; what was shown before can no longer be agreed to."""
    relay.source = draft.text
    relay.name = draft.name if relay.is_as_blog_user else comment_name(draft.name)
    relay.content_html = markdown_to_html(draft.text, channel_names=channel_names or {})
    relay.text_hash = text_hash(relay.name, relay.content_html)
    relay.guard = randomness.guard()


def draft_of(relay: Relay) -> Draft:
    """Return what the writer may change, as it stands."""
    return Draft(text=relay.source or "", name=_without_suffix(relay.name))


def _without_suffix(name: str) -> str:
    suffix = comment_name("x").removeprefix("x")
    return name.removesuffix(suffix)


def problem_with(relay: Relay, place: Place, *, html: str | None = None) -> str | None:
    """Return the sentence that says why this text cannot be sent under this name, or None when it can.

    `html` is the text to judge where it is not the relay's own.
    """
    markdown = html_to_markdown((relay.content_html if html is None else html) or "")
    if not markdown.strip():
        return _("Nothing is left of that text once it is made safe for the blog. Change it first.")
    if len(markdown) > COMMENT_DISPLAY_LIMIT:
        return _("That is too long for one comment. Shorten it to about {limit} characters.").format(
            limit=COMMENT_DISPLAY_LIMIT
        )
    if len(relay.name) > NAME_DISPLAY_LIMIT:
        return _("That name is too long. Choose a shorter one with **Change text or name**.")
    if not relay.is_as_blog_user and is_confusable(relay.name, _names_of_the_blog(place)):
        return _("That name looks like the blog's own. Choose another with **Change text or name**.")
    return None


def _names_of_the_blog(place: Place) -> list[str]:
    """Return the names that readers take for the blog itself speaking."""
    names = (place.blog.user_name, place.post.author, place.blog.title)
    return [name for name in names if name]
