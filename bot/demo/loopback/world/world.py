"""The whole world: reactions on top of threads, messages, guilds."""

import re
import unicodedata

from bot.demo.loopback.errors import refusal
from bot.demo.loopback.world import message_payloads, payloads
from bot.demo.loopback.world.events import plain
from bot.demo.loopback.world.models import Json, Message
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.threads import Threads

MAX_EMOJI = 20
CUSTOM_EMOJI = re.compile(r"\w{2,32}:\d{15,20}")


class World(Threads):
    """Everything that exists on one loopback Discord, told apart from the servers that show it."""

    def react(self, user_id: int, message: Message, emoji: str) -> None:
        """Add a reaction; nothing happens when it is there. A message takes 20 different ones (30010)."""
        self.require_may_react(user_id, message, emoji)
        users = message.reactions.get(emoji, [])
        if user_id in users:
            return
        if not users and len(message.reactions) >= MAX_EMOJI:
            raise refusal(30010)
        message.reactions.setdefault(emoji, []).append(user_id)
        self._tell_reaction("MESSAGE_REACTION_ADD", user_id, message, emoji)

    def require_may_react(self, user_id: int, message: Message, emoji: str) -> None:
        """Refuse as Discord does: reacting needs READ_MESSAGE_HISTORY, a new emoji ADD_REACTIONS besides."""
        channel = self.channels[message.channel_id]
        if not is_emoji(emoji):
            raise refusal(10014)
        self.require(user_id, Permission.READ_MESSAGE_HISTORY, channel)
        if not message.reactions.get(emoji):
            self.require(user_id, Permission.ADD_REACTIONS, channel)
        if channel.thread is not None and channel.thread.is_archived:
            raise refusal(50083)

    def unreact(self, user_id: int, message: Message, emoji: str) -> None:
        """Take a reaction away; nothing happens when it is not there."""
        users = message.reactions.get(emoji, [])
        if user_id not in users:
            return
        users.remove(user_id)
        if not users:
            del message.reactions[emoji]
        self._tell_reaction("MESSAGE_REACTION_REMOVE", user_id, message, emoji)

    def _tell_reaction(self, name: str, user_id: int, message: Message, emoji: str) -> None:
        channel = self.channels[message.channel_id]
        body: Json = {
            "user_id": str(user_id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": message_payloads.emoji(emoji),
            "burst": False,
            "type": 0,
        }
        if channel.guild_id is not None:
            body["guild_id"] = str(channel.guild_id)
        if name == "MESSAGE_REACTION_ADD":
            body["message_author_id"] = str(message.webhook_id or message.author_id)
            if channel.guild_id is not None and user_id in self.guilds[channel.guild_id].members:
                membership = self.guilds[channel.guild_id].members[user_id]
                body["member"] = payloads.member(membership, self.users[user_id])
        self.emit(plain(name, body, guild_id=channel.guild_id, channel_id=channel.id))


def is_emoji(text: str) -> bool:
    """Return whether a reaction's text is a custom emoji's `name:id` or looks like a Unicode emoji."""
    if CUSTOM_EMOJI.fullmatch(text):
        return True
    return bool(text) and all(
        unicodedata.category(letter) in _EMOJI_CATEGORIES or letter in "0123456789#*" for letter in text
    )


_EMOJI_CATEGORIES = frozenset({"So", "Sk", "Sm", "Mn", "Me", "Cf", "Po"})
