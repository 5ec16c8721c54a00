"""The world and answers as JSON, for a page."""

from bot.demo.loopback.answers import Answer
from bot.demo.loopback.world import message_payloads, payloads
from bot.demo.loopback.world.models import Channel, Guild, Json, Message
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.world import World


def world(one: World, viewer_id: int | None) -> Json:
    """Return everything that a user sees (None: everything but ephemeral messages), with their rights in it."""
    return {
        "version": one.version,
        "bot_id": str(one.bot.id),
        "users": {str(user.id): payloads.user(user) for user in one.users.values()},
        "guilds": [_guild(one, guild, viewer_id) for guild in one.guilds.values()],
        "direct_messages": [
            _channel(one, channel, viewer_id)
            for channel in one.channels.values()
            if channel.guild_id is None and viewer_id in (None, channel.recipient_id)
        ],
        "commands": [payloads.command(command, one.bot.id) for command in one.commands.values()],
    }


def _guild(one: World, guild: Guild, viewer_id: int | None) -> Json:
    channels = [
        _channel(one, channel, viewer_id)
        for channel in one.channels.values()
        if channel.guild_id == guild.id and (viewer_id is None or one.may(viewer_id, Permission.VIEW_CHANNEL, channel))
    ]
    members = [payloads.member(member, one.users[user_id]) for user_id, member in guild.members.items()]
    return {**payloads.guild(guild), "has_bot": guild.has_bot, "members": members, "channels": channels}


def _channel(one: World, channel: Channel, viewer_id: int | None) -> Json:
    messages = one.messages(channel, viewer_id, with_system=True)
    shown = {**payloads.channel(channel, one.users), "messages": [message(one, each) for each in messages]}
    return shown if viewer_id is None else {**shown, "viewer_permissions": str(one.bits(viewer_id, channel))}


def message(one: World, each: Message) -> Json:
    """Return a message with its text in one piece, who reacted, and the one user who sees it, if it is ephemeral."""
    shown = message_payloads.message(one, each)
    only_for = None if each.ephemeral_for is None else str(each.ephemeral_for)
    reacted_by = {emoji: [str(user_id) for user_id in users] for emoji, users in each.reactions.items()}
    return {**shown, "text": each.text, "ephemeral_for": only_for, "reacted_by": reacted_by}


def answer(one: World, each: Answer) -> Json:
    """Return an answer. `id` names it in later calls (press, select, submit)."""
    found = each.message
    is_there = found is not None and not each.is_deleted
    return {
        "id": str(each.interaction.id),
        "kind": each.kind,
        "text": each.text,
        "buttons": each.buttons,
        "is_ephemeral": each.is_ephemeral,
        "fields": each.fields,
        "modal": each.modal,
        "choices": each.interaction.choices,
        "message": message(one, found) if found is not None and is_there else None,
        "followups": [message(one, followup) for followup in each.followups],
    }
