"""What a thread is to hold of readers' comments, wanted in the same transaction."""

from bot.domain.ports import Clock, Randomness
from bot.services.commenting.mirror_wording import mirror_message
from bot.services.messages import wish
from bot.services.notices import tell_author
from bot.services.relaying.queue_wording import blog_alert
from bot.services.relaying.relay_effects import RelayEffects
from db import ledger, mirrors, subscriptions
from db.answer_models import Mirror
from db.engine import Transaction
from db.mirrors import Thread
from db.models import Announcement, Relay, StoredBlog


class MirrorEffects:
    """Writes into the ledger what the threads should show."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._relays = RelayEffects(clock, randomness)

    async def show(self, tx: Transaction, mirror: Mirror) -> None:
        """Want a message to show its comments as they are on the blog; without any left, want it gone."""
        announcement = await tx.get_one(Announcement, mirror.announcement_id)
        about = ledger.Subject(
            subscription_id=announcement.subscription_id, announcement_id=announcement.id, mirror_id=mirror.id
        )
        row = await ledger.find(tx, ledger.Purpose.MIRROR, about)
        shown = await mirrors.shown_in(tx, mirror.id)
        wanted = None
        if shown:
            wanted = wish(mirror_message(mirror, shown, pings_user_id=await self._to_ping(tx, mirror)))
        elif row is None:
            return
        elif row.message_id is not None:
            mirror.gone_message_id = row.message_id
        await ledger.want(
            tx,
            ledger.Purpose.MIRROR,
            about,
            wanted,
            kind=ledger.Kind.MESSAGE,
            key=self._randomness.key(),
            now=self._clock(),
            channel_id=announcement.thread_id,
        )

    async def _to_ping(self, tx: Transaction, mirror: Mirror) -> int | None:
        relay = await tx.get(Relay, mirror.relay_id) if mirror.relay_id else None
        if relay is None or not await mirrors.wants_ping(tx, guild_id=relay.guild_id, writer_id=relay.writer_id):
            return None
        return relay.writer_id

    async def count(self, tx: Transaction, thread: Thread) -> None:
        """Bring the thread's line in line with how many comments it only counts."""
        await self._relays.follow_status_line(tx, thread.announcement)

    async def alert_authors(self, tx: Transaction, blog: StoredBlog) -> None:
        """Want the author told, in each channel of the blog, that its password is refused."""
        for subscription, its in await subscriptions.of_guild(tx, blog.guild_id):
            if its.id == blog.id:
                await tell_author(
                    tx,
                    ledger.Purpose.BLOG_ALERT,
                    ledger.Subject(subscription_id=subscription.id),
                    blog_alert(blog),
                    about=(subscription, blog),
                    key=self._randomness.key(),
                    now=self._clock(),
                )
