"""What is said about a relay: the preview, the question, the queue's card and note, the thread's line."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import GUARD_DIGITS, Action, Button, ButtonStyle, Card, OutgoingMessage, button_id
from bot.domain.relays import (
    BEFORE_THE_YES,
    CAN_BE_TAKEN_OFF,
    COMMENT_DISPLAY_LIMIT,
    NAME_DISPLAY_LIMIT,
    ON_ITS_WAY,
    ON_THE_BLOG,
    RelayState,
    is_reconsiderable,
    message_link,
)
from bot.domain.translation import _, plural
from bot.domain.why import author_sentence, sentence
from bot.text.escape import escape_markdown
from bot.text.html_to_markdown import html_to_markdown
from bot.text.links import is_web_address
from db.models import Relay, StoredBlog
from db.privacy import SOMEBODY_FORGOTTEN
from db.relays import Place

_LINKS_IN_LINE = 10
"""Links in a thread's status line: with WordPress' longest name and address they stay under 2,000 characters."""

_LINE_CHARACTERS = 1_300
_LINK = r"https?://[^\s<>]{1,500}"
"""What may become a link: Discord takes 512 characters for a button's."""

_QUOTE_CHARACTERS = 120
_TITLE_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What the queue's card tells beside the relay itself."""

    published_before: int = 0
    agreed_at: datetime | None = None
    parent: Relay | None = None


def plain(text: str) -> OutgoingMessage:
    """Return a message of one sentence."""
    return OutgoingMessage(text=text)


def blog_name(blog: StoredBlog) -> str:
    """Return what a blog is called, safe to show."""
    return escape_markdown(cut_short(blog.title or blog.url, _TITLE_CHARACTERS))


def shown_name(relay: Relay) -> str:
    """Return the name above a comment, safe to show (one that had to be cut cannot be sent)."""
    return escape_markdown(cut_short(relay.name, NAME_DISPLAY_LIMIT))


def post_title(place: Place) -> str:
    """Return a post's title, safe to show."""
    return escape_markdown(cut_short(place.post.title, _TITLE_CHARACTERS))


def comment_markdown(relay: Relay) -> str:
    """Return the comment as it will look, in Discord's Markdown."""
    return html_to_markdown(relay.content_html or "")


def wording(relay: Relay, place: Place) -> str:
    """Return the sentences a writer agrees to when they press Send; they are kept with the consent."""
    return "\n".join((_heading(place.blog), _terms(relay, place)))


def send_guard(relay: Relay, place: Place) -> str:
    """Return the guard of *Send*: another one when the text, the name or the sentences beside it are others."""
    return hashlib.sha256(f"{relay.guard}\0{wording(relay, place)}".encode()).hexdigest()[:GUARD_DIGITS]


def _heading(blog: StoredBlog) -> str:
    return _("This will be public on {blog}.").format(blog=blog_name(blog))


def _terms(relay: Relay, place: Place) -> str:
    if relay.is_as_blog_user:
        return _(
            "Anyone can read it; it goes out at once as the blog's own user. Later edits of your message follow. "
            "Delete your message and it leaves the blog; copies others made may remain."
        )
    if relay.is_authors_pick and are_edits_looked_at(relay, place):
        return _(
            "Anyone can read it; <@{author}> asked for it, so it goes out when you press Send. Later edits of your "
            "message wait for the author's look. Delete your message and it leaves the blog; copies others made may "
            "remain."
        ).format(author=relay.picked_by)
    if relay.is_authors_pick:
        return _(
            "Anyone can read it; <@{author}> asked for it, so it goes out when you press Send. Later edits of your "
            "message follow. Delete your message and it leaves the blog; copies others made may remain."
        ).format(author=relay.picked_by)
    if place.is_trusted:
        return _(
            "Anyone can read it; the blog's author trusts you, so it goes out when you press Send. Later edits of "
            "your message follow. Delete your message and it leaves the blog; copies others made may remain."
        )
    if place.subscription.policy == "direct":
        return _(
            "Anyone can read it once the blog's own rules let it through. Later edits of your message follow. "
            "Delete your message and it leaves the blog; copies others made may remain."
        )
    return _(
        "Anyone can read it; the blog's author looks first, also at later edits. "
        "Delete your message and it leaves the blog; copies others made may remain."
    )


def are_edits_looked_at(relay: Relay, place: Place) -> bool:
    """Return whether the author sees an edit before it takes the place of what is on the blog."""
    return not (relay.is_as_blog_user or place.subscription.policy == "direct" or place.is_trusted)


def preview(relay: Relay, place: Place, *, problem: str | None = None, lead: str = "") -> OutgoingMessage:
    """Return the comment as it will look. With a `problem` it says so and cannot be sent as it is."""
    change = relay_button(relay, Action.CHANGE, _("Change text or name"))
    cancel = relay_button(relay, Action.CANCEL, _("Cancel"))
    send = Button(
        label=_("Send"),
        style=ButtonStyle.SUCCESS,
        custom_id=button_id(Action.SEND, relay.id, send_guard(relay, place)),
    )
    body = shown_comment(relay)
    card = Card(heading=_heading(place.blog), body=body, footer=_terms(relay, place))
    if problem is not None:
        return OutgoingMessage(text="\n".join(filter(None, (lead, problem))), card=card, buttons=(change, cancel))
    return OutgoingMessage(text=lead, card=card, buttons=(send, change, cancel))


def shown_comment(relay: Relay) -> str:
    """Return name and comment, cut to what fits (a comment that had to be cut cannot be sent)."""
    return f"**{shown_name(relay)}**\n{cut_short(comment_markdown(relay), COMMENT_DISPLAY_LIMIT)}"


def cut_short(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, ended by an ellipsis if it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def question(relay: Relay) -> OutgoingMessage:
    """Return the question to a writer whose message the author would like."""
    link = message_link(guild_id=relay.guild_id, channel_id=relay.thread_id, message_id=relay.message_id)
    text = _("<@{writer}>, <@{author}> would like [your message]({link}) on the blog. Only you can answer.").format(
        writer=relay.writer_id, author=relay.picked_by, link=link
    )
    return OutgoingMessage(
        text=text,
        pings_user_id=relay.writer_id,
        buttons=(
            relay_button(relay, Action.SEE, _("See it first"), ButtonStyle.PRIMARY),
            relay_button(relay, Action.NO, _("No, thanks")),
            relay_button(relay, Action.NEVER, _("Don't ask me again")),
        ),
    )


def queue_card(relay: Relay, place: Place, facts: CardFacts, *, lead: str = "") -> OutgoingMessage:
    """Return the author's card about one reply: to decide while it waits, and how it went afterwards."""
    stands = RelayState(relay.state)
    is_purged = relay.content_html is None
    if is_purged or stands not in CAN_BE_TAKEN_OFF | {RelayState.REFUSED}:  # no longer the author's to read here
        title = post_title(place)
        about = _("A reply on *{title}*.").format(title=title)
        told = author_sentence(stands, relay.reason, blog=blog_name(place.blog))
        return OutgoingMessage(text=lead, card=Card(body=f"{about}\n{told}"))
    body = "\n".join(queue_item(relay, place, facts))
    return OutgoingMessage(
        text=lead,
        card=Card(body=body, footer=_decision(relay, place)),
        buttons=view_button(relay) + decision_buttons(relay) + (_more(relay),),
    )


def queue_item(relay: Relay, place: Place, facts: CardFacts) -> list[str]:
    """Return the lines that tell an author what a reply says and who wrote it."""
    lines = [_who_and_where(relay, place, published_before=facts.published_before)]
    if facts.parent is not None:
        one_line = " ".join((facts.parent.source or "").split())
        lines.append(
            _("Answers {name}: “{line}”.").format(
                name=shown_name(facts.parent), line=escape_markdown(cut_short(one_line, _QUOTE_CHARACTERS))
            )
        )
    lines.append(cut_short(comment_markdown(relay), COMMENT_DISPLAY_LIMIT))
    if facts.agreed_at is not None:
        lines.append(_("They agreed {time}.").format(time=_ago(facts.agreed_at)))
    if relay.state == RelayState.WAITING_FOR_AUTHOR and relay.reason is not None:
        lines.append(sentence(relay.reason))
    return lines


def _who_and_where(relay: Relay, place: Place, *, published_before: int) -> str:
    name, title = shown_name(relay), post_title(place)
    if not published_before:
        return _("**{name}** on *{title}*, their first reply.").format(name=name, title=title)
    return plural(
        "**{name}** on *{title}*, {n} of theirs published before.",
        "**{name}** on *{title}*, {n} of theirs published before.",
        published_before,
    ).format(name=name, title=title, n=published_before)


def decision_buttons(relay: Relay, *, number: int | None = None) -> tuple[Button, ...]:
    """Return what an author can do about a relay now; `number` tells apart the items of one page."""
    if relay.state == RelayState.WAITING_FOR_AUTHOR:
        publish = _("Publish") if number is None else _("Publish {number}").format(number=number)
        refuse = _("Not this one") if number is None else _("Not {number}").format(number=number)
        return (
            relay_button(relay, Action.PUBLISH, publish, ButtonStyle.SUCCESS),
            relay_button(relay, Action.REFUSE, refuse),
        )
    if relay.state in {RelayState.HELD, RelayState.SPAM}:
        return moderation_buttons(relay, number=number)
    if relay.state in ON_ITS_WAY | ON_THE_BLOG or is_reconsiderable(relay.state, relay.reason):
        return (relay_button(relay, Action.UNDO, _("Undo")),)
    return ()


def moderation_buttons(relay: Relay, *, number: int | None = None) -> tuple[Button, ...]:
    """Return what an author can do about a comment that is on the blog; `number` as in `decision_buttons`."""
    if relay.state not in ON_THE_BLOG:
        return ()
    approve = _("Approve") if number is None else _("Approve {number}").format(number=number)
    spam = _("Mark as spam") if number is None else _("Spam {number}").format(number=number)
    bin_it = _("Take it off the blog") if number is None else _("Take off {number}").format(number=number)
    is_public, is_spam = relay.state == RelayState.PUBLISHED, relay.state == RelayState.SPAM
    return (
        *(() if is_public else (relay_button(relay, Action.APPROVE, approve, ButtonStyle.SUCCESS),)),
        *(() if is_spam else (relay_button(relay, Action.SPAM, spam),)),
        relay_button(relay, Action.BIN, bin_it, ButtonStyle.DANGER),
    )


def _more(relay: Relay) -> Button:
    return relay_button(relay, Action.MORE, _("More…"))


def away_line(relay: Relay, place: Place) -> str:
    """Return what a waiting writer is told about an author who is away."""
    until = place.subscription.away_until
    if relay.state != RelayState.WAITING_FOR_AUTHOR or until is None or until <= relay.updated_at:
        return ""
    return _("They are away and will be back {time}, so it may take longer.").format(time=_ago(until))


def _decision(relay: Relay, place: Place) -> str:
    stands = RelayState(relay.state)
    if stands is RelayState.WAITING_FOR_AUTHOR:
        return ""
    if relay.decided_by is None or relay.decided_at is None:
        return told_to_author(relay, place)
    who = who_decided(relay.decided_by)
    time = _ago(relay.decided_at)
    if is_reconsiderable(relay.state, relay.reason):
        return _("Not published: decided by {who}, {time}.").format(who=who, time=time)
    if stands is RelayState.PUBLISHED:
        published = _("Published by {who}, {time}.").format(who=who, time=time)
        return "\n".join((published, *_edit_decision(relay)))
    return "\n".join((_("Decided by {who}, {time}.").format(who=who, time=time), told_to_author(relay, place)))


def _edit_decision(relay: Relay) -> tuple[str, ...]:
    if relay.edit_decided_by is None or relay.edit_decided_at is None:
        return ()
    who, time = who_decided(relay.edit_decided_by), _ago(relay.edit_decided_at)
    return (_("The newest edit was decided by {who}, {time}.").format(who=who, time=time),)


def who_decided(user_id: int | None) -> str:
    """Return how to name somebody who decided, which leaves out whoever was forgotten."""
    return _("somebody who asked to be forgotten") if user_id == SOMEBODY_FORGOTTEN else f"<@{user_id}>"


def told_to_author(relay: Relay, place: Place) -> str:
    """Return where a reply stands, as the blog's author is told."""
    return author_sentence(RelayState(relay.state), relay.reason, blog=blog_name(place.blog))


def queue_note(waiting: int) -> OutgoingMessage:
    """Return the one gathered line about what waits for an author."""
    text = plural(
        "{n} reply waits for your decision: **/queue** shows it.",
        "{n} replies wait for your decision: **/queue** shows them.",
        waiting,
    )
    return plain(text.format(n=waiting))


def blog_alert(blog: StoredBlog) -> OutgoingMessage:
    """Return what the author is told when a blog no longer accepts its application password."""
    return plain(
        _(
            "{blog} no longer accepts the application password. Nothing is lost: what is meant for the blog waits. "
            "**/blog connect** renews it."
        ).format(blog=blog_name(blog))
    )


def not_taken_off(relay: Relay, place: Place, *, reason: str) -> OutgoingMessage:
    """Return what the author is told when a comment that was taken back could not be removed."""
    text = _(
        "A reply on *{title}* was taken back, but I could not take it off {blog}. {why} "
        "Please remove the comment number {comment} there yourself."
    ).format(title=post_title(place), blog=blog_name(place.blog), why=sentence(reason), comment=relay.comment_id)
    return OutgoingMessage(text=text, buttons=_link_button(relay))


def status_line(published: Sequence[Relay], *, others: int = 0, post_link: str | None = None) -> OutgoingMessage:
    """Return the thread's one line of good news; the newest replies are linked.

    `others` counts readers' comments that are not shown here; with no replies it is above zero.
    """
    parts = [_published_line(published)] if published else []
    if others:
        url = safe_address(post_link)
        text = plural("{n} comment of a reader is on the blog", "{n} comments of readers are on the blog", others)
        counted = text.format(n=others)
        parts.append(f"[{counted}](<{url}>)." if url else f"{counted}.")
    return plain("\n".join(parts))


def _published_line(published: Sequence[Relay]) -> str:
    n = len(published)
    links: list[str] = []
    for relay in reversed(published[-_LINKS_IN_LINE:]):
        url = safe_address(relay.comment_link)
        link = f"[{shown_name(relay)}](<{url}>)"
        if url and sum(map(len, links)) + len(link) < _LINE_CHARACTERS:
            links.insert(0, link)
    if not links:
        return plural("{n} reply is on the blog.", "{n} replies are on the blog.", n).format(n=n)
    text = plural("{n} reply is on the blog: {links}", "{n} replies are on the blog: {links}", n)
    return text.format(n=n, links=", ".join(links))


def safe_address(link: str | None) -> str | None:
    """Return an address where it is one that Discord takes and that hides nothing."""
    return link if link and re.fullmatch(_LINK, link) and is_web_address(link) else None


def is_before_the_yes(relay: Relay) -> bool:
    """Return whether its writer can still change, send or cancel it."""
    return relay.state in BEFORE_THE_YES


def view_button(relay: Relay) -> tuple[Button, ...]:
    """Return the link to the comment, where everybody can see it."""
    return _link_button(relay) if relay.state == RelayState.PUBLISHED else ()


def _link_button(relay: Relay) -> tuple[Button, ...]:
    url = safe_address(relay.comment_link)
    if url is None:
        return ()
    return (Button(label=_("View"), style=ButtonStyle.LINK, url=url),)


def _ago(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:R>"


def relay_button(relay: Relay, action: Action, label: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Button:
    """Return a button about this relay; it counts only while the relay is as it is now."""
    return Button(label=label, style=style, custom_id=button_id(action, relay.id, relay.guard))
