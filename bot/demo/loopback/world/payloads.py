"""The world's things as Discord's JSON objects."""

from bot.demo.loopback.world.models import Channel, ChannelType, Command, Guild, Json, Membership, Role, User, Webhook
from bot.demo.loopback.world.snowflakes import created_at


def user(who: User) -> Json:
    """Return a user object."""
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": who.display_name,
        "discriminator": "0000" if who.is_bot else "0",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "bot": who.is_bot,
        "primary_guild": None,
    }


def member(membership: Membership, who: User | None) -> Json:
    """Return a member object, with its user where one is given (message events leave it out)."""
    body: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": membership.joined_at.isoformat(),
        "nick": membership.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in membership.role_ids],
        "mute": False,
        "deaf": False,
    }
    if who is not None:
        body["user"] = user(who)
    return body


def role(one: Role) -> Json:
    """Return a role object."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.is_managed,
        "mentionable": one.is_mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel, users: dict[int, User]) -> Json:
    """Return a channel object of any kind."""
    if one.type == ChannelType.DM:
        assert one.recipient_id is not None
        return {
            "id": str(one.id),
            "type": 1,
            "flags": 0,
            "last_message_id": _id(one.last_message_id),
            "recipients": [user(users[one.recipient_id])],
        }
    if one.thread is not None:
        return thread(one)
    return {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild_id),
        "name": one.name,
        "position": one.position,
        "parent_id": _id(one.parent_id),
        "topic": one.topic,
        "nsfw": False,
        "flags": 1 << 4 if one.requires_tag else 0,
        "rate_limit_per_user": 0,
        "last_message_id": _id(one.last_message_id),
        "permission_overwrites": [
            {
                "id": str(overwrite.target_id),
                "type": 0 if overwrite.is_role else 1,
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for overwrite in one.overwrites.values()
        ],
        **_forum(one),
    }


def _forum(one: Channel) -> Json:
    if one.type != ChannelType.FORUM:
        return {}
    tags = [
        {"id": str(tag.id), "name": tag.name, "moderated": tag.is_moderated, "emoji_id": None, "emoji_name": None}
        for tag in one.tags
    ]
    return {"available_tags": tags, "default_reaction_emoji": None, "default_sort_order": None}


def thread(one: Channel, *, viewer_id: int | None = None) -> Json:
    """Return a thread object, with the viewer's own membership where they joined."""
    state = one.thread
    assert state is not None
    body: Json = {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(one.guild_id),
        "parent_id": _id(one.parent_id),
        "owner_id": str(state.owner_id),
        "name": one.name,
        "flags": 0,
        "last_message_id": _id(one.last_message_id),
        "rate_limit_per_user": state.slowmode_seconds,
        "message_count": state.message_count,
        "member_count": min(len(state.member_ids), 50),
        "total_message_sent": state.total_sent,
        "thread_metadata": {
            "archived": state.is_archived,
            "archive_timestamp": state.changed_at.isoformat(),
            "auto_archive_duration": state.auto_archive_minutes,
            "locked": state.is_locked,
            "create_timestamp": created_at(one.id).isoformat(),
        },
    }
    if state.tag_ids:
        body["applied_tags"] = [str(tag_id) for tag_id in state.tag_ids]
    if viewer_id in state.member_ids:
        body["member"] = thread_member(one, viewer_id)
    return body


def thread_member(one: Channel, user_id: int) -> Json:
    """Return a thread-member object."""
    assert one.thread is not None
    joined_at = one.thread.member_ids[user_id]
    return {"id": str(one.id), "user_id": str(user_id), "join_timestamp": joined_at.isoformat(), "flags": 0}


def guild(one: Guild) -> Json:
    """Return a guild object without channels, threads and members."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "roles": [role(each) for each in one.roles.values()],
        **dict.fromkeys(_EMPTY_GUILD_FIELDS),
        "features": [],
        "emojis": [],
        "stickers": [],
        "region": "deprecated",
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "verification_level": 1,
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
    }


_EMPTY_GUILD_FIELDS = (
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
    "incidents_data",
)


def webhook(one: Webhook, *, guild_id: int | None, application_id: int, creator: User, base_url: str) -> Json:
    """Return a webhook object with its token."""
    return {
        "id": str(one.id),
        "type": 1,
        "name": one.name,
        "avatar": None,
        "channel_id": str(one.channel_id),
        "guild_id": _id(guild_id),
        "application_id": str(application_id),
        "token": one.token,
        "url": f"{base_url}/webhooks/{one.id}/{one.token}",
        "user": user(creator),
    }


def command(one: Command, application_id: int) -> Json:
    """Return an application-command object."""
    told = {key: value for key, value in one.definition.items() if value is not None}
    body = {
        "nsfw": False,
        "integration_types": [0],
        "dm_permission": True,
        **told,
        "id": str(one.id),
        "application_id": str(application_id),
        "version": str(one.version),
        "name": one.name,
        "type": one.type,
        "description": told.get("description", ""),
    }
    permissions = one.definition.get("default_member_permissions")
    body["default_member_permissions"] = None if permissions is None else str(permissions)
    if one.guild_id is not None:
        body["guild_id"] = str(one.guild_id)
    return body


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
