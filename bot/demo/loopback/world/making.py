"""Making guilds, roles, members and channels, and changing or removing them."""

from collections.abc import Sequence

from bot.demo.loopback.world import guild_payloads, payloads, permissions
from bot.demo.loopback.world.events import plain
from bot.demo.loopback.world.models import (
    Channel,
    ChannelType,
    Guild,
    Membership,
    MessageFlag,
    Overwrite,
    Role,
    Tag,
    User,
)
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.state import State

MEMBERS_ROLE = "Members"
"""What members hold where @everyone may nothing."""


class Making(State):
    """A world whose guilds can be made and changed."""

    def add_guild(
        self,
        name: str = "The Reading Room",
        *,
        owner: User | None = None,
        member_permissions: int = permissions.MEMBERS,
    ) -> Guild:
        """Create a guild with its owner and the bot in it, without channels."""
        owner = owner or self.add_user("Olive Owner")
        guild = Guild(self.next_id(), name, owner.id)
        self.guilds[guild.id] = guild
        is_exact = self.bot_permissions is not None
        guild.roles[guild.id] = Role(guild.id, "@everyone", 0 if is_exact else member_permissions)
        bits = self.bot_permissions if self.bot_permissions is not None else permissions.BOT
        bot_role = self.add_role(guild, self.bot.name, bits, is_managed=True)
        if is_exact:
            self.add_role(guild, MEMBERS_ROLE, member_permissions)
        self.join(guild, owner)
        self._enroll(guild, self.bot, [bot_role.id])
        self.emit(plain("GUILD_CREATE", guild_payloads.guild_create(self, guild), guild_id=guild.id))
        return guild

    def add_role(
        self,
        guild: Guild,
        name: str,
        permission_bits: int = 0,
        *,
        is_managed: bool = False,
        is_mentionable: bool = False,
    ) -> Role:
        """Create a role above the ones there are."""
        role = Role(self.next_id(), name, int(permission_bits), len(guild.roles), is_managed, is_mentionable)
        guild.roles[role.id] = role
        body = {"guild_id": str(guild.id), "role": payloads.role(role)}
        self.emit(plain("GUILD_ROLE_CREATE", body, guild_id=guild.id))
        return role

    def join(self, guild: Guild, user: User, roles: Sequence[Role] = (), *, nick: str | None = None) -> Membership:
        """Make a user a member."""
        held = [
            role.id for role in guild.roles.values() if role.name == MEMBERS_ROLE and self.bot_permissions is not None
        ]
        membership = self._enroll(guild, user, [*held, *(role.id for role in roles)], nick)
        body = {"guild_id": str(guild.id), **payloads.member(membership, user)}
        self.emit(plain("GUILD_MEMBER_ADD", body, guild_id=guild.id))
        return membership

    def _enroll(self, guild: Guild, user: User, role_ids: list[int], nick: str | None = None) -> Membership:
        membership = Membership(user.id, role_ids, self.now(), nick)
        guild.members[user.id] = membership
        return membership

    def add_channel(
        self,
        guild: Guild,
        name: str,
        *,
        kind: ChannelType = ChannelType.TEXT,
        is_private: bool = False,
        tags: Sequence[str] = (),
        parent: Channel | None = None,
        topic: str | None = None,
    ) -> Channel:
        """Create a channel. A private one is hidden from @everyone and from members; the bot is let in."""
        channel = Channel(
            self.next_id(),
            kind,
            guild.id,
            name,
            position=sum(one.guild_id == guild.id for one in self.channels.values()),
            parent_id=parent.id if parent else None,
            topic=topic,
            tags=[Tag(self.next_id(), tag) for tag in tags],
        )
        self.channels[channel.id] = channel
        self.messages_by_channel[channel.id] = {}
        if is_private:
            self._hide(guild, channel)
        self.emit(self.channel_event("CHANNEL_CREATE", channel))
        return channel

    def _hide(self, guild: Guild, channel: Channel) -> None:
        hidden = [guild.id, *(role.id for role in guild.roles.values() if role.name == MEMBERS_ROLE)]
        for role_id in hidden:
            channel.overwrites[role_id] = Overwrite(role_id, is_role=True, deny=Permission.VIEW_CHANNEL)
        bits = permissions.in_guild(guild, self.bot.id) & Permission.VIEW_CHANNEL
        channel.overwrites[self.bot.id] = Overwrite(self.bot.id, is_role=False, allow=bits)

    def dm_channel(self, user: User) -> Channel:
        """Return the bot's conversation with a user, opened if need be."""
        for channel in self.channels.values():
            if channel.recipient_id == user.id:
                return channel
        channel = Channel(self.next_id(), ChannelType.DM, recipient_id=user.id)
        self.channels[channel.id] = channel
        self.messages_by_channel[channel.id] = {}
        return channel

    # --- changing --------------------------------------------------------------------------------

    def set_permissions(self, guild: Guild, role: Role, permission_bits: int) -> None:
        """Give a role exactly these bits."""
        role.permissions = int(permission_bits)
        body = {"guild_id": str(guild.id), "role": payloads.role(role)}
        self.emit(plain("GUILD_ROLE_UPDATE", body, guild_id=guild.id))

    def set_bot_permissions(self, guild: Guild, permission_bits: int) -> None:
        """Give the bot's role exactly these bits."""
        role_id = guild.members[self.bot.id].role_ids[0]
        self.set_permissions(guild, guild.roles[role_id], permission_bits)

    def set_roles(self, guild: Guild, user_id: int, roles: Sequence[Role]) -> None:
        """Give a member exactly these roles."""
        guild.members[user_id].role_ids = [role.id for role in roles]
        body = {"guild_id": str(guild.id), **payloads.member(guild.members[user_id], self.users[user_id])}
        self.emit(plain("GUILD_MEMBER_UPDATE", body, guild_id=guild.id))

    def overwrite(self, channel: Channel, target: Role | User | Guild, *, allow: int = 0, deny: int = 0) -> None:
        """Allow and deny a role, a member or everybody (give the guild) something in a channel."""
        entry = Overwrite(target.id, not isinstance(target, User), int(allow), int(deny))
        channel.overwrites[target.id] = entry
        self.emit(self.channel_event("CHANNEL_UPDATE", channel))

    def leave(self, guild: Guild, user_id: int) -> None:
        """Take a member out of the guild; their messages stay."""
        del guild.members[user_id]
        body = {"guild_id": str(guild.id), "user": payloads.user(self.users[user_id])}
        self.emit(plain("GUILD_MEMBER_REMOVE", body, guild_id=guild.id))

    def remove_bot(self, guild: Guild) -> None:
        """Kick the bot: GUILD_DELETE, and every route about the guild refuses from then on."""
        self.emit(plain("GUILD_DELETE", {"id": str(guild.id)}, guild_id=guild.id))
        guild.has_bot = False
        del guild.members[self.bot.id]

    def set_available(self, guild: Guild, *, is_available: bool) -> None:
        """Start or end an outage of the guild (Discord tells it by GUILD_DELETE with `unavailable`)."""
        guild.is_available = is_available
        body = guild_payloads.guild_create(self, guild) if is_available else {"id": str(guild.id), "unavailable": True}
        self.emit(plain("GUILD_CREATE" if is_available else "GUILD_DELETE", body, guild_id=guild.id))

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread, and all messages in it."""
        for thread in [one for one in self.channels.values() if one.parent_id == channel.id and one.thread]:
            self.remove_channel(thread)
        if channel.thread is None:
            event = self.channel_event("CHANNEL_DELETE", channel)
        else:
            body = {key: payloads.thread(channel)[key] for key in ("id", "guild_id", "parent_id", "type")}
            event = plain("THREAD_DELETE", body, guild_id=channel.guild_id, channel_id=channel.parent_id)
        self.emit(event)
        del self.channels[channel.id], self.messages_by_channel[channel.id]
        root = self.find_message(channel.id)
        if root is not None:
            root.thread_id = None
            root.flags &= ~MessageFlag.HAS_THREAD
        self.touch()
