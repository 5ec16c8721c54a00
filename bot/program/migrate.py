"""`backchannel migrate`: brings the database to this program's schema; a start does the same."""

from datetime import datetime
from typing import TextIO

from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import SettingsError, UserError
from bot.domain.translation import _
from bot.settings import Settings
from db.migrate import NewerSchemaError, upgrade
from db.migrations import HEAD


def migrate(settings: Settings, *, now: datetime, out: TextIO) -> int:
    """Change the schema where it must be, and return the exit code; a BackchannelError says why it cannot be."""
    try:
        copy = upgrade(settings.database_url, now=now)
    except NewerSchemaError as error:
        raise UserError(_("A newer Backchannel used this database, so nothing was changed.")) from error
    except OSError as error:
        raise SettingsError(
            _("DATABASE_URL: that database cannot be made or copied ({reason}).").format(reason=error.strerror)
        ) from error
    except SQLAlchemyError as error:
        raise UserError(_("The database cannot be changed: `backchannel check` says more.")) from error
    if copy is not None:
        out.write(_("The database as it was lies in {path}.").format(path=copy) + "\n")
    out.write(_("The database has schema {revision}.").format(revision=HEAD) + "\n")
    return 0
