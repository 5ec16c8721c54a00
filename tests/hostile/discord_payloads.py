"""Holds what was sent to Discord against what an announcement or a mirrored comment may be."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.unit.text.discord_grammar import FORMATTING, active, active_outside_code

OURS_TO_WRITE = FORMATTING | {"subtext", "time"}
NOBODY: tuple[dict[str, list[str]], ...] = ({"parse": []}, {"parse": [], "users": [], "roles": []})
_HIDDEN_NAME = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u200b\ufeff\x00-\x1f]")


def faults_of(body: dict[str, Any]) -> list[str]:
    """Return what in one body could ping, hide where a link leads, or pose as something else."""
    found = [] if body.get("allowed_mentions") in NOBODY else [f"mentions allowed: {body.get('allowed_mentions')}"]
    found += _faults_of_text(str(body.get("content") or ""))
    for component in _components(body.get("components") or []):
        match component.get("type"):
            case 10 if component in body["components"]:  # above the card: the author's own line
                found += _faults_of_lead(component["content"])
            case 10:  # a text display
                found += _faults_of_text(component["content"])
            case 2:  # a button
                found += _faults_of_label(component)
            case 12:  # a media gallery
                for item in component["items"]:
                    found += _faults_of_url(item["media"]["url"]) + _faults_of_line(item.get("description") or "")
    return found


def faults_of_thread(body: dict[str, Any]) -> list[str]:
    """Return what in a thread's name is more than plain text of a fitting length."""
    name = str(body["name"])
    return _faults_of_line(name) + ([] if name.strip() and len(name) <= 100 else [f"name of {len(name)}"])


def _components(listed: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in listed:
        yield component
        yield from _components(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]


def _faults_of_text(text: str) -> list[str]:
    # In code nothing is read but what Discord looks for in the bare words: those that ping.
    acts = (active_outside_code(text) - OURS_TO_WRITE) | (active(text) & {"ping", "hidden"})
    return [f"{sorted(acts)} in {text!r}"] if acts else []


def _faults_of_lead(text: str) -> list[str]:
    # Authors may format and link; they cannot ping, nor hide where a link leads.
    acts = active(text) & {"ping", "mention", "masked link", "hidden", "command", "place"}
    return [f"{sorted(acts)} in {text!r}"] if acts else []


def _faults_of_label(button: dict[str, Any]) -> list[str]:
    url = button.get("url")
    return _faults_of_line(button.get("label") or "") + (_faults_of_url(url) if url else [])


def _faults_of_url(url: str) -> list[str]:
    parts = urlsplit(url)
    is_fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return [] if is_fine and not re.search(r"\s", url) else [f"address {url!r}"]


def _faults_of_line(line: str) -> list[str]:
    return [f"hidden characters in {line!r}"] if _HIDDEN_NAME.search(line) else []
