"""The entry "Moderate comment" in a message's Apps menu, and every button that follows from it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answers import answer, defer, defer_beside
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.domain.translation import _
from bot.services.relaying.moderation import Moderation
from cogs.presses import Press, buttons_for

_ON_CARDS_TOO = frozenset({Action.APPROVE, Action.SPAM, Action.BIN})
"""These stand in the queue as well, which may hold more."""


class Moderate(commands.Cog):
    """The author's menu about a comment, its writer and the thread."""

    def __init__(self, moderation: Moderation, tree: app_commands.CommandTree[BackchannelBot]) -> None:
        self._moderation = moderation
        self._tree = tree
        self._menu = app_commands.ContextMenu(name=_("Moderate comment"), callback=self.show)
        self._menu.guild_only = True
        self._menu.default_permissions = discord.Permissions(send_messages=True)  # the author's role may have no more
        presses: dict[Action, Press] = {
            action: self._press(action)
            for action in (
                Action.APPROVE,
                Action.SPAM,
                Action.BIN,
                Action.TRUST,
                Action.BLOCK,
                Action.FORGET_STANCE,
                Action.STOP_THREAD,
                Action.RESUME_THREAD,
            )
        }
        self.buttons = buttons_for({**presses, Action.MORE: self.more})

    async def cog_load(self) -> None:
        """Put the entry into the messages' menus."""
        self._tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the entry out again."""
        self._tree.remove_command(self._menu.name, type=self._menu.type)

    async def show(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Show what can be done about a message."""
        await defer(interaction)
        actor = actor_from(interaction)
        menu = await self._moderation.menu(message.id, message.channel.id, actor, writer_id=message.author.id)
        await answer(interaction, menu)

    async def more(self, interaction: discord.Interaction, relay_id: int, _guard: str) -> None:
        """Show the same menu, beside the card that was pressed."""
        await defer_beside(interaction)
        await answer(interaction, await self._moderation.more(relay_id, actor_from(interaction)))

    def _press(self, action: Action) -> Press:
        moderation = self._moderation
        act = {
            Action.APPROVE: moderation.approve,
            Action.SPAM: moderation.mark_as_spam,
            Action.BIN: moderation.bin,
            Action.TRUST: moderation.trust,
            Action.BLOCK: moderation.block,
            Action.FORGET_STANCE: moderation.forget_stance,
            Action.STOP_THREAD: moderation.stop_thread,
            Action.RESUME_THREAD: moderation.resume_thread,
        }[action]

        async def press(interaction: discord.Interaction, row_id: int, guard: str) -> None:
            if action in _ON_CARDS_TOO:
                await defer_beside(interaction)
            else:
                await defer(interaction)
            await answer(interaction, await act(row_id, guard, actor_from(interaction)))

        return press


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = Moderate(bot.services.relays.moderation, bot.tree)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
