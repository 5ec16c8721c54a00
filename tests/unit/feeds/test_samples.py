import json
from pathlib import Path

import pytest

from bot.domain.entries import entry_hash, identities_of
from bot.domain.messages import OutgoingMessage
from bot.feeds.wire import entry_from_json
from tests.unit.feeds.snapshots import sample_paths, snapshot_of, snapshot_path


def name_of(path: Path) -> str:
    return path.stem


def test_there_are_at_least_ten_sample_feeds() -> None:
    assert len(sample_paths()) >= 10


@pytest.mark.parametrize("sample", sample_paths(), ids=name_of)
def test_a_sample_feed_becomes_the_cards_of_its_snapshot(sample: Path) -> None:
    assert snapshot_of(sample) == snapshot_path(sample).read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", sample_paths(), ids=name_of)
def test_no_markup_is_left_in_a_sample_feeds_entries(sample: Path) -> None:
    """T9."""
    for post in json.loads(snapshot_of(sample))["posts"]:
        entry = entry_from_json(post["entry"])
        assert not {"<p", "</", "<img", "&#", "&amp;"} & {
            mark for mark in ("<p", "</", "<img", "&#", "&amp;") if mark in entry.title + entry.excerpt + entry.author
        }
        assert OutgoingMessage.from_json(post["card"]).card is not None
        assert identities_of([entry])
        assert len(entry_hash(entry)) == 64
