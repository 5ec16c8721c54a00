"""Buttons and forms that lead to a service: they work after a restart, for everything is in the button's id."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import discord
import structlog
from discord import ui

from bot.chat.answers import answer_error, answer_failure
from bot.domain.errors import BackchannelError
from bot.domain.messages import BUTTON_PATTERN, Action

log = structlog.get_logger(__name__)

FORM_SECONDS = 15 * 60.0
"""As long as Discord lets an interaction be answered."""

Press = Callable[[discord.Interaction, int, str], Awaitable[None]]
"""What a button does: it gets the interaction, the row's id and the guard."""


def buttons_for(presses: Mapping[Action, Press]) -> type[ui.DynamicItem[ui.Button[Any]]]:
    """Return the item that the bot listens to for these actions; each action belongs to one cog only."""
    actions = "|".join(action.value for action in presses)
    pattern = re.compile(BUTTON_PATTERN.pattern.replace("[a-z]+", actions))

    class Pressed(ui.DynamicItem[ui.Button[Any]], template=pattern):
        def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(item)
            self._match = match

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            if not isinstance(item, ui.Button):
                raise TypeError(type(item))
            return cls(item, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            press = presses[Action(self._match["action"])]
            try:
                await press(interaction, int(self._match["row_id"]), self._match["guard"])
            except BackchannelError as error:
                await answer_error(interaction, error)
            except Exception:
                log.exception("press_failed", button=self._match[0])
                await answer_failure(interaction)

    return Pressed


class Form(ui.Modal):
    """A modal whose errors reach the person; `on_submit` is the subclass's."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=FORM_SECONDS)

    async def on_error(  # type: ignore[override]  # discord.py's own Modal has no item here either
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Say what went wrong."""
        await answer_error(interaction, error)
