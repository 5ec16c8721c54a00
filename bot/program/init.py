"""`backchannel init`: writes `.env` with a fresh key, and tells how to invite the bot."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from cryptography.fernet import Fernet

from bot.domain.permissions import invite_url
from bot.domain.translation import _
from bot.program.tokens import PORTAL, application_id_in
from bot.settings import load_settings

OWNER_ONLY = 0o600

_TEMPLATE = """\
# Backchannel's settings. README.md tells all of them; the environment wins over this file.

# The bot's token: {portal}, your application, Bot, Reset Token.
DISCORD_TOKEN=

# Seals the application passwords in the database. Keep a copy: without it the blogs must be connected again.
SECRET_KEY={key}

# One blog in one channel; leave them empty and use /blog connect in Discord instead.
BLOG_URL=
BLOG_USERNAME=
BLOG_APPLICATION_PASSWORD=
ANNOUNCE_CHANNEL_ID=
QUEUE_CHANNEL_ID=
"""

_KEY_LINE = re.compile(r"^(?:export\s+)?SECRET_KEY[ \t]*=[ \t]*(?P<value>.*)$", re.MULTILINE)


def set_up(folder: Path, env: Mapping[str, str], *, out: TextIO) -> int:
    """Make `.env` in the folder, or add the key that it lacks; say the next step; return the exit code.

    Raises SettingsError, after the file was written, when something in it is wrong.
    """
    path = folder / ".env"
    out.write(_write(path) + "\n")
    settings = load_settings(env, path)
    token = settings.discord_token.get_secret_value() if settings.discord_token else ""
    out.write(_next_step(token) + "\n")
    return 0


def _write(path: Path) -> str:
    key = Fernet.generate_key().decode()
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    except FileExistsError:
        return _complete(path, key)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_TEMPLATE.format(portal=PORTAL, key=key))
    return _("{path} was written with a fresh SECRET_KEY; only you can read it.").format(path=path)


def _complete(path: Path, key: str) -> str:
    text = path.read_text(encoding="utf-8")
    lines = list(_KEY_LINE.finditer(text))
    if any(line["value"].strip(" \t'\"") for line in lines):
        return _("{path} is there already and has a SECRET_KEY, so nothing in it was changed.").format(path=path)
    line = f"SECRET_KEY={key}"
    if lines:
        text = f"{text[: lines[0].start()]}{line}{text[lines[0].end() :]}"
    else:
        text = f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"
    _replace(path, text)
    return _("{path} is there already: a fresh SECRET_KEY was added, and the rest was left alone.").format(path=path)


def _replace(path: Path, text: str) -> None:
    """Put the new text in the file's place in one step, so that a crash leaves the old one."""
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)


def _next_step(token: str) -> str:
    if not token:
        return _(
            "Next: make a bot at {portal}, press Reset Token on its page Bot, put the token into .env as "
            "DISCORD_TOKEN, and run `backchannel init` again: it then prints the link that invites the bot."
        ).format(portal=PORTAL)
    application_id = application_id_in(token)
    if application_id is None:
        return _("Next: run `backchannel check`. It asks Discord who the token belongs to and prints the invite link.")
    return _("Next: invite the bot with this link, then run `backchannel check`.\n{link}").format(
        link=invite_url(application_id)
    )
