"""`backchannel init`: a file only its owner can read, and nothing of theirs overwritten."""

import base64
import io
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.program.init import set_up
from bot.program.tokens import application_id_in
from bot.settings import load_settings

TOKEN = f"{base64.b64encode(b'123456789012345678').decode().rstrip('=')}.GabcDE.secretpart"


def init(folder: Path, **env: str) -> str:
    out = io.StringIO()
    assert set_up(folder, env, out=out) == 0
    return out.getvalue()


def test_a_fresh_folder_gets_a_file_with_a_key_that_works(tmp_path: Path) -> None:
    said = init(tmp_path)
    path = tmp_path / ".env"
    settings = load_settings({}, path)
    assert len(settings.secret_key) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.fernet_keys()[0] not in said
    assert "Reset Token" in said


def test_the_key_is_fresh_each_time(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        init(tmp_path / name)
        keys |= set(load_settings({}, tmp_path / name / ".env").fernet_keys())
    assert len(keys) == 2


def test_a_file_with_a_key_is_left_as_it_is(tmp_path: Path) -> None:
    init(tmp_path)
    before = (tmp_path / ".env").read_bytes()
    assert "nothing in it was changed" in init(tmp_path)
    assert (tmp_path / ".env").read_bytes() == before


@pytest.mark.parametrize("theirs", ["LOG_LEVEL=debug", "LOG_LEVEL=debug\nSECRET_KEY=\nWAIT_SCALE=2\n", ""])
def test_a_file_without_a_key_gets_one_and_keeps_the_rest(tmp_path: Path, theirs: str) -> None:
    path = tmp_path / ".env"
    path.write_text(theirs, encoding="utf-8")
    assert "was added" in init(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in theirs.splitlines() if not line.startswith("SECRET_KEY")]
    assert [line for line in lines if not line.startswith("SECRET_KEY")] == kept
    assert len(load_settings({}, path).secret_key) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [".env"]


def test_with_a_token_the_invite_link_is_printed_and_the_token_is_not(tmp_path: Path) -> None:
    said = init(tmp_path, DISCORD_TOKEN=TOKEN)
    assert "https://discord.com/oauth2/authorize?client_id=123456789012345678&" in said
    assert "secretpart" not in said


def test_a_token_that_does_not_tell_its_application_leads_to_check(tmp_path: Path) -> None:
    assert "backchannel check" in init(tmp_path, DISCORD_TOKEN="opaque")


def test_what_is_wrong_in_the_file_is_said_after_the_key_was_added(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("WAIT_SCALE=soon\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="WAIT_SCALE"):
        set_up(tmp_path, {}, out=io.StringIO())
    assert "SECRET_KEY=" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("token", ["", "abc", "!!!.x.y", "w6k.x.y", "LTU.x.y"])
def test_no_application_is_read_from_what_is_no_token(token: str) -> None:
    assert application_id_in(token) is None
