"""Polls the feeds whose time has come: what they say is compared, decided on, and saved with what follows from it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import structlog

from bot.domain.entries import Decision, Kind, decide, entries_in_doubt, identities_of
from bot.domain.errors import BackchannelError, TemporaryError
from bot.domain.fair_places import FairPlaces
from bot.domain.models import Entry, PostState
from bot.domain.ports import Clock, FeedAnswer, FeedReader, FeedRequest, Randomness
from bot.domain.schedule import is_full_fetch_due, next_poll_at, poll_again_at
from bot.domain.translation import _
from db import feeds, posts
from db.engine import Begin, Transaction
from db.feeds import DueFeed, FeedReading

log = structlog.get_logger(__name__)

FEEDS_AT_ONCE: Final = 50
PLACE_SECONDS: Final = 1.0
"""How long a feed counts among these. Ordinary ones answer sooner; one that does not keeps no other from its turn."""
MOST_UNDER_WAY: Final = 300
"""Slow ones included: each is a connection, and a process may have a thousand files open."""
SURE_OF_A_GUILD: Final = 2
"""Feeds of one guild that are taken up however many are under way."""
READ_SECONDS: Final = 60.0
"""For one feed, waiting for the parser included: a last resort, for fetching and parsing end sooner by themselves."""
LANDING_SECONDS: Final = 2.0
"""How long the feeds that answered wait for the slow ones, to be saved together; then those due meanwhile are begun."""
ROUND_SECONDS: Final = 60.0
"""How long a round in which something went wrong takes up feeds that become due meanwhile."""
DESCRIBE_SECONDS: Final = 30.0
MOST_DESCRIBED: Final = 5
"""Entries of one poll about which the blog itself is asked."""
MOST_MISSED: Final = 3
"""Announced posts that a feed should show and does not, about which the blog is asked at one poll."""

_STATES = {Kind.ANNOUNCE: PostState.WANTED, Kind.REMEMBER: PostState.REMEMBERED, Kind.HOLD: PostState.HELD}


class AnnouncementWishes(Protocol):
    """Writes into the ledger what follows for Discord, in the caller's transaction."""

    async def want(self, tx: Transaction, *, post_row_id: int) -> None:
        """Want the post announced in every channel that is subscribed to its feed."""
        ...

    async def revise(self, tx: Transaction, *, post_row_id: int) -> None:
        """Want the post's announcements to look like the post does now."""
        ...

    async def ask_about_held(self, tx: Transaction, *, feed_id: int) -> None:
        """Want the author asked, once, about the feed's held posts."""
        ...


class EntryDescriber(Protocol):
    """Asks a blog what its feed does not tell."""

    async def describe(self, feed_id: int, entry: Entry) -> Entry:
        """Return the entry with post id, picture and author where the blog tells them, else as it was."""
        ...

    async def is_gone(self, feed_id: int, entry: Entry) -> bool:
        """Return whether the blog itself says that the post is no longer public; no answer is no proof."""
        ...


class PollFeeds:
    """Polls feeds; made once. `wake` is called when a poll left something to do in Discord."""

    def __init__(
        self,
        begin: Begin,
        reader: FeedReader,
        announcements: AnnouncementWishes,
        describer: EntryDescriber,
        *,
        clock: Clock,
        randomness: Randomness,
        interval_seconds: float,
        wait_scale: float = 1.0,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._begin = begin
        self._reader = reader
        self._announcements = announcements
        self._describer = describer
        self._clock = clock
        self._randomness = randomness
        self._interval_seconds = interval_seconds
        self._wait_scale = wait_scale
        self._wake = wake
        self._places = FairPlaces(FEEDS_AT_ONCE)

    async def poll_due(self) -> None:
        """Poll every feed that is due, and save what came of it.

        A feed that cannot be read is put off; none stops another, and while one is slow the others are polled
        again when their time comes: as long as one is under way, the round goes on. Errors nobody expected are
        raised together, when everything else is saved.
        """
        in_flight: dict[asyncio.Task[FeedReading | None], DueFeed] = {}
        unexpected: list[Exception] = []
        ends_at = asyncio.get_running_loop().time() + ROUND_SECONDS * self._wait_scale
        try:
            await self._start_due(in_flight)
            while in_flight:
                done, _slow = await asyncio.wait(in_flight, timeout=LANDING_SECONDS * self._wait_scale)
                unexpected += await self._save_landed({task: in_flight.pop(task) for task in done})
                if in_flight and not (unexpected and asyncio.get_running_loop().time() > ends_at):
                    await self._start_due(in_flight)
        finally:
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)
        if unexpected:
            raise ExceptionGroup("some feeds could not be polled", unexpected)

    async def _start_due(self, in_flight: dict[asyncio.Task[FeedReading | None], DueFeed]) -> None:
        busy = {feed.id for feed in in_flight.values()}
        of_guild = Counter(feed.guild_id for feed in in_flight.values())
        async with self._begin() as tx:
            due = await feeds.due_feeds(tx, now=self._clock(), limit=MOST_UNDER_WAY, but_not=busy)
        for feed in due:
            if len(in_flight) < MOST_UNDER_WAY or of_guild[feed.guild_id] < SURE_OF_A_GUILD:
                of_guild[feed.guild_id] += 1
                in_flight[asyncio.create_task(self._poll(feed), name=f"poll {feed.url}")] = feed

    async def _save_landed(self, landed: Mapping[asyncio.Task[FeedReading | None], DueFeed]) -> list[Exception]:
        """Save the feeds that had nothing new, all in one transaction; return the errors nobody expected."""
        unchanged: list[FeedReading] = []
        unexpected: list[Exception] = []
        for task, feed in landed.items():
            error = None if task.cancelled() else task.exception()
            if isinstance(error, Exception):
                error.add_note(f"while polling {feed.url}")
                unexpected.append(error)
                # Put off as well: left due, it would fail again with every tick.
                await self._put_off(feed, TemporaryError(_("Backchannel stumbled over this feed; its log says where.")))
            elif not task.cancelled() and (reading := task.result()):
                unchanged.append(reading)
        if unchanged:
            async with self._begin() as tx:
                await feeds.note_unchanged(tx, unchanged, now=self._clock())
        return unexpected

    async def _poll(self, feed: DueFeed) -> FeedReading | None:
        """Return what to save of a feed that did not change; all else is saved here."""
        is_full = is_full_fetch_due(self._clock(), feed.last_full_fetch_at)
        request = FeedRequest(
            url=feed.url,
            etag=None if is_full else feed.etag,
            last_modified=None if is_full else feed.last_modified,
            body_hash=feed.body_hash,
            guild_id=feed.guild_id,
        )
        async with self._places.place(feed.guild_id, at_most_seconds=PLACE_SECONDS * self._wait_scale):
            try:
                async with asyncio.timeout(READ_SECONDS):
                    answer = await self._reader.read(request)
            except TimeoutError:
                await self._put_off(feed, TemporaryError(_("The feed did not answer in time.")))
                return None
            except BackchannelError as error:
                await self._put_off(feed, error)
                return None
            reading = self._reading(feed, answer, is_full=is_full)
            if answer.entries is None and feed.is_baselined:
                return reading
            await self._take(feed, answer, reading)
            return None

    def _reading(self, feed: DueFeed, answer: FeedAnswer, *, is_full: bool) -> FeedReading:
        return FeedReading(
            feed_id=feed.id,
            etag=answer.etag,
            last_modified=answer.last_modified,
            body_hash=answer.body_hash,
            next_poll_at=next_poll_at(
                self._clock(), interval_seconds=self._interval_seconds, fraction=self._randomness.fraction()
            ),
            is_full=is_full,
        )

    async def _put_off(self, feed: DueFeed, error: BackchannelError) -> None:
        failures = feed.failures + 1
        retry_after = error.retry_after if isinstance(error, TemporaryError) else None
        due_at = poll_again_at(
            self._clock(),
            failures,
            interval_seconds=self._interval_seconds,
            retry_after=retry_after,
            fraction=self._randomness.fraction(),
            wait_scale=self._wait_scale,
        )
        log.warning("feed_not_read", feed=feed.url, why=str(error), failures=failures, next_poll_at=due_at.isoformat())
        async with self._begin() as tx:
            await feeds.note_failure(tx, feed.id, error=str(error), next_poll_at=due_at, now=self._clock())

    # --- a feed that changed ---------------------------------------------------------------------

    async def _take(self, feed: DueFeed, answer: FeedAnswer, reading: FeedReading) -> None:
        """Decide on a feed's entries, and save posts, validators and wishes in one transaction."""
        entries = answer.entries or ()
        described = await self._describe_doubtful(feed, entries)
        learned = [replace(entry, post_id=described.get(entry, entry).post_id) for entry in entries]
        full = {new: described[old] for new, old in zip(learned, entries, strict=True) if old in described}
        gone = await self._gone(feed, entries)
        async with self._begin() as tx:
            decisions = await self._decide(tx, feed, learned)
            for decision in decisions:
                entry = full.get(decision.entry, decision.entry)
                await self._save(tx, feed, replace(decision, entry=entry))
            for row_id in gone:
                await posts.unpublish(tx, row_id)
                await self._announcements.revise(tx, post_row_id=row_id)
            if any(decision.kind is Kind.HOLD for decision in decisions):
                await self._announcements.ask_about_held(tx, feed_id=feed.id)
            await feeds.note_read(tx, reading, title=answer.title, moved_to=answer.moved_to, now=self._clock())
        if not feed.is_baselined:
            log.info("feed_remembered", feed=feed.url, posts=len(decisions))
        for decision in decisions if feed.is_baselined else ():
            log.info("post_decided", feed=feed.url, decision=decision.kind.value, guid=decision.entry.guid)
        if gone or any(decision.kind in {Kind.ANNOUNCE, Kind.REVISE, Kind.HOLD} for decision in decisions):
            self._wake()

    async def _decide(self, tx: Transaction, feed: DueFeed, entries: Sequence[Entry]) -> list[Decision]:
        now = self._clock()
        return decide(
            entries,
            await posts.known_posts(tx, feed.id, identities_of(entries)),
            # Read afresh: somebody may have connected the blog anew while its feed was on the way.
            first_poll=not await feeds.is_baselined(tx, feed.id),
            newest_known_at=await posts.newest_known_at(tx, feed.id, now=now),
            now=now,
        )

    async def _save(self, tx: Transaction, feed: DueFeed, decision: Decision) -> None:
        entry, names = decision.entry, decision.identities
        if decision.row_id is None:
            row_id = await posts.add(
                tx,
                feed.id,
                entry,
                state=_STATES[decision.kind],
                entry_hash=decision.entry_hash,
                identities=names,
                now=self._clock(),
            )
            if decision.kind is Kind.ANNOUNCE:
                await self._announcements.want(tx, post_row_id=row_id)
        elif decision.kind is Kind.LINK:
            await posts.link(tx, decision.row_id, post_id=entry.post_id, identities=names)
        else:
            await posts.revise(tx, decision.row_id, entry, entry_hash=decision.entry_hash, identities=names)
            await self._announcements.revise(tx, post_row_id=decision.row_id)

    async def _describe_doubtful(self, feed: DueFeed, entries: Sequence[Entry]) -> Mapping[Entry, Entry]:
        """Return what the blog adds to new and changed entries: a few of them, none on the first poll."""
        if not feed.is_baselined:
            return {}
        async with self._begin() as tx:
            known = await posts.known_posts(tx, feed.id, identities_of(entries))
        doubtful = entries_in_doubt(entries, known)[:MOST_DESCRIBED]
        described = await asyncio.gather(*(self._describe(feed.id, entry) for entry in doubtful))
        return dict(zip(doubtful, described, strict=True))

    async def _gone(self, feed: DueFeed, entries: Sequence[Entry]) -> Sequence[int]:
        """Return the announced posts that the feed should show, does not, and that the blog itself calls gone."""
        dates = [entry.published_at for entry in entries if entry.published_at]
        if not feed.is_baselined or not dates:
            return ()
        async with self._begin() as tx:
            missed = await posts.missed(tx, feed.id, identities_of(entries), since=min(dates), limit=MOST_MISSED)
        answers = [await self._describer.is_gone(feed.id, posts.entry_of(post)) for post in missed]
        return [post.id for post, is_gone in zip(missed, answers, strict=True) if is_gone]

    async def _describe(self, feed_id: int, entry: Entry) -> Entry:
        try:
            async with asyncio.timeout(DESCRIBE_SECONDS * self._wait_scale):
                return await self._describer.describe(feed_id, entry)
        except (BackchannelError, TimeoutError) as error:
            # The announcement is worth more than its picture.
            log.info("entry_not_described", feed_id=feed_id, why=str(error) or "the blog took too long")
            return entry
