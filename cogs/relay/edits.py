"""Hears of edited messages, and leads to what their writers and the author decide about it."""

import discord
from discord.ext import commands

from bot.chat.answers import answer, defer, defer_beside
from bot.chat.replies import actor_from, reply_from_event
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.services.relaying.edits import Edits
from cogs.presses import buttons_for
from cogs.relay.places import may_hold_replies


class Editing(commands.Cog):
    """Listens where replies can be; a message elsewhere, or one whose text is as it was, costs no query."""

    def __init__(self, edits: Edits, client: discord.Client) -> None:
        self._edits = edits
        self._client = client
        self.buttons = buttons_for(
            {
                Action.EDIT_SEND: self.send,
                Action.EDIT_KEEP: self.leave,
                Action.EDIT_PUBLISH: self.publish,
                Action.EDIT_REFUSE: self.refuse,
            }
        )

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow the edit of a member's message; embeds that arrive later are no edit."""
        message = payload.message
        if message.edited_at is None or message.author.bot or message.webhook_id is not None:
            return
        if not may_hold_replies(self._client, payload.guild_id, payload.channel_id):
            return
        reply = reply_from_event(message, is_content_told=self._client.intents.message_content)
        if reply is not None:
            await self._edits.message_edited(reply)

    async def send(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the writer's yes to the edited text."""
        await defer(interaction)
        await answer(interaction, await self._edits.send(relay_id, guard, actor_from(interaction), interaction.id))

    async def leave(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the writer's no to the edited text."""
        await defer(interaction)
        await answer(interaction, await self._edits.leave(relay_id, guard, actor_from(interaction)))

    async def publish(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the author's yes to an edit."""
        await defer_beside(interaction)
        await answer(interaction, await self._edits.publish(relay_id, guard, actor_from(interaction)))

    async def refuse(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the author's no to an edit."""
        await defer_beside(interaction)
        await answer(interaction, await self._edits.refuse(relay_id, guard, actor_from(interaction)))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = Editing(bot.services.relays.edits, bot)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
