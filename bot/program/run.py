"""`backchannel run`: sets the logs up and hands the settings to the application."""

import sys

import structlog

from bot import app
from bot.domain.errors import BackchannelError, SettingsError
from bot.domain.translation import _
from bot.logs import set_up_logs
from bot.settings import Settings

log = structlog.get_logger(__name__)


def run(settings: Settings) -> int:
    """Run the bot until it is told to stop, and return the exit code.

    Raises SettingsError without a token. What nobody expected ends here, in the log with its traceback.
    """
    if settings.discord_token is None:
        raise SettingsError(_("DISCORD_TOKEN: it is needed to run. `backchannel init` tells where it comes from."))
    set_up_logs(level=settings.log_level, log_format=settings.log_format, secrets=settings.secrets(), stream=sys.stderr)
    try:
        return app.run(settings)
    except BackchannelError:
        raise
    except Exception:
        log.exception("crashed")
        return 1
