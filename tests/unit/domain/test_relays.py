import pytest

from bot.domain.models import CommentStatus, Reply
from bot.domain.relays import (
    CAN_BE_TAKEN_OFF,
    URL_BYTES,
    Picker,
    RelayState,
    comment_url,
    objection_to,
    picker_of,
    state_after_consent,
    state_on_blog,
    text_hash,
    writer_email,
)


def reply(**facts: object) -> Reply:
    values: dict[str, object] = {
        "message_id": 1,
        "channel_id": 2,
        "guild_id": 3,
        "writer_id": 4,
        "writer_name": "Dana",
        "content": "Hello",
    }
    return Reply(**{**values, **facts})  # type: ignore[arg-type] # the facts are the fields


def test_a_persons_words_can_be_relayed() -> None:
    assert objection_to(reply()) is None
    assert objection_to(reply(has_attachments=True)) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"is_bot": True},
        {"is_webhook": True},
        {"is_webhook": True, "is_bot": True},
        {"is_forwarded": True},
        {"is_system": True},
        {"content": None},
        {"content": ""},
        {"content": " \n\t"},
        {"content": "", "has_attachments": True},
    ],
)
def test_what_nobody_could_agree_to_is_refused_with_one_sentence(facts: dict[str, object]) -> None:
    objection = objection_to(reply(**facts))

    assert objection is not None
    assert objection.endswith(".")


@pytest.mark.parametrize(
    ("picker_id", "is_author", "picker"),
    [
        (4, False, Picker.WRITER),
        (4, True, Picker.AUTHOR_ON_THEIR_OWN),
        (5, True, Picker.AUTHOR),
        (5, False, Picker.NOBODY),
    ],
)
def test_who_picks_decides_what_follows(picker_id: int, is_author: bool, picker: Picker) -> None:
    assert picker_of(picker_id=picker_id, writer_id=4, is_author=is_author) is picker


@pytest.mark.parametrize(
    ("policy", "is_authors_pick", "state"),
    [
        ("approve", False, RelayState.WAITING_FOR_AUTHOR),
        ("approve", True, RelayState.APPROVED),
        ("direct", False, RelayState.APPROVED),
        ("direct", True, RelayState.APPROVED),
    ],
)
def test_a_yes_waits_for_the_author_only_when_they_have_not_chosen(
    policy: str, is_authors_pick: bool, state: RelayState
) -> None:
    assert state_after_consent(policy=policy, is_authors_pick=is_authors_pick) is state


def test_only_an_approved_comment_counts_as_published() -> None:
    assert {status: state_on_blog(status) for status in CommentStatus} == {
        CommentStatus.APPROVED: RelayState.PUBLISHED,
        CommentStatus.HELD: RelayState.HELD,
        CommentStatus.SPAM: RelayState.SPAM,
        CommentStatus.TRASH: RelayState.SPAM,
    }


def test_the_hash_tells_name_and_text_apart() -> None:
    assert text_hash("Dana", "Hello") == text_hash("Dana", "Hello")
    assert len({text_hash("Dana", "Hello"), text_hash("DanaH", "ello"), text_hash("Dana", "hello")}) == 3


def test_a_comments_link_ends_in_its_key_and_loses_its_own_fragment() -> None:
    assert comment_url("https://blog.example/post/#more", key="abc") == "https://blog.example/post/#bc-abc"


def test_a_comments_link_is_the_first_address_that_fits() -> None:
    long = "https://blog.example/" + "ü" * 90

    assert comment_url(None, long, "https://blog.example/", key="k" * 22) == "https://blog.example/#bc-" + "k" * 22
    assert comment_url("javascript:alert(1)", "https://ok.example", key="k") == "https://ok.example#bc-k"
    fitting = "https://blog.example/".ljust(URL_BYTES - len("#bc-k"), "a")
    assert len(comment_url(fitting, key="k").encode()) == URL_BYTES
    with pytest.raises(ValueError, match="no address"):
        comment_url(fitting + "a", key="k")


def test_no_mail_can_reach_a_writers_email() -> None:
    email = writer_email("AbCdEfGhIjKlMnOpQrStUv")

    assert email == email.lower()
    assert email.endswith(".invalid")
    assert len(email.encode()) <= 100


def test_what_waits_goes_or_is_there_can_be_taken_off() -> None:
    final = {RelayState.REFUSED, RelayState.WITHDRAWN, RelayState.REMOVED}
    before = {RelayState.PROPOSED, RelayState.WAITING_FOR_WRITER}

    assert set(RelayState) - CAN_BE_TAKEN_OFF == final | before
