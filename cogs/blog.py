"""/blog: connect a blog to a channel, and everything that can be set about it."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.answers import answer, channel_id_of, defer
from bot.chat.replies import actor_from
from bot.client import BackchannelBot
from bot.domain.messages import Action
from bot.domain.translation import _
from bot.services.connecting.connections import Connections
from bot.services.connecting.subscriptions import Clearable, MirrorSetting, Policy, SettingsChange, Subscriptions
from cogs.presses import Form, buttons_for

_POLICIES: list[app_commands.Choice[str]] = [
    app_commands.Choice(name=_("The author looks at every reply first"), value="approve"),
    app_commands.Choice(name=_("Replies go straight to the blog's own moderation"), value="direct"),
]
_CLEARABLE: list[app_commands.Choice[str]] = [
    app_commands.Choice(name=_("The author's role"), value="author_role"),
    app_commands.Choice(name=_("The queue's channel"), value="queue_channel"),
    app_commands.Choice(name=_("The role that is told of new posts"), value="ping_role"),
    app_commands.Choice(name=_("The link under comments"), value="invite_url"),
]
_CLEARABLE_OF: dict[str, Clearable] = {
    "author_role": "author_role",
    "queue_channel": "queue_channel",
    "ping_role": "ping_role",
    "invite_url": "invite_url",
}
_POLICY_OF: dict[str, Policy] = {"approve": "approve", "direct": "direct"}
_MIRRORS: list[app_commands.Choice[str]] = [
    app_commands.Choice(name=_("Answers to relayed replies; others are counted"), value="answers"),
    app_commands.Choice(name=_("All comments of readers"), value="all"),
    app_commands.Choice(name=_("None"), value="none"),
]
_MIRROR_OF: dict[str, MirrorSetting] = {"answers": "answers", "all": "all", "none": "none"}

USERNAME_LIMIT = 60
"""WordPress' own for user names."""
PASSWORD_LIMIT = 100


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Blog(commands.GroupCog, group_name="blog", group_description=_("Connect a blog and set what happens with it")):
    """The commands and their two buttons."""

    def __init__(self, connections: Connections, subscriptions: Subscriptions) -> None:
        self._connections = connections
        self._subscriptions = subscriptions
        self.buttons = buttons_for({Action.CONNECT: self.ask_for_password, Action.REMOVE_BLOG: self.confirm_removal})

    @app_commands.command(name="connect", description=_("Announce a blog's new posts in a channel"))
    @app_commands.describe(
        site=_("The blog's address, such as blog.example"), channel=_("Where to announce; without it, here")
    )
    async def connect(
        self, interaction: discord.Interaction, site: str, channel: discord.TextChannel | None = None
    ) -> None:
        """Find the blog and say what is missing, or that it is connected."""
        await defer(interaction)
        channel_id = channel.id if channel else channel_id_of(interaction)
        await answer(interaction, await self._connections.connect(actor_from(interaction), site, channel_id=channel_id))

    @app_commands.command(name="list", description=_("Show the blogs of this server"))
    async def list_all(self, interaction: discord.Interaction) -> None:
        """Show every blog and how it fares."""
        await defer(interaction)
        await answer(interaction, await self._subscriptions.list_all(actor_from(interaction)))

    @app_commands.command(name="settings", description=_("Show or change how replies and announcements are treated"))
    @app_commands.describe(
        blog=_("Which blog, where there are several"),
        policy=_("Who looks at replies before they are public"),
        author_role=_("The role that may decide, beside Manage Server"),
        queue_channel=_("A private channel for what waits"),
        ping_role=_("The role that is told of new posts"),
        invite_url=_("The link under comments, such as https://discord.gg/abc123"),
        away_until=_("Your last day away, such as 2026-12-24, which waiting writers are told; or: back"),
        mirror=_("Which comments of readers come into the thread"),
        clear=_("What to take back"),
    )
    @app_commands.choices(policy=_POLICIES, mirror=_MIRRORS, clear=_CLEARABLE)
    async def settings(
        self,
        interaction: discord.Interaction,
        blog: str | None = None,
        policy: app_commands.Choice[str] | None = None,
        author_role: discord.Role | None = None,
        queue_channel: discord.TextChannel | None = None,
        ping_role: discord.Role | None = None,
        invite_url: str | None = None,
        away_until: str | None = None,
        mirror: app_commands.Choice[str] | None = None,
        clear: app_commands.Choice[str] | None = None,
    ) -> None:
        """Change what is given; without anything, show how it is."""
        await defer(interaction)
        change = SettingsChange(
            policy=_POLICY_OF[policy.value] if policy else None,
            author_role_id=author_role.id if author_role else None,
            queue_channel_id=queue_channel.id if queue_channel else None,
            ping_role_id=ping_role.id if ping_role else None,
            invite_url=invite_url,
            away_until=away_until,
            mirror=_MIRROR_OF[mirror.value] if mirror else None,
            clear=_CLEARABLE_OF[clear.value] if clear else None,
        )
        await answer(interaction, await self._subscriptions.change(actor_from(interaction), blog, change))

    @app_commands.command(name="pause", description=_("Announce nothing and send no replies until resumed"))
    @app_commands.describe(blog=_("Which blog, where there are several"))
    async def pause(self, interaction: discord.Interaction, blog: str | None = None) -> None:
        """Pause a blog."""
        await defer(interaction)
        await answer(interaction, await self._subscriptions.pause(actor_from(interaction), blog))

    @app_commands.command(name="resume", description=_("Go on after a pause"))
    @app_commands.describe(blog=_("Which blog, where there are several"))
    async def resume(self, interaction: discord.Interaction, blog: str | None = None) -> None:
        """Resume a blog."""
        await defer(interaction)
        await answer(interaction, await self._subscriptions.resume(actor_from(interaction), blog))

    @app_commands.command(
        name="remove", description=_("Stop announcing a blog; its password goes once nothing there needs it")
    )
    @app_commands.describe(blog=_("Which blog, where there are several"))
    async def remove(self, interaction: discord.Interaction, blog: str | None = None) -> None:
        """Ask once more before a blog is removed."""
        await defer(interaction)
        await answer(interaction, await self._subscriptions.ask_to_remove(actor_from(interaction), blog))

    @settings.autocomplete("blog")
    @pause.autocomplete("blog")
    @resume.autocomplete("blog")
    @remove.autocomplete("blog")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer the server's blogs."""
        channels = interaction.guild.text_channels if interaction.guild else ()
        channel_names = {channel.id: channel.name for channel in channels}
        found = await self._subscriptions.suggest(actor_from(interaction), typed, channel_names)
        return [app_commands.Choice(name=name, value=value) for name, value in found]

    async def ask_for_password(self, interaction: discord.Interaction, blog_id: int, _guard: str) -> None:
        """Open the form for an application password."""
        await interaction.response.send_modal(PasswordForm(self._connections, blog_id))

    async def confirm_removal(self, interaction: discord.Interaction, subscription_id: int, _guard: str) -> None:
        """Remove the blog."""
        await defer(interaction)
        await answer(interaction, await self._subscriptions.remove(actor_from(interaction), subscription_id))


class PasswordForm(Form):
    """Asks for a WordPress user and one of that user's application passwords."""

    def __init__(self, connections: Connections, blog_id: int) -> None:
        super().__init__(_("Application password"))
        self._connections = connections
        self._blog_id = blog_id
        self._username: ui.TextInput[PasswordForm] = ui.TextInput(max_length=USERNAME_LIMIT)
        self._password: ui.TextInput[PasswordForm] = ui.TextInput(max_length=PASSWORD_LIMIT)
        self.add_item(ui.Label(text=_("User name on the blog"), component=self._username))
        self.add_item(
            ui.Label(
                text=_("Application password"),
                description=_("Made for this bot alone; never the password you log in with."),
                component=self._password,
            )
        )

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Check the password on the blog and keep it sealed."""
        await defer(interaction)
        message = await self._connections.accept_password(
            self._blog_id,
            actor_from(interaction),
            username=self._username.value,
            application_password=self._password.value,
        )
        await answer(interaction, message)


async def setup(bot: BackchannelBot) -> None:
    """Open this door."""
    door = Blog(bot.services.connections, bot.services.subscriptions)
    bot.add_dynamic_items(door.buttons)
    await bot.add_cog(door)
