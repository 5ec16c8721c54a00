"""`backchannel why`: why a post was (not) announced, or a reply is (not) on the blog, in sentences."""

from collections.abc import Iterator
from typing import TextIO

from sqlalchemy.orm import Session

from bot.domain.relays import RelayState, message_id_in
from bot.domain.translation import _
from bot.domain.why import known_reasons, relay_sentence, sentence
from bot.domain.why_announced import announcement_sentence, post_sentence
from bot.program.database import reading
from bot.settings import Settings
from db.status import PostAnswer, RelayAnswer, find_announced, find_posts, find_relay

POSTS_SHOWN = 5


def explain(settings: Settings, asked: str, *, out: TextIO) -> int:
    """Write what is known of a post (address, guid, words of its title) or message (link, id).

    Returns 0, or 1 when nothing is known of it; UserError when there is no database.
    """
    with reading(settings.database_url) as session:
        lines = list(_answers(session, asked.strip()))
    if not lines:
        out.write(_("Nothing is known of that. Give a post's address or title, or a message's link or id.") + "\n")
        return 1
    out.writelines(f"{line}\n" for line in lines)
    return 0


def _answers(session: Session, asked: str) -> Iterator[str]:
    message_id = message_id_in(asked)
    if message_id is not None:
        relay = find_relay(session, message_id)
        if relay is not None:
            yield from _of_relay(relay)
        announced = find_announced(session, message_id)
        if announced is not None:
            yield from _of_post(announced)
    elif asked:
        for post in find_posts(session, asked, limit=POSTS_SHOWN):
            yield from _of_post(post)


def _of_relay(relay: RelayAnswer) -> Iterator[str]:
    yield _("Message {id}: {sentence}").format(
        id=relay.message_id, sentence=relay_sentence(RelayState(relay.state), relay.reason, blog=relay.blog)
    )
    if relay.error:
        yield f"  {_last_try(relay.error)}"


def _of_post(post: PostAnswer) -> Iterator[str]:
    yield _("Post “{title}” ({url}): {sentence}").format(
        title=post.title, url=post.url or "", sentence=post_sentence(post.state)
    )
    for place in post.announcements:
        yield _("  Channel {channel}: {sentence}").format(
            channel=place.channel_id, sentence=announcement_sentence(place.state, place.reason)
        )
        if place.error and place.state == "wanted":
            yield f"    {_last_try(place.error)}"


def _last_try(error: str) -> str:
    """Return why a row is not done yet: a reason word as its sentence, anything else as the error that it is."""
    if error in known_reasons():
        return _("It waits. {why}").format(why=sentence(error))
    return _("Not done yet: {error}").format(error=error)
