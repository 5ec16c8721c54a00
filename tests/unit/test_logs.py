"""The logs: one shape for ours and the libraries', and no secret in either."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6"
PASSWORD = "AbCd efGh 1234 IjKl mnOp 5678"
KEY = "k2e3y4_-padded-key-with-forty-three-charac="


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(params=["console", "json"])
def lines(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    set_up_logs(level="info", log_format=request.param, secrets=[TOKEN, PASSWORD, KEY, "pg-pass'\"word"], stream=stream)
    return stream


@pytest.fixture
def json_lines() -> io.StringIO:
    stream = io.StringIO()
    set_up_logs(level="debug", log_format="json", secrets=[PASSWORD], stream=stream)
    return stream


LEAKS = {
    "the token": (TOKEN, TOKEN),
    "a token nobody told us": ("NzY1NDMyMTA5ODc2NTQzMjE.Gxyz_-.0a1b2c3d4e5f6g7h8i9j0k1l2m3n", "0a1b2c3d4e5f6g7h"),
    "the key": (KEY, KEY),
    "the password": (f"pw {PASSWORD}!", "efGh"),
    "the password without its spaces": (PASSWORD.replace(" ", ""), "efGh"),
    "the password in a form": (f"pwd={PASSWORD.replace(' ', '+')}&x=1", "efGh"),
    "the password in a URL": (PASSWORD.replace(" ", "%20"), "efGh"),
    "another blog's password": ("was zzzz yyyy xxxx wwww vvvv uuuu then", "xxxx wwww"),
    "a password with quotes": ("pg-pass'\"word", "word"),
    "a header": ("{'Authorization': 'Basic YWRhOmh1bnRlcjI='}", "YWRhOmh1bnRlcjI"),
    "a header in a sentence": ("Authorization: Bot canary", "canary"),
    "a scheme alone": ("sent Bearer abcdefghijklmnop1234567890", "abcdefghijklmnop1234567890"),
    "a webhook": ("POST https://discord.com/api/v10/webhooks/81234/web_hook-canary?wait=true", "canary"),
    "an interaction": ("POST http://127.0.0.1:1/api/v10/interactions/81234/canary/callback", "canary"),
    "user-info": ("GET https://ada:canary@blog.example/feed", "canary"),
    "a database": ("postgresql+psycopg://me:canary@db/backchannel", "canary"),
    "an e-mail": ("from ada.love+x@mail.example.org", "ada.love"),
    "a mapping": ('{"password": "two canary words", "a": 1}', "canary"),
    "an assignment": ("client_secret=canary;", "canary"),
}


@pytest.mark.parametrize(("text", "secret"), LEAKS.values(), ids=list(LEAKS))
def test_no_secret_is_seen_however_it_comes(lines: io.StringIO, text: str, secret: str) -> None:
    """T19."""
    log = structlog.get_logger("bot.test")
    log.warning(f"said {text}", value=text, nested={"deep": [text]})
    logging.getLogger("discord.http").warning("said %s", text)
    try:
        int(text)
    except ValueError:
        log.exception("crashed")
        logging.getLogger("discord.client").exception("crashed")
    seen = lines.getvalue()
    assert secret not in seen
    assert seen.count("***") >= 6


def test_every_masked_line_is_still_json(json_lines: io.StringIO) -> None:
    log = structlog.get_logger("bot.test")
    for text, _ in LEAKS.values():
        log.info("said", value=text, token=text, password=5, nested={"secret": None, "authorization": text})
    seen = [json.loads(line) for line in json_lines.getvalue().splitlines()]
    assert len(seen) == len(LEAKS)
    assert {line["token"] for line in seen} == {"***"}


def test_a_libraries_record_has_the_shape_of_ours(json_lines: io.StringIO) -> None:
    structlog.get_logger("bot.test").info("ready", guilds=1)
    logging.getLogger("discord.gateway").info("Shard ID %s has connected", 0)
    ours, theirs = (json.loads(line) for line in json_lines.getvalue().splitlines())
    assert ours.keys() - {"guilds"} == theirs.keys() == {"event", "logger", "level", "timestamp"}
    assert (ours["event"], theirs["event"]) == ("ready", "Shard ID 0 has connected")


def test_ordinary_words_are_left_alone(lines: io.StringIO) -> None:
    structlog.get_logger("bot.test").info(
        "announced", guid="https://blog.example/?p=12", thread=123456789012345678, title="Winter walk"
    )
    assert "***" not in lines.getvalue()


def test_a_strangers_text_cannot_forge_a_line(lines: io.StringIO) -> None:
    """T19."""
    structlog.get_logger("bot.test").info("announced", title="x\n2026-01-01T00:00:00Z [error] forged\x1b[31m")
    assert len(lines.getvalue().splitlines()) == 1
    assert "\x1b" not in lines.getvalue()


def test_lines_below_the_level_are_not_written(lines: io.StringIO) -> None:
    structlog.get_logger("bot.test").debug("quiet")
    logging.getLogger("discord").debug("quiet")
    assert lines.getvalue() == ""


def test_setting_up_twice_does_not_double_the_lines(json_lines: io.StringIO) -> None:
    set_up_logs(level="info", log_format="json", secrets=[], stream=json_lines)
    structlog.get_logger("bot.test").info("ready")
    assert len(json_lines.getvalue().splitlines()) == 1


def test_libraries_whose_debug_lines_hold_members_words_are_never_on_debug() -> None:
    stream = io.StringIO()
    set_up_logs(level="debug", log_format="json", secrets=[], stream=stream)
    for name in ("discord.gateway", "discord.http", "aiosqlite", "sqlalchemy.engine"):
        logging.getLogger(name).debug("a member's words")
    logging.getLogger("sqlalchemy.engine.Engine").info("INSERT a member's words")
    structlog.get_logger("bot.test").debug("ours")
    assert "ours" in stream.getvalue()
    assert "words" not in stream.getvalue()


def test_what_was_only_cancelled_is_no_error_of_the_pool(json_lines: io.StringIO) -> None:
    for error in (asyncio.CancelledError(), OSError("gone")):
        logging.getLogger("sqlalchemy.pool.impl").error("Exception during reset", exc_info=error)
    [line] = json_lines.getvalue().splitlines()
    assert "gone" in line
