import re
from pathlib import Path

import pytest

import bot
from bot.domain.relays import RelayState
from bot.domain.why import author_sentence, known_reasons, relay_sentence, sentence

SOURCES = Path(bot.__file__).parent
REASON = re.compile(r"reason(?:: str)?\s*=\s*\"([a-z_]+)\"")


@pytest.mark.parametrize("reason", sorted(known_reasons()))
def test_every_reason_is_one_sentence_for_people(reason: str) -> None:
    told = sentence(reason)

    assert told[0].isupper()
    assert told.endswith(".")
    assert "_" not in told


def test_every_reason_that_the_relay_gives_has_a_sentence() -> None:
    files = [SOURCES / "domain" / "errors.py", *SOURCES.glob("services/commenting/comment*.py")]
    files += [SOURCES / "services" / "relaying" / f"{name}.py" for name in ("consents", "decisions", "proposals")]
    given = {reason for path in files for reason in REASON.findall(path.read_text())}
    given |= set(
        re.findall(
            r"Stop\(RelayState\.[A-Z_]+, \"([a-z_]+)\"", (SOURCES / "services/commenting/comment_checks.py").read_text()
        )
    )

    assert given
    assert given <= known_reasons()


def test_a_word_nobody_knows_is_named() -> None:
    assert "“odd”" in sentence("odd")


@pytest.mark.parametrize("state", list(RelayState))
@pytest.mark.parametrize("reason", [None, "withdrawn", "undone"])
def test_every_state_is_told_in_a_sentence_to_both(state: RelayState, reason: str | None) -> None:
    for told in (relay_sentence(state, reason, blog="Blog"), author_sentence(state, reason, blog="Blog")):
        assert told.endswith((".", "shows it."))
        assert "{" not in told


def test_a_no_looks_like_no_answer_to_the_author() -> None:
    told = {
        author_sentence(RelayState.WAITING_FOR_WRITER, None, blog="Blog"),
        author_sentence(RelayState.WITHDRAWN, "declined", blog="Blog"),
        author_sentence(RelayState.WITHDRAWN, "unanswered", blog="Blog"),
    }

    assert len(told) == 1
