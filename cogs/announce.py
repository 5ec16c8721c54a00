"""/announce: an author announces a post by hand, with a line of their own above it."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.answers import answer, channel_id_of, defer
from bot.chat.members import actor_in
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.domain.translation import _
from bot.services.announcing.announce import LEAD_LIMIT, Announce
from cogs.presses import Form, buttons_for

CHOICE_LIMIT = 100
"""Characters of an autocomplete's name and value."""


class Announcing(commands.Cog):
    """The command, its buttons, and the answers to what the flood breaker asked."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self.buttons = buttons_for(
            {
                Action.ANNOUNCE: self.confirm,
                Action.LEAD: self.ask_for_lead,
                Action.DROP: self.drop,
                Action.AGAIN: self.again,
                Action.HELD_ANNOUNCE: self.announce_held,
                Action.HELD_REMEMBER: self.remember_held,
            }
        )

    @app_commands.command(name="announce", description=_("Announce a post of the blog in its channel"))
    @app_commands.describe(post=_("Choose a post, or paste its address"))
    @app_commands.guild_only()
    @app_commands.default_permissions(send_messages=True)
    async def announce(self, interaction: discord.Interaction, post: str) -> None:
        """Show how the announcement will look."""
        await defer(interaction)
        channel_id = channel_id_of(interaction)
        await answer(interaction, await self._announce.preview(actor_from(interaction), post, channel_id=channel_id))

    @announce.autocomplete("post")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the posts that fit what was typed so far."""
        found = await self._announce.suggest(actor_from(interaction), typed)
        return [app_commands.Choice(name=name[:CHOICE_LIMIT], value=value[:CHOICE_LIMIT]) for name, value in found]

    async def confirm(self, interaction: discord.Interaction, announcement_id: int, guard: str) -> None:
        """Announce what the preview showed."""
        await defer(interaction)
        await answer(interaction, await self._announce.confirm(announcement_id, guard, actor_from(interaction)))

    async def ask_for_lead(self, interaction: discord.Interaction, announcement_id: int, _guard: str) -> None:
        """Open the form for the lead line, filled in."""
        lead = await self._announce.lead(announcement_id, actor_from(interaction))
        await interaction.response.send_modal(LeadForm(self._announce, announcement_id, lead))

    async def drop(self, interaction: discord.Interaction, announcement_id: int, guard: str) -> None:
        """Leave the post unannounced."""
        await defer(interaction)
        await answer(interaction, await self._announce.drop(announcement_id, guard, actor_from(interaction)))

    async def again(self, interaction: discord.Interaction, announcement_id: int, guard: str) -> None:
        """Preview a second announcement."""
        await defer(interaction)
        await answer(interaction, await self._announce.again(announcement_id, guard, actor_from(interaction)))

    async def announce_held(self, interaction: discord.Interaction, subscription_id: int, guard: str) -> None:
        """Announce the posts that were held back."""
        await defer(interaction)
        actor = await actor_in(interaction, await self._announce.guild_of(subscription_id))
        await answer(interaction, await self._announce.answer_held(subscription_id, guard, actor, is_announced=True))

    async def remember_held(self, interaction: discord.Interaction, subscription_id: int, guard: str) -> None:
        """Leave the posts that were held back unannounced."""
        await defer(interaction)
        actor = await actor_in(interaction, await self._announce.guild_of(subscription_id))
        await answer(interaction, await self._announce.answer_held(subscription_id, guard, actor, is_announced=False))


class LeadForm(Form):
    """Asks for the author's own lines above the card."""

    def __init__(self, announce: Announce, announcement_id: int, lead: str) -> None:
        super().__init__(_("Lead line"))
        self._announce = announce
        self._announcement_id = announcement_id
        self._lead: ui.TextInput[LeadForm] = ui.TextInput(
            style=discord.TextStyle.paragraph, default=lead, required=False, max_length=LEAD_LIMIT
        )
        self.add_item(ui.Label(text=_("Your own words above the post"), component=self._lead))

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Show the preview with the new line."""
        await defer(interaction)
        actor = actor_from(interaction)
        await answer(interaction, await self._announce.set_lead(self._announcement_id, actor, self._lead.value))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = Announcing(bot.services.announce)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
