"""The `Chat` port on discord.py: sends, edits, finds and deletes our messages, opens threads, reads replies."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

import discord

from bot.domain.errors import BackchannelError, GoneError, NoAccessError
from bot.domain.messages import OutgoingMessage
from bot.domain.models import Reply
from bot.domain.ports import ChannelFacts, MemberFacts
from bot.domain.translation import _

from . import cards
from .channels import ChannelReader
from .errors import DEADLINE_SECONDS, Code, RefusedError, ThreadArchivedError, code_of, discord_call
from .replies import reply_from

T = TypeVar("T")

_GONE_WITH_IT: Final = (Code.UNKNOWN_MESSAGE, Code.UNKNOWN_CHANNEL)


class Announcer:
    """Discord behind the `Chat` port.

    `client` must be logged in; nothing is read from its cache, so it need not be connected.
    `wait_scale` multiplies the deadline of each call (30 s).
    """

    def __init__(self, client: discord.Client, *, wait_scale: float = 1.0) -> None:
        self._client = client
        self._channels = ChannelReader(client, wait_scale=wait_scale)
        self._deadline = DEADLINE_SECONDS * wait_scale

    async def describe_channel(self, channel_id: int) -> ChannelFacts:
        """Return the channel and which permissions we lack in it, read afresh."""
        return await self._channels.describe(channel_id)

    async def member(self, guild_id: int, user_id: int) -> MemberFacts | None:
        """Return a member read afresh, or None when they left."""
        return await self._channels.member(guild_id, user_id)

    async def owner_id(self, guild_id: int) -> int:
        """Return who owns the guild."""
        return await self._channels.owner_id(guild_id)

    async def direct_channel(self, user_id: int) -> int:
        """Return the id of our direct-message channel with a user."""
        async with self._call():
            channel = await self._client.create_dm(discord.Object(user_id))
        return channel.id

    async def newest_message_id(self, channel_id: int) -> int:
        """Return the channel's newest message id now (0 when it is empty): a mark in Discord's own time."""
        return await self._channels.newest_message_id(channel_id)

    async def find_own(self, channel_id: int, message: OutgoingMessage, *, after: int) -> Sequence[int]:
        """Return the ids of our own messages after `after` that equal `message`, oldest first.

        An empty answer is proof: without Read Message History Discord shows an empty channel, so then
        it is NoAccessError.
        """
        found = await self._at(channel_id, lambda: self._search(channel_id, message, after))
        if not found:
            await self._channels.prove_readable(channel_id)
        return found

    async def send(self, channel_id: int, message: OutgoingMessage, *, nonce: str) -> int:
        """Send a message and return its id. The same nonce within minutes returns the earlier message."""
        return await self._at(channel_id, lambda: self._send(channel_id, message, nonce), is_create=True)

    async def edit(self, channel_id: int, message_id: int, message: OutgoingMessage) -> None:
        """Make a message of ours look like `message`; GoneError when somebody deleted it."""
        rendered = cards.render(message)
        try:
            await self._at(channel_id, lambda: self._edit(channel_id, message_id, message, rendered))
        except RefusedError:
            if isinstance(rendered, cards.Layout):
                raise
            # a message that once had a card stays in Components V2 for good, and that has no content
            layout = cards.render_layout(message)
            await self._at(channel_id, lambda: self._edit(channel_id, message_id, message, layout))

    async def delete(self, channel_id: int, message_id: int) -> None:
        """Delete a message of ours; fine when it is gone already."""
        try:
            await self._at(channel_id, lambda: self._message(channel_id, message_id).delete())
        except BackchannelError as error:
            if code_of(error) not in _GONE_WITH_IT:
                raise

    async def open_thread(self, channel_id: int, message_id: int, *, name: str) -> int:
        """Open the message's thread, or find the one it has, and return its id (which is the message's)."""
        channel = await self._channels.text_channel(channel_id)
        try:
            await self._at(
                channel_id,
                lambda: channel.create_thread(name=name, message=discord.Object(message_id)),
                is_create=True,
            )
        except BackchannelError as error:
            if code_of(error) != Code.THREAD_EXISTS:
                raise
        return message_id

    async def react(self, channel_id: int, message_id: int, emoji: str) -> None:
        """Add our reaction; fine when it is there already; GoneError when the message is gone."""
        await self._at(channel_id, lambda: self._message(channel_id, message_id).add_reaction(emoji))

    async def unreact(self, channel_id: int, message_id: int, emoji: str) -> None:
        """Take our reaction away; fine when it is not there."""
        me = discord.Object(self._client.user.id if self._client.user else 0)
        try:
            await self._at(channel_id, lambda: self._message(channel_id, message_id).remove_reaction(emoji, me))
        except BackchannelError as error:
            if code_of(error) not in (*_GONE_WITH_IT, Code.UNKNOWN_EMOJI):
                raise

    async def read_reply(self, channel_id: int, message_id: int) -> Reply:
        """Return a member's message read afresh; GoneError only for a message proven deleted."""
        guild_id = await self._channels.guild_id_of(channel_id)
        message = await self._at(channel_id, lambda: self._message(channel_id, message_id).fetch())
        names = await self._channels.public_names(guild_id, message.raw_channel_mentions)
        return reply_from(
            message,
            guild_id=guild_id,
            channel_names=names,
            is_content_told=self._client.intents.message_content,
        )

    async def read_replies(self, channel_id: int, *, after: int, limit: int) -> Sequence[Reply]:
        """Return a page of a thread's messages after `after`, oldest first; what is not among them is not there."""
        guild_id = await self._channels.guild_id_of(channel_id)
        messages = await self._at(channel_id, lambda: self._page(channel_id, after, limit))
        if not messages:
            await self._channels.prove_readable(channel_id)
        mentioned = [mention for message in messages for mention in message.raw_channel_mentions]
        names = await self._channels.public_names(guild_id, mentioned)
        is_told = self._client.intents.message_content
        return [
            reply_from(message, guild_id=guild_id, channel_names=names, is_content_told=is_told) for message in messages
        ]

    async def _page(self, channel_id: int, after: int, limit: int) -> list[discord.Message]:
        channel = self._client.get_partial_messageable(channel_id)
        history = channel.history(limit=limit, after=discord.Object(after), oldest_first=True)
        return [message async for message in history]

    async def _send(self, channel_id: int, message: OutgoingMessage, nonce: str) -> int:
        channel = self._client.get_partial_messageable(channel_id)
        mentions = cards.allowed_mentions(message)
        rendered = cards.render(message)
        if isinstance(rendered, cards.Layout):
            sent = await channel.send(
                view=rendered.view, nonce=nonce, allowed_mentions=mentions, reference=_reference(channel_id, message)
            )
        else:
            sent = await channel.send(
                rendered.content,
                view=rendered.view,
                nonce=nonce,
                allowed_mentions=mentions,
                reference=_reference(channel_id, message),
                suppress_embeds=cards.has_link(message),
            )
        return sent.id

    async def _edit(
        self, channel_id: int, message_id: int, message: OutgoingMessage, rendered: cards.Plain | cards.Layout
    ) -> None:
        content = rendered.content if isinstance(rendered, cards.Plain) else None
        await self._message(channel_id, message_id).edit(
            content=content, view=rendered.view, allowed_mentions=cards.allowed_mentions(message)
        )

    async def _search(self, channel_id: int, message: OutgoingMessage, after: int) -> list[int]:
        channel = self._client.get_partial_messageable(channel_id)
        own_id = self._client.user.id if self._client.user else 0
        return [
            found.id
            async for found in channel.history(limit=None, after=discord.Object(after), oldest_first=True)
            if found.author.id == own_id and not found.is_system() and cards.is_same(message, found)
        ]

    def _message(self, channel_id: int, message_id: int) -> discord.PartialMessage:
        return self._client.get_partial_messageable(channel_id).get_partial_message(message_id)

    async def _at(self, channel_id: int, action: Callable[[], Awaitable[T]], *, is_create: bool = False) -> T:
        """Act in a channel: wake its thread when it sleeps, and say what is missing when we may not."""
        try:
            async with self._call(is_create=is_create):
                return await action()
        except ThreadArchivedError:
            await self._channels.wake_thread(channel_id)
            async with self._call(is_create=is_create):
                return await action()
        except GoneError:
            await self._channels.prove_readable(channel_id)
            raise
        except NoAccessError as error:
            if code_of(error) != Code.MISSING_PERMISSIONS:
                raise
            raise await self._named(channel_id) from error

    async def _named(self, channel_id: int) -> NoAccessError:
        facts = await self._channels.describe(channel_id)
        words = ", ".join(facts.missing) or _("a permission that Discord does not name")
        return NoAccessError(_("In {channel} I lack: {permissions}.").format(channel=facts.name, permissions=words))

    def _call(self, *, is_create: bool = False) -> AbstractAsyncContextManager[None]:
        return discord_call(deadline_seconds=self._deadline, is_create=is_create)


def _reference(channel_id: int, message: OutgoingMessage) -> discord.MessageReference:
    """Return what `send` takes for "shown as a reply to"; None, its default, is not among the types it declares."""
    if message.replies_to_id is None:
        return None  # type: ignore[return-value]  # see above
    return discord.MessageReference(message_id=message.replies_to_id, channel_id=channel_id, fail_if_not_exists=False)
