"""How readers' comments look in a thread."""

from collections.abc import Sequence
from typing import Final

from bot.domain.messages import Action, Button, ButtonStyle, OutgoingMessage, button_id
from bot.domain.models import Comment
from bot.domain.translation import _
from bot.services.relaying.relay_wording import safe_address
from bot.text.html_to_markdown import html_to_markdown
from db.answer_models import BlogComment, Mirror

COMMENTS_IN_A_MESSAGE: Final = 4
"""Each has a link of its own; with *Answer on the blog* they fill one row of buttons."""

_TEXT_CHARACTERS: Final = 1_500
"""Of all comments of a message together: with names and sentences it stays under Discord's 2,000."""

_NAME_CHARACTERS: Final = 60


def name_of(comment: Comment) -> str:
    """Return a reader's name, safe to show: WordPress stores it as HTML, and anybody may have typed it."""
    return " ".join(html_to_markdown(comment.author_name, limit=_NAME_CHARACTERS).split())


def text_of(comment: Comment, *, home_url: str) -> str:
    """Return a reader's words in Discord's Markdown, safe to show."""
    return html_to_markdown(comment.content_html or comment.content_raw, limit=_TEXT_CHARACTERS, home_url=home_url)


def mirror_message(mirror: Mirror, comments: Sequence[BlogComment], *, pings_user_id: int | None) -> OutgoingMessage:
    """Return the message that shows these comments; `pings_user_id` is whose reply they answer, if they want that."""
    share = _TEXT_CHARACTERS // len(comments)
    blocks = [_block(comment, share=share, is_answer=mirror.relay_id != 0) for comment in comments]
    lead = "" if pings_user_id is None else f"<@{pings_user_id}>"
    return OutgoingMessage(
        text="\n".join(part for part in (lead, *blocks) if part),
        buttons=(
            Button(
                label=_("Answer on the blog"),
                style=ButtonStyle.SECONDARY,
                custom_id=button_id(Action.ANSWER, mirror.id, mirror.guard),
            ),
            *_links(comments),
        ),
        pings_user_id=pings_user_id,
        replies_to_id=mirror.message_id,
    )


def _block(comment: BlogComment, *, share: int, is_answer: bool) -> str:
    name = comment.name or _("Somebody")
    head = _("**{name}** answers on the blog:") if is_answer else _("**{name}** writes on the blog:")
    text = comment.text if len(comment.text) <= share else _short(comment.text, share)
    return "\n".join([head.format(name=name), *[f"> {line}" for line in text.splitlines()]])


def _short(text: str, share: int) -> str:
    """Return the first lines that fit: cut between lines no mark of Markdown is torn apart."""
    kept: list[str] = []
    for line in text.splitlines():
        if sum(len(one) + 1 for one in kept) + len(line) > share - 2:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


def _links(comments: Sequence[BlogComment]) -> tuple[Button, ...]:
    labels = [_("View")] if len(comments) == 1 else [_("View {n}").format(n=n + 1) for n in range(len(comments))]
    return tuple(
        Button(label=label, style=ButtonStyle.LINK, url=url)
        for label, comment in zip(labels, comments, strict=True)
        if (url := safe_address(comment.link)) is not None
    )


def how_to_answer(*, is_pinged: bool) -> OutgoingMessage:
    """Return how somebody answers a reader, and the switch for being told of answers."""
    text = _(
        "Reply to this message here in the thread, then right-click or hold your reply: **Apps > Send to blog**. "
        "It will stand under that comment, or beside them where this message shows several."
    )
    told = _("You are pinged in this server when a reader answers you.")
    silent = _("You are not pinged when a reader answers you.")
    switch = (
        Button(label=_("Do not ping me"), custom_id=button_id(Action.PING_NOT, 1, "00000000"))
        if is_pinged
        else Button(label=_("Ping me for answers"), custom_id=button_id(Action.PING_ME, 1, "00000000"))
    )
    return OutgoingMessage(text=f"{text}\n{told if is_pinged else silent}", buttons=(switch,))
