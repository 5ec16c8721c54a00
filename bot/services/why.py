"""The door of /why: why a post was (not) announced here, why a reply is (not) on the blog. Only the asker sees it."""

from bot.domain.messages import OutgoingMessage
from bot.domain.models import Actor
from bot.domain.relays import RelayState, message_id_in
from bot.domain.rights import is_author
from bot.domain.translation import _
from bot.domain.why import author_sentence, relay_sentence
from bot.domain.why_announced import announcement_sentence, post_sentence
from bot.services.relaying.relay_wording import blog_name, plain
from bot.text.escape import escape_markdown
from db import posts, subscriptions
from db import why as answers
from db.engine import Begin, Transaction
from db.models import StoredPost

_TITLE_CHARACTERS = 200


class Why:
    """Answers from this guild's rows only. A writer's no is told to nobody but that writer."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def explain(self, actor: Actor, asked: str | None, *, channel_id: int) -> OutgoingMessage:
        """Explain a post (its address or title) or a message (its link or id); without either, this thread's post."""
        async with self._begin() as tx:
            if asked is None or not asked.strip():
                return await self._of_thread(tx, actor, channel_id)
            message_id = message_id_in(asked)
            if message_id is not None:
                return await self._of_message(tx, actor, message_id)
            feeds = [blog.feed_id for _subscription, blog in await subscriptions.of_guild(tx, actor.guild_id)]
            post = await posts.find(tx, feed_ids=feeds, value=asked)
            if post is None:
                return plain(_("I know no post with that address or title. Its feed may not have shown it yet."))
            return await _of_post(tx, actor, post)

    async def _of_thread(self, tx: Transaction, actor: Actor, channel_id: int) -> OutgoingMessage:
        post = await answers.post_of_message(tx, guild_id=actor.guild_id, message_id=channel_id)
        if post is None:
            return plain(_("Name a post (its address or title) or a message (its link): **/why what:**"))
        return await _of_post(tx, actor, post)

    async def _of_message(self, tx: Transaction, actor: Actor, message_id: int) -> OutgoingMessage:
        post = await answers.post_of_message(tx, guild_id=actor.guild_id, message_id=message_id)
        if post is not None:
            return await _of_post(tx, actor, post)
        found = await answers.relay_of_message(tx, guild_id=actor.guild_id, message_id=message_id)
        nothing = _(
            "It is on Discord only. A message goes to the blog when its writer sends it: **Apps > Send to blog**."
        )
        if found is None:
            return plain(nothing)
        relay, subscription, blog, error = found
        stands, name = RelayState(relay.state), blog_name(blog)
        if actor.user_id == relay.writer_id:
            return plain(relay_sentence(stands, relay.reason, blog=name))
        if is_author(actor, subscription.author_role_id):
            lines = [author_sentence(stands, relay.reason, blog=name)]
            if error and stands in {RelayState.APPROVED, RelayState.SENDING}:
                lines.append(_("The last try failed: {error}").format(error=escape_markdown(error)))
            return plain("\n".join(lines))
        if stands is RelayState.PUBLISHED:
            return plain(relay_sentence(stands, relay.reason, blog=name))
        return plain(nothing)


async def _of_post(tx: Transaction, actor: Actor, post: StoredPost) -> OutgoingMessage:
    lines = [f"**{escape_markdown(post.title[:_TITLE_CHARACTERS])}**", post_sentence(post.state)]
    for announcement, outcome in await answers.announcements_of(tx, guild_id=actor.guild_id, post_row_id=post.id):
        lines.append(
            _("- <#{channel}>: {sentence}").format(
                channel=announcement.channel_id, sentence=announcement_sentence(announcement.state, outcome)
            )
        )
    return plain("\n".join(lines))
