"""What both worlds must hold when the story is over, whatever happened on the way. Our database is not asked."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from html import unescape
from typing import Any

from bot.demo.blog.controls import StoredComment
from bot.demo.loopback.world.models import Channel
from tests.kill.story import REPLIES, SECOND, SECOND_EDITED, TITLES, Story, ToldReply, Way, is_about
from tests.kill.worlds import World

EMOJI = "✅"


async def findings(world: World[Any], story: Story) -> list[str]:
    """Return what is lost, doubled or wrong, a line each."""
    found = [*_announcements(world), *_threads(world), *_queue(world), *_reactions(world, story)]
    found += [line async for line in _comments(world, story)]
    return found


def _announcements(world: World[Any]) -> Iterator[str]:
    cards = world.bots(world.news)
    for title in TITLES:
        n = sum(title in card.text for card in cards)
        if n != 1:
            yield f"{n} announcements of “{title}”"
    if len(cards) != len(TITLES):
        yield f"{len(cards)} messages in the channel: {[card.text[:40] for card in cards]}"
    threads = [one for one in world.discord.world.channels.values() if one.thread is not None]
    if sorted(one.id for one in threads) != sorted(card.id for card in cards):
        yield f"{len(threads)} threads for {len(cards)} announcements"


def _threads(world: World[Any]) -> Iterator[str]:
    for thread in world.discord.world.channels.values():
        if thread.thread is None:
            continue
        texts = [message.text for message in world.bots(thread)]
        first = [text for text in texts if text.startswith("Talk about")]
        lines = [text for text in texts if " on the blog" in text and text not in first]
        others = [text for text in texts if text not in first and text not in lines]
        wanted = _published_in(thread)
        if len(first) != 1:
            yield f"{len(first)} first lines in “{thread.name}”"
        if len(lines) != 1:
            yield f"{len(lines)} status lines in “{thread.name}”: {lines}"
        elif not lines[0].startswith(f"{wanted} repl"):
            yield f"the line in “{thread.name}” says {lines[0]!r}, and {wanted} are published"
        if others:
            yield f"left over in “{thread.name}”: {others}"


def _published_in(thread: Channel) -> int:
    titles = {SECOND, SECOND_EDITED} if thread.name in {SECOND, SECOND_EDITED} else {thread.name}
    return sum(reply.post in titles and reply.way is not Way.REFUSED for reply in REPLIES)


def _queue(world: World[Any]) -> Iterator[str]:
    cards = world.bots(world.queue)
    for reply in REPLIES:
        n = sum(is_about(reply, card) for card in cards)
        wanted = int(reply.way in {Way.OWN_PICK, Way.REFUSED})
        if n != wanted:
            yield f"{n} cards in the queue about “{reply.text}”, not {wanted}"


def _reactions(world: World[Any], story: Story) -> Iterator[str]:
    for reply in REPLIES:
        message = world.discord.world.find_message(story.message_ids.get(reply.text, 0))
        marks = [] if message is None else message.reactions.get(EMOJI, [])
        wanted = [] if reply.way is Way.REFUSED else [world.discord.world.bot.id]
        if marks != wanted:
            yield f"{len(marks)} marks on “{reply.text}”, not {len(wanted)}"


async def _comments(world: World[Any], story: Story) -> AsyncIterator[str]:
    by_post = {title: await world.blog.comments(story.post_ids[title]) for title in story.post_ids}
    everything = [comment for comments in by_post.values() for comment in comments]
    for reply in REPLIES:
        here = by_post.get(reply.post, [])
        shown = [one for one in here if one.status == "approved" and unescape(one.content) == reply.html]
        wanted = int(reply.way is not Way.REFUSED)
        if len(shown) != wanted:
            yield f"{len(shown)} comments that say “{reply.text}”, not {wanted}"
        elif shown:
            for line in _misplaced(world, reply, shown[0], here):
                yield line
    shown = [one for one in everything if one.status != "trash"]
    expected = sum(reply.way is not Way.REFUSED for reply in REPLIES)
    if len(shown) != expected:
        yield f"{len(shown)} comments on the blog, not {expected}: {[one.content[:40] for one in shown]}"
    if any("shout at them" in one.content for one in everything):
        yield "the refused reply is on the blog"


def _misplaced(world: World[Any], reply: ToldReply, comment: StoredComment, here: list[StoredComment]) -> Iterator[str]:
    parent = next((one for one in here if one.comment_id == comment.parent_id), None)
    answered = next((one.html for one in REPLIES if one.text == reply.answers), None)
    if (parent.content if parent else None) != answered:
        yield f"“{reply.text}” stands under {parent.content if parent else 'nothing'!r}"
    is_users_own = comment.user_id == world.blog.user("relayer").user_id and "(via Discord)" not in comment.author_name
    if is_users_own != (reply.way is Way.AUTHORS_OWN):
        yield f"“{reply.text}” is by {comment.author_name!r}"


async def doubled_for_a_moment(world: World[Any], story: Story) -> list[str]:
    """Return what came to be twice, even if the bot took one away again."""
    sent: Counter[tuple[int, str]] = Counter()
    ids: set[int] = set()
    for request in world.discord.requests_of("POST", "/channels/{channel_id}/messages"):
        message_id = int((request.answer or {}).get("id") or 0)
        if message_id and message_id not in ids:
            ids.add(message_id)
            sent[(int(request.path.split("/")[2]), _text(request.answer))] += 1
    twins = [f"{n} x sent {text[:40]!r}" for (_channel, text), n in sent.items() if n > 1]
    by_post = {post_id: await world.blog.comments(post_id) for post_id in story.post_ids.values()}
    comments = Counter((post_id, row.content) for post_id, rows in by_post.items() for row in rows)
    return twins + [f"{n} x commented {content[:40]!r}" for (_post, content), n in comments.items() if n > 1]


def _text(answer: dict[str, object]) -> str:
    known = {"id", "timestamp", "edited_timestamp", "nonce"}
    return str(sorted((name, str(value)) for name, value in answer.items() if name not in known))
