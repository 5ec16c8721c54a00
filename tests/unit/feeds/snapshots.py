"""What each sample feed becomes: its entries, and the card of each as it is sent.

Run as `python -m tests.unit.feeds.snapshots` to write them anew, and read the difference before keeping it.
"""

import json
from pathlib import Path

from bot.feeds.reading import read_feed
from bot.feeds.recent import RecentEntries
from bot.feeds.wire import Document, entry_to_json
from bot.text.cards import post_card

SAMPLES = Path(__file__).parents[2] / "samples" / "feeds"


def sample_paths() -> list[Path]:
    return sorted(SAMPLES.glob("*.xml"))


def snapshot_path(sample: Path) -> Path:
    return sample.with_suffix(".json")


def snapshot_of(sample: Path) -> str:
    name = sample.stem.replace("_", "-")
    url = f"https://{name}.example/feed/"
    parsed = read_feed(Document(url=url, content_type="text/xml", body=sample.read_bytes()), RecentEntries())
    shown = [
        {"entry": entry_to_json(entry), "card": post_card(entry, lead="", blog_title=parsed.title).to_json()}
        for entry in parsed.entries
    ]
    return json.dumps({"title": parsed.title, "posts": shown}, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    for sample in sample_paths():
        snapshot_path(sample).write_text(snapshot_of(sample), encoding="utf-8")


if __name__ == "__main__":
    main()
