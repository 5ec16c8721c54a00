"""What the operator decides, read once from the environment and a `.env` file into a frozen value."""

import base64
import binascii
import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.errors import SettingsError
from bot.domain.translation import _

DISCORD_API_URL = "https://discord.com/api/v10"
DISCORD_GATEWAY_URL = "wss://gateway.discord.gg/"
FERNET_KEY_BYTES = 32
HIGHEST_PORT = 65535
HIGHEST_SNOWFLAKE = 2**63 - 1
TYPO_LIKENESS = 0.8
"""How alike a name in .env and one of ours must be (0 to 1) to be taken for a slip of the finger."""

DATABASES = ("sqlite+aiosqlite:///", "postgresql+psycopg://")


def _split(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    if not parts.hostname or parts.port == 0:
        raise ValueError
    return parts


def _token(value: str) -> str:
    if len(value.split()) > 1:
        raise ValueError(_("it must be the token alone, in one piece, without the word Bot before it"))
    return value


def _database_url(value: str) -> str:
    beginning = next((start for start in DATABASES if value.startswith(start)), None)
    if beginning is None or value in {beginning, f"{DATABASES[0]}:memory:"}:
        raise ValueError(_("it must begin with sqlite+aiosqlite:/// and name a file, or with postgresql+psycopg://"))
    return value


def _fernet_keys(value: str) -> tuple[str, ...]:
    keys = tuple(key for word in value.split(",") if (key := word.strip()))
    if not keys or not all(_is_fernet_key(key) for key in keys):
        raise ValueError(_("it must be one or more Fernet keys with commas between; `backchannel init` writes one"))
    return keys


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == FERNET_KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _blog_url(value: str) -> str:
    if any(mark.isspace() for mark in value) or urlsplit(value).username is not None or "@" in urlsplit(value).netloc:
        raise ValueError(_("it must be the blog's address without a user name in it, such as https://blog.example"))
    return value


def _hosts(value: str) -> frozenset[str]:
    # imported here: only whoever sets it pays for loading the HTTP library
    from bot.net.guard import AllowedHosts  # noqa: PLC0415

    words = frozenset(word.strip() for word in value.split(",") if word.strip())
    is_exact = "*" not in value
    try:
        AllowedHosts.parse(words)
    except ValueError:
        is_exact = False
    if not is_exact:
        raise ValueError(_("it must be host:port with commas between, an IPv6 address in brackets, such as [::1]:8080"))
    return words


def _api_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise ValueError(_("it must be an http or https address, such as https://discord.com/api/v10"))
    path = parts.path.rstrip("/") or "/api/v10"
    return parts._replace(path=path).geturl()


def _gateway_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in {"ws", "wss"}:
        raise ValueError(_("it must be a ws or wss address, such as wss://gateway.discord.gg/"))
    return parts.geturl()


def _port(value: str) -> int | None:
    if value.lower() == "off":
        return None
    port = int(value)
    if not 0 < port <= HIGHEST_PORT:
        raise ValueError
    return port


def _lower(value: str) -> str:
    return value.lower()


Snowflake = Annotated[int, Field(gt=0, le=HIGHEST_SNOWFLAKE)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Everything that is decided before the start; what changes at run time lives in the database.

    Make it with `load_settings`. Each field is the variable of the same name in capitals.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, alias_generator=str.upper, validate_default=False
    )

    discord_token: Annotated[SecretStr, BeforeValidator(_token)] | None = None
    database_url: Annotated[str, BeforeValidator(_database_url)] = Field(
        "sqlite+aiosqlite:///backchannel.db", repr=False
    )
    secret_key: Annotated[tuple[SecretStr, ...], BeforeValidator(_fernet_keys)] = ()
    blog_url: Annotated[str, BeforeValidator(_blog_url)] | None = None
    blog_username: str | None = None
    blog_application_password: SecretStr | None = None
    announce_channel_id: Snowflake | None = None
    queue_channel_id: Snowflake | None = None
    poll_interval_seconds: Seconds = 300.0
    allow_private_hosts: Annotated[frozenset[str], BeforeValidator(_hosts)] = frozenset()
    discord_api_url: Annotated[str, BeforeValidator(_api_url)] = DISCORD_API_URL
    discord_gateway_url: Annotated[str, BeforeValidator(_gateway_url)] = DISCORD_GATEWAY_URL
    http_host: str = "127.0.0.1"
    http_port: Annotated[int | None, BeforeValidator(_port)] = None
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = "console"
    wait_scale: Seconds = 1.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values only from `load_settings`, which is handed the environment instead of reaching for it."""
        return (init_settings,)

    def secrets(self) -> tuple[str, ...]:
        """Return every value that must never be shown, for the logs to mask."""
        known = (self.discord_token, self.blog_application_password, *self.secret_key)
        password = urlsplit(self.database_url).password
        return (*(secret.get_secret_value() for secret in known if secret), *((password,) if password else ()))

    def fernet_keys(self) -> tuple[str, ...]:
        """Return the keys in plain, newest first, for `SecretBox`."""
        return tuple(key.get_secret_value() for key in self.secret_key)


NAMES = tuple(name.upper() for name in Settings.model_fields)
"""Every variable, in the order of the documentation."""

_EXPECTED = {
    "ANNOUNCE_CHANNEL_ID": _("it must be a channel's id, a long number (Discord: Copy Channel ID)"),
    "QUEUE_CHANNEL_ID": _("it must be a channel's id, a long number (Discord: Copy Channel ID)"),
    "POLL_INTERVAL_SECONDS": _("it must be a number of seconds above 0, such as 300 or 0.5"),
    "DISCORD_API_URL": _("it must be an http or https address, such as https://discord.com/api/v10"),
    "DISCORD_GATEWAY_URL": _("it must be a ws or wss address, such as wss://gateway.discord.gg/"),
    "BLOG_URL": _("it must be the blog's address without a user name in it, such as https://blog.example"),
    "HTTP_PORT": _("it must be a port number from 1 to 65535, or off"),
    "LOG_LEVEL": _("it must be debug, info, warning or error"),
    "LOG_FORMAT": _("it must be console or json"),
    "WAIT_SCALE": _("it must be a number above 0, such as 1.0"),
}


def load_settings(env: Mapping[str, str], dotenv_path: Path | None) -> Settings:
    """Return the settings; the environment wins over the file, and an empty value is as good as none.

    Raises SettingsError with one line for each problem, by the variable's name, never with a secret's value.
    A missing file is fine.
    """
    in_file = _read_dotenv(dotenv_path)
    given = {name: value.strip() for name, value in {**in_file, **env}.items() if name in NAMES and value.strip()}
    problems = [*_mistyped(in_file, given), *_contradictions(given)]
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic turns the texts into the fields' types
    except ValidationError as error:
        problems = [*_in_words(error), *problems]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _read_dotenv(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(_("{path} cannot be read as text.").format(path=path)) from error


def _mistyped(in_file: Iterable[str], given: Mapping[str, str]) -> Iterator[str]:
    for name in in_file:
        meant = difflib.get_close_matches(name.upper(), NAMES, n=1, cutoff=TYPO_LIKENESS)
        if name not in NAMES and meant and meant[0] not in given:
            yield _("{name} in .env is not a setting; did you mean {meant}?").format(name=name, meant=meant[0])


def _contradictions(given: Mapping[str, str]) -> Iterator[str]:
    needs = (
        ("BLOG_URL", "ANNOUNCE_CHANNEL_ID", _("BLOG_URL is set, so ANNOUNCE_CHANNEL_ID must say which channel.")),
        ("BLOG_USERNAME", "BLOG_URL", _("BLOG_USERNAME is set, so BLOG_URL must say which blog.")),
        ("BLOG_APPLICATION_PASSWORD", "BLOG_URL", _("BLOG_APPLICATION_PASSWORD is set, so BLOG_URL must be too.")),
        (
            "BLOG_USERNAME",
            "BLOG_APPLICATION_PASSWORD",
            _("BLOG_USERNAME is set, so BLOG_APPLICATION_PASSWORD must be set too."),
        ),
        (
            "BLOG_APPLICATION_PASSWORD",
            "BLOG_USERNAME",
            _("BLOG_APPLICATION_PASSWORD is set, so BLOG_USERNAME must say whose it is."),
        ),
    )
    return (sentence for present, needed, sentence in needs if present in given and needed not in given)


def _in_words(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False, include_input=False):
        name, ours = str(detail["loc"][0]), str(detail.get("ctx", {}).get("error", ""))
        expected = _EXPECTED.get(name) or ours or _("it cannot be understood")
        yield _("{name}: {expected}.").format(name=name, expected=expected)
