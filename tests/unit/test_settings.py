"""The settings: what is read, what is refused, and what is never shown."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError

from bot.domain.errors import SettingsError
from bot.settings import NAMES, Settings, load_settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"


def refused(env: dict[str, str], path: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env, path)
    return str(caught.value).splitlines()


def problems(**env: str) -> list[str]:
    return refused(env)


def test_nothing_set_gives_the_defaults() -> None:
    settings = load_settings({}, None)
    assert settings.database_url == "sqlite+aiosqlite:///backchannel.db"
    assert settings.poll_interval_seconds == 300
    assert settings.discord_token is None
    assert settings.secret_key == ()
    assert settings.http_port is None
    assert settings.allow_private_hosts == frozenset()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("LOG_LEVEL=debug\nWAIT_SCALE=0.5\n", encoding="utf-8")
    settings = load_settings({"LOG_LEVEL": "WARNING"}, path)
    assert (settings.log_level, settings.wait_scale) == ("warning", 0.5)


def test_an_empty_value_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("POLL_INTERVAL_SECONDS=\nDISCORD_TOKEN\n", encoding="utf-8")
    settings = load_settings({"HTTP_PORT": " "}, path)
    assert settings.poll_interval_seconds == 300
    assert settings.discord_token is None


def test_a_missing_file_is_fine(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / "nothing").log_format == "console"


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read as text"):
        load_settings({}, tmp_path / ".env")


def test_a_dollar_in_a_value_stays_a_dollar(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("DISCORD_TOKEN='a${HOME}b'\n", encoding="utf-8")
    token = load_settings({}, path).discord_token
    assert token is not None
    assert token.get_secret_value() == "a${HOME}b"


def test_fractions_of_seconds_are_allowed() -> None:
    assert load_settings({"POLL_INTERVAL_SECONDS": "0.25"}, None).poll_interval_seconds == 0.25


def test_all_problems_are_told_at_once_by_name() -> None:
    found = problems(
        ANNOUNCE_CHANNEL_ID="#general",
        POLL_INTERVAL_SECONDS="-1",
        WAIT_SCALE="0",
        HTTP_PORT="70000",
        LOG_LEVEL="loud",
        LOG_FORMAT="xml",
        DATABASE_URL="mysql://u:hunter2secret@host/db",
        DISCORD_API_URL="discord.com",
        DISCORD_GATEWAY_URL="https://gateway",
        ALLOW_PRIVATE_HOSTS="10.0.0.1",
        BLOG_USERNAME="ada",
    )
    named = {line.split(":")[0].split(" ")[0] for line in found}
    assert named == {
        "ANNOUNCE_CHANNEL_ID",
        "POLL_INTERVAL_SECONDS",
        "WAIT_SCALE",
        "HTTP_PORT",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "DATABASE_URL",
        "DISCORD_API_URL",
        "DISCORD_GATEWAY_URL",
        "ALLOW_PRIVATE_HOSTS",
        "BLOG_USERNAME",
    }


def test_a_contradiction_is_told_beside_a_bad_value() -> None:
    found = problems(BLOG_URL="https://blog.example", WAIT_SCALE="x")
    assert len(found) == 2
    assert "ANNOUNCE_CHANNEL_ID" in found[1]


@pytest.mark.parametrize("scale", ["inf", "nan", "1e999"])
def test_a_wait_without_end_is_refused(scale: str) -> None:
    assert problems(WAIT_SCALE=scale)[0].startswith("WAIT_SCALE")


def test_no_error_shows_a_secret() -> None:
    """T19."""
    secret = "s3cr3t"
    found = problems(
        DISCORD_TOKEN=f"Bot {secret}",
        SECRET_KEY=f"{secret},{secret}",
        DATABASE_URL=f"mysql://me:{secret}@host/db",
        BLOG_URL=f"https://me:{secret}@blog.example",
        BLOG_APPLICATION_PASSWORD=secret,
    )
    assert len(found) >= 4
    assert secret not in "\n".join(found)


def test_no_secret_stands_in_the_settings_own_text() -> None:
    key = Fernet.generate_key().decode()
    settings = load_settings(
        {
            "DISCORD_TOKEN": "t0ken",
            "SECRET_KEY": key,
            "DATABASE_URL": "postgresql+psycopg://me:hunter2@host/db",
            "BLOG_URL": "blog.example",
            "ANNOUNCE_CHANNEL_ID": "5",
            "BLOG_USERNAME": "ada",
            "BLOG_APPLICATION_PASSWORD": "abcd efgh",
        },
        None,
    )
    shown = f"{settings!r} {settings}"
    assert settings.secrets() == ("t0ken", "abcd efgh", key, "hunter2")
    assert not [secret for secret in settings.secrets() if secret in shown]


def test_the_settings_cannot_be_changed() -> None:
    settings = load_settings({}, None)
    with pytest.raises(ValidationError):
        settings.wait_scale = 2.0


def test_a_mistyped_name_in_the_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("DISCORD_TOKE=x\nblog_url=https://blog.example\n", encoding="utf-8")
    assert refused({}, path) == [
        "DISCORD_TOKE in .env is not a setting; did you mean DISCORD_TOKEN?",
        "blog_url in .env is not a setting; did you mean BLOG_URL?",
    ]


def test_names_of_other_programs_in_the_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("COMPOSE_PROJECT_NAME=x\nPATH=/bin\nDISCORD_TOKEN=a\nDISCORD_TOKEN_OLD=b\n", encoding="utf-8")
    token = load_settings({"SOMETHING_ELSE": "1"}, path).discord_token
    assert token == SecretStr("a")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v10"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/api/v10"),
        ("https://proxy.example/discord/api/v10/", "https://proxy.example/discord/api/v10"),
    ],
)
def test_an_api_address_without_a_path_gets_discords_own(given: str, kept: str) -> None:
    assert load_settings({"DISCORD_API_URL": given}, None).discord_api_url == kept


def test_private_hosts_are_exact_and_an_ipv6_address_stands_in_brackets() -> None:
    settings = load_settings({"ALLOW_PRIVATE_HOSTS": "127.0.0.1:8080, [::1]:8081,"}, None)
    assert settings.allow_private_hosts == {"127.0.0.1:8080", "[::1]:8081"}


@pytest.mark.parametrize("word", ["::1:80", "10.0.0.0/8", "blog.lan", "http://blog.lan:80", "blog.lan:http", "*:80"])
def test_a_private_host_that_is_not_exact_is_refused(word: str) -> None:
    assert problems(ALLOW_PRIVATE_HOSTS=word)[0].startswith("ALLOW_PRIVATE_HOSTS")


def test_several_keys_are_kept_newest_first() -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    assert load_settings({"SECRET_KEY": ", ".join(keys)}, None).fernet_keys() == tuple(keys)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"BLOG_URL": "b.example"}, "ANNOUNCE_CHANNEL_ID"),
        ({"BLOG_URL": "b.example", "ANNOUNCE_CHANNEL_ID": "1", "BLOG_USERNAME": "a"}, "BLOG_APPLICATION_PASSWORD"),
        ({"BLOG_URL": "b.example", "ANNOUNCE_CHANNEL_ID": "1", "BLOG_APPLICATION_PASSWORD": "a"}, "BLOG_USERNAME"),
    ],
)
def test_half_a_blog_is_refused(env: dict[str, str], named: str) -> None:
    assert named in str(refused(env))


def test_a_database_in_memory_is_refused() -> None:
    assert problems(DATABASE_URL="sqlite+aiosqlite:///:memory:")[0].startswith("DATABASE_URL")


def test_the_example_lists_every_setting_once_with_its_default() -> None:
    lines = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [name for name, _ in lines] == list(NAMES)
    for name, written in lines:
        default = Settings.model_fields[name.lower()].default
        assert written == ("" if default in (None, (), frozenset()) else str(default)), name


def test_the_example_itself_is_accepted() -> None:
    assert load_settings({}, EXAMPLE) == load_settings({}, None)
