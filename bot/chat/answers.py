"""Answers interactions: one function that knows whether it was answered before, and where the answer belongs."""

import discord
import structlog
from discord import app_commands

from bot.domain.errors import BackchannelError, TemporaryError
from bot.domain.messages import OutgoingMessage
from bot.domain.translation import _
from bot.net.failures import NETWORK_FAILURES

from . import cards
from .errors import code_of

log = structlog.get_logger(__name__)

_NEW_MESSAGE = discord.InteractionResponseType.deferred_channel_message
_SAME_MESSAGE = discord.InteractionResponseType.deferred_message_update


async def defer(interaction: discord.Interaction) -> None:
    """Tell Discord within its three seconds that an answer will come; `answer` then fills it in.

    A press on a private message of ours will change that message; everything else gets a private
    answer of its own.
    """
    if interaction.response.is_done():
        return
    if _is_on_private_message(interaction):
        await interaction.response.defer()
    else:
        await defer_beside(interaction)


async def defer_beside(interaction: discord.Interaction) -> None:
    """As `defer`, but the answer stands beside the message that was pressed, which stays as it is."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)


async def answer(interaction: discord.Interaction, message: OutgoingMessage) -> None:
    """Show `message` to the person behind the interaction, and only to them.

    After a press on a private message that message is changed in place.
    """
    rendered = _render(interaction, message)
    if not interaction.response.is_done():
        await _answer_first(interaction, message, rendered)
    elif interaction.response.type in (_NEW_MESSAGE, _SAME_MESSAGE):
        content = rendered.content if isinstance(rendered, cards.Plain) else None
        mentions = cards.allowed_mentions(message)
        await interaction.edit_original_response(content=content, view=rendered.view, allowed_mentions=mentions)
    else:
        await _answer_again(interaction, message, rendered)


async def answer_again(interaction: discord.Interaction, message: OutgoingMessage) -> bool:
    """Show another message in the place of an answer given earlier; False when that is not there any more."""
    try:
        await answer(interaction, message)
    except (discord.HTTPException, *NETWORK_FAILURES) as lost:
        log.info("answer_not_renewed", interaction=interaction.id, code=code_of(lost), why=type(lost).__name__)
        return False
    return True


async def answer_error(interaction: discord.Interaction, error: BaseException) -> None:
    """Say what went wrong: an error of ours in its own words, anything else in general ones and in the log."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, BackchannelError):
        await _say(interaction, str(error))
    elif isinstance(error, app_commands.CheckFailure):
        await _say(interaction, _("You may not use this here."))
    elif interaction.client.is_closed() and is_of_the_end(error):  # a second click will find what was done
        log.info("interaction_interrupted", interaction=interaction.id)
    else:
        log.error("interaction_failed", interaction=interaction.id, exc_info=error)
        await answer_failure(interaction)


def is_of_the_end(error: BaseException | None) -> bool:
    """Return whether an error is only that the connection to Discord is closed, as it is when the bot stops."""
    is_closed = isinstance(error, RuntimeError) and str(error) == "Session is closed"  # as aiohttp says it
    return is_closed or isinstance(error, (TemporaryError, *NETWORK_FAILURES))


async def answer_failure(interaction: discord.Interaction) -> None:
    """Say that something went wrong which is nobody's fault but ours; the caller has logged it."""
    await _say(
        interaction,
        _("Something went wrong here; nothing was changed. Please try again, or tell whoever runs me."),
    )


async def _say(interaction: discord.Interaction, sentence: str) -> None:
    """Show a sentence beside what is there: a form or a preview that failed is still of use."""
    if interaction.type is discord.InteractionType.autocomplete:  # it takes no sentence
        return
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(sentence, ephemeral=True)
        elif interaction.response.type is _NEW_MESSAGE:
            await interaction.edit_original_response(content=sentence)
        else:
            await interaction.followup.send(sentence, ephemeral=True)
    except (discord.HTTPException, *NETWORK_FAILURES) as lost:
        log.warning("answer_not_shown", interaction=interaction.id, code=code_of(lost), why=type(lost).__name__)


def _is_on_private_message(interaction: discord.Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _render(interaction: discord.Interaction, message: OutgoingMessage) -> cards.Plain | cards.Layout:
    """Render for where the answer goes: a message that once had a card stays in Components V2 for good."""
    source = interaction.message
    is_in_place = _is_on_private_message(interaction) and interaction.response.type in (None, _SAME_MESSAGE)
    if source is not None and is_in_place and source.flags.components_v2:
        return cards.render_layout(message)
    return cards.render(message)


async def _answer_first(
    interaction: discord.Interaction, message: OutgoingMessage, rendered: cards.Plain | cards.Layout
) -> None:
    response = interaction.response
    mentions = cards.allowed_mentions(message)
    if _is_on_private_message(interaction):
        content = rendered.content if isinstance(rendered, cards.Plain) else None
        await response.edit_message(content=content, view=rendered.view, allowed_mentions=mentions)
    elif isinstance(rendered, cards.Layout):
        await response.send_message(view=rendered.view, ephemeral=True, allowed_mentions=mentions)
    else:
        await response.send_message(
            rendered.content,
            view=rendered.view,
            ephemeral=True,
            allowed_mentions=mentions,
            suppress_embeds=cards.has_link(message),
        )


async def _answer_again(
    interaction: discord.Interaction, message: OutgoingMessage, rendered: cards.Plain | cards.Layout
) -> None:
    mentions = cards.allowed_mentions(message)
    if isinstance(rendered, cards.Layout):
        await interaction.followup.send(view=rendered.view, ephemeral=True, allowed_mentions=mentions)
    else:
        await interaction.followup.send(
            rendered.content,
            view=rendered.view,
            ephemeral=True,
            allowed_mentions=mentions,
            suppress_embeds=cards.has_link(message),
        )


def channel_id_of(interaction: discord.Interaction) -> int:
    """Return the channel that a command is about; inside a thread, the thread's channel."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id or 0
