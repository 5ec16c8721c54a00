"""Looks at the database: whether it opens, fits this program, is whole, and whether the keys open what it holds."""

import asyncio
from collections.abc import AsyncIterator

from bot.domain.translation import _
from bot.program.findings import Finding, fail, ok, warn
from db.condition import Condition, Health, examine, sealed_shut
from db.secrets import SecretBox


def condition_finding(condition: Condition) -> Finding:
    """Return what the database's condition means for the operator."""
    match condition.health:
        case Health.ABSENT:
            return ok(_("There is no database yet; the first start makes it."))
        case Health.CURRENT:
            return ok(
                _("The database is whole and has this program's schema, {revision}.").format(
                    revision=condition.revision
                )
            )
        case Health.OLDER:
            return warn(
                _("The database has the older schema {revision}.").format(revision=condition.revision),
                _("The next start brings it up, or `backchannel migrate` does; a SQLite file is copied before."),
            )
        case Health.NEWER:
            return fail(
                _("A newer Backchannel used this database: its schema is {revision}.").format(
                    revision=condition.revision
                ),
                _("Start that version again, or go back to the copy that lies beside the file."),
            )
        case Health.DAMAGED:
            return fail(
                _("The database file is damaged. SQLite says: {complaint}.").format(complaint=condition.complaint),
                _("Keep the file, put your newest backup in its place, and start again."),
            )
        case Health.UNREACHABLE:
            return fail(
                _("The database cannot be opened ({complaint}).").format(complaint=condition.complaint),
                _("Look at DATABASE_URL, at the file's rights, or whether the server runs."),
            )


async def check_database(database_url: str, keys: tuple[str, ...]) -> AsyncIterator[Finding]:
    """Yield what is found of the database and of the keys that seal its passwords."""
    condition = await asyncio.to_thread(examine, database_url)
    yield condition_finding(condition)
    if not keys:
        yield warn(
            _("There is no SECRET_KEY, so no application password can be kept."),
            _("Run `backchannel init`: it writes a fresh key into .env."),
        )
    if condition.health is not Health.CURRENT:
        return
    shut = await asyncio.to_thread(sealed_shut, database_url, SecretBox(keys))
    if keys and not shut:
        yield ok(_("SECRET_KEY opens every stored application password."))
    for url in shut:
        yield fail(
            _("SECRET_KEY does not open the application password that is stored for {url}.").format(url=url),
            _("Put the key it was sealed with behind the newest one, after a comma, or connect the blog again."),
        )
