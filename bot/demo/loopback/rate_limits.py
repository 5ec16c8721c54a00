"""Rate limits: the headers that each answer carries, and buckets that can be made small."""

import re
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.demo.loopback.traffic import RecordedRequest

DEFAULT_LIMIT = 1000
DEFAULT_PER_SECONDS = 1.0
TOP_LEVEL = re.compile(r"/(?:channels|guilds|webhooks)/\d+")


@dataclass(slots=True)
class Bucket:
    """How many calls a route takes in a time, counted by channel, guild or webhook as Discord does."""

    method: str
    route: re.Pattern[str]
    limit: int
    per_seconds: float
    calls: dict[str, deque[float]] = field(default_factory=dict)


class RateLimits:
    """Counts calls where a bucket was set; elsewhere everything is allowed and the headers say so."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._buckets: list[Bucket] = []

    def limit(self, method: str, route: str, *, limit: int, per_seconds: float) -> None:
        """Allow a route (a regular expression for the template or the path) `limit` calls in `per_seconds`."""
        self._buckets.append(Bucket(method, re.compile(route), limit, per_seconds))

    def take(self, request: RecordedRequest) -> tuple[dict[str, str], float | None]:
        """Count a call. Return the headers and, when it is one too many, the seconds to wait."""
        name = f"{zlib.crc32(request.route.encode()):08x}"
        for bucket in self._buckets:
            template = request.template or request.path
            if bucket.method != request.method:
                continue
            if bucket.route.fullmatch(template) or bucket.route.fullmatch(request.path):
                return self._count(bucket, request, name)
        return self._headers(name, DEFAULT_LIMIT, DEFAULT_LIMIT - 1, DEFAULT_PER_SECONDS), None

    def _count(self, bucket: Bucket, request: RecordedRequest, name: str) -> tuple[dict[str, str], float | None]:
        found = TOP_LEVEL.match(request.path)
        calls = bucket.calls.setdefault(found.group() if found else "", deque())
        now = self._now()
        while calls and now - calls[0] >= bucket.per_seconds:
            calls.popleft()
        is_over = len(calls) >= bucket.limit
        if not is_over:
            calls.append(now)
        reset_after = calls[0] + bucket.per_seconds - now
        headers = self._headers(name, bucket.limit, bucket.limit - len(calls), reset_after)
        return headers, reset_after if is_over else None

    def _headers(self, name: str, limit: int, remaining: int, reset_after: float) -> dict[str, str]:
        return {
            "X-RateLimit-Bucket": name,
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{self._now() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        }
