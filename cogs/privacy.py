"""/privacy: what is kept about whoever asks, their consents, and forgetting them."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, defer
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.domain.translation import _
from bot.services.members.privacy import Privacy
from cogs.presses import buttons_for


class PrivacyDoor(commands.Cog, name="Privacy"):
    """The command and its buttons; everybody may use them, and each is about whoever uses it."""

    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy
        self.buttons = buttons_for(
            {
                Action.MY_CONSENTS: self.show_consents,
                Action.WITHDRAW_ALL: self.withdraw_all,
                Action.NEVER_ASK: self.never_ask,
                Action.ASK_AGAIN: self.ask_again,
                Action.FORGET: self.ask_to_forget,
                Action.FORGET_YES: self.forget,
            }
        )

    @app_commands.command(name="privacy", description=_("See what is kept about you, take it back, be forgotten"))
    @app_commands.guild_only()
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show what is kept."""
        await defer(interaction)
        await answer(interaction, await self._privacy.overview(actor_from(interaction)))

    async def show_consents(self, interaction: discord.Interaction, page: int, _guard: str) -> None:
        """Show one page of consents."""
        await defer(interaction)
        await answer(interaction, await self._privacy.consents(actor_from(interaction), page=page))

    async def withdraw_all(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Take every yes back."""
        await defer(interaction)
        await answer(interaction, await self._privacy.withdraw_all(actor_from(interaction)))

    async def never_ask(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Have nobody ask them."""
        await defer(interaction)
        await answer(interaction, await self._privacy.never_ask(actor_from(interaction)))

    async def ask_again(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Let authors ask them."""
        await defer(interaction)
        await answer(interaction, await self._privacy.ask_again(actor_from(interaction)))

    async def ask_to_forget(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Ask once more."""
        await defer(interaction)
        await answer(interaction, await self._privacy.ask_to_forget(actor_from(interaction)))

    async def forget(self, interaction: discord.Interaction, _row_id: int, _guard: str) -> None:
        """Forget them."""
        await defer(interaction)
        await answer(interaction, await self._privacy.forget(actor_from(interaction)))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = PrivacyDoor(bot.services.privacy)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
