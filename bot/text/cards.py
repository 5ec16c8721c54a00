"""A post's announcement: the card in the channel and the name of its thread."""

from bot.domain.messages import Button, ButtonStyle, Card, OutgoingMessage
from bot.domain.models import Entry
from bot.domain.translation import _, plural
from bot.text.characters import one_line
from bot.text.escape import escape_markdown, plain_line, soften_markdown
from bot.text.html_to_text import html_to_text
from bot.text.limits import (
    BUTTON_LABEL,
    BUTTON_URL,
    COMPONENTS_TEXT,
    MEDIA_DESCRIPTION,
    MEDIA_URL,
    THREAD_NAME,
    cut,
    length,
)
from bot.text.links import is_web_address
from bot.text.markdown_to_html import markdown_to_html

WORDS_A_MINUTE = 238
"""How fast adults read in silence (Brysbaert, 2019, over 190 studies)."""

_LEAD = 1000
_TITLE = 256
_NAME = 100
_CATEGORY = 40
_CATEGORIES_SHOWN = 5
_UNTITLED = 60
_BETWEEN = 20
"""Room for what stands around the texts: marks of a heading, line breaks."""


def post_card(entry: Entry, *, lead: str = "", blog_title: str) -> OutgoingMessage:
    """Return the announcement of a post, within Discord's limits.

    `lead` is the author's own line above the card: it may be formatted, but it neither pings nor hides a link.
    A protected post is shown without its excerpt and picture.
    """
    text = cut(soften_markdown(lead.strip()[:_LEAD]), _LEAD)
    heading = escape_markdown(post_title(entry))
    footer = _footer(entry, blog_title=blog_title)
    room = COMPONENTS_TEXT - _BETWEEN - length(text) - length(heading) - length(footer)
    shows_image = not entry.is_protected and _is_short_address(entry.image_url, MEDIA_URL)
    return OutgoingMessage(
        text=text,
        card=Card(
            heading=heading,
            body=_body(entry, room),
            footer=footer,
            image_url=entry.image_url if shows_image else None,
            image_alt=cut(plain_line(entry.image_alt), MEDIA_DESCRIPTION) if shows_image else "",
        ),
        buttons=_buttons(entry),
    )


def post_title(entry: Entry) -> str:
    """Return a post's title as plain text; without one, the first words of its excerpt."""
    title = plain_line(entry.title)
    if not title and not entry.is_protected:
        title = cut(html_to_text(markdown_to_html(entry.excerpt)), _UNTITLED)
    return cut(title, _TITLE) or _("Untitled")


def thread_name(entry: Entry) -> str:
    """Return the name of a post's thread: plain text of 1 to 100 characters."""
    return cut(post_title(entry), THREAD_NAME)


def reading_minutes(word_count: int) -> int:
    """Return how many minutes it takes to read so many words, rounded, at least 1; 0 when the count is not known."""
    return max(1, round(word_count / WORDS_A_MINUTE)) if word_count > 0 else 0


def _body(entry: Entry, room: int) -> str:
    if entry.is_protected:
        return _("This post is protected by a password.")
    return entry.excerpt.strip() if length(entry.excerpt.strip()) <= room else _shortened(entry.excerpt, room)


def _shortened(excerpt: str, room: int) -> str:
    """Return an excerpt that is too long as plain words: cutting Markdown could leave a mark open."""
    words = html_to_text(markdown_to_html(excerpt))
    return escape_markdown(cut(words, room // 2))


def _footer(entry: Entry, *, blog_title: str) -> str:
    author, blog = (escape_markdown(cut(plain_line(name), _NAME)) for name in (entry.author, blog_title))
    parts = [_("{author} on {blog}").format(author=author, blog=blog) if author and blog else author or blog]
    if entry.published_at:
        parts.append(f"<t:{int(entry.published_at.timestamp())}:D>")
    if minutes := reading_minutes(0 if entry.is_protected else entry.word_count):
        parts.append(plural("{n} min read", "{n} min read", minutes).format(n=minutes))
    if entry.categories:
        parts.append(_categories(entry.categories))
    return " · ".join(part for part in parts if part)


def _categories(categories: tuple[str, ...]) -> str:
    shown = [cut(one_line(plain_line(category)), _CATEGORY) for category in categories[:_CATEGORIES_SHOWN]]
    return ", ".join(escape_markdown(category) for category in shown if category)


def _buttons(entry: Entry) -> tuple[Button, ...]:
    if entry.link is None or not _is_short_address(entry.link, BUTTON_URL):
        return ()
    return (Button(label=cut(_("Read on the blog"), BUTTON_LABEL), style=ButtonStyle.LINK, url=entry.link),)


def _is_short_address(url: str | None, limit: int) -> bool:
    return url is not None and length(url) <= limit and is_web_address(url)
