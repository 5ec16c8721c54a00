"""What the author is told: the queue's card and its buttons, the gathered line, what the blog refuses."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Action, Button, ButtonStyle, Card, OutgoingMessage
from bot.domain.relays import (
    CAN_BE_TAKEN_OFF,
    COMMENT_DISPLAY_LIMIT,
    ON_ITS_WAY,
    ON_THE_BLOG,
    RelayState,
    is_reconsiderable,
)
from bot.domain.translation import _, plural
from bot.domain.why import author_sentence, sentence
from bot.services.relaying.relay_wording import (
    ago,
    blog_name,
    comment_markdown,
    cut_short,
    link_button,
    plain,
    post_title,
    relay_button,
    shown_name,
    view_button,
)
from bot.text.escape import escape_markdown
from db.models import Relay, StoredBlog
from db.privacy import SOMEBODY_FORGOTTEN
from db.relays import Place

_QUOTE_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What the queue's card tells beside the relay itself."""

    published_before: int = 0
    agreed_at: datetime | None = None
    parent: Relay | None = None


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
        lines.append(_("They agreed {time}.").format(time=ago(facts.agreed_at)))
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


def _decision(relay: Relay, place: Place) -> str:
    stands = RelayState(relay.state)
    if stands is RelayState.WAITING_FOR_AUTHOR:
        return ""
    if relay.decided_by is None or relay.decided_at is None:
        return told_to_author(relay, place)
    who = who_decided(relay.decided_by)
    time = ago(relay.decided_at)
    if is_reconsiderable(relay.state, relay.reason):
        return _("Not published: decided by {who}, {time}.").format(who=who, time=time)
    if stands is RelayState.PUBLISHED:
        published = _("Published by {who}, {time}.").format(who=who, time=time)
        return "\n".join((published, *_edit_decision(relay)))
    return "\n".join((_("Decided by {who}, {time}.").format(who=who, time=time), told_to_author(relay, place)))


def _edit_decision(relay: Relay) -> tuple[str, ...]:
    if relay.edit_decided_by is None or relay.edit_decided_at is None:
        return ()
    who, time = who_decided(relay.edit_decided_by), ago(relay.edit_decided_at)
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
    return OutgoingMessage(text=text, buttons=link_button(relay))
