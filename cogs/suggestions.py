"""The buttons with which an author decides about members' suggestions."""

import discord
from discord.ext import commands

from bot.chat.answers import answer, defer, defer_beside
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.services.relaying.suggestions import Suggestions
from cogs.presses import buttons_for


class SuggestionsDoor(commands.Cog, name="Suggestions"):
    """Opened from the queue; what is decided is told beside the list."""

    def __init__(self, suggestions: Suggestions) -> None:
        self._suggestions = suggestions
        self.buttons = buttons_for(
            {Action.SUGGESTIONS: self.show, Action.ASK_WRITER: self.ask, Action.DISMISS: self.dismiss}
        )

    async def show(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Show what waits."""
        await defer(interaction)
        await answer(interaction, await self._suggestions.show(actor_from(interaction)))

    async def ask(self, interaction: discord.Interaction, suggestion_id: int, guard: str) -> None:
        """Have the writer asked."""
        await defer_beside(interaction)
        actor = actor_from(interaction)
        answered = await self._suggestions.ask(suggestion_id, guard, actor, interaction_id=interaction.id)
        await answer(interaction, answered)

    async def dismiss(self, interaction: discord.Interaction, suggestion_id: int, guard: str) -> None:
        """Leave it on Discord."""
        await defer_beside(interaction)
        await answer(interaction, await self._suggestions.dismiss(suggestion_id, guard, actor_from(interaction)))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = SuggestionsDoor(bot.services.relays.suggestions)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
