"""Looks at Discord: whose token it is, what that bot may read, and what it may do in its channels."""

from collections.abc import AsyncIterator
from typing import Protocol

from pydantic import SecretStr

from bot.chat.account import Account, AccountFacts, ChannelRights
from bot.domain import permissions
from bot.domain.errors import BackchannelError, UserError
from bot.domain.translation import _
from bot.program.findings import Finding, fail, ok, warn
from bot.program.tokens import PORTAL


class RightsReader(Protocol):
    """Tells what the bot may do in a channel."""

    async def channel_rights(self, channel_id: int) -> ChannelRights:
        """Return it, or raise one of our errors."""
        ...


async def check_token(account: Account, token: SecretStr | None) -> tuple[AccountFacts | None, Finding]:
    """Log in and return whose token it is, with a finding; without facts nothing else can be asked."""
    if token is None:
        return None, fail(
            _("There is no token: DISCORD_TOKEN is empty."),
            _("Make a bot at {portal}, press Reset Token there and put the token into .env.").format(portal=PORTAL),
        )
    try:
        facts = await account.log_in(token.get_secret_value())
    except UserError:
        return None, fail(
            _("Discord does not accept the token in DISCORD_TOKEN."),
            _("Press Reset Token at {portal}, on the page Bot, and put the new one into .env.").format(portal=PORTAL),
        )
    except BackchannelError as error:
        return None, fail(str(error), _("Try again in a moment; a proxy is named by DISCORD_API_URL."))
    return facts, ok(_("The token belongs to the bot {name}.").format(name=facts.name))


def check_intents(facts: AccountFacts) -> Finding:
    """Say what the one optional intent does: a menu carries its message's text without it, an edit does not."""
    if facts.may_read_content:
        return ok(_("The Message Content intent is on, so edited replies are followed to the blog."))
    return ok(
        _(
            "The Message Content intent is off, and nothing needs it: who edits a reply is asked to send it once more. "
            "To have edits followed by themselves, turn it on at {portal}, on the page Bot."
        ).format(portal=PORTAL)
    )


async def check_channel(
    reader: RightsReader, name: str, channel_id: int, *, is_private: bool
) -> AsyncIterator[Finding]:
    """Look at one channel; `name` is the setting that names it, `is_private` whether strangers must not read it."""
    try:
        rights = await reader.channel_rights(channel_id)
    except BackchannelError as error:
        yield fail(
            _("{name} is a channel that the bot cannot look at. {error}").format(name=name, error=error),
            _("Compare the id, invite the bot with the link below, and give it View Channel there."),
        )
        return
    place = {"name": name, "channel": rights.name, "guild": rights.guild_name}
    if rights.is_forum:
        yield fail(
            _("{name}: #{channel} of {guild} is a forum, and the bot does not write in forums.").format(**place),
            _("Choose an ordinary text channel."),
        )
        return
    lacking = permissions.missing(rights.bits)
    is_open = is_private and rights.is_public
    if not lacking and not is_open:
        yield ok(_("{name}: the bot may do all it needs in #{channel} of {guild}.").format(**place))
    for permission in lacking:
        yield fail(
            _("{name}: in #{channel} of {guild} the bot lacks the permission {permission}.").format(
                **place, permission=permission
            ),
            _("Give it to the bot's role in that channel's settings, or invite the bot again with the link below."),
        )
    for permission in permissions.excessive(rights.own_bits):
        yield warn(
            _("In {guild} the bot has the permission {permission}, which it never uses.").format(
                **place, permission=permission
            ),
            _("Take it from the bot's role in Server Settings, Roles."),
        )
    if is_open:
        yield fail(
            _(
                "{name}: everybody in {guild} can read #{channel}, and replies are shown there before anyone decided."
            ).format(**place),
            _("Choose a channel that only the author and the bot can see."),
        )
