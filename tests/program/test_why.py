"""`backchannel why`: one question, one sentence, about posts and messages."""

import io

import pytest
from sqlalchemy import update

from bot.domain.errors import UserError
from bot.domain.models import PostState
from bot.domain.why_announced import announcement_sentence, post_sentence
from bot.program.why import explain
from db.engine import Store
from db.models import Announcement, LedgerRow
from tests.program.conftest import MakeSettings


def answer(make_settings: MakeSettings, asked: str) -> tuple[int, str]:
    out = io.StringIO()
    return explain(make_settings(), asked, out=out), out.getvalue()


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    "asked", ["https://blog.example/older/", "https://blog.example/older", "older", "https://blog.example/?p=1"]
)
def test_a_post_is_found_by_address_guid_and_title(make_settings: MakeSettings, asked: str) -> None:
    code, text = answer(make_settings, asked)
    assert code == 0
    assert text.startswith("Post “Older” (https://blog.example/older/): It was on the blog before")


@pytest.mark.usefixtures("story")
def test_a_message_is_found_by_its_link_and_its_id(make_settings: MakeSettings) -> None:
    by_id = answer(make_settings, "400000")
    assert by_id == answer(make_settings, "https://discord.com/channels/10/300000/400000")
    assert by_id[1] == "Message 400000: It is on Small hours.\n  Not done yet: The blog is not answering.\n"


@pytest.mark.usefixtures("story")
async def test_a_reason_word_of_the_last_try_is_told_as_its_sentence(make_settings: MakeSettings, store: Store) -> None:
    async with store.begin() as tx:
        await tx.execute(update(LedgerRow).where(LedgerRow.last_error.is_not(None)).values(last_error="credentials"))
    assert answer(make_settings, "400000")[1].splitlines()[1] == (
        "  It waits. The blog no longer accepts the application password. It goes on once that is renewed."
    )


@pytest.mark.usefixtures("story")
def test_an_announcement_is_found_by_its_message(make_settings: MakeSettings) -> None:
    code, text = answer(make_settings, "300000")
    assert code == 0
    assert "Winter walk" in text
    assert "Channel 20: It was announced here." in text


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("asked", ["%", "_", "nothing like it", "99999999999999999999", "123456", " "])
def test_what_is_not_known_is_said(make_settings: MakeSettings, asked: str) -> None:
    code, text = answer(make_settings, asked)
    assert code == 1
    assert text.startswith("Nothing is known of that.")


@pytest.mark.usefixtures("story")
async def test_a_failed_announcement_says_so(make_settings: MakeSettings, store: Store) -> None:
    async with store.begin() as tx:
        (await tx.get_one(Announcement, 1)).state = "failed"
    assert "It could not be announced here." in answer(make_settings, "300000")[1]


def test_without_a_database_there_is_one_sentence(make_settings: MakeSettings, no_database: str) -> None:
    with pytest.raises(UserError, match="no database yet"):
        explain(make_settings(DATABASE_URL=no_database), "x", out=io.StringIO())


def test_every_state_has_a_sentence_of_its_own() -> None:
    states = ("draft", "wanted", "announced", "failed", "dropped")
    sentences = {post_sentence(state) for state in PostState} | {announcement_sentence(state, None) for state in states}
    assert len(sentences) == len(PostState) + len(states)
    assert "gave" not in announcement_sentence("announced", "gave_up")
    assert announcement_sentence("wanted", "gave_up").startswith("It could not be announced here.")
