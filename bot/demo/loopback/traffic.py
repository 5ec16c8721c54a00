"""Every request that came in, kept for tests and for the page."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RecordedRequest:
    """One request: its route as a template (None for an unknown route), its path, body and the status answered."""

    number: int
    method: str
    template: str | None
    path: str
    query: dict[str, str]
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    answer: Any = None

    @property
    def route(self) -> str:
        """Method and template, as one string: "POST /channels/{channel_id}/messages"."""
        return f"{self.method} {self.template or self.path}"
