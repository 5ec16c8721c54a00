"""The entry "Send to blog" in a message's Apps menu, and the buttons of preview, question and queue."""

from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, answer_again, defer, defer_beside
from bot.chat.replies import actor_from, reply_from_menu
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.domain.translation import _
from bot.services.relaying.relays import Relays
from cogs.presses import buttons_for
from cogs.relay.views import ChangeForm


class Relay(commands.Cog):
    """A writer sends their own reply, an author asks for somebody's, and both decide by buttons."""

    def __init__(self, relays: Relays, tree: app_commands.CommandTree[BackchannelBot]) -> None:
        self._relays = relays
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=_("Send to blog"), callback=self.pick)
        self._menu.guild_only = True
        self.buttons = buttons_for(
            {
                Action.SEND: self.send,
                Action.CHANGE: self.ask_for_change,
                Action.CANCEL: self.cancel,
                Action.SEE: self.see,
                Action.NO: self.decline,
                Action.NEVER: self.decline_for_good,
                Action.TAKE_OFF: self.take_off,
                Action.PUBLISH: self.publish,
                Action.REFUSE: self.refuse,
                Action.UNDO: self.undo,
            }
        )

    async def cog_load(self) -> None:
        """Put the entry into the messages' menus."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the entry out again."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    async def pick(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Answer *Send to blog* on a message."""
        await defer(interaction)
        reply, actor = reply_from_menu(interaction, message), actor_from(interaction)
        await answer(interaction, await self._relays.pick(reply, actor, interaction_id=interaction.id))

    async def send(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the writer's yes."""
        await defer(interaction)
        actor = actor_from(interaction)
        shown = await self._relays.send(relay_id, guard, actor, interaction.id)
        await answer(interaction, shown)
        self._relays.live.keep(relay_id, actor, shown, partial(answer_again, interaction))

    async def ask_for_change(self, interaction: discord.Interaction, relay_id: int, _guard: str) -> None:
        """Open the form with text and name, filled in."""
        draft = await self._relays.draft(relay_id, actor_from(interaction))
        await interaction.response.send_modal(ChangeForm(self._relays, relay_id, draft))

    async def cancel(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Leave the message on Discord."""
        await defer(interaction)
        await answer(interaction, await self._relays.cancel(relay_id, guard, actor_from(interaction)))

    async def see(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Show the comment to the writer who was asked."""
        await defer(interaction)
        await answer(interaction, await self._relays.see(relay_id, guard, actor_from(interaction)))

    async def decline(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the writer's no."""
        await defer(interaction)
        actor = actor_from(interaction)
        await answer(interaction, await self._relays.decline(relay_id, guard, actor, is_for_good=False))

    async def decline_for_good(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the writer's no, and ask them never again."""
        await defer(interaction)
        actor = actor_from(interaction)
        await answer(interaction, await self._relays.decline(relay_id, guard, actor, is_for_good=True))

    async def take_off(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the comment off the blog at its writer's wish."""
        await defer(interaction)
        await answer(interaction, await self._relays.take_off(relay_id, guard, actor_from(interaction)))

    async def publish(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the author's yes to a reply that waits; the queue that was pressed may hold more."""
        await defer_beside(interaction)
        await answer(interaction, await self._relays.publish(relay_id, guard, actor_from(interaction)))

    async def refuse(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the author's no."""
        await defer_beside(interaction)
        await answer(interaction, await self._relays.refuse(relay_id, guard, actor_from(interaction)))

    async def undo(self, interaction: discord.Interaction, relay_id: int, guard: str) -> None:
        """Take the author's yes back."""
        await defer_beside(interaction)
        await answer(interaction, await self._relays.undo(relay_id, guard, actor_from(interaction)))


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = Relay(bot.services.relays, bot.tree)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
