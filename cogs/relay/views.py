"""The form in which a writer changes what will be on the blog."""

from typing import Final

import discord
from discord import ui

from bot.chat.answers import answer, defer
from bot.chat.replies import actor_from
from bot.domain.relays import Draft
from bot.domain.translation import _
from bot.services.relaying.relays import Relays
from cogs.presses import Form

TEXT_LIMIT: Final = 4000
"""Discord's own for a form's field, and for the longest message."""
NAME_LIMIT: Final = 80


class ChangeForm(Form):
    """Asks for text and name, filled in with what they are now."""

    def __init__(self, relays: Relays, relay_id: int, draft: Draft) -> None:
        super().__init__(_("Change text or name"))
        self._relays = relays
        self._relay_id = relay_id
        self._text: ui.TextInput[ChangeForm] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=draft.text[:TEXT_LIMIT], max_length=TEXT_LIMIT
        )
        self._name: ui.TextInput[ChangeForm] = ui.TextInput(default=draft.name[:NAME_LIMIT], max_length=NAME_LIMIT)
        self.add_item(ui.Label(text=_("Your comment"), component=self._text))
        self.add_item(ui.Label(text=_("The name above it"), component=self._name))

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Show the comment as it will look now."""
        await defer(interaction)
        message = await self._relays.change(
            self._relay_id, actor_from(interaction), text=self._text.value, name=self._name.value
        )
        await answer(interaction, message)
