"""`backchannel run`: sets the logs up and hands the settings to the application."""

import sys

from bot import app
from bot.domain.errors import SettingsError
from bot.domain.translation import _
from bot.logs import set_up_logs
from bot.settings import Settings


def run(settings: Settings) -> int:
    """Run the bot until it is told to stop, and return the exit code; SettingsError without a token."""
    if settings.discord_token is None:
        raise SettingsError(_("DISCORD_TOKEN: it is needed to run. `backchannel init` tells where it comes from."))
    set_up_logs(level=settings.log_level, log_format=settings.log_format, secrets=settings.secrets(), stream=sys.stderr)
    return app.run(settings)
